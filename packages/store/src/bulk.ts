/**
 * Inserts of many rows as plain text and parameters. A query builder makes some dozen objects a row,
 * which at 50,000 rows a second is what the process would spend its memory on.
 */
import { CompiledQuery, type Transaction } from "kysely";
import { chunks } from "./chunks.js";
import type { Db, Tables } from "./schema.js";

type Value = string | number | null;

/** Inserts rows, given as lists of values in the order of `columns`. `onConflict`: SQL behind the values. */
export async function insertMany(
  transaction: Transaction<Tables>,
  kind: Db["kind"],
  table: keyof Tables,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  onConflict = "",
): Promise<void> {
  for (const chunk of chunks(rows)) {
    const text = `insert into ${table} (${columns.join(", ")}) values ${places(kind, columns.length, chunk.length)} ${onConflict}`;
    await transaction.executeQuery(CompiledQuery.raw(text, chunk.flat()));
  }
}

/** `(?, ?), (?, ?)`, or `($1, $2), ($3, $4)` on PostgreSQL. */
function places(kind: Db["kind"], columns: number, rows: number): string {
  if (kind === "sqlite") {
    const row = `(${Array.from({ length: columns }, () => "?").join(",")})`;
    return Array.from({ length: rows }, () => row).join(",");
  }
  return Array.from({ length: rows }, (_row, row) => {
    const numbers = Array.from({ length: columns }, (_column, column) => `$${row * columns + column + 1}`);
    return `(${numbers.join(",")})`;
  }).join(",");
}
