/**
 * Rows that are longer than rows may be, but whose end was found: each fails by itself, and the rest of the file goes
 * on. Its long cells are not kept; a note stands in their place, and a note that comes in again is refused, so
 * that nobody imports it for the value.
 */
import { type RowFault, rowFault } from "../diagnosis.js";

/** Characters of a cell that are kept in any case. */
const keptCharacters = 4096;

export interface Shortened<T> {
  readonly kept: T;
  readonly fault: RowFault;
}

/** A row of cells longer than `limit` characters without its long cells; undefined when it is not so long. */
export function shortenCells(
  cells: readonly string[],
  columns: readonly string[],
  limit: number,
): Shortened<string[]> | undefined {
  let length = 0;
  for (const cell of cells) length += cell.length;
  if (length <= limit) return undefined;
  const longest = cells.reduce((best, cell, place) => (cell.length > (cells[best]?.length ?? 0) ? place : best), 0);
  return {
    kept: cells.map((cell) => (cell.length > keptCharacters ? note(cell.length) : cell)),
    fault: tooLong(limit, columns[longest] ?? ""),
  };
}

/** The same of an object, as long as its JSON text is. */
export function shortenObject(
  object: Readonly<Record<string, unknown>>,
  limit: number,
): Shortened<Record<string, unknown>> | undefined {
  const lengths = Object.entries(object).map(([key, value]) => ({ key, value, length: lengthOf(value) }));
  if (lengths.reduce((sum, { key, length }) => sum + key.length + length, 0) <= limit) return undefined;
  const longest = lengths.reduce((best, one) => (one.length > best.length ? one : best));
  return {
    kept: Object.fromEntries(
      lengths.map(({ key, value, length }) => [key, length > keptCharacters ? note(length) : value]),
    ),
    fault: tooLong(limit, longest.key),
  };
}

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : (JSON.stringify(value) ?? "").length;
}

function tooLong(limit: number, column: string): RowFault {
  return rowFault("row_too_long", { limit: `${limit} characters`, column: column.slice(0, 100) }, column);
}

function note(length: number): string {
  return `[odoorway: ${length} characters not kept]`;
}

/** The fault of a value that is such a note. */
export function noteFault(value: unknown, column: string): RowFault | undefined {
  if (typeof value !== "string" || !/^\[odoorway: \d+ characters not kept\]$/.test(value)) return undefined;
  return rowFault(
    "row_value_invalid",
    { column, received: value, expected: "a value; it was too long to be kept" },
    column,
  );
}
