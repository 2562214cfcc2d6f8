/** One import with its counts, and how many nodes hold records of it. */
import type { OnExisting } from "@odoorway/core";
import type { Selectable } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { ImportState, PausedBy, Priority, RecordCounts, StoredImport } from "../types.js";

type ImportRow = Selectable<Tables["imports"]>;

export async function getImport(db: Db, importId: string): Promise<StoredImport | undefined> {
  const row = await db.sql.selectFrom("imports").selectAll().where("id", "=", importId).executeTakeFirst();
  return row ? (await withCounts(db, [row]))[0] : undefined;
}

export async function withCounts(db: Db, rows: readonly ImportRow[]): Promise<StoredImport[]> {
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const counts = await db.sql.selectFrom("import_counts").selectAll().where("import_id", "in", ids).execute();
  const atWork = rows.filter(({ state }) => state === "running" || state === "paused").map(({ id }) => id);
  const nodes = atWork.length === 0 ? new Map<string, number>() : await nodesAt(db);
  return rows.map((row) =>
    toImport(
      row,
      counts.filter((count) => count.import_id === row.id),
      atWork.includes(row.id) ? (nodes.get(row.id) ?? 0) : 0,
    ),
  );
}

/** By import. Few records are held at any time, and only those are looked at. */
async function nodesAt(db: Db): Promise<Map<string, number>> {
  const found = await db.sql
    .selectFrom("import_records")
    .select(["import_id", (eb) => eb.fn.count<number>("claimed_by").distinct().as("nodes")])
    .where("claimed_by", "is not", null)
    .groupBy("import_id")
    .execute();
  return new Map(found.map((row) => [row.import_id, Number(row.nodes)]));
}

function toImport(row: ImportRow, counts: readonly Selectable<Tables["import_counts"]>[], nodes: number): StoredImport {
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
    priority: row.priority as Priority,
    notBefore: row.not_before,
    onExisting: row.on_existing as OnExisting,
    dryRun: row.dry_run === 1,
    pausedBy: row.paused_by as PausedBy | null,
    probeAt: row.probe_at,
    nodes,
    group: row.group_id,
    place: row.place,
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
