/** Batches when replies are lost, calls commit late and writers meet: nothing doubled, nothing claimed that is not so. */
import {
  type BatchResult,
  collectResults,
  createClient,
  createMany,
  loadMany,
  type OdooClient,
  unlinkMany,
  writeMany,
} from "@odoorway/client";
import { createSandbox, type FaultOrder, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const model = "res.partner";
let sandbox: Sandbox;
let odoo: OdooClient;

beforeAll(async () => {
  sandbox = await createSandbox();
  odoo = createClient({ url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" });
});
beforeEach(() => sandbox.reset());
afterAll(async () => {
  await odoo.close();
  await sandbox.close();
});

const lost: FaultOrder[] = [
  { drop: "before" },
  { drop: "after" },
  { late: 300 },
  { answer: 502 },
  { answer: 504, committed: true },
  { answer: "truncated" },
  { conflicts: 5, times: 3 },
];

async function stored(field: string): Promise<Map<unknown, number>> {
  const rows = await odoo.call(model, "search_read", [[["name", "=like", "lost %"]]], { fields: [field] });
  const values = (rows as Record<string, unknown>[]).map((row) => [row[field], Number(row.id)] as const);
  expect(new Set(values.map(([value]) => value)).size).toBe(values.length);
  return new Map(values);
}

const indexes = (results: readonly BatchResult[]) => results.map(({ index }) => index);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

describe.each(lost)("with the fault %j", (fault) => {
  it("createMany with a key finds what was created, and never doubles", async () => {
    sandbox.fault({ model, method: "create", nth: 2, ...fault });
    const records = upTo(100).map((at) => ({ name: `lost ${at}`, ref: `lost-${at}` }));
    const { results } = await collectResults(createMany(odoo, model, records, { key: "ref", verifyFor: 1000 }));
    expect(indexes(results)).toEqual(upTo(100));
    const there = await stored("ref");
    for (const { index, status, id } of results)
      expect([index, there.get(`lost-${index}`)]).toEqual([index, status === "created" ? id : undefined]);
    expect(new Set(results.map(({ status }) => status)).has("failed")).toBe(false);
  });

  it("loadMany with external ids loads every row once", async () => {
    sandbox.fault({ model, method: "load", nth: 2, ...fault });
    const rows = upTo(100).map((at) => [`lost.r${at}`, `lost ${at}`]);
    const { results } = await collectResults(loadMany(odoo, model, ["id", "name"], rows));
    expect(indexes(results)).toEqual(upTo(100));
    expect(results.every(({ status }) => status === "created" || status === "updated")).toBe(true);
    const there = await stored("name");
    expect(results.map(({ id }) => id)).toEqual(upTo(100).map((at) => there.get(`lost ${at}`)));
    expect(there.size).toBe(100);
  });

  it("writeMany and unlinkMany settle what they can", async () => {
    const ids = await odoo.call(model, "create", [upTo(60).map((at) => ({ name: `lost ${at}` }))]);
    const changes = (ids as number[]).map((id, at) => ({ id, values: { ref: at < 40 ? "same" : `own ${at}` } }));
    sandbox.fault({ model, method: "write", nth: 2, ...fault });
    const written = await collectResults(writeMany(odoo, model, changes));
    expect(written.counts).toMatchObject({ updated: 60 });
    expect(
      await odoo.call(model, "search_count", [
        [
          ["id", "in", ids],
          ["ref", "=", "same"],
        ],
      ]),
    ).toBe(40);
    sandbox.fault({ model, method: "unlink", nth: 2, ...fault });
    const gone = await collectResults(unlinkMany(odoo, model, ids as number[]));
    expect(gone.counts).toMatchObject({ deleted: 60 });
    expect(await odoo.call(model, "search_count", [[["id", "in", ids]]])).toBe(0);
  });
});

it("createMany without a key says unknown of a batch whose reply was lost, and goes on", async () => {
  sandbox.fault({ model, method: "create", nth: 2, drop: "after" });
  const records = upTo(100).map((at) => ({ name: `lost ${at}` }));
  const { counts, results } = await collectResults(createMany(odoo, model, records));
  expect(counts).toEqual({ created: 60, updated: 0, deleted: 0, failed: 0, unknown: 40 });
  expect(results[20]).toMatchObject({ status: "unknown", error: { code: "connection_lost", happened: "unknown" } });
  expect(await odoo.call(model, "search_count", [[["name", "=like", "lost %"]]])).toBe(100);
});
