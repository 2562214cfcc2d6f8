/**
 * Rows for `load`, put together to records as Odoo does it: a row whose only filled cells belong to lines
 * (columns like `order_line/product_id` of a one2many field) continues the record above it.
 */
import type { Input, Item } from "./types.js";

export type Row = readonly unknown[];

/** What the columns say. */
export interface Columns {
  readonly fields: readonly string[];
  /** Place of the external id; -1 without. */
  readonly externalId: number;
  /** Whether each column belongs to the lines of a record. */
  readonly ofLines: readonly boolean[];
}

/** `oneToMany`: names of the model's one2many fields among the columns. */
export function readColumns(fields: readonly string[], oneToMany: ReadonlySet<string>): Columns {
  return {
    fields,
    externalId: fields.indexOf("id"),
    ofLines: fields.map((field) => oneToMany.has(field.split("/")[0] ?? "")),
  };
}

/** Each record with its rows. */
export async function* recordsOf(rows: Input<Row>, columns: Columns): AsyncGenerator<Item<readonly Row[]>, void> {
  let record: { readonly value: Row[]; readonly indexes: number[] } | undefined;
  let index = 0;
  for await (const row of rows) {
    if (record !== undefined && continues(row, columns)) {
      record.value.push(row);
      record.indexes.push(index++);
      continue;
    }
    if (record !== undefined) yield record;
    record = { value: [row], indexes: [index++] };
  }
  if (record !== undefined) yield record;
}

function continues(row: Row, { ofLines }: Columns): boolean {
  if (!Array.isArray(row) || !ofLines.includes(true)) return false;
  const filled = row.flatMap((cell, at) => (cell === "" || cell === false || cell === null ? [] : [at]));
  return filled.length > 0 && filled.every((at) => ofLines[at]);
}

/** The external id of a record, or none. */
export function externalIdOf({ value }: Item<readonly Row[]>, { externalId }: Columns): string | undefined {
  const cell = externalId < 0 ? undefined : value[0]?.[externalId];
  return typeof cell === "string" && cell !== "" ? cell : undefined;
}
