/** The next records of an entity in a state, in order of the file. Reads only: the import's lease keeps others away. */
import type { Selectable } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { Intent, RecordState, StoredRecord } from "../types.js";

export async function nextRecords(
  db: Db,
  importId: string,
  entity: number,
  state: "pending" | "sending",
  limit: number,
): Promise<StoredRecord[]> {
  const rows = await db.sql
    .selectFrom("import_records")
    .selectAll()
    .where("import_id", "=", importId)
    .where("entity", "=", entity)
    .where("state", "=", state)
    .orderBy("first_row")
    .limit(limit)
    .execute();
  return rows.map(toRecord);
}

export function toRecord(row: Selectable<Tables["import_records"]>): StoredRecord {
  return {
    entity: row.entity,
    key: row.record_key,
    firstRow: row.first_row,
    rows: row.row_count,
    state: row.state as RecordState,
    intent: row.intent as Intent | null,
    odooId: row.odoo_id,
    diagnosis: row.diagnosis,
  };
}
