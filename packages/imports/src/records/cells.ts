/**
 * Records to the fields and rows of Odoo's load(), many in a call. Measured on 18 and 19: further lines of
 * a one2many are rows of their own whose other cells are empty; datetimes are read in the time zone of the
 * context.
 */
import type { ModelMetadata } from "@odoorway/core";
import { loadCell, loadColumn } from "@odoorway/schema";

type Values = Readonly<Record<string, unknown>>;

/** Lines of one one2many field. */
export interface LoadLines {
  readonly field: string;
  readonly values: readonly Values[];
}

export interface Loadable {
  /** A text is an external id; a number the id of a record that is there. */
  readonly ref: string | number;
  /** Values as create and write take them, lines left out. */
  readonly values: Values;
  readonly lines: readonly LoadLines[];
}

export interface LoadCall {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** For each row, the index of its record. */
  readonly recordOf: readonly number[];
}

/** Rows that a record takes in load(). */
export function rowsOf(record: Loadable): number {
  return Math.max(1, ...record.lines.map((lines) => lines.values.length));
}

/** Which records can share a load() call: those that fill the same fields. */
export function signature(record: Loadable): string {
  const lines = record.lines
    .filter(({ values }) => values.length > 0)
    .map(({ field, values }) => [field, [...new Set(values.flatMap((line) => Object.keys(line)))].sort()]);
  return JSON.stringify([typeof record.ref, Object.keys(record.values).sort(), lines]);
}

/** One call for records of one signature. `lineModels`: the lines' metadata by field. */
export function loadCall(
  records: readonly Loadable[],
  metadata: ModelMetadata,
  lineModels: ReadonlyMap<string, ModelMetadata>,
): LoadCall {
  const [first] = records;
  const names = Object.keys(first?.values ?? {}).sort();
  const columns = lineColumns(records);
  const fields = [
    typeof first?.ref === "number" ? ".id" : "id",
    ...names.map((name) => loadColumn(metadata.fields[name], name)),
    ...columns.map(({ field, name }) => `${field}/${loadColumn(lineModels.get(field)?.fields[name], name)}`),
  ];
  const rows: string[][] = [];
  const recordOf: number[] = [];
  for (const [index, record] of records.entries()) {
    const lines = new Map(record.lines.map(({ field, values }) => [field, values]));
    for (let row = 0; row < rowsOf(record); row += 1) {
      const own =
        row === 0
          ? [String(record.ref), ...names.map((name) => loadCell(record.values[name]))]
          : ["", ...names.map(() => "")];
      rows.push([...own, ...columns.map(({ field, name }) => loadCell(lines.get(field)?.[row]?.[name]))]);
      recordOf.push(index);
    }
  }
  return { fields, rows, recordOf };
}

function lineColumns(records: readonly Loadable[]): { field: string; name: string }[] {
  const columns = new Map<string, Set<string>>();
  for (const { lines } of records)
    for (const { field, values } of lines) {
      const names = columns.get(field) ?? new Set();
      for (const line of values) for (const name of Object.keys(line)) names.add(name);
      columns.set(field, names);
    }
  return [...columns].flatMap(([field, names]) => [...names].sort().map((name) => ({ field, name })));
}
