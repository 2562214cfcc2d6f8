/**
 * done, failed or cancelled -> queued, with every failed record pending again and its rows unprocessed;
 * what a cancelled import left is pending still. Rows that failed on receiving stay failed: sent
 * again unchanged they would fail the same way. Answers how many rows are to be processed.
 */
import type { Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { RowEdit } from "../types.js";
import { replaceRow } from "./replace-row.js";

export async function retryImport(db: Db, importId: string, edits: readonly RowEdit[] = []): Promise<number> {
  return db.sql.transaction().execute(async (transaction) => {
    const taken = await requeue(transaction, importId);
    if (!taken) return 0;
    await reopenFailed(transaction, importId, taken.primary_entity);
    for (const edit of edits) await replaceRow(transaction, importId, taken.primary_entity, edit);
    return recount(transaction, importId, taken.primary_entity);
  });
}

/** A finished dry run, for real: every record is to be done, as if nothing had been checked yet. */
export async function restartImport(db: Db, importId: string): Promise<boolean> {
  return db.sql.transaction().execute(async (transaction) => {
    const taken = await requeue(transaction, importId, true);
    if (!taken) return false;
    await transaction
      .updateTable("import_rows")
      .set({ status: null, diagnosis: null })
      .where("import_id", "=", importId)
      .where("status", "is not", null)
      .where("record_key", "is not", null)
      .execute();
    await transaction
      .updateTable("import_records")
      .set({ state: "pending", intent: null, odoo_id: null, diagnosis: null, deferred: null, claimed_by: null })
      .where("import_id", "=", importId)
      .execute();
    await recount(transaction, importId, taken.primary_entity);
    return true;
  });
}

async function requeue(transaction: Transaction<Tables>, importId: string, dryRun = false) {
  let query = transaction
    .updateTable("imports")
    .set({ state: "queued", started_at: null, finished_at: null, last_error: null, not_before: null, probe_at: null })
    .where("id", "=", importId)
    .where("state", "in", ["done", "failed", "cancelled"]);
  if (dryRun) query = query.set({ dry_run: 0 }).where("dry_run", "=", 1);
  return query.returning("primary_entity").executeTakeFirst();
}

async function reopenFailed(transaction: Transaction<Tables>, importId: string, primary: number): Promise<void> {
  const failedKeys = transaction
    .selectFrom("import_records")
    .select("record_key")
    .where("import_id", "=", importId)
    .where("entity", "=", primary)
    .where("state", "=", "failed");
  await transaction
    .updateTable("import_rows")
    .set({ status: null, diagnosis: null })
    .where("import_id", "=", importId)
    .where("status", "is not", null)
    .where("record_key", "in", failedKeys)
    .execute();
  await transaction
    .updateTable("import_records")
    .set({ state: "pending", intent: null, odoo_id: null, diagnosis: null, deferred: null })
    .where("import_id", "=", importId)
    .where("state", "=", "failed")
    .execute();
}

/** All counts anew from the records and rows; answers how many rows are open. */
async function recount(transaction: Transaction<Tables>, importId: string, primary: number): Promise<number> {
  const records = await transaction
    .selectFrom("import_records")
    .select((eb) => ["entity", "state", eb.fn.countAll<number>().as("count")])
    .where("import_id", "=", importId)
    .groupBy(["entity", "state"])
    .execute();
  for (const entity of new Set(records.map((one) => one.entity))) {
    const of = records.filter((one) => one.entity === entity);
    const count = (state: string) => Number(of.find((one) => one.state === state)?.count ?? 0);
    await transaction
      .updateTable("import_counts")
      .set({
        total: of.reduce((sum, one) => sum + Number(one.count), 0),
        created: count("created"),
        updated: count("updated"),
        unchanged: count("unchanged"),
        failed: count("failed"),
      })
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .execute();
  }
  const rows = await transaction
    .selectFrom("import_rows as r")
    .leftJoin("import_records as c", (join) =>
      join
        .onRef("c.import_id", "=", "r.import_id")
        .on("c.entity", "=", primary)
        .onRef("c.record_key", "=", "r.record_key"),
    )
    .select((eb) => [eb.fn.coalesce("r.status", "c.state").as("outcome"), eb.fn.countAll<number>().as("count")])
    .where("r.import_id", "=", importId)
    .groupBy((eb) => eb.fn.coalesce("r.status", "c.state"))
    .execute();
  const count = (outcome: string) => Number(rows.find((one) => one.outcome === outcome)?.count ?? 0);
  await transaction
    .updateTable("imports")
    .set({
      rows_created: count("created"),
      rows_updated: count("updated"),
      rows_unchanged: count("unchanged"),
      rows_failed: count("failed"),
    })
    .where("id", "=", importId)
    .execute();
  return count("pending") + count("sending") + count("deferred");
}
