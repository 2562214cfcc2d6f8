/** Processes on one PostgreSQL share an import; one that is killed in the middle of a batch is replaced within its lease. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { openStore } from "@odoorway/store";
import { afterEach, expect, it } from "vitest";
import { createDatabase } from "./databases.js";

const script = fileURLToPath(new URL("./claimer.mjs", import.meta.url));
const leaseMs = 1000;
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A node at work; `batches` are the keys that it held, as it said before it completed them. */
function startNode(url: string, importId: string, name: string) {
  const child = spawn(process.execPath, [script, url, importId, name, String(leaseMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const batches: string[][] = [];
  createInterface({ input: child.stdout }).on("line", (line) => batches.push(line.split(" ")));
  return { child, batches, ended: once(child, "exit") };
}

it("does each record once, but for what a killed node held, and counts each once", async () => {
  const url = await createDatabase();
  const store = await openStore({ kind: "postgres", url });
  const records = 1500;
  await store.createImport({
    id: "imp_1",
    model: "res.partner",
    mapping: null,
    fileName: null,
    plan: "{}",
    entities: ["res.partner"],
    primary: 0,
  });
  const keys = Array.from({ length: records }, (_none, index) => `k${index}`);
  await store.appendRows(
    "imp_1",
    keys.map((key, index) => ({ seq: index + 1, line: index + 2, data: "[]", key, diagnosis: null })),
    keys.map((key, index) => ({ entity: 0, key, firstRow: index + 1, rows: 1 })),
  );
  await store.finishReceiving("imp_1");
  await store.startImport("imp_1");
  const nodes = ["a", "b", "c"].map((name) => startNode(url, "imp_1", name));
  const [killed, ...others] = nodes;
  if (!killed) throw new Error("no node");
  await expect.poll(() => nodes.every(({ batches }) => batches.length > 2), { timeout: 20_000 }).toBe(true);
  killed.child.kill("SIGKILL");
  await Promise.all(nodes.map(({ ended }) => ended));
  expect(await store.finishImport("imp_1", "done")).toBe(true);
  expect(await store.getImport("imp_1")).toMatchObject({ read: records, rows: { created: records }, nodes: 0 });

  const times = new Map<string, number>();
  for (const key of nodes.flatMap(({ batches }) => batches.flat())) times.set(key, (times.get(key) ?? 0) + 1);
  expect(times.size).toBe(records);
  const twice = [...times].filter(([, count]) => count > 1).map(([key]) => key);
  // What was taken over: of the one batch that the killed node held at most.
  expect(twice.length).toBeLessThanOrEqual(20);
  expect(twice.every((key) => killed.batches.at(-1)?.includes(key))).toBe(true);
  expect(others.every(({ batches }) => batches.length > 2)).toBe(true);
  await store.close();
}, 60_000);
