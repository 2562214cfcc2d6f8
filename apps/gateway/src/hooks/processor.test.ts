import { OdoorwayError, systemClock } from "@odoorway/core";
import type { FlowOutcome } from "@odoorway/flows";
import type { NewHookEvent, Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createHookProcessor, type HookProcessor, type ProcessorParts } from "./processor.js";
import type { Hook } from "./settings.js";
import { type FakeOdoo, fakeFlow, fakeOdoo } from "./testing.js";

const url = process.env.TEST_DATABASE_URL;
const hook = { name: "shop", flow: "orders" } as Hook;
const failure = (error: OdoorwayError): FlowOutcome => ({ error, records: [], warnings: [] });

describe.each(testStoreKinds(url))("the processor on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;
  let isThere = true;
  const processors: HookProcessor[] = [];

  const processor = (more: Partial<ProcessorParts> = {}): HookProcessor => {
    const made = createHookProcessor({
      store,
      hooks: new Map([["shop", hook]]),
      flow: () => fakeFlow(),
      runner: odoo.runner,
      underWay: () => 0,
      askOdoo: async () => {
        if (!isThere) throw new OdoorwayError("connection_refused", { evidence: { url: "https://odoo.test" } });
      },
      // Pauses are a hundredth as long.
      clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) },
      random: Math.random,
      observe: () => {},
      retention: 3_600_000,
      ...more,
    });
    processors.push(made);
    return made;
  };

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = fakeOdoo();
    isThere = true;
  });
  afterEach(async () => {
    for (const one of processors.splice(0)) await one.stop();
    await store.close();
    await place.dispose();
  });

  const event = (id: string, payload: Record<string, unknown> = {}): NewHookEvent => ({
    id,
    hook: "shop",
    eventId: id,
    topic: null,
    lane: `orders ${payload.key ?? id}`,
    payload: JSON.stringify({ id, ...payload }),
    bodyHash: null,
  });
  const state = async (id: string) => (await store.getEvent(id))?.state;

  it("tells at start of events that wait for a hook of another name, and touches none", async () => {
    await store.appendEvents([{ ...event("old"), hook: "renamed" }, event("new")]);
    for (const hooks of [new Map([["shop", hook]]), new Map<string, Hook>()]) {
      const told: unknown[] = [];
      const one = processor({ hooks, observe: ({ name, facts }) => name === "hooks.left_behind" && told.push(facts) });
      one.start();
      const renamed = { hook: "renamed", waiting: 1, fix: expect.stringContaining("a hook named renamed") };
      await expect.poll(() => told[0]).toEqual(renamed);
      if (hooks.size > 0) expect(told).toHaveLength(1);
      if (hooks.size > 0) await expect.poll(() => state("new")).toBe("done");
      await one.stop();
    }
    expect(await state("old")).toBe("waiting");
  });

  it("works events off in the order of their key, each once, by several nodes", async () => {
    const events = Array.from({ length: 300 }, (_none, n) => event(`e${n}`, { key: `k${n % 7}`, n }));
    await store.appendEvents(events);
    for (const one of [processor(), processor(), processor()]) one.start();
    await expect.poll(async () => (await store.countEvents()).length, { timeout: 20_000 }).toBe(0);
    expect(odoo.clashes).toEqual([]);
    expect(odoo.done.size).toBe(7);
    for (const done of odoo.done.values()) {
      const numbers = (done as { n: number }[]).map(({ n }) => n);
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    expect([...odoo.done.values()].flat()).toHaveLength(300);
  });

  it("lays dead what would fail again, with its diagnosis, and goes on with the next of the key", async () => {
    odoo.before = async (payload) =>
      (payload as { bad?: true }).bad
        ? failure(new OdoorwayError("unknown_field", { evidence: { field: "emial" } }))
        : undefined;
    await store.appendEvents([event("a", { key: "k", bad: true }), event("b", { key: "k" })]);
    processor().start();
    await expect.poll(() => state("b")).toBe("done");
    expect(await store.getEvent("a")).toMatchObject({ state: "dead", attempts: 1 });
    expect(JSON.parse((await store.getEvent("a"))?.diagnosis ?? "")).toMatchObject({ code: "unknown_field" });
    expect(await store.reopenEvent("a", { payload: '{"key":"k","id":"mended"}', lane: "orders k" })).toBe(true);
    await expect.poll(() => state("a")).toBe("done");
    expect(odoo.done.get("k")?.at(-1)).toMatchObject({ id: "mended" });
  });

  it("waits while Odoo is away, holds nothing against any event, and goes on by itself", async () => {
    isThere = false;
    let tries = 0;
    odoo.before = async () => {
      tries += 1;
      return isThere ? undefined : failure(new OdoorwayError("connection_refused", { evidence: { url: "x" } }));
    };
    await store.appendEvents(Array.from({ length: 120 }, (_none, n) => event(`e${n}`)));
    const one = processor({ clock: { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) } });
    one.start();
    await expect.poll(() => one.hindrance()?.error.code).toBe("connection_refused");
    await systemClock.sleep(300);
    const before = tries;
    expect(before).toBeLessThanOrEqual(100);
    expect(await store.getEvent("e0")).toMatchObject({ state: "waiting", attempts: 0 });
    await expect
      .poll(async () => (await store.getEvent("e0"))?.diagnosis ?? "", { timeout: 10_000 })
      .toContain("connection_refused");
    isThere = true;
    await expect.poll(async () => (await store.countEvents()).length, { timeout: 20_000 }).toBe(0);
    expect(one.hindrance()).toBeUndefined();
    expect([...odoo.done.values()].flat()).toHaveLength(120);
  });

  it("lets one event that Odoo chokes on hold up nobody else", async () => {
    odoo.before = async (payload) =>
      (payload as { id: string }).id === "a" ? failure(new OdoorwayError("timeout")) : undefined;
    await store.appendEvents(["a", "b", "c"].map((id) => event(id)));
    const one = processor();
    one.start();
    await expect.poll(() => state("c")).toBe("done");
    expect(await state("b")).toBe("done");
    expect(one.hindrance()).toBeUndefined();
    expect(await store.getEvent("a")).toMatchObject({ state: "waiting", attempts: 1 });
  });

  it("finds the one event that breaks a whole batch", async () => {
    const run = odoo.runner.run;
    const runner: ProcessorParts["runner"] = {
      run: (flow, payloads, options) =>
        payloads.some((payload) => (payload as { id: string }).id === "b")
          ? Promise.reject(new TypeError("a defect"))
          : run(flow, payloads, options),
    };
    await store.appendEvents(["a", "b", "c"].map((id) => event(id)));
    processor({ runner }).start();
    await expect.poll(() => state("b")).toBe("dead");
    expect([await state("a"), await state("c")]).toEqual(["done", "done"]);
    const { diagnosis } = (await store.getEvent("b")) ?? {};
    expect(diagnosis).toContain("internal_error");
    expect(diagnosis).not.toContain("a defect");
  });

  it("does not stop for a store that fails for a while", async () => {
    let failures = 3;
    const flaky: ProcessorParts["store"] = {
      ...store,
      claimEvents: (...args) => {
        failures -= 1;
        return failures >= 0 ? Promise.reject(new OdoorwayError("store_unavailable")) : store.claimEvents(...args);
      },
    };
    await store.appendEvents([event("a")]);
    processor({ store: flaky }).start();
    await expect.poll(() => state("a"), { timeout: 10_000 }).toBe("done");
  });

  it("leaves the door to those who come, and starves nobody", async () => {
    let atTheDoor = 8;
    await store.appendEvents(Array.from({ length: 40 }, (_none, n) => event(`e${n}`)));
    processor({ underWay: () => atTheDoor, clock: systemClock }).start();
    await expect.poll(async () => odoo.done.get("")?.length).toBeGreaterThanOrEqual(5);
    expect(odoo.done.get("")?.length).toBeLessThan(40);
    atTheDoor = 0;
    await expect.poll(async () => odoo.done.get("")?.length, { timeout: 5_000 }).toBe(40);
  });

  it("takes up what a killed process held", async () => {
    await store.registerNode("dead");
    await store.appendEvents([event("a")]);
    expect(await store.claimEvents("dead", ["shop"], 5)).toHaveLength(1);
    await store.leaveNode("dead");
    processor().start();
    await expect.poll(() => state("a")).toBe("done");
  });

  it("stops with what is under way settled, and nothing claimed", async () => {
    odoo.before = () => systemClock.sleep(50).then(() => undefined);
    await store.appendEvents(Array.from({ length: 200 }, (_none, n) => event(`e${n}`)));
    const one = processor();
    one.start();
    await expect.poll(() => odoo.done.size).toBeGreaterThan(0);
    await one.stop();
    const events = await store.listEvents({ limit: 200 });
    const done = odoo.done.get("")?.length ?? 0;
    expect(done).toBeGreaterThan(0);
    expect(events.filter(({ state: now }) => now === "done")).toHaveLength(done);
    await store.registerNode("next");
    const left = await store.claimEvents("next", ["shop"], 200);
    expect(left).toHaveLength(200 - done);
  });

  it("forgets finished events when their time is over", async () => {
    await store.appendEvents([event("a")]);
    const clock = { ...systemClock, sleep: (ms: number, on?: AbortSignal) => systemClock.sleep(ms / 5000, on) };
    processor({ retention: 0, clock }).start();
    await expect.poll(() => state("a")).toBeUndefined();
  });
});
