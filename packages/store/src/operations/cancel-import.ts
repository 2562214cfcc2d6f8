/** queued, running or paused -> cancelled. What is being sent is still accounted for; the rest stays unprocessed. */
import type { Db } from "../schema.js";

export async function cancelImport(db: Db, importId: string): Promise<boolean> {
  const result = await db.sql
    .updateTable("imports")
    .set({ state: "cancelled", finished_at: db.now(), paused_by: null, probe_at: null })
    .where("id", "=", importId)
    .where("state", "in", ["queued", "running", "paused"])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
