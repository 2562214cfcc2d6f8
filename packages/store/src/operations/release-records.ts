/**
 * Lets go of claimed records that are not over: sending -> pending, or deferred when it was so. `forget`: the call
 * certainly did not happen, so its intent is forgotten too.
 */
import { sql } from "kysely";
import { isOneOf } from "../keys.js";
import type { Db } from "../schema.js";

export async function releaseRecords(
  db: Db,
  importId: string,
  node: string,
  entity: number,
  keys: readonly string[],
  forget: boolean,
): Promise<void> {
  await db.sql
    .updateTable("import_records")
    .set({
      state: sql<string>`case when deferred is null then 'pending' else 'deferred' end`,
      claimed_by: null,
      // What a deferred record was in its first pass stays: it is counted so at the end.
      ...(forget ? { intent: sql<string | null>`case when deferred is null then null else intent end` } : {}),
    })
    .where("import_id", "=", importId)
    .where("entity", "=", entity)
    .where(isOneOf(db, "record_key", keys))
    .where("claimed_by", "=", node)
    .where("state", "in", ["pending", "sending", "deferred"])
    .execute();
}
