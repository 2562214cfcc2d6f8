/** Forgets events that are over: from then on another delivery of one of them would be a new event. */
import { sql } from "kysely";
import { storeNow } from "../now.js";
import type { Db } from "../schema.js";

/** So many at a time, so that what arrives meanwhile does not wait. */
const atOnce = 500;

export async function forgetEvents(db: Db, olderThanMs: number): Promise<number> {
  const result = await db.sql
    .deleteFrom("hook_events")
    .where("seq", "in", (eb) =>
      eb
        .selectFrom("hook_events")
        .select("seq")
        .where("state", "in", ["done", "discarded"])
        .where("finished_at", "<=", sql<number>`${storeNow(db)} - ${sql.lit(Math.round(olderThanMs))}`)
        .limit(atOnce),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
