import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { createExternalIds } from "./external-ids.js";

const records = new Map([
  ["base.be", { model: "res.country", id: 20 }],
  ["shop.res_partner_1", { model: "res.partner", id: 7 }],
]);

function fakeOdoo(administrator: boolean) {
  const calls: string[] = [];
  const caller: OdooCaller = {
    async call(model, method, args, kwargs) {
      calls.push(method);
      if (method === "search_read") {
        if (!administrator) throw new OdoorwayError("access_model_denied", { evidence: { model, operation: "read" } });
        const text = JSON.stringify(args);
        return [...records].flatMap(([id, { model, id: res_id }]) => {
          const [module, name] = id.split(".");
          return text.includes(`"${name}"`) ? [{ module, name, model, res_id }] : [];
        });
      }
      const shown = (kwargs?.context as { active_test?: boolean } | undefined)?.active_test;
      if (args.join(".") === "base.XAF") return ["res.currency", shown === false ? 42 : false];
      const found = records.get(args.join("."));
      if (found) return [found.model, found.id];
      if (args.join(".") === "shop.hidden") return ["res.partner", false];
      throw new OdoorwayError("server_exception", {
        evidence: { exception: "ValueError" },
        odoo: { exception: "ValueError", message: `External ID not found in the system: ${args.join(".")}` },
      });
    },
  };
  return { caller, calls };
}

describe.each([
  ["an administrator", true],
  ["an ordinary user", false],
])("external ids for %s", (_who, administrator) => {
  it("finds those that exist and leaves out the others", async () => {
    const { caller } = fakeOdoo(administrator);
    const found = await createExternalIds(caller).find([
      "base.be",
      "shop.res_partner_1",
      "shop.nothing",
      "not one",
      "base.be",
    ]);
    expect([...found].sort()).toEqual([...records].sort());
  });

  it("asks nothing for nothing", async () => {
    const { caller, calls } = fakeOdoo(administrator);
    expect((await createExternalIds(caller).find([])).size).toBe(0);
    expect(calls).toEqual([]);
  });
});

describe("external ids", () => {
  it("tries the search once for a user who may not", async () => {
    const { caller, calls } = fakeOdoo(false);
    const source = createExternalIds(caller);
    await source.find(["base.be", "shop.hidden"]);
    await source.find(["base.be"]);
    expect(calls).toEqual([
      "search_read",
      "check_object_reference",
      "check_object_reference",
      "check_object_reference",
    ]);
    expect((await source.find(["shop.hidden"])).size).toBe(0);
  });

  it("finds archived records, which Odoo hides by default", async () => {
    const { caller } = fakeOdoo(false);
    expect((await createExternalIds(caller).find(["base.XAF"])).get("base.XAF")).toEqual({
      model: "res.currency",
      id: 42,
    });
  });

  it("leaves out what outlived its record, which only who may search for external ids sees", async () => {
    const ids = new Map([
      ["p1", 7],
      ["p2", 8],
    ]);
    const caller: OdooCaller = {
      call: async (model, _method, args) => {
        if (model !== "ir.model.data")
          return ((args as [[[string, string, number[]]]])[0][0][2] ?? []).filter((id) => id === 8);
        return [...ids].map(([name, res_id]) => ({ module: "shop", name, model: "product.product", res_id }));
      },
    };
    const wanted = ["shop.p1", "shop.p2"];
    const found = await createExternalIds(caller).find(wanted, { model: "product.product" });
    expect([...found]).toEqual([["shop.p2", { model: "product.product", id: 8 }]]);
  });

  it("goes on searching when the model itself may not be read", async () => {
    const calls: string[] = [];
    const caller: OdooCaller = {
      call: async (model, method) => {
        calls.push(`${model} ${method}`);
        if (model !== "ir.model.data")
          throw new OdoorwayError("access_model_denied", { evidence: { model, operation: "read" } });
        return [{ module: "shop", name: "p1", model: "product.product", res_id: 7 }];
      },
    };
    const source = createExternalIds(caller);
    for (let turn = 0; turn < 2; turn += 1)
      expect((await source.find(["shop.p1"], { model: "product.product" })).get("shop.p1")?.id).toBe(7);
    const each = ["ir.model.data search_read", "product.product search"];
    expect(calls).toEqual([...each, ...each]);
  });

  it("passes every other failure on", async () => {
    const caller: OdooCaller = {
      call: () => Promise.reject(new OdoorwayError("timeout", { evidence: { seconds: 1 } })),
    };
    await expect(createExternalIds(caller).find(["base.be"])).rejects.toMatchObject({ code: "timeout" });
  });
});

/** A model whose records have external ids, as an ordinary user may ask for them. */
function fakeModel({ xmlRpc = false, allTold = true } = {}) {
  const names = new Map<number, string[]>();
  const asked: string[] = [];
  let now = 0;
  const caller: OdooCaller = {
    async call(model, method, args, kwargs) {
      if (model === "ir.model.data" && method === "search_read")
        throw new OdoorwayError("access_model_denied", { evidence: { model, operation: "read" } });
      asked.push(method);
      if (method === "search") {
        const [[[, , wanted]]] = args as [[[string, string, number | number[]]]];
        const ids = [...names.keys()].sort((a, b) => a - b);
        if (Array.isArray(wanted)) return ids.filter((id) => wanted.includes(id));
        return ids.filter((id) => id > wanted).slice(0, Number(kwargs?.limit));
      }
      const [ids] = args as [number[]];
      if (method === "get_external_id") {
        if (xmlRpc) throw new OdoorwayError("server_exception", { evidence: { exception: "TypeError" } });
        return Object.fromEntries(ids.map((id) => [String(id), names.get(id)?.[0] ?? ""]));
      }
      if (method === "get_metadata")
        return ids.map((id) => {
          const xmlids = (names.get(id) ?? []).map((xmlid) => ({ xmlid, noupdate: false }));
          return { id, xmlid: xmlids[0]?.xmlid ?? false, ...(allTold ? { xmlids } : {}) };
        });
      const found = [...names].find(([, list]) => list.includes(args.join(".")));
      if (found) return ["res.partner", found[0]];
      throw new OdoorwayError("server_exception", {
        evidence: { exception: "ValueError" },
        odoo: { exception: "ValueError", message: "External ID not found in the system: x" },
      });
    },
  };
  const source = createExternalIds(caller, { now: () => now });
  const wanted = Array.from({ length: 40 }, (_none, index) => `shop.p${index}`);
  return {
    names,
    asked,
    find: (externalIds: readonly string[] = wanted, many = 1000) =>
      source.find(externalIds, { model: "res.partner", many }),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe("many external ids of one model", () => {
  it("are found with two calls, and known to be missing", async () => {
    const { names, asked, find } = fakeModel();
    for (let id = 1; id <= 30; id += 1) names.set(id, id % 2 ? [`shop.p${id}`] : []);
    const found = await find();
    expect(found.size).toBe(15);
    expect(found.get("shop.p7")).toEqual({ model: "res.partner", id: 7 });
    expect(asked).toEqual(["search", "get_external_id"]);
  });

  it("are found among several that a record has", async () => {
    const { names, asked, find } = fakeModel();
    names.set(1, ["base.main_partner", "shop.p3"]);
    names.set(2, ["shop.p4", "other.p4"]);
    expect([...(await find()).keys()].sort()).toEqual(["shop.p3", "shop.p4"]);
    expect(asked).toEqual(["search", "get_external_id", "get_metadata"]);
  });

  it("are asked for singly where Odoo tells one of several only", async () => {
    const { names, asked, find } = fakeModel({ allTold: false });
    names.set(1, ["base.main_partner", "shop.p3"]);
    expect((await find()).get("shop.p3")).toEqual({ model: "res.partner", id: 1 });
    expect(asked.filter((method) => method === "check_object_reference")).toHaveLength(40);
  });

  it("are found over XML-RPC too, which cannot carry numbers as keys", async () => {
    const { names, asked, find } = fakeModel({ xmlRpc: true });
    names.set(1, ["base.main_partner", "shop.p3"]);
    expect((await find()).size).toBe(1);
    await find();
    expect(asked).toEqual(["search", "get_external_id", "get_metadata", "search", "search"]);
  });

  it("are found when they came since, in whatever order they were committed", async () => {
    const { names, asked, find, pass } = fakeModel();
    names.set(1, ["shop.p1"]);
    names.set(90, ["shop.p2"]);
    expect((await find()).size).toBe(2);
    names.set(91, ["shop.p3"]);
    names.set(50, ["shop.p4"]);
    expect((await find()).size).toBe(4);
    expect(asked).toEqual(["search", "get_external_id", "search", "get_external_id", "search"]);
    names.delete(1);
    pass(61_000);
    expect((await find()).has("shop.p1")).toBe(false);
  });

  it("are not found any more when their record was deleted since, nor under its old id when it was made again", async () => {
    const { names, find } = fakeModel();
    for (let id = 1; id <= 3; id += 1) names.set(id, [`shop.p${id}`]);
    expect((await find()).size).toBe(3);
    names.delete(1);
    names.delete(2);
    names.set(4, ["shop.p2"]);
    const found = await find();
    expect(found.has("shop.p1")).toBe(false);
    expect(found.get("shop.p2")).toEqual({ model: "res.partner", id: 4 });
  });

  it("are asked for singly where the model's records are too many for so few", async () => {
    const { names, asked, find } = fakeModel();
    for (let id = 1; id <= 12_000; id += 1) names.set(id, [`shop.q${id}`]);
    names.set(17_000, ["shop.p1"]);
    expect((await find(undefined, 40)).size).toBe(1);
    expect(asked.filter((method) => method === "search")).toHaveLength(2);
    expect(asked.filter((method) => method === "check_object_reference")).toHaveLength(40);
    await find(undefined, 40);
    expect(asked.filter((method) => method === "search")).toHaveLength(2);
  });

  it("of another namespace are read anew", async () => {
    const { names, find } = fakeModel();
    names.set(1, ["shop.p1"]);
    names.set(2, ["mart.p1"]);
    expect((await find()).size).toBe(1);
    expect((await find(["mart.p1", "shop.p1", ...Array.from({ length: 9 }, (_none, at) => `mart.x${at}`)])).size).toBe(
      2,
    );
  });
});
