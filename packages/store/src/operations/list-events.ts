/** Events, the newest first, some at a time. */
import type { EventFilter, StoredEvent } from "../inbox-types.js";
import type { Db } from "../schema.js";
import { eventColumns, toEvent } from "./get-event.js";

export async function listEvents(db: Db, { hook, state, before, limit }: EventFilter): Promise<StoredEvent[]> {
  let query = db.sql.selectFrom("hook_events").select(eventColumns(db));
  if (hook !== undefined) query = query.where("hook", "=", hook);
  if (state !== undefined) query = query.where("state", "=", state);
  if (before !== undefined)
    query = query.where("seq", "<", (eb) =>
      eb.selectFrom("hook_events as b").select("b.seq").where("b.id", "=", before),
    );
  const rows = await query.orderBy("seq", "desc").limit(limit).execute();
  return rows.map(toEvent);
}
