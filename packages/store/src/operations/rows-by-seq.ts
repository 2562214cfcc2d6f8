/** Rows by their number, in no order. */
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";
import type { StoredRow } from "../types.js";

export async function rowsBySeq(db: Db, importId: string, seqs: readonly number[]): Promise<StoredRow[]> {
  const found: StoredRow[] = [];
  for (const chunk of chunks(seqs)) {
    const rows = await db.sql
      .selectFrom("import_rows")
      .select(["seq", "line", "data", "record_key as key"])
      .where("import_id", "=", importId)
      .where("seq", "in", chunk)
      .execute();
    found.push(...rows);
  }
  return found;
}
