/**
 * A page of imports, newest first; of each group the part that goes first stands for it. Ids sort by time, so the id of
 * the last one seen, a group's or an import's, is the cursor.
 */
import { sql } from "kysely";
import type { Db } from "../schema.js";
import type { StoredImport } from "../types.js";
import { withCounts } from "./get-import.js";
import { leadsGroup } from "./groups.js";

const listId = sql<string>`coalesce(imports.group_id, imports.id)`;

export async function listImports(db: Db, page: { limit: number; before?: string }): Promise<StoredImport[]> {
  let query = db.sql.selectFrom("imports").selectAll().where("state", "!=", "receiving").where(leadsGroup);
  if (page.before !== undefined) query = query.where(listId, "<", page.before);
  return withCounts(db, await query.orderBy(listId, "desc").limit(page.limit).execute());
}
