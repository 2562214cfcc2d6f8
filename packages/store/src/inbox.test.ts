/** The inbox's operations, on every kind of store. */
import fc from "fast-check";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { NewHookEvent, Settlement, StoredEvent } from "./inbox-types.js";
import { createTestStore, type TestStore, testStoreKinds } from "./testing.js";
import type { Store } from "./types.js";

const url = process.env.TEST_DATABASE_URL;

describe.each(testStoreKinds(url))("the inbox on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let now = 1_000_000;
  /** PostgreSQL has its own clock: there, only what is far off is far off. */
  const isOwnClock = kind === "sqlite";

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open({ now: () => now });
    await store.registerNode("n1");
    await store.registerNode("n2");
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  const event = (id: string, lane = id, more: Partial<NewHookEvent> = {}): NewHookEvent => ({
    id,
    hook: "shop",
    eventId: `e-${id}`,
    topic: "orders/create",
    lane,
    payload: JSON.stringify({ id }),
    bodyHash: null,
    ...more,
  });
  const claim = async (node: string, limit = 10, hooks = ["shop"]): Promise<StoredEvent[]> => {
    const taken = await store.claimEvents(node, hooks, limit);
    if (taken === "lapsed") throw new Error("lapsed");
    return taken;
  };
  const ids = (events: readonly StoredEvent[]) => events.map(({ id }) => id);
  const done = (id: string): Settlement => ({ id, to: "done", outcome: '{"outcome":"created"}' });
  const dead = (id: string): Settlement => ({ id, to: "dead", outcome: null, diagnosis: '{"code":"x"}' });

  it("keeps an event once, whoever sends it again and when", async () => {
    const [a, b] = [event("a"), event("b")];
    expect(await store.appendEvents([a, b, event("c", "c", { eventId: a.eventId })])).toEqual([
      { id: "a", duplicate: false, state: "waiting" },
      { id: "b", duplicate: false, state: "waiting" },
      { id: "a", duplicate: true, state: "waiting" },
    ]);
    await claim("n1");
    await store.settleEvents("n1", [done("a")]);
    const again = await store.appendEvents([event("d", "d", { eventId: a.eventId })]);
    expect(again).toEqual([{ id: "a", duplicate: true, state: "done" }]);
    const elsewhere = await store.appendEvents([event("e", "e", { eventId: a.eventId, hook: "other" })]);
    expect(elsewhere).toEqual([{ id: "e", duplicate: false, state: "waiting" }]);
  });

  it("keeps a body that counts as an id once, under whatever id it comes", async () => {
    const [first, same] = [event("a", "a", { bodyHash: "h" }), event("b", "b", { bodyHash: "h" })];
    const known = { id: "a", duplicate: true, state: "waiting" };
    expect(await store.appendEvents([first, same])).toEqual([{ ...known, duplicate: false }, known]);
    expect(await store.appendEvents([same, event("c", "c", { bodyHash: "i" })])).toMatchObject([known, { id: "c" }]);
    const elsewhere = await store.appendEvents([event("d", "d", { bodyHash: "h", hook: "other" })]);
    expect(elsewhere).toMatchObject([{ id: "d", duplicate: false }]);
  });

  it("keeps hundreds in one transaction, in their order", async () => {
    const many = Array.from({ length: 350 }, (_none, index) => event(`m${index}`));
    const arrivals = await store.appendEvents(many);
    expect(arrivals.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    expect(ids(await claim("n1", 350))).toEqual(many.map(({ id }) => id));
  });

  /** Another node that keeps events one by one, and waits for nobody longer than `lockTimeout`. */
  const rivalOf = async (lockTimeout: string) => {
    if (place.options.kind !== "postgres") throw new TypeError(kind);
    const { url: connectionString, schema } = place.options;
    const settings = `-c search_path=${schema} -c deadlock_timeout=30s -c lock_timeout=${lockTimeout}`;
    const client = new pg.Client({ connectionString, options: settings });
    await client.connect();
    await client.query("begin");
    return {
      keep: (eventId: string) =>
        client.query(
          `insert into hook_events (id, hook, event_id, lane, payload, state, attempts, due_at, received_at)
            values ('rival-' || $1, 'shop', $1, $1, '{}', 'waiting', 0, 0, 0)`,
          [eventId],
        ),
      commit: async () => {
        await client.query("commit");
        await client.end();
      },
    };
  };
  const met = () => new Promise((resolve) => setTimeout(resolve, 200));

  // The embedded store has one process, and so no rival.
  if (kind === "postgres") {
    it("never holds one event while it waits for one that goes before it", async () => {
      const rival = await rivalOf("500ms");
      await rival.keep("e-a");
      const appended = store.appendEvents([event("b"), event("a")]);
      await met();
      await rival.keep("e-b");
      await rival.commit();
      expect(await appended).toMatchObject([
        { id: "rival-e-b", duplicate: true },
        { id: "rival-e-a", duplicate: true },
      ]);
    });

    it("tries again when it met another writer crosswise", async () => {
      const rival = await rivalOf("30s");
      await rival.keep("e-b");
      const appended = store.appendEvents([event("a"), event("b")]);
      await met();
      await rival.keep("e-a");
      await rival.commit();
      expect(await appended).toMatchObject([
        { id: "rival-e-a", duplicate: true },
        { id: "rival-e-b", duplicate: true },
      ]);
    });
  }

  it("gives out the oldest of each lane, and the next once that is over", async () => {
    await store.appendEvents([event("a1", "a"), event("a2", "a"), event("b1", "b"), event("a3", "a")]);
    expect(ids(await claim("n1"))).toEqual(["a1", "b1"]);
    expect(await claim("n2")).toEqual([]);
    await store.settleEvents("n1", [done("a1"), { id: "b1", to: "release", diagnosis: null }]);
    expect(ids(await claim("n2"))).toEqual(["a2", "b1"]);
    await store.settleEvents("n2", [dead("a2")]);
    expect(ids(await claim("n1"))).toEqual(["a3"]);
  });

  it("holds a lane up while its first event is to be tried again", async () => {
    await store.appendEvents([event("a1", "a"), event("a2", "a")]);
    await claim("n1");
    await store.settleEvents("n1", [{ id: "a1", to: "again", inMs: 60_000, diagnosis: '{"code":"locked"}' }]);
    expect(await claim("n1")).toEqual([]);
    expect(await store.getEvent("a1")).toMatchObject({ state: "waiting", attempts: 1, diagnosis: '{"code":"locked"}' });
    if (!isOwnClock) return;
    expect((await store.getEvent("a1"))?.dueInMs).toBe(60_000);
    now += 60_000;
    expect(ids(await claim("n1"))).toEqual(["a1"]);
  });

  it("takes only of the hooks that are asked for", async () => {
    await store.appendEvents([event("a"), event("b", "b", { hook: "other" })]);
    expect(await claim("n1", 10, [])).toEqual([]);
    expect(ids(await claim("n1", 10, ["other"]))).toEqual(["b"]);
  });

  it("gives the events of a node that ended to others, and lets it change nothing more", async () => {
    await store.appendEvents([event("a")]);
    await claim("n1");
    expect(await claim("n2")).toEqual([]);
    await store.leaveNode("n1");
    expect(ids(await claim("n2"))).toEqual(["a"]);
    await store.settleEvents("n1", [dead("a")]);
    expect(await store.getEvent("a")).toMatchObject({ state: "waiting", claimed: true, attempts: 0 });
    expect(await store.claimEvents("n1", ["shop"], 1)).toBe("lapsed");
  });

  it("brings back what is over, with another payload perhaps, and gives up what shall not be", async () => {
    await store.appendEvents([event("a"), event("b", "a"), event("c")]);
    expect(await store.reopenEvent("a")).toBe(false);
    expect(await store.discardEvent("c")).toBe(true);
    await claim("n1");
    expect(await store.discardEvent("a")).toBe(false);
    await store.settleEvents("n1", [dead("a")]);
    await claim("n1");
    await store.settleEvents("n1", [done("b")]);
    expect(await store.laterDone("a")).toBe(1);
    expect(await store.laterDone("b")).toBe(0);
    expect(await store.reopenEvent("a", { payload: '{"id":9}', lane: "z" })).toBe(true);
    expect(await store.getEvent("a")).toMatchObject({
      state: "waiting",
      payload: '{"id":"a"}',
      edited: '{"id":9}',
      lane: "z",
      attempts: 0,
      finishedAt: null,
    });
    expect(await store.discardEvent("b")).toBe(false);
    expect(await store.discardEvent("none")).toBe(false);
    expect(await store.reopenEvent("c")).toBe(true);
    expect(await store.getEvent("none")).toBeUndefined();
  });

  it("holds nothing up when an event is brought back while a later one of its lane is at work", async () => {
    await store.appendEvents([event("a1", "a"), event("a2", "a")]);
    await claim("n1");
    await store.settleEvents("n1", [dead("a1")]);
    expect(ids(await claim("n1"))).toEqual(["a2"]);
    await store.reopenEvent("a1");
    await store.appendEvents([event("b1", "b")]);
    expect(ids(await claim("n2"))).toEqual(["b1"]);
    await store.settleEvents("n1", [done("a2")]);
    expect(ids(await claim("n2"))).toEqual(["a1"]);
  });

  it("lists the newest first, by hook and state, page by page, and counts what is open", async () => {
    await store.appendEvents(["a", "b", "c"].map((id) => event(id)));
    await store.appendEvents([event("o", "o", { hook: "other" })]);
    await claim("n1", 1);
    await store.settleEvents("n1", [dead("a")]);
    expect(ids(await store.listEvents({ limit: 9 }))).toEqual(["o", "c", "b", "a"]);
    expect(ids(await store.listEvents({ hook: "shop", limit: 1 }))).toEqual(["c"]);
    expect(ids(await store.listEvents({ hook: "shop", before: "c", limit: 9 }))).toEqual(["b", "a"]);
    expect(ids(await store.listEvents({ state: "dead", limit: 9 }))).toEqual(["a"]);
    expect(await store.countEvents()).toEqual([
      { hook: "other", waiting: 1, dead: 0, oldestWaiting: expect.any(Number) },
      { hook: "shop", waiting: 2, dead: 1, oldestWaiting: expect.any(Number) },
    ]);
  });

  it("forgets what was done or discarded long ago, and nothing else", async () => {
    await store.appendEvents(["a", "b", "c", "d"].map((id) => event(id)));
    await claim("n1", 2);
    await store.settleEvents("n1", [done("a"), dead("b")]);
    await store.discardEvent("c");
    expect(await store.forgetEvents(60_000)).toBe(0);
    now += 60_000;
    expect(await store.forgetEvents(isOwnClock ? 60_000 : 0)).toBe(2);
    expect(ids(await store.listEvents({ limit: 9 }))).toEqual(["d", "b"]);
  });

  it("never has two events of a lane at work, and works each off once, whatever several nodes do", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (lanes, limit) => {
          const run = Math.random().toString(36).slice(2);
          const events = lanes.map((lane, index) => event(`${run}-${index}`, `${run}-${lane}`, { hook: run }));
          await store.appendEvents(events);
          const order = new Map<string, string[]>();
          const atWork = new Set<string>();
          const worker = async (node: string) => {
            for (let idle = 0; idle < 5; ) {
              const taken = await claim(node, limit, [run]);
              idle = taken.length === 0 ? idle + 1 : 0;
              for (const { lane, id } of taken) {
                expect(atWork.has(lane)).toBe(false);
                atWork.add(lane);
                order.set(lane, [...(order.get(lane) ?? []), id]);
              }
              await new Promise((resolve) => setImmediate(resolve));
              for (const { lane } of taken) atWork.delete(lane);
              await store.settleEvents(
                node,
                taken.map(({ id }) => done(id)),
              );
            }
          };
          await Promise.all([worker("n1"), worker("n2")]);
          for (const { lane } of events)
            expect(order.get(lane)).toEqual(events.filter((one) => one.lane === lane).map(({ id }) => id));
        },
      ),
      { numRuns: 20 },
    );
  });
});
