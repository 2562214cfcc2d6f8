/** Imports whose rows are payloads of a flow: counted exactly, whatever happens on the way. */
import { OdoorwayError } from "@odoorway/core";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createImports } from "../imports.js";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { settled, text, upload } from "../testing/harness.js";
import type { RowFlow, RowFlowOutcome } from "./row-flow.js";

let place: TestStore;
let odoo: FakeOdoo;

beforeEach(async () => {
  place = await createTestStore("sqlite", undefined);
  odoo = createFakeOdoo();
});
afterEach(() => place.dispose());

interface Payload {
  readonly order?: string;
  readonly total?: string;
}

/** A flow of orders that keeps them in the scripted Odoo; `trouble` may end a run before or after a payload. */
function ordersFlow(trouble: (payload: Payload, written: boolean) => OdoorwayError | undefined = () => undefined) {
  let nextId = 100;
  const totals = new Map<string, string>();
  const runs: string[] = [];
  const one = (payload: Payload): RowFlowOutcome => {
    const { order = "", total = "" } = payload;
    runs.push(`${order}=${total}`);
    if (order === "") return { outcome: "skipped" };
    const before = trouble(payload, false);
    if (before) return { error: before };
    const key = `odoorway.order_${order}`;
    const known = odoo.xids.get(key)?.id;
    const id = known ?? nextId++;
    const same = totals.get(order) === total;
    odoo.xids.set(key, { model: "sale.order", id });
    totals.set(order, total);
    const after = trouble(payload, true);
    if (after) return { error: after };
    return { outcome: known === undefined ? "created" : same ? "unchanged" : "updated", id };
  };
  const flow: RowFlow = {
    name: "orders",
    model: "sale.order",
    source: { format: "csv", delimiter: ";" },
    async keyOf(payload) {
      const { order, total } = payload as Payload;
      if (total === "none")
        throw new OdoorwayError("validation_failed", { evidence: { model: "sale.order", count: 1 } });
      return order === "" || order === undefined ? undefined : `odoorway.order_${order}`;
    },
    run: async (payloads, { dryRun }) =>
      payloads.map((payload) => (dryRun ? { outcome: "created" } : one(payload as Payload))),
  };
  return { flow, totals, runs };
}

async function importsWith(flow: RowFlow) {
  const store = await place.open();
  const imports = createImports({
    store,
    caller: odoo,
    metadata: odoo,
    externalIds: odoo.externalIds,
    explainLoad: () => new OdoorwayError("python_constraint", { evidence: { detail: "no", model: "x" } }),
    mappings: new Map(),
    flows: { get: (name) => (name === flow.name ? flow : undefined), names: () => [flow.name] },
    clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(3, ms))) },
    observe: () => {},
    random: Math.random,
  });
  imports.start();
  const end = async () => {
    await imports.stop();
    await store.close();
  };
  return { imports, end };
}

const file = ["order;total", "A;10", "B;20", ";1", "A;11", "B;20", "C;none", "D;4"].join("\n");

describe("an import of a flow", () => {
  it("runs rows of one record in order, and accounts for every row", async () => {
    const { flow, totals, runs } = ordersFlow();
    const { imports, end } = await importsWith(flow);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders" });
    const status = await settled(imports, id);
    expect(status).toMatchObject({ state: "done", model: "sale.order", mapping: "orders" });
    // A twice (created, then another total), B twice (created, then the same), one that makes nothing, one refused.
    expect(status.counts).toEqual({ read: 7, created: 4, updated: 0, unchanged: 2, failed: 1, unprocessed: 0 });
    expect([...totals]).toEqual([
      ["A", "11"],
      ["B", "20"],
      ["D", "4"],
    ]);
    expect(runs.indexOf("A=10")).toBeLessThan(runs.indexOf("A=11"));
    const failed = JSON.parse(await text(imports.rows(id, { status: "failed", format: "ndjson" })));
    expect(failed).toMatchObject({ line: 7, data: { order: "C" }, diagnosis: { code: "validation_failed" } });
    await end();
  });

  it("goes on after Odoo was away, and counts what it had created before as created", async () => {
    let left = 2;
    const { flow } = ordersFlow(({ order }, written) =>
      order === "D" && written && left-- > 0 ? new OdoorwayError("timeout", { happened: "unknown" }) : undefined,
    );
    const { imports, end } = await importsWith(flow);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders" });
    const status = await settled(imports, id);
    expect(status.counts).toEqual({ read: 7, created: 4, updated: 0, unchanged: 2, failed: 1, unprocessed: 0 });
    await end();
  });

  it("fails the row that Odoo refuses, and takes its mended row", async () => {
    const { flow } = ordersFlow(({ total }) =>
      total === "4" ? new OdoorwayError("python_constraint", { evidence: { detail: "four", model: "x" } }) : undefined,
    );
    const { imports, end } = await importsWith(flow);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders" });
    expect((await settled(imports, id)).counts).toMatchObject({ created: 3, unchanged: 2, failed: 2 });
    await imports.retry(id, {
      edited: [
        { line: 8, data: { order: "D", total: "5" } },
        { line: 7, data: { order: "C", total: "1" } },
      ],
    });
    expect((await settled(imports, id)).counts).toEqual({
      read: 7,
      created: 5,
      updated: 0,
      unchanged: 2,
      failed: 0,
      unprocessed: 0,
    });
    await end();
  });

  it("fails the row that brings a defect to light, and waits for nothing", async () => {
    const { flow } = ordersFlow(({ order }) => (order === "D" ? new OdoorwayError("internal_error") : undefined));
    const { imports, end } = await importsWith(flow);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders" });
    expect((await settled(imports, id)).counts).toMatchObject({ created: 3, unchanged: 2, failed: 2, unprocessed: 0 });
    await end();
  });

  it("ends with its rows unprocessed when the flow itself is broken", async () => {
    const { flow } = ordersFlow();
    const broken: RowFlow = { ...flow, run: () => Promise.reject(new TypeError("a defect")) };
    const { imports, end } = await importsWith(broken);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders" });
    expect(await settled(imports, id)).toMatchObject({ state: "failed", counts: { created: 0, unprocessed: 6 } });
    await end();
  });

  it("writes nothing in a dry run", async () => {
    const { flow, runs } = ordersFlow();
    const { imports, end } = await importsWith(flow);
    const { id } = await imports.receive({ source: upload(file), mapping: "orders", dryRun: true });
    expect((await settled(imports, id)).counts).toMatchObject({ read: 7, failed: 1, unprocessed: 0 });
    expect(runs).toEqual([]);
    await end();
  });

  it("names the nearest of mappings and flows", async () => {
    const { imports, end } = await importsWith(ordersFlow().flow);
    await expect(imports.receive({ source: upload(file), mapping: "order" })).rejects.toMatchObject({
      code: "mapping_not_found",
      evidence: { nearest: "orders" },
    });
    await end();
  });
});
