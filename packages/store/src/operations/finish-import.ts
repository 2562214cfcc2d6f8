/** running -> done or failed. False when it was not running (cancelled meanwhile). */
import type { Db } from "../schema.js";

export async function finishImport(db: Db, importId: string, state: "done" | "failed"): Promise<boolean> {
  const result = await db.sql
    .updateTable("imports")
    .set({ state, finished_at: db.now(), ...(state === "done" ? { last_error: null } : {}) })
    .where("id", "=", importId)
    .where("state", "in", ["queued", "running"])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
