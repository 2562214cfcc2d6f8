/** A clock that is set back holds nothing up; and what is written is synced to the disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { expect, it } from "vitest";
import { openSqlite } from "./sqlite.js";
import { createTestStore, testStoreKinds } from "./testing.js";

const url = process.env.TEST_DATABASE_URL;
const hour = 3_600_000;

it("waits for no clock that is set back, on SQLite", async () => {
  const place = await createTestStore("sqlite", url);
  let now = 10 * hour;
  const clock = { now: () => now };
  const store = await place.open(clock);
  const created = {
    model: "res.partner",
    mapping: null,
    fileName: null,
    plan: "{}",
    entities: ["res.partner"],
    primary: 0,
  };
  await store.createImport({ id: "imp_1", ...created });
  await store.finishReceiving("imp_1");
  await store.startImport("imp_1");
  await store.pauseImport("imp_1", "breaker", 1000);
  await store.registerNode("dead");
  await store.registerNode("n1");
  const event = { hook: "shop", topic: null, lane: "a", payload: "{}", bodyHash: null };
  await store.appendEvents([{ ...event, id: "a", eventId: "a" }]);
  now -= hour;
  expect(await store.claimEvents("n1", ["shop"], 9)).toHaveLength(1);
  await store.settleEvents("n1", [{ id: "a", to: "again", inMs: 1000, diagnosis: "{}" }]);
  expect(await store.openImports()).toMatchObject([{ dueInMs: 1000 }]);
  now += 1000;
  await store.heartbeat("n1");
  expect(await store.openImports()).toMatchObject([{ dueInMs: 0 }]);
  expect(await store.claimEvents("n1", ["shop"], 9)).toHaveLength(1);
  expect(await store.releaseLapsed(500)).toEqual(["dead"]);
  expect(await store.beginProbe("imp_1", hour)).toBe(true);
  await store.close();
  now -= hour;
  const again = await place.open(clock);
  expect(await again.openImports()).toMatchObject([{ dueInMs: 0 }]);
  await again.close();
  await place.dispose();
});

it.runIf(testStoreKinds(url).includes("postgres"))(
  "replaces a node that died before the server's clock was set back",
  async () => {
    const place = await createTestStore("postgres", url);
    const store = await place.open();
    await store.registerNode("dead");
    await store.registerNode("n1");
    if (place.options.kind !== "postgres") throw new TypeError(place.kind);
    const client = new pg.Client({
      connectionString: place.options.url,
      options: `-c search_path=${place.options.schema}`,
    });
    await client.connect();
    await client.query("update nodes set seen_at = seen_at + 3600000 where id = 'dead'");
    await client.end();
    expect(await store.releaseLapsed(15_000)).toEqual(["dead"]);
    expect(await store.heartbeat("n1")).toBe(true);
    await store.close();
    await place.dispose();
  },
);

it("syncs every commit of the embedded store to the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-sync-"));
  const database = openSqlite(folder);
  const pragma = async (name: string) => (await sql.raw(`pragma ${name}`).execute(database)).rows[0];
  expect(await pragma("synchronous")).toEqual({ synchronous: 2 });
  expect(await pragma("journal_mode")).toEqual({ journal_mode: "wal" });
  await database.destroy();
  rmSync(folder, { recursive: true });
});

it.each(testStoreKinds(url))("is made once when three processes open it together, on %s", async (kind) => {
  const place = await createTestStore(kind, url);
  const opened = await Promise.allSettled([place.open(), place.open(), place.open()]);
  const stores = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(stores).toHaveLength(kind === "postgres" ? 3 : 1);
  for (const one of opened) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "store_locked" });
  for (const [index, store] of stores.entries()) await store.registerNode(`n${index}`);
  for (const store of stores) await store.close();
  await place.dispose();
});
