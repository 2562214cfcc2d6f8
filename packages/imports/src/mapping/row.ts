/** A row as the rules and values of a mapping see it: text by column, whatever format it came in. */

export interface Row {
  /** Text of a cell; "" when it is empty or absent. Numbers and booleans of JSON as JSON writes them. */
  text(column: string): string;
  /** The value as it came: text from CSV, any JSON value from NDJSON; undefined when absent. */
  value(column: string): unknown;
  /** The columns or keys, in order. */
  keys(): string[];
}

/** Where each column of a CSV file stands. */
export type ColumnIndex = ReadonlyMap<string, number>;

export function columnIndex(columns: readonly string[]): ColumnIndex {
  return new Map(columns.map((column, index) => [column, index]));
}

/** A CSV row over its cells. */
export function cellsRow(index: ColumnIndex, cells: readonly string[]): Row {
  return {
    text: (column) => cells[index.get(column) ?? -1] ?? "",
    value: (column) => cells[index.get(column) ?? -1],
    keys: () => [...index.keys()],
  };
}

/** A row of a JSON object; `a.b` reaches into objects when there is no key of that very name. */
export function objectRow(object: Readonly<Record<string, unknown>>): Row {
  const value = (column: string): unknown => {
    if (Object.hasOwn(object, column)) return object[column];
    if (!column.includes(".")) return undefined;
    let current: unknown = object;
    for (const part of column.split(".")) {
      if (typeof current !== "object" || current === null || !Object.hasOwn(current, part)) return undefined;
      current = (current as Record<string, unknown>)[part];
    }
    return current;
  };
  return { value, text: (column) => asText(value(column)), keys: () => Object.keys(object) };
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}
