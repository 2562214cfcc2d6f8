/**
 * Keeps events as they arrive, many in one transaction, each but once: neither an id nor a body that counts as an id
 * (bodyHash) comes in twice. Two nodes that receive the same event at the same moment meet at the unique index:
 * the second waits for the first and then sees its event.
 *
 * Two that receive the same events in another order would wait for each other for ever, so on PostgreSQL events are
 * written in the order of their keys, numbered beforehand in the order in which they arrived. What has two keys can
 * still meet crosswise (an id with another body); PostgreSQL ends one of such two, and that one is tried again.
 */
import { sql, type Transaction } from "kysely";
import { chunks } from "../chunks.js";
import type { Arrival, EventState, NewHookEvent } from "../inbox-types.js";
import { spanNow, storeNow } from "../now.js";
import type { Db, Tables } from "../schema.js";

/** Events of one statement: each brings a payload of many kilobytes perhaps. */
const perStatement = 100;

const deadlock = "40P01";
const mostTries = 5;

export async function appendEvents(db: Db, events: readonly NewHookEvent[]): Promise<Arrival[]> {
  await db.requireRoom();
  for (let tries = 1; ; tries += 1)
    try {
      return await db.sql.transaction().execute((transaction) => append(db, transaction, events));
    } catch (error) {
      const crossed = error instanceof Error && "code" in error && error.code === deadlock;
      if (!crossed || tries === mostTries) throw error;
    }
}

async function append(db: Db, transaction: Transaction<Tables>, events: readonly NewHookEvent[]): Promise<Arrival[]> {
  const kept = new Set<string>();
  for (const chunk of chunks(await inOrder(db, transaction, events), perStatement)) {
    const now = storeNow(db);
    const rows = chunk.map(
      ({ event: { id, hook, eventId, bodyHash, topic, lane, payload }, seq }) =>
        sql`(${seq}, ${id}, ${hook}, ${eventId}, ${bodyHash}, ${topic}, ${lane}, ${payload}, 'waiting', 0, ${spanNow(db)}, ${now})`,
    );
    const { rows: written } = await sql<{ id: string }>`
      insert into hook_events
        (seq, id, hook, event_id, body_hash, topic, lane, payload, state, attempts, due_at, received_at)
        ${db.kind === "postgres" ? sql`overriding system value` : sql``} values ${sql.join(rows)}
      on conflict do nothing returning id`.execute(transaction);
    for (const { id } of written) kept.add(id);
  }
  const arrivals: Arrival[] = [];
  for (const event of events) {
    if (kept.has(event.id)) arrivals.push({ id: event.id, duplicate: false, state: "waiting" });
    else arrivals.push(await firstOf(transaction, event));
  }
  return arrivals;
}

/** Events as they are written, with the numbers that they get: of no number, the next. */
async function inOrder(
  db: Db,
  transaction: Transaction<Tables>,
  events: readonly NewHookEvent[],
): Promise<readonly { readonly event: NewHookEvent; readonly seq: number | null }[]> {
  if (db.kind === "sqlite") return events.map((event) => ({ event, seq: null }));
  const { rows } = await sql<{ seq: number }>`select nextval(pg_get_serial_sequence('hook_events', 'seq')) as seq
    from generate_series(1, ${events.length}::int)`.execute(transaction);
  const seqs = rows.map(({ seq }) => seq).sort((a, b) => a - b);
  const keyOf = ({ hook, bodyHash, eventId }: NewHookEvent) => `${hook} ${bodyHash ?? eventId}`;
  return events
    .map((event, index) => ({ event, seq: seqs[index] ?? 0, key: keyOf(event) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ event, seq }) => ({ event, seq }));
}

async function firstOf(transaction: Transaction<Tables>, event: NewHookEvent): Promise<Arrival> {
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
  return { duplicate: true, ...(first ?? { id: event.id, state: "done" }) };
}
