/** sending -> pending. `forget`: the call certainly did not happen, so its intent is forgotten too. */
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";

export async function releaseRecords(
  db: Db,
  importId: string,
  entity: number,
  keys: readonly string[],
  forget: boolean,
): Promise<void> {
  await db.sql.transaction().execute(async (transaction) => {
    for (const chunk of chunks(keys))
      await transaction
        .updateTable("import_records")
        .set({ state: "pending", ...(forget ? { intent: null } : {}) })
        .where("import_id", "=", importId)
        .where("entity", "=", entity)
        .where("record_key", "in", chunk)
        .where("state", "=", "sending")
        .execute();
  });
}
