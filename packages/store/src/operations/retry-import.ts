/**
 * done, failed or cancelled -> queued, with every failed record pending again and its rows unprocessed;
 * what a cancelled import left is pending still. Rows that failed on receiving stay failed: sent
 * again unchanged they would fail the same way. Answers how many rows are to be processed.
 */
import type { Db } from "../schema.js";

export async function retryImport(db: Db, importId: string): Promise<number> {
  return db.sql.transaction().execute(async (transaction) => {
    const found = await transaction
      .selectFrom("imports")
      .select(["state", "primary_entity", "rows_read", "rows_created", "rows_updated", "rows_unchanged", "rows_failed"])
      .where("id", "=", importId)
      .executeTakeFirst();
    if (!found || !["done", "failed", "cancelled"].includes(found.state)) return 0;
    const failedKeys = transaction
      .selectFrom("import_records")
      .select("record_key")
      .where("import_id", "=", importId)
      .where("entity", "=", found.primary_entity)
      .where("state", "=", "failed");
    await transaction
      .updateTable("import_rows")
      .set({ status: null, diagnosis: null })
      .where("import_id", "=", importId)
      .where("status", "is not", null)
      .where("record_key", "in", failedKeys)
      .execute();
    const { rows } = await transaction
      .selectFrom("import_records")
      .select((eb) => eb.fn.coalesce(eb.fn.sum<number>("row_count"), eb.lit(0)).as("rows"))
      .where("import_id", "=", importId)
      .where("entity", "=", found.primary_entity)
      .where("state", "=", "failed")
      .executeTakeFirstOrThrow();
    await transaction
      .updateTable("import_records")
      .set({ state: "pending", intent: null, odoo_id: null, diagnosis: null })
      .where("import_id", "=", importId)
      .where("state", "=", "failed")
      .execute();
    await transaction.updateTable("import_counts").set({ failed: 0 }).where("import_id", "=", importId).execute();
    const again = Number(rows);
    const done = found.rows_created + found.rows_updated + found.rows_unchanged + found.rows_failed;
    await transaction
      .updateTable("imports")
      .set({ state: "queued", rows_failed: found.rows_failed - again, finished_at: null, last_error: null })
      .where("id", "=", importId)
      .execute();
    return found.rows_read - done + again;
  });
}
