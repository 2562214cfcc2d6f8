/**
 * done, failed or cancelled -> queued, with every failed record pending again and its rows unprocessed;
 * what a cancelled import left is pending still. Rows that failed on receiving stay failed: sent
 * again unchanged they would fail the same way. Answers how many rows are to be processed.
 *
 * A large import is reopened part by part, so that nobody waits for long; it is over until the last part is done.
 * Each part counts what it reopens, so the counts are right whenever the process dies, and asking again goes on.
 * A part looks first, and locks, that the import is still over: somebody else may have started it meanwhile.
 */
import { setImmediate } from "node:timers/promises";
import type { Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { RowEdit } from "../types.js";
import { replaceRow } from "./replace-row.js";

const over = ["done", "failed", "cancelled"];
const recordsAtOnce = 1000;
const rowsAtOnce = 5000;
const editsAtOnce = 100;

export async function retryImport(db: Db, importId: string, edits: readonly RowEdit[] = []): Promise<number> {
  while (await db.sql.transaction().execute((transaction) => reopenFailed(transaction, importId))) await setImmediate();
  return db.sql.transaction().execute(async (transaction) => {
    const taken = await requeue(transaction, importId);
    if (!taken) return 0;
    for (const [index, edit] of edits.entries()) {
      await replaceRow(transaction, importId, taken.primary_entity, edit);
      if (index % editsAtOnce === 0) await setImmediate();
    }
    if (edits.length > 0) return recount(transaction, importId, taken);
    return taken.rows_read - taken.rows_created - taken.rows_updated - taken.rows_unchanged - taken.rows_failed;
  });
}

/** A finished dry run, for real: every record is to be done, as if nothing had been checked yet. */
export async function restartImport(db: Db, importId: string): Promise<boolean> {
  const { rows_read: rows } = (await db.sql
    .selectFrom("imports")
    .select("rows_read")
    .where("id", "=", importId)
    .executeTakeFirst()) ?? { rows_read: 0 };
  for (let from = 1; from <= rows; from += rowsAtOnce) {
    await db.sql.transaction().execute((transaction) => forgetCheck(transaction, importId, from));
    await setImmediate();
  }
  return db.sql.transaction().execute(async (transaction) => {
    const taken = await requeue(transaction, importId, true);
    if (!taken) return false;
    await recount(transaction, importId, taken);
    return true;
  });
}

interface Taken {
  readonly primary_entity: number;
  readonly rows_read: number;
}

async function requeue(transaction: Transaction<Tables>, importId: string, dryRun = false) {
  let query = transaction
    .updateTable("imports")
    .set({ state: "queued", started_at: null, finished_at: null, last_error: null, not_before: null, probe_at: null })
    .where("id", "=", importId)
    .where("state", "in", over);
  if (dryRun) query = query.set({ dry_run: 0 }).where("dry_run", "=", 1);
  return query
    .returning(["primary_entity", "rows_read", "rows_created", "rows_updated", "rows_unchanged", "rows_failed"])
    .executeTakeFirst();
}

/** Locks an import that is over; undefined when it is not. */
function lockOver(transaction: Transaction<Tables>, importId: string) {
  return transaction
    .updateTable("imports")
    .set((eb) => ({ finished_at: eb.ref("finished_at") }))
    .where("id", "=", importId)
    .where("state", "in", over)
    .returning(["primary_entity", "entities", "dry_run"])
    .executeTakeFirst();
}

/** Some of the failed records, and their rows. Answers whether there were any. */
async function reopenFailed(transaction: Transaction<Tables>, importId: string): Promise<boolean> {
  const taken = await lockOver(transaction, importId);
  if (!taken) return false;
  for (const entity of (JSON.parse(taken.entities) as string[]).keys()) {
    const failed = await transaction
      .selectFrom("import_records")
      .select("record_key")
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .where("state", "=", "failed")
      .limit(recordsAtOnce)
      .execute();
    if (failed.length === 0) continue;
    const keys = failed.map((one) => one.record_key);
    if (entity === taken.primary_entity) await reopenRows(transaction, importId, keys);
    await transaction
      .updateTable("import_records")
      .set({ state: "pending", intent: null, odoo_id: null, diagnosis: null, deferred: null })
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .where("record_key", "in", keys)
      .execute();
    await transaction
      .updateTable("import_counts")
      .set((eb) => ({ failed: eb("failed", "-", keys.length) }))
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .execute();
    return true;
  }
  return false;
}

/** Rows of failed records: those that have no outcome of their own have their record's. */
async function reopenRows(transaction: Transaction<Tables>, importId: string, keys: readonly string[]): Promise<void> {
  const rows = await transaction
    .selectFrom("import_rows")
    .select((eb) => ["status", eb.fn.countAll<number>().as("count")])
    .where("import_id", "=", importId)
    .where("record_key", "in", keys)
    .groupBy("status")
    .execute();
  await transaction
    .updateTable("import_rows")
    .set({ status: null, diagnosis: null })
    .where("import_id", "=", importId)
    .where("record_key", "in", keys)
    .where("status", "is not", null)
    .execute();
  const count = (outcome: string) =>
    rows.reduce((sum, one) => sum + ((one.status ?? "failed") === outcome ? Number(one.count) : 0), 0);
  await transaction
    .updateTable("imports")
    .set((eb) => ({
      rows_created: eb("rows_created", "-", count("created")),
      rows_updated: eb("rows_updated", "-", count("updated")),
      rows_unchanged: eb("rows_unchanged", "-", count("unchanged")),
      rows_failed: eb("rows_failed", "-", count("failed")),
    }))
    .where("id", "=", importId)
    .execute();
}

/** What a dry run said of some rows, and of the records that begin with them. */
async function forgetCheck(transaction: Transaction<Tables>, importId: string, from: number): Promise<void> {
  const taken = await lockOver(transaction, importId);
  if (taken?.dry_run !== 1) return;
  const to = from + rowsAtOnce;
  await transaction
    .updateTable("import_rows")
    .set({ status: null, diagnosis: null })
    .where("import_id", "=", importId)
    .where("seq", ">=", from)
    .where("seq", "<", to)
    .where("status", "is not", null)
    .where("record_key", "is not", null)
    .execute();
  for (const entity of (JSON.parse(taken.entities) as string[]).keys())
    await transaction
      .updateTable("import_records")
      .set({ state: "pending", intent: null, odoo_id: null, diagnosis: null, deferred: null, claimed_by: null })
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .where("state", "in", ["created", "updated", "unchanged", "failed", "sending", "deferred"])
      .where("first_row", ">=", from)
      .where("first_row", "<", to)
      .execute();
}

/** All counts anew from the records and rows; answers how many rows are open. */
async function recount(transaction: Transaction<Tables>, importId: string, taken: Taken): Promise<number> {
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
  const counts = await countRows(transaction, importId, taken);
  const count = (outcome: string) => counts.get(outcome) ?? 0;
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

async function countRows(transaction: Transaction<Tables>, importId: string, taken: Taken) {
  const counts = new Map<string, number>();
  for (let from = 1; from <= taken.rows_read; from += rowsAtOnce) {
    const rows = await transaction
      .selectFrom("import_rows as r")
      .leftJoin("import_records as c", (join) =>
        join
          .onRef("c.import_id", "=", "r.import_id")
          .on("c.entity", "=", taken.primary_entity)
          .onRef("c.record_key", "=", "r.record_key"),
      )
      .select((eb) => [eb.fn.coalesce("r.status", "c.state").as("outcome"), eb.fn.countAll<number>().as("count")])
      .where("r.import_id", "=", importId)
      .where("r.seq", ">=", from)
      .where("r.seq", "<", from + rowsAtOnce)
      .groupBy((eb) => eb.fn.coalesce("r.status", "c.state"))
      .execute();
    for (const { outcome, count } of rows)
      counts.set(String(outcome), (counts.get(String(outcome)) ?? 0) + Number(count));
    await setImmediate();
  }
  return counts;
}
