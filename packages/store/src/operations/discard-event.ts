/** Gives up an event that is dead, or that waits and is held by nobody. */
import { storeNow } from "../now.js";
import type { Db } from "../schema.js";

export async function discardEvent(db: Db, id: string): Promise<boolean> {
  const result = await db.sql
    .updateTable("hook_events")
    .set({ state: "discarded", finished_at: storeNow(db) })
    .where("id", "=", id)
    .where("state", "in", ["dead", "waiting"])
    .where("claimed_by", "is", null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
