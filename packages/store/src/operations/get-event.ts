/** One event, and how a row of the table becomes one. */
import { sql } from "kysely";
import type { EventState, StoredEvent } from "../inbox-types.js";
import { spanNow } from "../now.js";
import type { Db } from "../schema.js";

interface EventRow extends Omit<StoredEvent, "claimed" | "dueInMs"> {
  readonly claimedBy: string | null;
  readonly dueInMs: number;
}

export function eventColumns(db: Db) {
  return [
    "seq",
    "id",
    "hook",
    "event_id as eventId",
    "topic",
    "lane",
    "payload",
    "edited",
    sql<EventState>`state`.as("state"),
    "claimed_by as claimedBy",
    "attempts",
    sql<number>`due_at - ${spanNow(db)}`.as("dueInMs"),
    "received_at as receivedAt",
    "finished_at as finishedAt",
    "outcome",
    "diagnosis",
  ] as const;
}

export function toEvent({ claimedBy, dueInMs, ...event }: EventRow): StoredEvent {
  return { ...event, claimed: claimedBy !== null, dueInMs: Math.max(0, dueInMs) };
}

export async function getEvent(db: Db, id: string): Promise<StoredEvent | undefined> {
  const row = await db.sql.selectFrom("hook_events").select(eventColumns(db)).where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toEvent(row);
}
