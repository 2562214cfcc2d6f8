/** Upserts: each way with what is there already, lines added once, and what lost replies leave behind. */
import { type Clock, OdoorwayError, type OnExisting, type UpsertRecord } from "@odoorway/core";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SentMemory } from "./records/memory.js";
import { createFakeOdoo, type FakeOdoo, type Mishap } from "./testing/fake-odoo.js";
import { createUpserts } from "./upserts.js";

const clock: Clock = { now: () => Date.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) };

function upsertsOver(odoo: FakeOdoo, memory?: SentMemory) {
  return createUpserts({
    caller: odoo,
    metadata: odoo,
    externalIds: odoo.externalIds,
    explainLoad: ({ message = "" }, model) =>
      message.startsWith("could not serialize")
        ? new OdoorwayError("serialization_failure")
        : new OdoorwayError("python_constraint", { evidence: { detail: message, model } }),
    clock,
    random: () => 0,
    ...(memory ? { memory } : {}),
  });
}

const partner = (key: string, values: Record<string, unknown>): UpsertRecord => ({
  externalId: `shop.partner_${key}`,
  values,
});

type Line = [product: number, quantity: number];
const order = (lines: readonly Line[], more: Record<string, unknown> = {}): UpsertRecord => ({
  externalId: "shop.order_1",
  values: {
    partner_id: 50,
    ...more,
    order_line: { create: lines.map(([product_id, product_uom_qty]) => ({ product_id, product_uom_qty })) },
  },
});

function shop(): FakeOdoo {
  const odoo = createFakeOdoo();
  odoo.tables.get("res.partner")?.set(50, { id: 50, name: "Customer" });
  for (let id = 1; id <= 9; id += 1) odoo.tables.get("product.product")?.set(id, { id, name: `P${id}` });
  return odoo;
}

const linesOf = (odoo: FakeOdoo) =>
  [...(odoo.tables.get("sale.order.line")?.values() ?? [])]
    .map((line): Line => [Number(line.product_id), Number(line.product_uom_qty)])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);

describe("upserts", () => {
  let place: TestStore;
  let memory: SentMemory & { close(): Promise<void> };
  let odoo: FakeOdoo;

  beforeEach(async () => {
    place = await createTestStore("sqlite", undefined);
    memory = await place.open();
    odoo = shop();
  });
  afterEach(async () => {
    await memory.close();
    await place.dispose();
  });

  const nameOf = (id: number) => odoo.tables.get("res.partner")?.get(id)?.name;
  const put = (records: readonly UpsertRecord[], onExisting: OnExisting = "update-changed", dryRun = false) =>
    upsertsOver(odoo, memory).put("res.partner", records, { onExisting, dryRun });
  const idOf = (result: object | undefined) => (result && "id" in result ? Number(result.id) : 0);

  it("create, update and leave unchanged, one result a record, in order", async () => {
    const [first] = await put([partner("a", { name: "A" })]);
    expect(first).toMatchObject({ outcome: "created" });
    const results = await put([
      partner("b", { name: "B" }),
      partner("a", { name: "A2" }),
      partner("c", { name: "C", nmae: "C" }),
      partner("b", { name: "B2" }),
    ]);
    expect(results).toMatchObject([
      { outcome: "created" },
      { outcome: "updated", id: idOf(first) },
      { error: { code: "validation_failed", errors: [{ nearest: "name" }] } },
      { outcome: "updated", id: idOf(results[0]) },
    ]);
    expect(nameOf(idOf(first))).toBe("A2");
    expect(nameOf(idOf(results[0]))).toBe("B2");
    expect(await put([partner("a", { name: "A2" })])).toEqual([{ outcome: "unchanged", id: idOf(first) }]);
  });

  it("leave alone what people changed in Odoo, until the source says something else", async () => {
    const [made] = await put([partner("a", { name: "A", ref: "R" })]);
    const id = idOf(made);
    const row = odoo.tables.get("res.partner")?.get(id) ?? {};
    row.name = "By hand";
    expect(await put([partner("a", { name: "A", ref: "R" })])).toEqual([{ outcome: "unchanged", id }]);
    expect(await put([partner("a", { name: "A", ref: "R2" })])).toEqual([{ outcome: "updated", id }]);
    expect(row.name).toBe("By hand");
    expect(await put([partner("a", { name: "A3", ref: "R2" })])).toEqual([{ outcome: "updated", id }]);
    expect(nameOf(id)).toBe("A3");
  });

  it("write every field that differs when asked to, and where nothing is remembered", async () => {
    const id = idOf((await put([partner("a", { name: "A" })]))[0]);
    odoo.tables.get("res.partner")?.set(id, { id, name: "By hand" });
    expect(await put([partner("a", { name: "A" })], "update")).toEqual([{ outcome: "updated", id }]);
    odoo.tables.get("res.partner")?.set(id, { id, name: "By hand" });
    const forgetful = upsertsOver(odoo);
    const options = { onExisting: "update-changed" } as const;
    expect(await forgetful.put("res.partner", [partner("a", { name: "A" })], options)).toEqual([
      { outcome: "updated", id },
    ]);
  });

  it("skip or fail what is there", async () => {
    const id = idOf((await put([partner("a", { name: "A" })]))[0]);
    const changed = [partner("a", { name: "A2" }), partner("b", { name: "B" })];
    expect(await put(changed, "skip")).toMatchObject([{ outcome: "unchanged", id }, { outcome: "created" }]);
    expect(await put(changed, "fail")).toMatchObject([
      { error: { code: "record_exists" } },
      { error: { code: "record_exists" } },
    ]);
    expect(nameOf(id)).toBe("A");
  });

  it("update a record that is known by other means, without its external id", async () => {
    const known = { ...partner("x", { name: "Renamed" }), id: 50 };
    expect(await put([known])).toEqual([{ outcome: "updated", id: 50 }]);
    expect(nameOf(50)).toBe("Renamed");
    expect(odoo.xids.has(known.externalId)).toBe(false);
    expect(await put([{ ...known, id: 4711 }])).toMatchObject([{ outcome: "created" }]);
  });

  it("refuse an external id of another model by name", async () => {
    odoo.xids.set("shop.partner_a", { model: "product.product", id: 1 });
    expect(await put([partner("a", { name: "A" })])).toMatchObject([{ error: { code: "key_of_other_model" } }]);
  });

  it("write nothing in a dry run", async () => {
    const id = idOf((await put([partner("a", { name: "A" })]))[0]);
    const calls = odoo.calls.length;
    const wanted = [partner("a", { name: "A2" }), partner("b", { name: "B" }), partner("c", { nmae: 1 })];
    expect(await put(wanted, "update", true)).toMatchObject([
      { outcome: "updated", id },
      { outcome: "created", id: 0 },
      { error: { code: "validation_failed" } },
    ]);
    expect(odoo.calls.length).toBe(calls);
    expect(await put([partner("a", { name: "A2" })])).toEqual([{ outcome: "updated", id }]);
  });

  it("say that Odoo cannot be used now, and find what was written at the next put", async () => {
    odoo.mishap = ({ index }) => (index <= 0 ? undefined : "away");
    const records = Array.from({ length: 300 }, (_none, index) => partner(String(index), { name: `N${index}` }));
    await expect(put(records)).rejects.toMatchObject({ code: "connection_refused", retryable: true });
    odoo.mishap = () => undefined;
    const results = await put(records);
    expect(results.filter((one) => "outcome" in one && one.outcome === "unchanged")).toHaveLength(200);
    expect(odoo.tables.get("res.partner")?.size).toBe(301);
  });

  it("find the one bad record of many in log2 steps", async () => {
    const message = "somewhere in there";
    odoo.refuse = (_model, values) => (values.name === "N37" ? message : undefined);
    const call = odoo.call.bind(odoo);
    // Odoo names no record when the whole batch fails at once.
    odoo.call = async (...args) => {
      const answer = (await call(...args)) as { ids?: unknown };
      return answer.ids === false ? { ids: false, messages: [{ type: "error", message }] } : answer;
    };
    const records = Array.from({ length: 128 }, (_none, index) => partner(String(index), { name: `N${index}` }));
    const results = await put(records);
    expect(results.filter((one) => "error" in one)).toHaveLength(1);
    expect(results[37]).toMatchObject({ error: { code: "python_constraint" } });
    expect(odoo.calls.length).toBe(1 + 2 * Math.log2(128));
  });
});

describe("the lines of an order", () => {
  const put = (odoo: FakeOdoo, lines: readonly Line[], more?: Record<string, unknown>) =>
    upsertsOver(odoo).put("sale.order", [order(lines, more)], { onExisting: "update" });

  it("are added to one that is there, changed, and never added twice", async () => {
    const odoo = shop();
    await put(odoo, [[1, 1]]);
    expect(linesOf(odoo)).toEqual([[1, 1]]);
    const more: Line[] = [
      [1, 3],
      [2, 1],
      [2, 1],
    ];
    expect(await put(odoo, more, { client_order_ref: "x" })).toMatchObject([{ outcome: "updated" }]);
    expect(linesOf(odoo)).toEqual(more);
    expect(await put(odoo, more)).toMatchObject([{ outcome: "unchanged" }]);
  });

  it("are emptied when they are not wanted any more and the caller says so, and only when the wanted ones changed", async () => {
    const odoo = shop();
    const place = await createTestStore("sqlite", undefined);
    const memory = await place.open();
    const upserts = upsertsOver(odoo, memory);
    const put = (lines: readonly Line[]) =>
      upserts.put("sale.order", [order(lines)], {
        onExisting: "update-changed",
        otherLines: { order_line: { product_uom_qty: 0 } },
      });
    const both: Line[] = [
      [1, 1],
      [2, 2],
    ];
    const [made] = await put(both);
    const id = made && "id" in made ? made.id : 0;
    odoo.tables.get("sale.order.line")?.set(900, { id: 900, order_id: id, product_id: 7, product_uom_qty: 4 });
    expect(await put(both)).toEqual([{ outcome: "unchanged", id }]);
    expect(linesOf(odoo)).toEqual([...both, [7, 4]]);
    expect(await put([[1, 3]])).toEqual([{ outcome: "updated", id }]);
    expect(linesOf(odoo)).toEqual([
      [1, 3],
      [2, 0],
      [7, 0],
    ]);
    expect(await put([[1, 3]])).toEqual([{ outcome: "unchanged", id }]);
    await memory.close();
    await place.dispose();
  });

  it("get names of their own even when a line of that content was changed since", async () => {
    const odoo = shop();
    await put(odoo, []);
    await put(odoo, [[1, 1]]);
    await put(odoo, [[1, 2]]);
    await put(odoo, [
      [1, 2],
      [1, 1],
    ]);
    expect(linesOf(odoo)).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it("are refused by name where their changes are no list of lines", async () => {
    const odoo = shop();
    const bad = { ...order([]), values: { partner_id: 50, order_line: { delete: [4] } } };
    await put(odoo, []);
    const results = await upsertsOver(odoo).put("sale.order", [bad], { onExisting: "update" });
    expect(results).toMatchObject([
      { error: { code: expect.stringMatching(/x2many_command_syntax|validation_failed/) } },
    ]);
  });

  it("are as wanted in the end, each once, whatever is lost, late, or met on the way", async () => {
    const mishaps = fc.array(
      fc.constantFrom<Mishap>(undefined, undefined, "lost-before", "lost-after", "late", "conflict", "away"),
      { maxLength: 12 },
    );
    const lines = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 })), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(lines, { minLength: 1, maxLength: 4 }),
        mishaps,
        fc.nat(),
        async (steps, script, seed) => {
          const odoo = shop();
          odoo.mishap = ({ index }) => {
            if (index < 0) return undefined;
            // What was given up commits at any later time.
            if ((seed + index) % 3 === 0) for (const commit of odoo.late.splice(0)) commit();
            return script[index];
          };
          const reference = shop();
          for (const wanted of steps) {
            await put(reference, wanted);
            for (let tries = 0; ; tries += 1)
              try {
                const [result] = await put(odoo, wanted);
                if (result && "outcome" in result) break;
                if (tries > 40) throw new Error(JSON.stringify(result));
              } catch (error) {
                if (!(error instanceof OdoorwayError) || tries > 40) throw error;
              }
          }
          for (const commit of odoo.late.splice(0)) commit();
          expect(linesOf(odoo)).toEqual(linesOf(reference));
          expect(odoo.tables.get("sale.order")?.size).toBe(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
