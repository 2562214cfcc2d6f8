/**
 * queued, running or paused -> cancelled. What is being sent is still accounted for; the rest stays unprocessed. The parts
 * of its group that wait for it are cancelled with it.
 */
import type { Db } from "../schema.js";
import { cancelWaiting } from "./groups.js";

export function cancelImport(db: Db, importId: string): Promise<boolean> {
  return db.sql.transaction().execute(async (transaction) => {
    const now = db.now();
    const result = await transaction
      .updateTable("imports")
      .set({ state: "cancelled", finished_at: now, paused_by: null, probe_at: null })
      .where("id", "=", importId)
      .where("state", "in", ["queued", "running", "paused"])
      .executeTakeFirst();
    if (result.numUpdatedRows === 0n) return false;
    await cancelWaiting(transaction, importId, now);
    return true;
  });
}
