/** Rows that were mended, read from a file of failed rows or one like it: each says the line that it replaces. */
import { OdoorwayError } from "@odoorway/core";
import type { EditedInput, EditedRow, ImportLimits } from "../types.js";
import { openContent } from "./content.js";
import { ownColumn, readHeader, requireColumns } from "./header.js";
import type { CellsRow } from "./rows.js";

/** Rows at once; more are a file to import. */
const mostRows = 10_000;
const lineColumn = "odoorway_line";

/**
 * Rows of NDJSON or JSON (`{"line": 4, "data": {...}}`, as results have them, or objects with `odoorway_line`), or of
 * a table with a column `odoorway_line`. Throws what reading a file throws, and `invalid_body`.
 */
export async function readEdited(input: EditedInput, limits: ImportLimits): Promise<EditedRow[]> {
  const content = await openContent(input.source, input, limits);
  const rows: EditedRow[] = [];
  const add = (row: EditedRow) => {
    if (rows.length >= mostRows) throw shape(`more than ${mostRows} rows`);
    rows.push(row);
  };
  if (content.kind === "objects")
    for await (const list of content.rows) for (const { object } of list) add(ofObject(object));
  else {
    let header: readonly string[] | undefined;
    for await (const list of content.rows)
      for (const row of list) {
        if (header) add(ofCells(header, row, content.delimiter === undefined));
        else {
          header = readHeader(row, content.delimiter).all;
          requireColumns(header, [lineColumn], row.line);
        }
      }
  }
  if (rows.length === 0) throw new OdoorwayError("import_empty");
  return rows;
}

function ofObject(object: Readonly<Record<string, unknown>>): EditedRow {
  const { line, data } = object;
  if (typeof line === "number" && typeof data === "object" && data !== null)
    return { line, data: data as Readonly<Record<string, unknown>> };
  const own = object[lineColumn];
  if (typeof own !== "number") throw shape(`a row without line and data, or ${lineColumn}`);
  return { line: own, data: withoutOwn(object) };
}

/** @param ragged whether rows may be shorter than the header, as those of sheets are */
function ofCells(header: readonly string[], { cells, line: at, faults = [] }: CellsRow, ragged: boolean): EditedRow {
  if (cells.length > header.length || (cells.length < header.length && !ragged))
    throw new OdoorwayError("import_wrong_cell_count", {
      evidence: { line: at, received: cells.length, expected: header.length },
    });
  for (const { place, expected } of faults)
    if (!ownColumn.test(header[place] ?? ""))
      throw shape(`${cells[place] || "a formula without its value"} in row ${at} as ${header[place]}`, expected);
  const data = Object.fromEntries(header.map((column, place) => [column, cells[place] ?? ""]));
  const line = data[lineColumn] ?? "";
  if (!/^\d{1,10}$/.test(line.trim())) throw shape(`${JSON.stringify(line.slice(0, 20))} as ${lineColumn}`);
  return { line: Number(line), data: withoutOwn(data), ofTable: true };
}

function withoutOwn(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !ownColumn.test(key)));
}

const rowsExpected = "rows of the file of failed rows, each with the line that it replaces";

function shape(received: string, expected = rowsExpected): OdoorwayError {
  return new OdoorwayError("invalid_body", { evidence: { received, expected } });
}
