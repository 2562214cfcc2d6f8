import type { OdooCaller } from "@odoorway/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { clientFor, failure, objectCalls, serve } from "../../test-support/harness.js";
import type { OdooClient } from "../index.js";
import { modelOver } from "./model.js";
import type { AnyModel } from "./types.js";

/** Of the shape that `odoorway types` writes. */
interface Models {
  "sale.order": { read: SaleOrder; create: SaleOrderCreate; write: SaleOrderWrite };
  "res.partner": { read: { id: number; name: string }; create: { name: string }; write: { name?: string } };
}
interface SaleOrder {
  id: number;
  name: string;
  partner_id: [id: number, name: string];
  note: string | false;
  order_line: number[];
  write_date: string | false;
}
interface SaleOrderWrite {
  note?: string | false;
}
interface SaleOrderCreate extends SaleOrderWrite {
  partner_id: number;
}

interface Asked {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs: unknown;
  readonly options: unknown;
}

/** A model over a caller that answers as the test says, and what was asked. */
function model(answer: (asked: Asked) => unknown) {
  const asked: Asked[] = [];
  const caller: OdooCaller = {
    call: async (_model, method, args, kwargs, options) => {
      asked.push({ method, args, kwargs, options });
      return answer({ method, args, kwargs, options });
    },
  };
  return { asked, partners: modelOver<AnyModel>(caller, "res.partner") };
}

describe("the methods of a model", () => {
  it("search, with order, page and context", async () => {
    const { asked, partners } = model(() => [3, 1]);
    const signal = new AbortController().signal;
    const options = { order: ["name desc", "id"], limit: 2, offset: 4, context: { lang: "fr_FR" }, signal, timeout: 9 };
    expect(await partners.search([["name", "=", "x"]], options)).toEqual([3, 1]);
    expect(await partners.search()).toEqual([3, 1]);
    expect(asked).toEqual([
      {
        method: "search",
        args: [[["name", "=", "x"]]],
        kwargs: { order: "name desc, id", limit: 2, offset: 4, context: { lang: "fr_FR" } },
        options: { signal, timeout: 9 },
      },
      { method: "search", args: [[]], kwargs: {}, options: {} },
    ]);
  });

  it("searchRead and searchCount", async () => {
    const { asked, partners } = model(({ method }) => (method === "search_count" ? 7 : [{ id: 1, name: "x" }]));
    expect(await partners.searchRead([], { fields: ["name"], order: "id" })).toEqual([{ id: 1, name: "x" }]);
    expect(await partners.searchCount([["active", "=", true]])).toBe(7);
    expect(asked.map(({ method, args, kwargs }) => [method, args, kwargs])).toEqual([
      ["search_read", [[]], { order: "id", fields: ["name"] }],
      ["search_count", [[["active", "=", true]]], {}],
    ]);
  });

  it("read, and readOne of a record that is not there", async () => {
    const { asked, partners } = model(({ args }) => (String(args[0]) === "9" ? [] : [{ id: 1 }]));
    expect(await partners.read([1], ["name"])).toEqual([{ id: 1 }]);
    expect(await partners.readOne(1)).toEqual({ id: 1 });
    const error = await failure(partners.readOne(9));
    expect([error.code, error.happened, error.evidence]).toEqual([
      "missing_record",
      "no",
      { model: "res.partner", id: 9 },
    ]);
    expect(asked.slice(0, 2).map(({ args, kwargs }) => [args, kwargs])).toEqual([
      [[[1]], { fields: ["name"] }],
      [[[1]], {}],
    ]);
  });

  it("exists asks by a search, for archived ones too, and keeps the order", async () => {
    const { asked, partners } = model(() => [2, 5]);
    expect(await partners.exists([5, 3, 2], { context: { lang: "fr_FR" } })).toEqual([5, 2]);
    expect(asked[0]).toMatchObject({
      method: "search",
      args: [[["id", "in", [5, 3, 2]]]],
      kwargs: { context: { lang: "fr_FR", active_test: false } },
    });
  });

  it("create, write, unlink", async () => {
    const { asked, partners } = model(({ method }) => (method === "create" ? 14 : true));
    expect(await partners.create({ name: "x" })).toBe(14);
    await partners.write([14], { name: "y" });
    await partners.unlink([14]);
    expect(asked.map(({ method, args }) => [method, args])).toEqual([
      ["create", [{ name: "x" }]],
      ["write", [[14], { name: "y" }]],
      ["unlink", [[14]]],
    ]);
  });

  it("asks nothing about no records", async () => {
    const { asked, partners } = model(() => true);
    expect([await partners.read([]), await partners.exists([])]).toEqual([[], []]);
    await partners.write([], { name: "x" });
    await partners.unlink([]);
    expect(asked).toEqual([]);
  });

  it("iterates, with records, ids, changes and what was deleted", async () => {
    const all = [1, 2, 3].map((id) => ({ id, name: `n${id}`, write_date: "2026-01-01 00:00:00" }));
    const { asked, partners } = model(({ method, args, kwargs }) => {
      const last = (args[0] as unknown[][]).find(([field, operator]) => field === "id" && operator === ">")?.[2] ?? 0;
      const { limit = 9 } = kwargs as { limit?: number };
      const rows = all.filter(({ id }) => id > Number(last)).slice(0, limit);
      const undated = JSON.stringify(args).includes('["write_date","=",false]');
      const later = JSON.stringify(args).includes('["write_date",">=","2026-01-01 00:00:01"]');
      if (undated || later) return [];
      return method === "search" ? rows.map(({ id }) => id) : rows;
    });
    const names: unknown[] = [];
    for await (const record of partners.iterate([["active", "=", true]], {
      fields: ["name"],
      order: ["id"],
      pageSize: 2,
    }))
      names.push(record.name);
    expect(names).toEqual(["n1", "n2", "n3"]);
    expect(asked[0]?.args).toEqual([[["active", "=", true]]]);
    const ids: number[] = [];
    for await (const id of partners.iterateIds()) ids.push(id);
    expect(ids).toEqual([1, 2, 3]);
    const changed: number[] = [];
    for await (const { record } of partners.changes({ fields: ["name"] })) changed.push(record.id);
    expect(changed).toEqual([1, 2, 3]);
    const gone: number[] = [];
    for await (const id of partners.deleted([2, 8])) gone.push(id);
    expect(gone).toEqual([8]);
  });

  it("sends any number in batches", async () => {
    const { asked, partners } = model(({ method, args }) =>
      method === "create"
        ? (args[0] as unknown[]).map((_one, at) => at + 1)
        : method === "load"
          ? { ids: [9], messages: [] }
          : true,
    );
    const results = async (run: AsyncIterable<{ status: string; id?: number }>) => {
      const all: unknown[] = [];
      for await (const { status, id } of run) all.push([status, id]);
      return all;
    };
    expect(await results(partners.createMany([{ name: "a" }, { name: "b" }]))).toEqual([
      ["created", 1],
      ["created", 2],
    ]);
    expect(await results(partners.writeMany([{ id: 4, values: { name: "c" } }]))).toEqual([["updated", 4]]);
    expect(await results(partners.unlinkMany([4]))).toEqual([["deleted", 4]]);
    await results(partners.loadMany(["id", "name"], [["a.b", "x"]]));
    expect(asked.map(({ method }) => method)).toEqual(expect.arrayContaining(["create", "write", "unlink", "load"]));
  });

  it("fieldsGet, load and call", async () => {
    const answers: Record<string, unknown> = {
      fields_get: { name: { type: "char" } },
      load: { ids: false, messages: [{ message: "bad" }], nextrow: 0 },
      action_archive: null,
    };
    const { asked, partners } = model(({ method }) => answers[method]);
    expect(await partners.fieldsGet(["name"], ["type"])).toEqual({ name: { type: "char" } });
    expect(await partners.load(["id", "name"], [["a.b", "x"]])).toEqual({ ids: false, messages: [{ message: "bad" }] });
    expect(await partners.call("action_archive", [[1]])).toBeNull();
    expect(asked.map(({ args, kwargs }) => [args, kwargs])).toEqual([
      [[], { allfields: ["name"], attributes: ["type"] }],
      [[["id", "name"], [["a.b", "x"]]], {}],
      [[[1]], {}],
    ]);
  });

  it("takes no answer for what it is not", async () => {
    const { partners } = model(() => ({ odd: true }));
    const asked = [
      partners.search(),
      partners.searchRead(),
      partners.searchCount(),
      partners.read([1]),
      partners.create({}),
      partners.fieldsGet(),
      partners.load([], []),
    ];
    const errors = await Promise.all(asked.map(failure));
    expect(errors.map(({ code }) => code)).toEqual(asked.map(() => "invalid_json_or_xml"));
    expect(errors.map(({ happened }) => happened)).toEqual(["no", "no", "no", "no", "unknown", "no", "unknown"]);
    expect(errors[4]?.why).toContain("create of res.partner was not answered with a number");
  });

  it("goes through the client", async () => {
    const server = await serve(() => [{ id: 4, name: "x" }]);
    const client = clientFor(server.url);
    expect(await client.model("x_any.model").read([4], ["name"])).toEqual([{ id: 4, name: "x" }]);
    expect(objectCalls(server)[0]?.args.slice(3)).toEqual(["x_any.model", "read", [[4]], { fields: ["name"] }]);
  });
});

/** Never run: what must and must not compile. `npm run lint` checks it. */
export async function types(typed: OdooClient<Models>, loose: OdooClient): Promise<void> {
  const orders = typed.model("sale.order");
  const rows = await orders.read([1], ["name", "partner_id"]);
  expectTypeOf(rows).toEqualTypeOf<{ id: number; name: string; partner_id: [id: number, name: string] }[]>();
  expectTypeOf(await orders.readOne(1)).toEqualTypeOf<SaleOrder>();
  expectTypeOf(await orders.searchRead([], { fields: ["note"] })).toEqualTypeOf<
    { id: number; note: string | false }[]
  >();
  for await (const record of orders.iterate([], { fields: ["order_line"] }))
    expectTypeOf(record).toEqualTypeOf<{ id: number; order_line: number[] }>();
  for await (const { record } of orders.changes({ fields: ["name"] }))
    expectTypeOf(record).toEqualTypeOf<{ id: number; name: string; write_date: string | false }>();
  await orders.create({ partner_id: 1, note: false });
  await orders.write([1], { note: "x" });
  await orders.search(["|", ["partner_id.city", "ilike", "x"], ["write_date.month_number", "=", 3]], {
    order: "name desc, id",
  });
  await orders.search([["order_line", "any", [["product_id", "=", 1]]]], { order: ["name", "id desc"] });

  // @ts-expect-error a model that there is not
  typed.model("sale.oder");
  // @ts-expect-error a field that there is not
  await orders.read([1], ["nme"]);
  // @ts-expect-error a field that was not read
  rows[0]?.note;
  // @ts-expect-error a field that there is not, in a domain
  await orders.search([["nme", "=", "x"]]);
  // @ts-expect-error an operator that there is not
  await orders.search([["name", "==", "x"]]);
  // @ts-expect-error nothing follows a text
  await orders.search([["note.city", "=", "x"]]);
  // @ts-expect-error a field that there is not, in an order
  await orders.search([], { order: "nme desc" });
  // @ts-expect-error a field that there is not, further on in an order
  await orders.search([], { order: ["name", "nme"] });
  // @ts-expect-error what create cannot do without
  await orders.create({ note: "x" });
  // @ts-expect-error a value of another type
  await orders.create({ partner_id: "1" });
  // @ts-expect-error a field that there is not, in values
  await orders.write([1], { nte: "x" });

  const anything = loose.model("x_any.model");
  expectTypeOf(await anything.read([1], ["a", "b"])).toEqualTypeOf<{ id: number; a: unknown; b: unknown }[]>();
  expectTypeOf((await anything.readOne(1)).id).toEqualTypeOf<number>();
  await anything.create({ whatever: 1 });
  const domain = [["a", "=", 1]];
  await anything.search(domain, { order: "a desc" });
}
