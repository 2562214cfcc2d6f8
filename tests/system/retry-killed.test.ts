/**
 * A retry with mended rows whose process is killed: before the last step nothing of the mended rows is taken and the
 * import is over as before, what it had reopened counted as unprocessed; the same retry once more takes all of it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openStore, type Store, type StoredImport } from "@odoorway/store";
import { afterEach, expect, it } from "vitest";
import { createDatabase } from "./databases.js";

const script = fileURLToPath(new URL("./retrier.mjs", import.meta.url));
const rows = 5000;
const mended = 400;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function startRetry(url: string) {
  const child = spawn(process.execPath, [script, url, "imp_1", String(mended)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const said: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => said.push(line));
  return { child, said, ended: once(child, "exit") };
}

/** An import that is over, of rows that failed all of them. */
async function failedImport(store: Store): Promise<void> {
  await store.createImport({
    id: "imp_1",
    model: "res.partner",
    mapping: null,
    fileName: null,
    plan: JSON.stringify({ kind: "direct", model: "res.partner", key: "ref", columns: ["ref", "name"], lines: [] }),
    entities: ["res.partner"],
    primary: 0,
  });
  const keys = Array.from({ length: rows }, (_none, index) => `k${index}`);
  await store.appendRows(
    "imp_1",
    keys.map((key, index) => ({ seq: index + 1, line: index + 2, data: `["${key}","bad"]`, key, diagnosis: null })),
    keys.map((key, index) => ({ entity: 0, key, firstRow: index + 1, rows: 1 })),
  );
  await store.finishReceiving("imp_1");
  await store.startImport("imp_1");
  await store.registerNode("node");
  for (;;) {
    const claimed = await store.claimRecords("imp_1", "node", { records: 1000, rows: 1000 });
    if (typeof claimed === "string") break;
    const failed = { outcome: "failed", odooId: null, diagnosis: "{}" } as const;
    const done = claimed.records.map((record) => ({ record, ...failed }));
    await store.completeRecords("imp_1", "node", done);
  }
  await store.leaveNode("node");
  expect(await store.finishImport("imp_1", "done")).toBe(true);
}

const statusOf = async (store: Store) => (await store.getImport("imp_1")) as StoredImport;

async function isMended(store: Store): Promise<number> {
  let found = 0;
  for (const row of await store.pageOfRows("imp_1", { after: 0, limit: rows }))
    found += row.data.includes("mended") ? 1 : 0;
  return found;
}

it("is taken whole or not at all, and by the same retry again", async () => {
  const url = await createDatabase();
  const store = await openStore({ kind: "postgres", url });
  await failedImport(store);
  // Killed as the first failed rows are reopened, and then when all are, but the mended ones are not in their places.
  for (const most of [rows - 1, 0]) {
    const { child, said, ended } = startRetry(url);
    await expect
      .poll(async () => (await statusOf(store)).rows.failed, { timeout: 60_000, interval: 2 })
      .toBeLessThanOrEqual(most);
    child.kill("SIGKILL");
    await ended;
    expect(said).toEqual(["begins"]);
    const { state, read, rows: counts } = await statusOf(store);
    expect({ state, read, done: counts.created + counts.updated + counts.unchanged }).toEqual({
      state: "done",
      read: rows,
      done: 0,
    });
    expect(await store.pageOfRows("imp_1", { after: 0, limit: rows, status: "failed" })).toHaveLength(counts.failed);
    expect(await isMended(store)).toBe(0);
  }
  const { said, ended } = startRetry(url);
  await ended;
  expect(said).toEqual(["begins", "ends"]);
  expect(await statusOf(store)).toMatchObject({ state: "queued", rows: { failed: 0 } });
  expect(await isMended(store)).toBe(mended);
  await store.close();
}, 180_000);
