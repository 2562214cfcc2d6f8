/** Ids of the imports in some states, oldest first: what start() takes up. */
import type { Db } from "../schema.js";
import type { ImportState } from "../types.js";

export async function importsInState(db: Db, states: readonly ImportState[]): Promise<string[]> {
  const rows = await db.sql.selectFrom("imports").select("id").where("state", "in", states).orderBy("id").execute();
  return rows.map((row) => row.id);
}
