/** Who may work on what: claims, their order, their end, and what the store says to those who lost them. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestStore, type TestStore, testStoreKinds } from "./testing.js";
import type { Claim, Completion, NewImport, NewRecord, NewRow, Store, StoredRecord } from "./types.js";

const url = process.env.TEST_DATABASE_URL;
const limits = { records: 1000, rows: 100_000 };

describe.each(testStoreKinds(url))("claims on %s", (kind) => {
  let place: TestStore;
  let store: Store;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    for (const node of ["n1", "n2"]) await store.registerNode(node);
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  /** An import at work: parents p0... and, for each of `children`, a row and a primary record. */
  const open = async (id: string, parents: number, children: number, more: Partial<NewImport> = {}) => {
    await store.createImport({
      id,
      model: "sale.order",
      mapping: null,
      fileName: null,
      plan: "{}",
      entities: ["res.partner", "sale.order"],
      primary: 1,
      ...more,
    });
    const rows: NewRow[] = Array.from({ length: Math.max(children, parents) }, (_none, index) => ({
      seq: index + 1,
      line: index + 2,
      data: "[]",
      key: children === 0 ? null : `c${index % children}`,
      diagnosis: null,
    }));
    const records: NewRecord[] = [
      ...Array.from({ length: parents }, (_none, index) => ({
        entity: 0,
        key: `p${index}`,
        firstRow: index + 1,
        rows: 1,
      })),
      ...Array.from({ length: children }, (_none, index) => ({
        entity: 1,
        key: `c${index}`,
        firstRow: index + 1,
        rows: 1,
      })),
    ];
    await store.appendRows(id, rows, records);
    await store.finishReceiving(id);
    await store.startImport(id);
  };

  const claim = async (id: string, node: string, records = 1000, rows = 100_000): Promise<Claim> => {
    const claimed = await store.claimRecords(id, node, { records, rows });
    if (typeof claimed === "string") throw new Error(claimed);
    return claimed;
  };
  const keys = (claimed: Claim) => claimed.records.map((record) => record.key);
  const done = (record: StoredRecord, more: Partial<Completion> = {}): Completion => ({
    record,
    outcome: "created",
    odooId: record.firstRow,
    diagnosis: null,
    ...more,
  });
  const complete = (id: string, node: string, claimed: Claim) =>
    store.completeRecords(
      id,
      node,
      claimed.records.map((record) => done(record)),
    );

  it("gives no record to two, and parents before children", async () => {
    await open("imp_1", 5, 4);
    const [one, two] = [await claim("imp_1", "n1", 3), await claim("imp_1", "n2", 3)];
    expect([keys(one), keys(two)]).toEqual([
      ["p0", "p1", "p2"],
      ["p3", "p4"],
    ]);
    expect(await store.claimRecords("imp_1", "n1", limits)).toBe("wait");
    await complete("imp_1", "n1", one);
    expect(await store.claimRecords("imp_1", "n1", limits)).toBe("wait");
    await complete("imp_1", "n2", two);
    const children = await claim("imp_1", "n1");
    expect([children.entity, children.state, keys(children)]).toEqual([1, "pending", ["c0", "c1", "c2", "c3"]]);
    expect((await store.getImport("imp_1"))?.nodes).toBe(1);
    expect(await store.finishImport("imp_1", "done")).toBe(false);
    await complete("imp_1", "n1", children);
    expect(await store.claimRecords("imp_1", "n2", limits)).toBe("none");
    expect(await store.finishImport("imp_1", "done")).toBe(true);
    expect(await store.getImport("imp_1")).toMatchObject({ state: "done", nodes: 0, rows: { created: 4 } });
  });

  it("gives no more rows than asked for, and one record whatever its rows", async () => {
    await open("imp_1", 0, 6);
    await store.appendRows("imp_1", [], [{ entity: 1, key: "c0", firstRow: 1, rows: 9 }]);
    expect(keys(await claim("imp_1", "n1", 10, 5))).toEqual(["c0"]);
    expect(keys(await claim("imp_1", "n1", 10, 3))).toEqual(["c1", "c2", "c3"]);
  });

  it("gives nothing of an import that waits for a person or is over, and lets what is under way end", async () => {
    await open("imp_1", 2, 0);
    const claimed = await claim("imp_1", "n1", 1);
    expect(await store.pauseImport("imp_1", "hand")).toBe(true);
    expect(await store.claimRecords("imp_1", "n2", limits)).toBe("none");
    await complete("imp_1", "n1", claimed);
    expect((await store.getImport("imp_1"))?.records[0]).toMatchObject({ created: 1, total: 2 });
    expect(await store.resumeImport("imp_1")).toBe(true);
    const other = await claim("imp_1", "n2");
    await store.cancelImport("imp_1");
    expect(await store.claimRecords("imp_1", "n1", limits)).toBe("none");
    await complete("imp_1", "n2", other);
    expect(await store.getImport("imp_1")).toMatchObject({ state: "cancelled", records: [{ created: 2 }, {}] });
  });

  it("takes what a dead node was sending first, and fences the node off when it comes back", async () => {
    await open("imp_1", 6, 0);
    const claimed = await claim("imp_1", "n1", 2);
    expect(await store.journalSending("imp_1", "n1", 0, ["p0"], "create")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await store.heartbeat("n2")).toBe(true);
    expect(await store.releaseLapsed(1000)).toEqual(["n1"]);
    expect(await store.releaseLapsed(60_000)).toEqual([]);
    expect(await store.heartbeat("n1")).toBe(false);
    expect(await store.claimRecords("imp_1", "n1", limits)).toBe("lapsed");

    const again = await claim("imp_1", "n2", 1);
    expect([again.state, keys(again), again.records[0]?.intent]).toEqual(["sending", ["p0"], "create"]);
    expect(await store.journalSending("imp_1", "n1", 0, ["p0"], "update")).toBe(false);
    await store.releaseRecords("imp_1", "n1", 0, ["p0", "p1"], true);
    await store.completeRecords("imp_1", "n1", [
      done(claimed.records[0] as StoredRecord, { outcome: "failed" }),
      done(claimed.records[1] as StoredRecord, { outcome: "failed" }),
    ]);
    const [first] = await store.recordsByKey("imp_1", 0, ["p0"]);
    expect(first).toMatchObject({ state: "sending", intent: "create", odooId: null });
    expect((await store.getImport("imp_1"))?.records[0]).toMatchObject({ created: 0, failed: 0 });
    await complete("imp_1", "n2", again);
    expect(keys(await claim("imp_1", "n2"))).toEqual(["p1", "p2", "p3", "p4", "p5"]);
  });

  it("notes nothing of a batch of which one record is another's", async () => {
    await open("imp_1", 3, 0);
    await claim("imp_1", "n1", 2);
    await claim("imp_1", "n2", 1);
    expect(await store.journalSending("imp_1", "n1", 0, ["p0", "p1", "p2"], "create")).toBe(false);
    expect((await store.recordsByKey("imp_1", 0, ["p0"]))[0]?.state).toBe("pending");
  });

  it("gives claims back when a node leaves", async () => {
    await open("imp_1", 2, 0);
    await claim("imp_1", "n1");
    await store.leaveNode("n1");
    expect(keys(await claim("imp_1", "n2"))).toEqual(["p0", "p1"]);
  });

  it("leaves what is deferred to the end, and counts it as what it was", async () => {
    await open("imp_1", 2, 1);
    const parents = await claim("imp_1", "n1");
    const [one, two] = parents.records as [StoredRecord, StoredRecord];
    await store.completeRecords("imp_1", "n1", [done(one, { deferred: '{"parent_id":"p1"}' }), done(two)]);
    expect((await store.getImport("imp_1"))?.records[0]).toMatchObject({ created: 1, total: 2 });
    await complete("imp_1", "n1", await claim("imp_1", "n1"));
    expect(await store.finishImport("imp_1", "done")).toBe(false);
    const second = await claim("imp_1", "n1");
    expect(second).toMatchObject({ entity: 0, state: "deferred" });
    expect(second.records).toMatchObject([{ key: "p0", odooId: 1, intent: "create", deferred: '{"parent_id":"p1"}' }]);
    expect(await store.claimRecords("imp_1", "n2", limits)).toBe("wait");
    await store.journalSending("imp_1", "n1", 0, ["p0"], "create");
    await store.releaseRecords("imp_1", "n1", 0, ["p0"], true);
    const third = await claim("imp_1", "n2");
    expect(third).toMatchObject({ state: "deferred", records: [{ intent: "create", odooId: 1 }] });
    await complete("imp_1", "n2", third);
    expect((await store.recordsByKey("imp_1", 0, ["p0"]))[0]).toMatchObject({ state: "created", deferred: null });
    expect(await store.finishImport("imp_1", "done")).toBe(true);
  });

  it("works on a key of two imports in the order of the imports, never at the same time", async () => {
    await open("imp_1", 2, 0);
    await open("imp_2", 4, 0);
    expect(keys(await claim("imp_2", "n2"))).toEqual(["p2", "p3"]);
    expect(await store.claimRecords("imp_2", "n2", limits)).toBe("wait");
    const first = await claim("imp_1", "n1", 1);
    expect(await store.claimRecords("imp_2", "n2", limits)).toBe("wait");
    await complete("imp_1", "n1", first);
    expect(keys(await claim("imp_2", "n2"))).toEqual(["p0"]);
    // An earlier one that waits for a person keeps nobody waiting; but what is held is held.
    await store.pauseImport("imp_1", "hand");
    expect(keys(await claim("imp_2", "n2"))).toEqual(["p1"]);
    await store.resumeImport("imp_1");
    expect(await store.claimRecords("imp_1", "n1", limits)).toBe("wait");
    await store.releaseRecords("imp_2", "n2", 0, ["p1"], true);
    expect(keys(await claim("imp_1", "n1"))).toEqual(["p1"]);
  });

  it("remembers what was sent with what became of it, and forgets what is another record's", async () => {
    await open("imp_1", 1, 0);
    const { records } = await claim("imp_1", "n1");
    const sent = { externalId: "odoorway.p0", model: "res.partner", odooId: 7, fields: { name: "a", ref: "b" } };
    await store.completeRecords("imp_1", "n1", [done(records[0] as StoredRecord, { sent })]);
    await store.completeRecords("imp_1", "n1", [done(records[0] as StoredRecord, { sent: { ...sent, odooId: 8 } })]);
    expect(await store.sentValues(["odoorway.p0", "odoorway.none"])).toEqual([sent]);
    await store.rememberSent([{ ...sent, fields: { ref: "c" } }]);
    expect((await store.sentValues(["odoorway.p0"]))[0]?.fields).toEqual({ name: "a", ref: "c" });
    await store.rememberSent([{ ...sent, odooId: 9, fields: { ref: "d" } }]);
    expect((await store.sentValues(["odoorway.p0"]))[0]?.fields).toEqual({ ref: "d" });
  });

  it("takes a share of what is open, but not less than a few", async () => {
    await open("imp_1", 600, 0);
    const shares = { records: 1000, rows: 1000, shares: 4 };
    const sizes: number[] = [];
    for (let node = 0; node < 4; node += 1) {
      const claimed = await store.claimRecords("imp_1", "n1", shares);
      if (typeof claimed === "string") break;
      sizes.push(claimed.records.length);
      await store.completeRecords(
        "imp_1",
        "n1",
        claimed.records.map((record) => done(record)),
      );
    }
    expect(sizes).toEqual([150, 113, 85, 63]);
  });

  it("remembers the batch size of a model", async () => {
    expect(await store.batchSizeOf("res.partner")).toBeUndefined();
    await store.rememberBatchSize("res.partner", 40);
    await store.rememberBatchSize("res.partner", 80);
    expect(await store.batchSizeOf("res.partner")).toBe(80);
  });

  it("shares one import among many claimers at once without an overlap", async () => {
    await open("imp_1", 600, 0);
    const seen = new Map<string, number>();
    const work = async (node: string) => {
      for (;;) {
        const claimed = await store.claimRecords("imp_1", node, { records: 17, rows: 1000 });
        if (claimed === "none") return;
        if (typeof claimed === "string") {
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        for (const key of keys(claimed)) seen.set(key, (seen.get(key) ?? 0) + 1);
        await complete("imp_1", node, claimed);
      }
    };
    await Promise.all(["n1", "n2", "n1", "n2", "n1", "n2"].map(work));
    expect(seen.size).toBe(600);
    expect([...seen.values()].every((times) => times === 1)).toBe(true);
    expect((await store.getImport("imp_1"))?.records[0]).toMatchObject({ created: 600 });
  });
});

describe("the embedded store", () => {
  it("gives back at the start what an earlier process held: it is alone", async () => {
    const place = await createTestStore("sqlite", undefined);
    const first = await place.open();
    await first.registerNode("n1");
    await first.createImport({
      id: "imp_1",
      model: "res.partner",
      mapping: null,
      fileName: null,
      plan: "{}",
      entities: ["res.partner"],
      primary: 0,
    });
    await first.appendRows("imp_1", [], [{ entity: 0, key: "a", firstRow: 1, rows: 1 }]);
    await first.finishReceiving("imp_1");
    await first.startImport("imp_1");
    await first.claimRecords("imp_1", "n1", limits);
    await first.close();
    const second = await place.open();
    expect(await second.heartbeat("n1")).toBe(false);
    await second.registerNode("n2");
    expect(await second.claimRecords("imp_1", "n2", limits)).toMatchObject({ records: [{ key: "a" }] });
    await second.close();
    await place.dispose();
  });

  it("says that the disk is full, keeps what it has, and goes on when there is room", async () => {
    const place = await createTestStore("sqlite", undefined);
    if (place.options.kind !== "sqlite") throw new Error("not sqlite");
    const { openStore } = await import("./store.js");
    const store = await openStore({ ...place.options, mostBytes: 60 * 4096 });
    await store.createImport({
      id: "imp_1",
      model: "res.partner",
      mapping: null,
      fileName: null,
      plan: "{}",
      entities: ["res.partner"],
      primary: 0,
    });
    const row = { line: 1, data: JSON.stringify(["x".repeat(3000)]), key: null, diagnosis: null };
    let seq = 0;
    const fill = async () => {
      for (; seq < 1000; seq += 10)
        await store.appendRows(
          "imp_1",
          Array.from({ length: 10 }, (_none, index) => ({ ...row, seq: seq + index })),
          [],
        );
    };
    await expect(fill()).rejects.toMatchObject({ code: "store_full", status: 507, retryable: true });
    expect((await store.getImport("imp_1"))?.read).toBe(seq);
    await store.deleteImport("imp_1");
    await store.createToken({ id: "t", name: "n", hash: "h", scopes: [] });
    await store.close();
    await place.dispose();
  });
});
