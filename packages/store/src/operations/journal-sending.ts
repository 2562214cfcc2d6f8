/**
 * Writes down that records are about to be sent, before the call goes out.
 *
 * The life of a record:
 *
 *   pending ──journalSending──> sending ──completeRecords──> created | updated | unchanged | failed
 *      │                           │                                                        │
 *      │                           └──releaseRecords──> pending                             │
 *      ├──completeRecords──> unchanged | failed         (nothing had to be sent)            │
 *      └<──────────────────────────retryImport──────────────────────────────────────────────┘
 *
 * A process that dies leaves records in `sending`. Nobody knows then whether the call happened, so they
 * are looked up in Odoo by their external ids before anything else is done with them. `intent` says
 * what the call was to do, and survives a release after a call of unknown end: a record that was to be
 * created and is found there was created by this import, and is counted so.
 */
import { chunks } from "../chunks.js";
import type { Db } from "../schema.js";
import type { Intent } from "../types.js";

export async function journalSending(
  db: Db,
  importId: string,
  entity: number,
  keys: readonly string[],
  intent: Intent,
): Promise<void> {
  await db.sql.transaction().execute(async (transaction) => {
    for (const chunk of chunks(keys))
      await transaction
        .updateTable("import_records")
        .set({ state: "sending", intent })
        .where("import_id", "=", importId)
        .where("entity", "=", entity)
        .where("record_key", "in", chunk)
        .where("state", "in", ["pending", "sending"])
        .execute();
  });
}
