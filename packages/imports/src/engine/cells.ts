/**
 * Records to the fields and rows of Odoo's load(), many in a call. Measured on 18 and 19: further lines of
 * a one2many are rows of their own whose other cells are empty; datetimes are read in the time zone of the
 * context.
 */
import type { ModelMetadata } from "@odoorway/core";
import { loadCell, loadColumn } from "@odoorway/schema";

type Values = Readonly<Record<string, unknown>>;

export interface Loadable {
  readonly externalId: string;
  /** Values as create and write take them, lines left out. */
  readonly values: Values;
  readonly lines: { readonly field: string; readonly values: readonly Values[] } | undefined;
}

export interface LoadCall {
  readonly fields: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** For each row, the index of its record. */
  readonly recordOf: readonly number[];
}

/** Which records can share a load() call: those that fill the same fields. */
export function signature(record: Loadable): string {
  const lines = record.lines?.values ?? [];
  const lineFields = [...new Set(lines.flatMap((line) => Object.keys(line)))].sort();
  return JSON.stringify([Object.keys(record.values).sort(), lines.length === 0 ? [] : lineFields]);
}

/** One call for records of one signature. `lineMetadata` is the lines' model. */
export function loadCall(
  records: readonly Loadable[],
  metadata: ModelMetadata,
  lineMetadata: ModelMetadata | undefined,
): LoadCall {
  const [first] = records;
  const names = Object.keys(first?.values ?? {}).sort();
  const lineField = records.find((record) => record.lines && record.lines.values.length > 0)?.lines?.field;
  const lineNames = [...new Set(records.flatMap((one) => (one.lines?.values ?? []).flatMap(Object.keys)))].sort();
  const fields = [
    "id",
    ...names.map((name) => loadColumn(metadata.fields[name], name)),
    ...lineNames.map((name) => `${lineField}/${loadColumn(lineMetadata?.fields[name], name)}`),
  ];
  const rows: string[][] = [];
  const recordOf: number[] = [];
  for (const [index, record] of records.entries()) {
    const lines = record.lines?.values ?? [];
    for (let line = 0; line < Math.max(1, lines.length); line += 1) {
      const own =
        line === 0 ? [record.externalId, ...names.map((name) => loadCell(record.values[name]))] : names.map(() => "");
      if (line > 0) own.unshift("");
      rows.push([...own, ...lineNames.map((name) => loadCell(lines[line]?.[name]))]);
      recordOf.push(index);
    }
  }
  return { fields, rows, recordOf };
}
