/**
 * Adds rows to an import that is being received, with the records that they belong to, in one
 * transaction. A record seen before keeps its first row and adds up its rows.
 */
import { sql } from "kysely";
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";
import type { NewRecord, NewRow } from "../types.js";

export async function appendRows(
  db: Db,
  importId: string,
  rows: readonly NewRow[],
  records: readonly NewRecord[],
): Promise<void> {
  const failed = rows.filter((row) => row.key === null).length;
  await db.sql.transaction().execute(async (transaction) => {
    for (const chunk of chunks(rows))
      await transaction
        .insertInto("import_rows")
        .values(
          chunk.map((row) => ({
            import_id: importId,
            seq: row.seq,
            line: row.line,
            data: row.data,
            record_key: row.key,
            status: row.key === null ? "failed" : null,
            diagnosis: row.diagnosis,
          })),
        )
        .execute();
    for (const chunk of chunks(records))
      await transaction
        .insertInto("import_records")
        .values(
          chunk.map((record) => ({
            import_id: importId,
            entity: record.entity,
            record_key: record.key,
            first_row: record.firstRow,
            row_count: record.rows,
            state: "pending",
            intent: null,
            odoo_id: null,
            diagnosis: null,
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(["import_id", "entity", "record_key"]).doUpdateSet({
            row_count: sql<number>`import_records.row_count + excluded.row_count`,
          }),
        )
        .execute();
    await transaction
      .updateTable("imports")
      .set((eb) => ({
        rows_read: eb("rows_read", "+", rows.length),
        rows_failed: eb("rows_failed", "+", failed),
      }))
      .where("id", "=", importId)
      .where("state", "=", "receiving")
      .execute();
  });
}
