/**
 * running -> done, when no record is open anywhere; decided by the counts, which every completion changes together
 * with its records, in the statement that writes it. -> failed whatever is open: it cannot go on, and
 * the parts of its group that wait for it are cancelled.
 */
import { sql } from "kysely";
import type { Db } from "../schema.js";
import { cancelWaiting } from "./groups.js";

export function finishImport(db: Db, importId: string, state: "done" | "failed"): Promise<boolean> {
  return db.sql.transaction().execute(async (transaction) => {
    const now = db.now();
    let query = transaction
      .updateTable("imports")
      .set({
        state,
        finished_at: now,
        paused_by: null,
        probe_at: null,
        ...(state === "done" ? { last_error: null } : {}),
      })
      .where("id", "=", importId)
      .where((eb) =>
        eb.or([
          eb("state", "in", ["queued", "running"]),
          eb.and([eb("state", "=", "paused"), eb("paused_by", "=", "breaker")]),
        ]),
      );
    if (state === "done")
      query = query.where(
        sql<boolean>`not exists (select 1 from import_counts c where c.import_id = imports.id
          and c.total > c.created + c.updated + c.unchanged + c.failed)`,
      );
    if ((await query.executeTakeFirst()).numUpdatedRows === 0n) return false;
    if (state === "failed") await cancelWaiting(transaction, importId, now);
    return true;
  });
}
