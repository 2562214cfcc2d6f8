/** queued -> running. An import that runs already goes on. */
import type { Db } from "../schema.js";

export async function startImport(db: Db, importId: string): Promise<void> {
  await db.sql
    .updateTable("imports")
    .set({ state: "running", started_at: db.now() })
    .where("id", "=", importId)
    .where("state", "=", "queued")
    .execute();
}
