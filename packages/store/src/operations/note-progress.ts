/** Notes what people see of a running import besides its counts. */
import type { Db } from "../schema.js";

export async function noteProgress(
  db: Db,
  importId: string,
  progress: { batchSize?: number; lastError?: string | null },
): Promise<void> {
  if (progress.batchSize === undefined && progress.lastError === undefined) return;
  await db.sql
    .updateTable("imports")
    .set({
      ...(progress.batchSize === undefined ? {} : { batch_size: progress.batchSize }),
      ...(progress.lastError === undefined ? {} : { last_error: progress.lastError }),
    })
    .where("id", "=", importId)
    .execute();
}
