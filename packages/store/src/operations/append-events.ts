/**
 * Keeps events as they arrive, many in one transaction, each but once: neither an id nor a body that counts as an id
 * (bodyHash) comes in twice. Two nodes that receive the same event at the same moment meet at the unique index:
 * the second waits for the first and then sees its event.
 */
import { sql } from "kysely";
import { chunks } from "../chunks.js";
import type { Arrival, EventState, NewHookEvent } from "../inbox-types.js";
import { storeNow } from "../now.js";
import type { Db } from "../schema.js";

/** Events of one statement: each brings a payload of many kilobytes perhaps. */
const perStatement = 100;

export async function appendEvents(db: Db, events: readonly NewHookEvent[]): Promise<Arrival[]> {
  await db.requireRoom();
  return db.sql.transaction().execute(async (transaction) => {
    const arrivals: Arrival[] = [];
    for (const chunk of chunks(events, perStatement)) {
      const kept = await transaction
        .insertInto("hook_events")
        .values(
          chunk.map((event) => ({
            id: event.id,
            hook: event.hook,
            event_id: event.eventId,
            body_hash: event.bodyHash,
            topic: event.topic,
            lane: event.lane,
            payload: event.payload,
            edited: null,
            state: "waiting",
            claimed_by: null,
            attempts: 0,
            due_at: storeNow(db),
            received_at: storeNow(db),
            finished_at: null,
            outcome: null,
            diagnosis: null,
          })),
        )
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .execute();
      const ids = new Set(kept.map(({ id }) => id));
      for (const event of chunk) {
        if (ids.has(event.id)) arrivals.push({ id: event.id, duplicate: false, state: "waiting" });
        else {
          const first = await transaction
            .selectFrom("hook_events")
            .select(["id", sql<EventState>`state`.as("state")])
            .where("hook", "=", event.hook)
            .where((eb) =>
              // Null equals nothing.
              eb.or([eb("event_id", "=", event.eventId), eb("body_hash", "=", event.bodyHash)]),
            )
            .orderBy("seq")
            .executeTakeFirst();
          // Forgotten between the two statements: it was done long ago.
          arrivals.push({ duplicate: true, ...(first ?? { id: event.id, state: "done" }) });
        }
      }
    }
    return arrivals;
  });
}
