/** One import with its counts. */
import type { Selectable } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { ImportState, RecordCounts, StoredImport } from "../types.js";

export async function getImport(db: Db, importId: string): Promise<StoredImport | undefined> {
  const row = await db.sql.selectFrom("imports").selectAll().where("id", "=", importId).executeTakeFirst();
  if (!row) return undefined;
  const counts = await db.sql.selectFrom("import_counts").selectAll().where("import_id", "=", importId).execute();
  return toImport(row, counts);
}

export function toImport(
  row: Selectable<Tables["imports"]>,
  counts: readonly Selectable<Tables["import_counts"]>[],
): StoredImport {
  const entities = JSON.parse(row.entities) as string[];
  const none: RecordCounts = { total: 0, created: 0, updated: 0, unchanged: 0, failed: 0 };
  return {
    id: row.id,
    state: row.state as ImportState,
    model: row.model,
    mapping: row.mapping,
    fileName: row.file_name,
    plan: row.plan,
    entities,
    primary: row.primary_entity,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    read: row.rows_read,
    rows: {
      created: row.rows_created,
      updated: row.rows_updated,
      unchanged: row.rows_unchanged,
      failed: row.rows_failed,
    },
    records: entities.map((_model, entity) => {
      const found = counts.find((count) => count.entity === entity) ?? none;
      const { total, created, updated, unchanged, failed } = found;
      return { total, created, updated, unchanged, failed };
    }),
    batchSize: row.batch_size,
    lastError: row.last_error,
  };
}
