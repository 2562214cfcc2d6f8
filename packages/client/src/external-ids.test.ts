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

  it("passes every other failure on", async () => {
    const caller: OdooCaller = {
      call: () => Promise.reject(new OdoorwayError("timeout", { evidence: { seconds: 1 } })),
    };
    await expect(createExternalIds(caller).find(["base.be"])).rejects.toMatchObject({ code: "timeout" });
  });
});
