/** Rows by their number, or by the line where they start, in no order. */
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";
import type { StoredRow } from "../types.js";

export function rowsBySeq(db: Db, importId: string, seqs: readonly number[]): Promise<StoredRow[]> {
  return rowsBy(db, importId, "seq", seqs);
}

/** Lines have no index: this reads all rows of the import. */
export function rowsByLine(db: Db, importId: string, lines: readonly number[]): Promise<StoredRow[]> {
  return rowsBy(db, importId, "line", lines);
}

async function rowsBy(
  db: Db,
  importId: string,
  column: "seq" | "line",
  numbers: readonly number[],
): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  for (const chunk of chunks(numbers)) {
    const rows = await db.sql
      .selectFrom("import_rows")
      .select(["seq", "line", "data", "record_key as key"])
      .where("import_id", "=", importId)
      .where(column, "in", chunk)
      .execute();
    found.push(...rows);
  }
  return found;
}
