/**
 * Adds rows to an import that is being received, with the records that they belong to, in one
 * transaction. A record seen before keeps its first row and adds up its rows.
 */
import { insertMany } from "../bulk.js";
import type { Db } from "../schema.js";
import type { NewRecord, NewRow } from "../types.js";

const rowColumns = ["import_id", "seq", "line", "data", "record_key", "status", "diagnosis"];
const recordColumns = ["import_id", "entity", "record_key", "first_row", "row_count", "state"];
const addUp =
  "on conflict (import_id, entity, record_key) do update set row_count = import_records.row_count + excluded.row_count";

export async function appendRows(
  db: Db,
  importId: string,
  rows: readonly NewRow[],
  records: readonly NewRecord[],
): Promise<void> {
  await db.requireRoom();
  const failed = rows.filter((row) => row.key === null).length;
  await db.sql.transaction().execute(async (transaction) => {
    const rowValues = rows.map(({ seq, line, data, key, diagnosis }) => {
      return [importId, seq, line, data, key, key === null ? "failed" : null, diagnosis];
    });
    await insertMany(transaction, db.kind, "import_rows", rowColumns, rowValues);
    const recordValues = records.map(({ entity, key, firstRow, rows: count }) => {
      return [importId, entity, key, firstRow, count, "pending"];
    });
    await insertMany(transaction, db.kind, "import_records", recordColumns, recordValues, addUp);
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
