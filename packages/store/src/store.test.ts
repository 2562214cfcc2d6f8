/** The store's operations, on every kind of store. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { OdoorwayError } from "@odoorway/core";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore } from "./store.js";
import { createTestStore, type TestStore, testStoreKinds } from "./testing.js";
import type { Completion, NewRow, Store, StoredRecord } from "./types.js";

const url = process.env.TEST_DATABASE_URL;

describe.each(testStoreKinds(url))("the store on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let now = 1_000_000;
  const node = "node-1";

  /** The next records of the import, taken by the node. */
  const claim = async (limit: number, by = node): Promise<readonly StoredRecord[]> => {
    const claimed = await store.claimRecords("imp_1", by, { records: limit, rows: 100_000 });
    return typeof claimed === "string" ? [] : claimed.records;
  };

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open({ now: () => now });
    await store.registerNode(node);
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  const rows = (count: number): NewRow[] =>
    Array.from({ length: count }, (_none, index) => ({
      seq: index + 1,
      line: index + 2,
      data: JSON.stringify([`k${index}`]),
      key: index % 10 === 9 ? null : `k${index}`,
      diagnosis: index % 10 === 9 ? '{"rule":0}' : null,
    }));

  const receive = async (id: string, count: number) => {
    await store.createImport({
      id,
      model: "res.partner",
      mapping: null,
      fileName: "a.csv",
      plan: "{}",
      entities: ["res.partner"],
      primary: 0,
    });
    const all = rows(count);
    const records = all.flatMap(({ key, seq }) => (key === null ? [] : [{ entity: 0, key, firstRow: seq, rows: 1 }]));
    await store.appendRows(id, all, records);
    await store.finishReceiving(id);
  };

  const complete = (record: StoredRecord, outcome: Completion["outcome"]): Completion => ({
    record,
    outcome,
    odooId: outcome === "failed" ? null : 7,
    diagnosis: outcome === "failed" ? '{"code":"x"}' : null,
  });

  it("keeps tokens by their hash alone, and revokes them", async () => {
    await store.createToken({ id: "t1", name: "first", hash: "aa", scopes: ["read", "write"] });
    expect(await store.findTokenByHash("bb")).toBeUndefined();
    expect(await store.findTokenByHash("aa")).toMatchObject({ id: "t1", scopes: ["read", "write"], lastUsedAt: now });
    now += 30_000;
    expect((await store.findTokenByHash("aa"))?.lastUsedAt).toBe(now - 30_000);
    expect(await store.revokeToken("t1")).toBe(true);
    expect(await store.revokeToken("t1")).toBe(false);
    expect(await store.findTokenByHash("aa")).toBeUndefined();
    expect(await store.listTokens()).toMatchObject([{ id: "t1", revokedAt: now }]);
    expect(JSON.stringify(await store.listTokens())).not.toContain('"aa"');
  });

  it("refuses a second token of the same hash", async () => {
    await store.createToken({ id: "t1", name: "first", hash: "aa", scopes: [] });
    await expect(store.createToken({ id: "t2", name: "x", hash: "aa", scopes: [] })).rejects.toMatchObject({
      code: "store_unavailable",
    });
  });

  it("counts rows with their records, once", async () => {
    await receive("imp_1", 2500);
    await store.startImport("imp_1");
    expect(await store.getImport("imp_1")).toMatchObject({ state: "running", read: 2500, rows: { failed: 250 } });
    const first = await claim(700);
    expect(first.map((one) => one.firstRow)).toEqual([...first.map((one) => one.firstRow)].sort((a, b) => a - b));
    const keys = first.map((one) => one.key);
    expect(await store.journalSending("imp_1", node, 0, keys, "create")).toBe(true);
    const sending = await store.recordsByKey("imp_1", 0, keys);
    expect(sending.every(({ state, intent }) => state === "sending" && intent === "create")).toBe(true);
    const done = first.map((one, index) => complete(one, index % 7 === 0 ? "failed" : "created"));
    await store.completeRecords("imp_1", node, done);
    await store.completeRecords("imp_1", node, done);
    expect(await store.getImport("imp_1")).toMatchObject({
      rows: { created: 600, failed: 350, updated: 0, unchanged: 0 },
      records: [{ created: 600, failed: 100, updated: 0, unchanged: 0 }],
    });
  });

  it("gives records back, with or without what they were to become", async () => {
    await receive("imp_1", 3);
    await store.startImport("imp_1");
    await claim(2);
    await store.journalSending("imp_1", node, 0, ["k0", "k1"], "create");
    await store.releaseRecords("imp_1", node, 0, ["k0"], false);
    await store.releaseRecords("imp_1", node, 0, ["k1"], true);
    const found = await store.recordsByKey("imp_1", 0, ["k0", "k1", "k2", "none"]);
    expect(found.sort((a, b) => a.firstRow - b.firstRow).map((one) => [one.state, one.intent])).toEqual([
      ["pending", "create"],
      ["pending", null],
      ["pending", null],
    ]);
  });

  it("adds up the rows of a key that comes again, and keeps the first", async () => {
    await receive("imp_1", 1);
    const more = [{ entity: 0, key: "k0", firstRow: 9, rows: 4 }];
    await store.appendRows("imp_1", [], more);
    expect(await store.recordsByKey("imp_1", 0, ["k0"])).toMatchObject([{ firstRow: 1, rows: 5 }]);
  });

  it("pages rows with the status of their record or their own", async () => {
    await receive("imp_1", 12);
    await store.startImport("imp_1");
    const [first] = await claim(1);
    if (first) await store.completeRecords("imp_1", node, [complete(first, "created")]);
    const page = await store.pageOfRows("imp_1", { after: 0, limit: 11 });
    expect(page.map((row) => row.status)).toEqual([
      "created",
      ...Array.from({ length: 8 }, () => "unprocessed"),
      "failed",
      "unprocessed",
    ]);
    expect(page[0]).toMatchObject({ odooId: 7, line: 2, key: "k0" });
    expect(await store.pageOfRows("imp_1", { after: 0, limit: 9, status: "failed" })).toEqual([]);
    expect(await store.pageOfRows("imp_1", { after: 9, limit: 9, status: "failed" })).toMatchObject([
      { seq: 10, diagnosis: '{"rule":0}' },
    ]);
  });

  it("retries failed records and what was not sent, and leaves refused rows failed", async () => {
    await receive("imp_1", 20);
    await store.startImport("imp_1");
    const [one, two] = await claim(2);
    if (one && two) await store.completeRecords("imp_1", node, [complete(one, "failed"), complete(two, "created")]);
    expect(await store.retryImport("imp_1")).toBe(0);
    expect(await store.cancelImport("imp_1")).toBe(true);
    expect(await store.finishImport("imp_1", "done")).toBe(false);
    expect(await store.retryImport("imp_1")).toBe(17);
    expect(await store.getImport("imp_1")).toMatchObject({
      state: "queued",
      finishedAt: null,
      rows: { created: 1, failed: 2 },
      records: [{ created: 1, failed: 0 }],
    });
  });

  it("reopens and deletes a large import part by part, with the counts right all along", async () => {
    await receive("imp_1", 2500);
    await store.startImport("imp_1");
    const claimed = await claim(2500);
    await store.completeRecords(
      "imp_1",
      node,
      claimed.map((record, index) => complete(record, index % 50 === 0 ? "created" : "failed")),
    );
    expect(await store.finishImport("imp_1", "done")).toBe(true);
    const before = (await store.getImport("imp_1"))?.rows;
    let turns = 0;
    let busy = true;
    const others = (async () => {
      while (busy) {
        await new Promise((resolve) => setImmediate(resolve));
        turns += 1;
      }
    })();
    // Asked twice at once, it is done once.
    const answers = await Promise.all([store.retryImport("imp_1"), store.retryImport("imp_1")]);
    const open = Math.max(...answers);
    expect(Math.min(...answers)).toBe(0);
    const after = await store.getImport("imp_1");
    expect(after).toMatchObject({
      state: "queued",
      rows: { created: before?.created, failed: (before?.failed ?? 0) - open },
    });
    expect(after?.records[0]).toMatchObject({ created: before?.created, failed: 0 });
    expect(turns).toBeGreaterThan(1);
    await store.deleteImport("imp_1");
    busy = false;
    await others;
    expect(await store.pageOfRows("imp_1", { after: 0, limit: 9 })).toEqual([]);
  });

  it("lists the newest first and deletes all of an import", async () => {
    await receive("imp_1", 1);
    await receive("imp_2", 30);
    expect((await store.listImports({ limit: 10 })).map((one) => one.id)).toEqual(["imp_2", "imp_1"]);
    expect((await store.listImports({ limit: 10, before: "imp_2" })).map((one) => one.id)).toEqual(["imp_1"]);
    await store.deleteImport("imp_2");
    expect(await store.getImport("imp_2")).toBeUndefined();
    expect(await store.pageOfRows("imp_2", { after: 0, limit: 99 })).toEqual([]);
    expect(await store.recordsByKey("imp_2", 0, ["k0"])).toEqual([]);
  });

  it("lends an import to one at a time", async () => {
    const lease = await store.lease("imp_1");
    expect(lease?.held()).toBe(true);
    expect(await store.lease("imp_1")).toBeUndefined();
    await lease?.release();
    expect(lease?.held()).toBe(false);
    expect((await store.lease("imp_1"))?.held()).toBe(true);
  });

  it("finds everything again after it was closed", async () => {
    await receive("imp_1", 5);
    await store.close();
    store = await place.open({ now: () => now });
    expect(await store.getImport("imp_1")).toMatchObject({ state: "queued", read: 5 });
    await store.ping();
  });

  it("says that it is unavailable without saying what is below", async () => {
    await store.close();
    const error = await store.listTokens().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "store_unavailable" });
    expect(String(error)).not.toMatch(/select|tokens/);
    store = await place.open();
  });
});

describe("the embedded store", () => {
  const source = fileURLToPath(new URL("./store.ts", import.meta.url));
  const script = source.replace("store.ts", "hold-store.tmp.test-helper.mjs");
  let child: ChildProcess | undefined;

  afterEach(() => {
    child?.kill("SIGKILL");
    rmSync(script, { force: true });
  });

  it("refuses a second process at once, and holds nothing of a killed one", async () => {
    const place = await createTestStore("sqlite", undefined);
    if (place.options.kind !== "sqlite") throw new Error("not sqlite");
    const { folder } = place.options;
    const store = await place.open();
    await store.createToken({ id: "t1", name: "n", hash: "aa", scopes: [] });
    await store.close();
    writeFileSync(
      script,
      `import Database from "libsql";
       const database = new Database(process.argv[2] + "/odoorway.db");
       database.pragma("locking_mode=EXCLUSIVE");
       database.pragma("journal_mode=WAL");
       database.exec("BEGIN EXCLUSIVE; INSERT INTO tokens VALUES ('t2', 'n', 'bb', '[]', 1, NULL, NULL); COMMIT");
       console.log("held");
       setInterval(() => {}, 1000);`,
    );
    child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
    if (child.stdout) await once(child.stdout, "data");
    await expect(place.open()).rejects.toMatchObject({ code: "store_locked" });
    child.kill("SIGKILL");
    await once(child, "exit");
    const again = await place.open();
    expect((await again.listTokens()).map((token) => token.id).sort()).toEqual(["t1", "t2"]);
    await again.close();
    await place.dispose();
  });
});

describe.runIf(url)("leases on PostgreSQL", () => {
  it("are between processes, and end with the session", async () => {
    const place = await createTestStore("postgres", url);
    const [one, other] = [await place.open(), await place.open()];
    const lease = await one.lease("imp_1");
    expect(await other.lease("imp_1")).toBeUndefined();
    expect(await other.lease("imp_2")).toBeDefined();
    await one.close();
    expect(lease?.held()).toBe(false);
    await expect.poll(() => other.lease("imp_1").then((got) => got !== undefined)).toBe(true);
    await other.close();
    await place.dispose();
  });

  it("and work go on when connections are cut, in the middle of transactions too", async () => {
    const place = await createTestStore("postgres", url);
    if (place.options.kind !== "postgres") throw new Error("not PostgreSQL");
    const name = place.options.schema ?? "";
    const named = new URL(place.options.url);
    named.searchParams.set("application_name", name);
    const store = await openStore({ ...place.options, url: named.href });
    const killer = new pg.Client({ connectionString: url });
    await killer.connect();
    let cut = false;
    const outcomes = new Set<string>();
    const work = async (worker: number) => {
      for (let turn = 0; !cut; turn += 1)
        try {
          await store.registerNode(`n${worker}-${turn}`);
          await store.leaveNode(`n${worker}-${turn}`);
          outcomes.add("done");
        } catch (error) {
          outcomes.add(error instanceof OdoorwayError ? error.code : "other");
        }
    };
    const all = [1, 2, 3, 4].map(work);
    for (let times = 0; times < 10; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await killer.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1", [name]);
    }
    cut = true;
    await Promise.all(all);
    await killer.end();
    expect([...outcomes].sort()).toEqual(["done", "store_unavailable"]);
    await expect
      .poll(() =>
        store.ping().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await store.close();
    await place.dispose();
  });

  it("migrates once when two processes start together", async () => {
    const place = await createTestStore("postgres", url);
    const stores = await Promise.all([place.open(), place.open(), place.open()]);
    for (const store of stores) await store.close();
    await place.dispose();
  });
});
