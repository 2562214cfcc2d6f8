/** A page of imports, newest first. Ids sort by time, so the id of the last one seen is the cursor. */
import type { Db } from "../schema.js";
import type { StoredImport } from "../types.js";
import { withCounts } from "./get-import.js";

export async function listImports(db: Db, page: { limit: number; before?: string }): Promise<StoredImport[]> {
  let query = db.sql.selectFrom("imports").selectAll().where("state", "!=", "receiving");
  if (page.before !== undefined) query = query.where("id", "<", page.before);
  return withCounts(db, await query.orderBy("id", "desc").limit(page.limit).execute());
}
