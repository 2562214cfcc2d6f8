/** Groups, specifications and metadata as both versions answer them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

let eighteen: Sandbox;
let nineteen: Sandbox;
let ids: number[] = [];
let ids19: number[] = [];

async function ask(sandbox: Sandbox, model: string, method: string, args: unknown[], kwargs = {}) {
  const post = async (service: string, name: string, params: unknown[]) => {
    const body = JSON.stringify({ params: { service, method: name, args: params } });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
  };
  const uid = (await post("common", "authenticate", ["demo", "demo", "demo-key", {}])).result;
  return post("object", "execute_kw", ["demo", uid, "demo-key", model, method, args, kwargs]);
}
const partners = async (method: string, args: unknown[], kwargs = {}, sandbox = eighteen) =>
  (await ask(sandbox, "res.partner", method, args, kwargs)).result;

beforeAll(async () => {
  [eighteen, nineteen] = await Promise.all([createSandbox(), createSandbox({ version: 19 })]);
  const values = [
    { name: "A", country_id: 20, color: 1, is_company: true },
    { name: "B", country_id: 20, color: 2 },
    { name: "C", color: 4 },
  ];
  ids = (await partners("create", [values])) as number[];
  ids19 = (await partners("create", [values], {}, nineteen)) as number[];
});
afterAll(async () => {
  await Promise.all([eighteen.close(), nineteen.close()]);
});

describe("read_group", () => {
  it("counts and sums by the first field, and leaves the rest to the context", async () => {
    const domain = [["id", "in", ids]];
    expect(await partners("read_group", [domain, ["color"], ["country_id", "is_company"]])).toEqual([
      {
        country_id: [20, "Belgium"],
        country_id_count: 2,
        color: 3,
        __domain: ["&", ["id", "in", ids], ["country_id", "=", 20]],
        __context: { group_by: ["is_company"] },
      },
      {
        country_id: false,
        country_id_count: 1,
        color: 4,
        __domain: ["&", ["id", "in", ids], ["country_id", "=", false]],
        __context: { group_by: ["is_company"] },
      },
    ]);
    const eager = await partners("read_group", [domain, [], ["country_id", "is_company"]], { lazy: false });
    expect(eager).toMatchObject([{ is_company: false, __count: 1 }, { is_company: true }, { country_id: false }]);
    const named = await partners("read_group", [domain, ["n:count(id)", "most:max(color)"], ["type"]]);
    expect(named).toMatchObject([{ type: "contact", type_count: 3, n: 3, most: 4 }]);
    const latest = await partners("read_group", [domain, ["color"], ["name"]], { orderby: "color desc", limit: 1 });
    expect(latest).toMatchObject([{ name: "C" }]);
    expect(await partners("read_group", [[["id", "=", -1]], [], ["name"]])).toEqual([]);
  });
  it("groups dates by their months, with the range", async () => {
    const orders = [
      { partner_id: 1, date_order: "2026-11-30 23:00:00" },
      { partner_id: 1, date_order: "2026-12-01 00:00:00" },
    ];
    await ask(eighteen, "sale.order", "create", [orders]);
    const { result } = await ask(eighteen, "sale.order", "read_group", [[], [], ["date_order:month"]]);
    expect(result).toMatchObject([
      {
        "date_order:month": "November 2026",
        date_order_count: 1,
        __domain: ["&", ["date_order", ">=", "2026-11-01 00:00:00"], ["date_order", "<", "2026-12-01 00:00:00"]],
        __range: { "date_order:month": { from: "2026-11-01 00:00:00", to: "2026-12-01 00:00:00" } },
      },
      { "date_order:month": "December 2026" },
    ]);
    const years = await ask(eighteen, "sale.order", "read_group", [[], [], ["date_order:year"]]);
    expect(years.result).toMatchObject([{ "date_order:year": "2026", date_order_count: 2 }]);
    const quarters = await ask(eighteen, "sale.order", "read_group", [[], [], ["date_order:quarter"]]);
    expect(quarters.result).toMatchObject([{ "date_order:quarter": "Q4 2026" }]);
  });
  it("refuses unknown fields, aggregates and granularities", async () => {
    const said = async (args: unknown[]) =>
      (await ask(eighteen, "res.partner", "read_group", args)).error?.data.message;
    expect(await said([[], [], ["nope"]])).toBe("Invalid field 'nope' on model 'res.partner'");
    expect(await said([[], ["nope:sum"], ["type"]])).toBe(
      "Invalid field 'nope' on model 'res.partner' for 'nope:sum'.",
    );
    expect(await said([[], ["color:constructor"], ["type"]])).toContain("Invalid aggregate method");
    expect(await said([[], [], ["create_date:century"]])).toContain("Invalid date granularity");
  });
  it("has the formatted form in 19 only", async () => {
    const args = [[["id", "in", ids19]], ["country_id"], ["__count", "color:sum"]];
    expect(await partners("formatted_read_group", args, {}, nineteen)).toEqual([
      { country_id: [20, "Belgium"], __extra_domain: [["country_id", "=", 20]], __count: 2, "color:sum": 3 },
      { country_id: false, __extra_domain: [["country_id", "=", false]], __count: 1, "color:sum": 4 },
    ]);
    const whole = await partners("formatted_read_group", [[["id", "in", ids19]], [], ["id:max"]], {}, nineteen);
    expect(whole).toEqual([{ __extra_domain: [[1, "=", 1]], "id:max": Math.max(...ids19) }]);
    expect((await ask(eighteen, "res.partner", "formatted_read_group", args)).error?.data.name).toBe(
      "builtins.AttributeError",
    );
  });
});

describe("records by specification", () => {
  it("reads relations as ids, or as records with the fields asked for", async () => {
    const specification = { name: {}, country_id: { fields: { display_name: {}, code: {} } }, parent_id: {} };
    expect(await partners("web_read", [[ids[0]], specification])).toEqual([
      { id: ids[0], name: "A", country_id: { id: 20, display_name: "Belgium", code: "BE" }, parent_id: false },
    ]);
    expect(await partners("web_search_read", [[["id", "in", ids]], { name: {} }], { limit: 1 })).toEqual({
      length: 3,
      records: [{ id: ids[0], name: "A" }],
    });
    expect(await partners("web_save", [[ids[1]], { name: "B2" }, { name: {} }])).toEqual([{ id: ids[1], name: "B2" }]);
    const children = { child_ids: [[0, 0, { name: "Child" }]], name: "Saved" };
    expect(await partners("web_save", [[], children, { child_ids: { fields: { name: {} } } }])).toMatchObject([
      { child_ids: [{ name: "Child" }] },
    ]);
  });
});

describe("metadata and archiving", () => {
  it("tells external ids to whoever may read the record", async () => {
    expect(await partners("get_metadata", [[1]])).toMatchObject([
      { id: 1, xmlid: "base.main_partner", noupdate: true, xmlids: [{ xmlid: "base.main_partner", noupdate: true }] },
    ]);
    expect(await partners("get_metadata", [[ids[0]]])).toMatchObject([{ xmlid: false, noupdate: false, xmlids: [] }]);
    expect(await partners("get_external_id", [[1, ids[0]]])).toEqual({ 1: "base.main_partner", [String(ids[0])]: "" });
  });
  it("archives, unarchives and toggles", async () => {
    const active = async () => ((await partners("read", [[ids[2]], ["active"]])) as { active: boolean }[])[0]?.active;
    await partners("action_archive", [[ids[2]]]);
    expect(await active()).toBe(false);
    await partners("toggle_active", [[ids[2]]]);
    expect(await active()).toBe(true);
  });
  it("shows the modules that are installed", async () => {
    const domain = [["state", "=", "installed"]];
    const { result } = await ask(eighteen, "ir.module.module", "search_read", [domain, ["name"]], { limit: 2 });
    expect(result).toEqual([
      expect.objectContaining({ name: "account" }),
      expect.objectContaining({ name: "contacts" }),
    ]);
    expect((await ask(nineteen, "ir.module.module", "write", [[1], { sequence: 1 }])).error?.data.name).toBe(
      "odoo.exceptions.AccessError",
    );
  });
});
