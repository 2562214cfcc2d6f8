/** Several nodes on one store: they share the work of one import, replace each other, and never do a thing twice. */

import { systemClock } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, upload } from "../testing/harness.js";
import type { Imports } from "../types.js";

const url = process.env.TEST_DATABASE_URL;

const csv = (rows: number) =>
  `ref,name\n${Array.from({ length: rows }, (_none, index) => `K${index},N${index}\n`).join("")}`;

/** A store as one node sees it: what it calls may never come back, as for a process that is stopped. */
function seenBy(store: Store) {
  const waiting: (() => void)[] = [];
  let stopped = false;
  const seen: Store = new Proxy(store, {
    get: (target, name: keyof Store) => {
      const value = target[name];
      if (typeof value !== "function") return value;
      return async (...args: never[]) => {
        if (stopped) await new Promise<void>((resolve) => waiting.push(resolve));
        return (value as (...all: never[]) => unknown)(...args);
      };
    },
  });
  return {
    seen,
    stop: () => {
      stopped = true;
    },
    goOn: () => {
      stopped = false;
      for (const go of waiting.splice(0)) go();
    },
  };
}

/** The Odoo as one node reaches it; counts the rows that the node wrote. */
function reachedBy(odoo: FakeOdoo) {
  const counted = { rows: 0, calls: 0 };
  const reached: FakeOdoo = {
    ...odoo,
    call: async (model, method, args, kwargs) => {
      if (method === "load") {
        counted.calls += 1;
        counted.rows += (args[1] as unknown[]).length;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return odoo.call(model, method, args, kwargs);
    },
  };
  return { reached, counted };
}

describe.each(testStoreKinds(url))("nodes on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;
  const running: Imports[] = [];

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = createFakeOdoo();
  });
  afterEach(async () => {
    for (const imports of running.splice(0)) await imports.stop();
    await store.close();
    await place.dispose();
  });

  const node = (nodeId: string, over: Store, to: FakeOdoo, leaseMs = 15_000): Imports => {
    const imports = importsOver(over, to, {
      clock: systemClock,
      nodeId,
      limits: { leaseMs, batchRows: 10, workers: 2 },
    });
    running.push(imports);
    return imports;
  };

  it("share one import, each record once, without being told of each other", async () => {
    const nodes = ["a", "b", "c"].map((id) => {
      const { reached, counted } = reachedBy(odoo);
      return { imports: node(id, store, reached), counted };
    });
    const [first] = nodes;
    if (!first) throw new Error("no node");
    const { id } = await first.imports.receive({
      source: upload(csv(300)),
      format: "csv",
      model: "res.partner",
      key: "ref",
    });
    for (const { imports } of nodes) imports.start();
    const seen = new Set<number>();
    for await (const status of first.imports.watch(id, AbortSignal.timeout(20_000))) {
      seen.add(status.nodes);
      const { read, created, updated, unchanged, failed, unprocessed } = status.counts;
      expect(created + updated + unchanged + failed + unprocessed).toBe(read);
    }
    expect(await first.imports.get(id)).toMatchObject({ state: "done", counts: { created: 300 }, nodes: 0 });
    expect(odoo.tables.get("res.partner")?.size).toBe(300);
    expect(nodes.reduce((sum, { counted }) => sum + counted.rows, 0)).toBe(300);
    expect(nodes.filter(({ counted }) => counted.rows > 0).length).toBeGreaterThan(1);
  });

  it("replace one that stopped within its lease; what it does when it comes back changes nothing", async () => {
    const { seen, stop, goOn } = seenBy(store);
    const { reached, counted } = reachedBy(odoo);
    const stalled = node("stalled", seen, reached, 400);
    const other = node("other", store, odoo, 400);
    const { id } = await other.receive({ source: upload(csv(120)), format: "csv", model: "res.partner", key: "ref" });
    stalled.start();
    await expect.poll(() => counted.calls, { timeout: 10_000, interval: 2 }).toBeGreaterThan(1);
    stop();
    other.start();
    const status = await settled(other, id);
    expect(status).toMatchObject({ state: "done", counts: { created: 120, failed: 0, unprocessed: 0 } });
    const calls = odoo.calls.length;
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await other.get(id)).counts).toEqual(status.counts);
    expect(odoo.calls.length).toBe(calls);
    expect(odoo.tables.get("res.partner")?.size).toBe(120);
    // It is a node like any other again.
    await other.stop();
    const next = await stalled.receive({ source: upload(csv(130)), format: "csv", model: "res.partner", key: "ref" });
    expect((await settled(stalled, next.id)).counts).toMatchObject({ created: 10, unchanged: 120 });
  });
});
