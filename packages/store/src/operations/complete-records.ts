/**
 * Writes what became of records that a node holds, with the counts of records and rows, in one transaction: the
 * counts are right at every moment. A record that the node holds no more, because it was completed or because
 * the node lapsed and another took it, is left alone, so that nothing counts twice.
 */
import { sql, type Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { Completion, Outcome } from "../types.js";
import { writeSent } from "./sent-values.js";

type Counts = Record<Outcome, number>;

export async function completeRecords(
  db: Db,
  importId: string,
  node: string,
  completions: readonly Completion[],
): Promise<void> {
  if (completions.length === 0) return;
  await db.sql.transaction().execute(async (transaction) => {
    // The import's own row is locked first, which makes two that complete at once wait for each other.
    const stored = await transaction
      .updateTable("imports")
      .set((eb) => ({ rows_read: eb.ref("rows_read") }))
      .where("id", "=", importId)
      .returning("primary_entity")
      .executeTakeFirst();
    // Cancelled and removed meanwhile: there is nothing left to count.
    if (!stored) return;
    const written = await writeOutcomes(db, transaction, importId, node, completions);
    const rows = noCounts();
    const records = new Map<number, Counts>();
    for (const { record, outcome, deferred, ownRows = [] } of written) {
      if (deferred !== undefined) continue;
      const counts = records.get(record.entity) ?? noCounts();
      counts[outcome] += 1;
      records.set(record.entity, counts);
      if (record.entity !== stored.primary_entity) continue;
      rows[outcome] += record.rows - ownRows.length;
      for (const own of ownRows) {
        rows[own.outcome] += 1;
        await transaction
          .updateTable("import_rows")
          .set({ status: own.outcome, diagnosis: own.diagnosis })
          .where("import_id", "=", importId)
          .where("seq", "=", own.seq)
          .execute();
      }
    }
    await addCounts(transaction, importId, rows, records);
    const sent = written.flatMap((one) => (one.sent ? [one.sent] : []));
    await writeSent(db, transaction, sent);
  });
}

function noCounts(): Counts {
  return { created: 0, updated: 0, unchanged: 0, failed: 0 };
}

/** Answers those that were the node's to complete. All go as one parameter, so that the statement stays prepared. */
async function writeOutcomes(
  db: Db,
  transaction: Transaction<Tables>,
  importId: string,
  node: string,
  completions: readonly Completion[],
): Promise<Completion[]> {
  const given = JSON.stringify(completions.map(toGiven));
  // Materialized, and with + before what is indexed besides the key, so that SQLite takes each record given and finds
  // it by its key. Otherwise it goes through the whole list for every record that the node holds.
  const wanted =
    db.kind === "sqlite"
      ? sql`select value ->> 'entity' as entity, value ->> 'key' as key, value ->> 'state' as state,
          value ->> 'intent' as intent, value ->> 'odoo_id' as odoo_id, value ->> 'diagnosis' as diagnosis,
          value ->> 'deferred' as deferred from json_each(${given})`
      : sql`select * from json_to_recordset(${given}::json)
          as x(entity int, key text, state text, intent text, odoo_id int, diagnosis text, deferred text)`;
  const unindexed = db.kind === "sqlite" ? sql`+` : sql``;
  const { rows } = await sql<{ entity: number; record_key: string }>`
    with v as materialized (${wanted})
    update import_records set state = v.state, intent = v.intent, odoo_id = v.odoo_id, diagnosis = v.diagnosis,
      deferred = v.deferred, claimed_by = null
    from v
    where import_records.import_id = ${importId} and import_records.entity = v.entity
      and import_records.record_key = v.key and ${unindexed}import_records.claimed_by = ${node}
      and ${unindexed}import_records.state in ('pending', 'sending', 'deferred')
    returning import_records.entity, import_records.record_key`.execute(transaction);
  const written = new Set(rows.map((row) => `${row.entity} ${row.record_key}`));
  return completions.filter(({ record }) => written.delete(`${record.entity} ${record.key}`));
}

function toGiven({ record, outcome, odooId, diagnosis, deferred }: Completion): object {
  const key = { entity: record.entity, key: record.key, odoo_id: odooId, diagnosis };
  if (deferred === undefined) return { ...key, state: outcome };
  const intent = outcome === "created" ? "create" : outcome === "updated" ? "update" : null;
  return { ...key, state: "deferred", intent, deferred };
}

async function addCounts(
  transaction: Transaction<Tables>,
  importId: string,
  rows: Counts,
  records: ReadonlyMap<number, Counts>,
): Promise<void> {
  await transaction
    .updateTable("imports")
    .set((eb) => ({
      rows_created: eb("rows_created", "+", rows.created),
      rows_updated: eb("rows_updated", "+", rows.updated),
      rows_unchanged: eb("rows_unchanged", "+", rows.unchanged),
      rows_failed: eb("rows_failed", "+", rows.failed),
    }))
    .where("id", "=", importId)
    .execute();
  for (const [entity, counts] of records)
    await transaction
      .updateTable("import_counts")
      .set((eb) => ({
        created: eb("created", "+", counts.created),
        updated: eb("updated", "+", counts.updated),
        unchanged: eb("unchanged", "+", counts.unchanged),
        failed: eb("failed", "+", counts.failed),
      }))
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .execute();
}
