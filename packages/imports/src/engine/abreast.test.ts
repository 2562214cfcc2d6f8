/** How many batches of an import run at once. */
import { OdoorwayError } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore } from "@odoorway/store/testing";
import { expect, it } from "vitest";
import type { SentCall } from "../records/send.js";
import { createFakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, upload } from "../testing/harness.js";
import { Abreast } from "./abreast.js";

const ends = (...list: SentCall["end"][]) => list.map((end) => ({ end }));

it("begins with all workers and never has more", () => {
  const abreast = new Abreast(4);
  abreast.learn(ends("saved"));
  expect(abreast.allowed).toBe(4);
});

it.each(["conflict", "lost", "too-large", "too-many"] as const)(
  "halves at a call that ended as %s, down to one",
  (end) => {
    const abreast = new Abreast(4);
    const seen = [1, 2, 3].map(() => {
      abreast.learn(ends("saved", end));
      return abreast.allowed;
    });
    expect(seen).toEqual([2, 1, 1]);
  },
);

it("comes back by one after as many good batches as run at once", () => {
  const abreast = new Abreast(4);
  abreast.learn(ends("lost"));
  abreast.learn(ends("lost"));
  const seen: number[] = [];
  for (let batch = 0; batch < 8; batch += 1) {
    abreast.learn(ends("saved", "refused"));
    seen.push(abreast.allowed);
  }
  expect(seen).toEqual([2, 2, 2, 3, 3, 3, 4, 4]);
  abreast.learn(ends("refused"));
  abreast.learn([]);
  expect(abreast.allowed).toBe(4);
});

it("is free while fewer are under way than may be", () => {
  const abreast = new Abreast(2);
  abreast.began();
  expect(abreast.free).toBe(true);
  abreast.began();
  expect(abreast.free).toBe(false);
  abreast.learn(ends("conflict"));
  abreast.ended();
  expect(abreast.free).toBe(false);
  abreast.ended();
  expect(abreast.free).toBe(true);
});

it.each([
  ["several batches at once", false],
  ["one batch at a time while batches meet other writers", true],
] as const)("lets the engine send %s", async (_what, meets) => {
  const place = await createTestStore("sqlite", undefined);
  const store = await place.open();
  const odoo = createFakeOdoo();
  const call = odoo.call.bind(odoo);
  const met = new Set<string>();
  let underWay = 0;
  let ended = 0;
  let most = 0;
  odoo.call = async (model, method, args = [], ...rest) => {
    if (method !== "load") return call(model, method, args, ...rest);
    underWay += 1;
    await new Promise((resolve) => setTimeout(resolve, 10));
    // The first batches, one a worker, begin together: nothing is known yet.
    if (ended > 10) most = Math.max(most, underWay);
    underWay -= 1;
    ended += 1;
    const first = String((args[1] as string[][])[0]?.[0]);
    if (!meets || met.has(first)) return call(model, method, args, ...rest);
    met.add(first);
    return { ids: false, messages: [{ type: "error", record: 0, message: "could not serialize access" }] };
  };
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(3, ms))),
  };
  const imports = importsOver(store, odoo, { clock, limits: { batchRows: 5, workers: 4 } });
  imports.start();
  try {
    const csv = `ref,name\n${Array.from({ length: 120 }, (_none, n) => `k${n},N${n}\n`).join("")}`;
    const { id } = await imports.receive({ source: upload(csv), format: "csv", model: "res.partner", key: "ref" });
    expect((await settled(imports, id)).counts).toMatchObject({ created: 120, failed: 0 });
    if (meets) expect(most).toBe(1);
    else expect(most).toBeGreaterThan(1);
  } finally {
    await imports.stop();
    await store.close();
    await place.dispose();
  }
});

it.each([1, 3])("leaves %i worker(s) their pauses while the store takes nothing", async (workers) => {
  const place = await createTestStore("sqlite", undefined);
  const store = await place.open();
  const odoo = createFakeOdoo();
  let asked = 0;
  let full = false;
  const sick: Store = new Proxy(store, {
    get: (target, name: keyof Store) => {
      if (name === "openImports")
        return async () => {
          asked += 1;
          // The embedded store answers without a pause: a loop over it would leave no time for the test to see it.
          await new Promise((resolve) => setImmediate(resolve));
          return target.openImports();
        };
      if (full && name === "claimRecords") return () => Promise.reject(new OdoorwayError("store_full"));
      return target[name];
    },
  });
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        if (signal?.aborted) resolve();
        const timer = setTimeout(resolve, ms);
        signal?.addEventListener("abort", () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
  const imports = importsOver(sick, odoo, { clock, limits: { workers, batchRows: 1 } });
  odoo.mishap = ({ index }) => {
    // Once it has begun, and one of its replies was lost, so that fewer may be at it.
    full = index > workers;
    return index === 0 ? "lost-after" : undefined;
  };
  imports.start();
  try {
    const csv = `ref,name\n${Array.from({ length: 40 }, (_none, n) => `k${n},N${n}\n`).join("")}`;
    const { id } = await imports.receive({ source: upload(csv), format: "csv", model: "res.partner", key: "ref" });
    await expect.poll(() => full, { timeout: 10_000 }).toBe(true);
    asked = 0;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(asked).toBeLessThan(12 * workers);
    full = false;
    odoo.mishap = () => undefined;
    expect((await settled(imports, id)).counts).toMatchObject({ created: 40 });
  } finally {
    await imports.stop();
    await store.close();
    await place.dispose();
  }
});
