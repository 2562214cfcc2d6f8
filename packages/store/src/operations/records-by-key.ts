/** Records of one entity by their keys, in no order: where the records that others refer to stand. */
import type { Selectable } from "kysely";
import { isOneOf } from "../keys.js";
import type { Db, Tables } from "../schema.js";
import type { Intent, RecordState, StoredRecord } from "../types.js";

export type RecordRow = Selectable<Tables["import_records"]>;

export async function recordsByKey(
  db: Db,
  importId: string,
  entity: number,
  keys: readonly string[],
): Promise<StoredRecord[]> {
  if (keys.length === 0) return [];
  const rows = await db.sql
    .selectFrom("import_records")
    .selectAll()
    .where("import_id", "=", importId)
    .where("entity", "=", entity)
    .where(isOneOf(db, "record_key", keys))
    .execute();
  return rows.map(toRecord);
}

export function toRecord(row: RecordRow): StoredRecord {
  return {
    entity: row.entity,
    key: row.record_key,
    firstRow: row.first_row,
    rows: row.row_count,
    state: row.state as RecordState,
    intent: row.intent as Intent | null,
    odooId: row.odoo_id,
    diagnosis: row.diagnosis,
    deferred: row.deferred,
  };
}
