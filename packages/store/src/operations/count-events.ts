/** What waits and what is dead, by hook. */
import { sql } from "kysely";
import type { EventCounts } from "../inbox-types.js";
import type { Db } from "../schema.js";

export async function countEvents(db: Db): Promise<EventCounts[]> {
  return db.sql
    .selectFrom("hook_events")
    .select([
      "hook",
      sql<number>`sum(case when state = 'waiting' then 1 else 0 end)`.as("waiting"),
      sql<number>`sum(case when state = 'dead' then 1 else 0 end)`.as("dead"),
      sql<number | null>`min(case when state = 'waiting' then received_at end)`.as("oldestWaiting"),
    ])
    .where("state", "in", ["waiting", "dead"])
    .groupBy("hook")
    .orderBy("hook")
    .execute();
}
