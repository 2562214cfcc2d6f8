/** Several files in one import: whose turn it is, and what becomes of those that wait. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestStore, type TestStore, testStoreKinds } from "./testing.js";
import type { Store, StoredRecord } from "./types.js";

const url = process.env.TEST_DATABASE_URL;
const limits = { records: 1000, rows: 100_000 };

describe.each(testStoreKinds(url))("groups on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let now = 1_000_000;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open({ now: () => now });
    await store.registerNode("n1");
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  /** Receives an import with one record, `key`. */
  const receive = async (id: string, model: string, key = "k") => {
    const more = { mapping: null, fileName: null, plan: "{}", entities: [model], primary: 0 };
    await store.createImport({ id, model, ...more });
    const row = { seq: 1, line: 2, data: "[]", key, diagnosis: null };
    await store.appendRows(id, [row], [{ entity: 0, key, firstRow: 1, rows: 1 }]);
  };
  /** A group imp_0 of parts imp_1 to imp_3, whose turns are 2, 3, 1. */
  const group = async () => {
    for (const [id, model] of [
      ["imp_1", "sale.order"],
      ["imp_2", "res.partner"],
      ["imp_3", "res.partner"],
    ] as const)
      await receive(id, model);
    await store.finishReceiving({ group: "imp_0", parts: ["imp_2", "imp_3", "imp_1"] });
  };
  const open = async () => (await store.openImports()).map(({ id }) => id);
  const states = async () => (await store.importsOfGroups(["imp_0"])).map(({ id, state }) => `${id} ${state}`);
  const work = async (id: string, outcome: "created" | "failed" = "created") => {
    await store.startImport(id);
    const claimed = await store.claimRecords(id, "n1", limits);
    if (typeof claimed === "string") throw new Error(claimed);
    const odooId = outcome === "failed" ? null : 7;
    const done = (record: StoredRecord) => ({ record, outcome, odooId, diagnosis: null });
    await store.completeRecords(id, "n1", claimed.records.map(done));
    expect(await store.finishImport(id, "done")).toBe(true);
  };

  it("opens all parts at once, and one after the other has its turn, rows failed or not", async () => {
    await receive("imp_1", "res.partner");
    expect(await store.importsOfGroups(["imp_0"])).toEqual([]);
    await store.deleteImport("imp_1");
    await group();
    expect(await states()).toEqual(["imp_2 queued", "imp_3 queued", "imp_1 queued"]);
    expect(await store.getImport("imp_1")).toMatchObject({ group: "imp_0", place: 2, records: [{ total: 1 }] });
    expect(await open()).toEqual(["imp_2"]);
    await store.startImport("imp_3");
    expect(await store.getImport("imp_3")).toMatchObject({ state: "queued" });
    await work("imp_2", "failed");
    expect(await open()).toEqual(["imp_3"]);
    await work("imp_3");
    await work("imp_1");
    expect(await states()).toEqual(["imp_2 done", "imp_3 done", "imp_1 done"]);
  });

  it("lets no part wait for the key of one that waits for it", async () => {
    await receive("imp_1", "res.partner");
    await receive("imp_2", "res.partner");
    await store.finishReceiving({ group: "imp_0", parts: ["imp_2", "imp_1"] });
    await work("imp_2");
    await work("imp_1");
  });

  it("cancels what waits for a part that is cancelled or fails, and nothing else", async () => {
    await group();
    await receive("imp_9", "res.partner", "other");
    await store.finishReceiving("imp_9");
    await work("imp_2");
    await store.startImport("imp_3");
    expect(await store.pauseImport("imp_1", "hand")).toBe(true);
    expect(await store.finishImport("imp_3", "failed")).toBe(true);
    expect(await states()).toEqual(["imp_2 done", "imp_3 failed", "imp_1 cancelled"]);
    expect(await open()).toEqual(["imp_9"]);
    for (const id of ["imp_3", "imp_1"]) await store.retryImport(id);
    expect(await open()).toEqual(["imp_3", "imp_9"]);
    expect(await store.cancelImport("imp_3")).toBe(true);
    expect(await store.cancelImport("imp_3")).toBe(false);
    expect(await states()).toEqual(["imp_2 done", "imp_3 cancelled", "imp_1 cancelled"]);
  });

  it("puts a part behind those that it waits for, once", async () => {
    await group();
    expect(await store.yieldImport("imp_2")).toBe(false);
    await store.startImport("imp_2");
    expect(await store.yieldImport("imp_2")).toBe(true);
    expect(await states()).toEqual(["imp_3 queued", "imp_1 queued", "imp_2 queued"]);
    expect(await open()).toEqual(["imp_3"]);
    await work("imp_3");
    await work("imp_1");
    await store.startImport("imp_2");
    expect(await store.yieldImport("imp_2")).toBe(false);
    await work("imp_2");
  });

  it("lists a group once, and forgets it as a whole", async () => {
    await group();
    await receive("imp_9", "res.partner");
    await store.finishReceiving("imp_9");
    const list = async (page: { limit: number; before?: string }) =>
      (await store.listImports(page)).map(({ id, group }) => group ?? id);
    expect(await list({ limit: 5 })).toEqual(["imp_9", "imp_0"]);
    expect(await list({ limit: 5, before: "imp_9" })).toEqual(["imp_0"]);
    expect(await list({ limit: 5, before: "imp_0" })).toEqual([]);
    await work("imp_2");
    now += 1000;
    await work("imp_3");
    expect(await store.importsOverBefore(now + 1)).toEqual([]);
    await work("imp_1");
    expect(await store.importsOverBefore(now)).toEqual([]);
    expect(await store.importsOverBefore(now + 1)).toEqual(["imp_1", "imp_2", "imp_3"]);
  });
});
