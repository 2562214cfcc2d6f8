/** Records of one entity by their keys, in no order: where the records that others refer to stand. */
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";
import type { StoredRecord } from "../types.js";
import { toRecord } from "./next-records.js";

export async function recordsByKey(
  db: Db,
  importId: string,
  entity: number,
  keys: readonly string[],
): Promise<StoredRecord[]> {
  const found: StoredRecord[] = [];
  for (const chunk of chunks(keys)) {
    const rows = await db.sql
      .selectFrom("import_records")
      .selectAll()
      .where("import_id", "=", importId)
      .where("entity", "=", entity)
      .where("record_key", "in", chunk)
      .execute();
    found.push(...rows.map(toRecord));
  }
  return found;
}
