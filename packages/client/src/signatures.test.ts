import { OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { byName } from "./signatures.js";

const named = (method: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>> = {}, major = 19) =>
  byName({ model: "res.partner", method, args, kwargs }, major);

function refusal(...call: Parameters<typeof named>): OdoorwayError {
  try {
    named(...call);
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
  }
  throw new Error("it was not refused");
}

describe("positional arguments by name", () => {
  it.each<[string, unknown[], Record<string, unknown>, object]>([
    ["search", [[["id", ">", 1]], 5], { limit: 2 }, { domain: [["id", ">", 1]], offset: 5, limit: 2 }],
    ["search_count", [[]], { context: { lang: "fr_FR" } }, { domain: [], context: { lang: "fr_FR" } }],
    ["read", [[7, 8], ["name"]], {}, { ids: [7, 8], fields: ["name"] }],
    ["read", [7], {}, { ids: [7] }],
    ["write", [[7], { name: "x" }], {}, { ids: [7], vals: { name: "x" } }],
    ["unlink", [[7]], {}, { ids: [7] }],
    ["create", [[{ name: "x" }]], {}, { vals_list: [{ name: "x" }] }],
    ["create", [{ name: "x" }], {}, { vals_list: [{ name: "x" }] }],
    ["create", [], { vals_list: { name: "x" } }, { vals_list: [{ name: "x" }] }],
    ["load", [["id"], [["a.b"]]], {}, { fields: ["id"], data: [["a.b"]] }],
    ["fields_get", [], { attributes: ["type"] }, { attributes: ["type"] }],
    ["name_search", ["Azure", [], "ilike", 3], {}, { name: "Azure", domain: [], operator: "ilike", limit: 3 }],
    ["action_confirm", [[7]], {}, { ids: [7] }],
    ["button_validate", [7], { skip: true }, { ids: [7], skip: true }],
    ["my_method", [], { anything: 1 }, { anything: 1 }],
  ])("%s %j %j", (method, args, kwargs, expected) => {
    expect(named(method, args, kwargs)).toEqual(expected);
  });

  it("says what to pass to a method that it does not know", () => {
    const error = refusal("serch", [[["name", "=", "x"]]]);
    expect([error.code, error.happened]).toEqual(["bad_arguments", "no"]);
    expect(error.why).toContain("by name");
    expect(error.why).toContain("Did you mean search?");
  });

  it("no longer knows read_group by its old parameters from 20 on", () => {
    const args = [[], ["name"], ["country_id"]];
    expect(named("read_group", args)).toEqual({ domain: [], fields: ["name"], groupby: ["country_id"] });
    expect(refusal("read_group", args, {}, 20).why).toContain("Odoo 20");
  });

  it.each<[string, unknown[], Record<string, unknown>, string]>([
    ["unlink", [[1], 2], {}, "at most 1"],
    ["search", [[]], { domain: [] }, "twice"],
    ["read", [["name"]], { ids: [1] }, "twice"],
    ["write", ["7", {}], {}, "ids of records first"],
    ["action_confirm", [[1]], { ids: [1] }, "by name"],
    ["constructor", ["x"], {}, "by name"],
  ])("refuses %s %j %j", (method, args, kwargs, word) => {
    const error = refusal(method, args, kwargs);
    expect(error.code).toBe("bad_arguments");
    expect(error.why).toContain(word);
  });

  it("refuses a private method as Odoo does", () => {
    expect(refusal("_write", [[1], {}])).toMatchObject({ code: "method_private", evidence: { method: "_write" } });
  });
});
