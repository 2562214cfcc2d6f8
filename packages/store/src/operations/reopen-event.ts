/** An event that is over waits again. It keeps its number, so it goes before what waits of its lane. */
import { spanNow } from "../now.js";
import type { Db } from "../schema.js";

export async function reopenEvent(
  db: Db,
  id: string,
  edit?: { readonly payload: string; readonly lane: string },
): Promise<boolean> {
  const result = await db.sql
    .updateTable("hook_events")
    .set({
      state: "waiting",
      claimed_by: null,
      attempts: 0,
      due_at: spanNow(db),
      finished_at: null,
      outcome: null,
      ...(edit === undefined ? {} : { edited: edit.payload, lane: edit.lane }),
    })
    .where("id", "=", id)
    .where("state", "in", ["done", "dead", "discarded"])
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
