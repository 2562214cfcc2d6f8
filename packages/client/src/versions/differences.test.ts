/** Every line of the table, on both sides of the version at which it begins or ends. */
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test-support/fake-clock.js";
import { clientFor, failure } from "../../test-support/harness.js";
import { routes, rpc } from "../../test-support/routes.js";
import { versionedOdoo } from "../../test-support/versioned-odoo.js";
import { differences } from "./differences.js";

type Call = readonly [method: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>];

const context = { lang: "fr_FR" };
const domain = [["id", ">", 1]];

/** What is called, what the version is sent, what it answers, and what the caller is given. */
const adaptations: readonly (readonly [version: number, asked: Call, sent: Call, answer: unknown, given?: unknown])[] =
  [
    [16, ["search", [domain], { count: true }], ["search", [domain], { count: true }], 5],
    [17, ["search", [domain], { count: true, context }], ["search_count", [domain], { context }], 5],
    [18, ["search", [domain, 4, 3, "name", true], {}], ["search_count", [domain], { limit: 3 }], 3],
    [
      19,
      ["search", [], { domain, offset: 2, order: "id", limit: 9, count: true }],
      ["search_count", [], { domain, limit: 9 }],
      5,
    ],
    [20, ["search", [domain, 0, 2, "id", false], {}], ["search", [domain, 0, 2, "id"], {}], [2, 3]],
    [18, ["search", [domain], { count: false, limit: 2 }], ["search", [domain], { limit: 2 }], [2, 3]],
    [17, ["search", [], { args: domain, count: true }], ["search_count", [], { domain }], 5],

    [15, ["search", [], { args: domain }], ["search", [], { args: domain }], [2]],
    [16, ["search", [], { args: domain, limit: 1 }], ["search", [], { domain, limit: 1 }], [2]],
    [20, ["search_count", [], { args: domain }], ["search_count", [], { domain }], 1],
    [12, ["search", [], { domain, limit: 1 }], ["search", [], { args: domain, limit: 1 }], [2]],
    [15, ["search_count", [], { domain }], ["search_count", [], { args: domain }], 1],
    [16, ["search_count", [], { domain }], ["search_count", [], { domain }], 1],

    [18, ["name_search", ["a"], { args: domain }], ["name_search", ["a"], { args: domain }], []],
    [19, ["name_search", ["a"], { args: domain }], ["name_search", ["a"], { domain }], []],
    [18, ["name_search", ["a"], { domain }], ["name_search", ["a"], { args: domain }], []],
    [19, ["name_search", ["a"], { domain }], ["name_search", ["a"], { domain }], []],

    [15, ["search_count", [domain], { limit: 3 }], ["search_count", [domain], {}], 10, 3],
    [12, ["search_count", [domain, 30], { context }], ["search_count", [domain], { context }], 10, 10],
    [14, ["search_count", [], { domain, limit: 3 }], ["search_count", [], { args: domain }], 10, 3],
    [16, ["search_count", [domain], { limit: 3 }], ["search_count", [domain], { limit: 3 }], 3],

    [17, ["name_get", [[1, 2]], {}], ["name_get", [[1, 2]], {}], [[1, "a"]]],
    [
      18,
      ["name_get", [[2, 1]], { context }],
      ["read", [[2, 1], ["display_name"]], { context }],
      [
        { id: 2, display_name: "b" },
        { id: 1, display_name: "a" },
      ],
      [
        [2, "b"],
        [1, "a"],
      ],
    ],
    [19, ["name_get", [7], {}], ["read", [[7], ["display_name"]], {}], [{ id: 7, display_name: "x" }], [[7, "x"]]],

    [18, ["exists", [[3, 1]], {}], ["exists", [[3, 1]], {}], [3]],
    [
      19,
      ["exists", [[3, 9, 1]], { context }],
      ["search", [[["id", "in", [3, 9, 1]]]], { context: { ...context, active_test: false } }],
      [1, 3],
      [3, 1],
    ],
    [20, ["exists", [3], {}], ["search", [[["id", "in", [3]]]], { context: { active_test: false } }], [], []],

    [18, ["browse", [[1]], {}], ["browse", [[1]], {}], "res.partner()"],

    [17, ["has_access", [[], "write"], { context }], ["check_access_rights", ["write", false], { context }], true],
    [12, ["has_access", [], { operation: "write" }], ["check_access_rights", ["write", false], {}], false],
    [18, ["has_access", [[], "write"], {}], ["has_access", [[], "write"], {}], true],
    [18, ["has_access", [[5], "write"], {}], ["has_access", [[5], "write"], {}], true],

    [17, ["check_access_rights", ["write"], {}], ["check_access_rights", ["write"], {}], true],
    [18, ["check_access_rights", ["write"], { context }], ["has_access", [[], "write"], { context }], true],
    [20, ["check_access_rights", ["write"], {}], ["has_access", [[], "write"], {}], true],
    [20, ["check_access_rights", ["write", false], {}], ["has_access", [[], "write"], {}], false],
    [
      20,
      ["check_access_rights", [], { operation: "write", raise_exception: false }],
      ["has_access", [[], "write"], {}],
      false,
    ],

    [19, ["check_access_rule", [[1], "read"], {}], ["check_access_rule", [[1], "read"], {}], null],
    [19, ["read_group", [[], ["name"], ["name"]], {}], ["read_group", [[], ["name"], ["name"]], {}], []],
    [20, ["read_group", [[]], { groupby: ["name"] }], ["read_group", [[]], { groupby: ["name"] }], [["a", 1]]],
    [19, ["formatted_read_group", [[]], {}], ["formatted_read_group", [[]], {}], []],
    [17, ["web_read", [[1]], { specification: {} }], ["web_read", [[1]], { specification: {} }], []],
    [16, ["web_search_read", [[], ["name"]], {}], ["web_search_read", [[], ["name"]], {}], []],
  ];

/** What is refused by name, and a word of what to call instead. */
const refusals: readonly (readonly [version: number, asked: Call, instead: string, model?: string])[] = [
  [19, ["browse", [[1]], {}], "Call read"],
  [17, ["has_access", [[5], "write"], {}], "check_access_rights"],
  [20, ["check_access_rule", [[1], "read"], {}], "has_access"],
  [20, ["read_group", [[], ["name"], ["name"]], {}], "formatted_read_group"],
  [20, ["read_group", [], { domain: [], fields: [], groupby: [] }], "formatted_read_group"],
  [18, ["formatted_read_group", [[]], {}], "Call read_group"],
  [18, ["formatted_read_grouping_sets", [[]], {}], "Call read_group"],
  [16, ["web_read", [[1]], { specification: {} }], "Call read"],
  [16, ["web_save", [[1], {}, {}], {}], "write"],
  [16, ["web_search_read", [[], { name: {} }], {}], "search_read"],
  [16, ["web_search_read", [[]], { specification: {} }], "search_read"],
  [20, ["create", [[{ name: "a", datas: "aGk=" }]], {}], "Give it as raw", "ir.attachment"],
  [20, ["create", [{ name: "a", datas: "aGk=" }], {}], "raw", "ir.attachment"],
  [20, ["write", [[1], { datas: "aGk=" }], {}], "raw", "ir.attachment"],
  [20, ["create", [], { vals_list: [{ datas: "aGk=" }] }], "raw", "ir.attachment"],
  [20, ["load", [["name", "datas"], [["a", "aGk="]]], {}], "raw", "ir.attachment"],
];

describe("the table of versions", () => {
  for (const [version, asked, sent, answer, given = answer] of adaptations)
    it(`Odoo ${version}: ${JSON.stringify(asked)}`, async () => {
      const odoo = await versionedOdoo(`${version}.0`, { [sent[0]]: () => answer });
      const [method, args, kwargs] = asked;
      expect(await clientFor(odoo.url).call("res.partner", method, args, kwargs)).toEqual(given);
      expect(odoo.seen()).toEqual([sent]);
    });

  for (const [version, asked, instead, model = "res.partner"] of refusals)
    it(`Odoo ${version} refuses ${JSON.stringify(asked)}`, async () => {
      const odoo = await versionedOdoo(`${version}.0`, {});
      const error = await failure(clientFor(odoo.url).call(model, ...asked));
      expect([error.code, error.status, error.happened]).toEqual(["version_unsupported", 501, "no"]);
      expect(error.why).toContain(`${version}.0`);
      expect(error.fix).toContain(instead);
      expect(odoo.seen()).toEqual([]);
    });

  it("tests every line, at the first or last version that it holds for", () => {
    const tested = [
      ...adaptations.map(([version, [method]]) => [version, method]),
      ...refusals.map(([version, [method]]) => [version, method]),
    ];
    for (const { methods, from, until, what } of differences) {
      const edge = from ?? until;
      expect(
        tested.some(([version, method]) => version === edge && methods.includes(String(method))),
        what,
      ).toBe(true);
    }
  });

  it("raises where check_access_rights raised", async () => {
    const odoo = await versionedOdoo("20.0", { has_access: () => false });
    const error = await failure(clientFor(odoo.url).call("res.partner", "check_access_rights", ["unlink"]));
    expect(error).toMatchObject({
      code: "access_model_denied",
      evidence: { model: "res.partner", operation: "unlink" },
    });
  });

  it("lets ordinary calls, and datas before 20 and of other models, go without asking for the version", async () => {
    const odoo = await versionedOdoo("20.0", { search: () => [], create: () => 1, read_group: () => [] });
    const client = clientFor(odoo.url);
    await client.call("res.partner", "search", [[]], { limit: 2 });
    await client.call("res.partner", "create", [{ datas: "x" }]);
    await client.call("ir.attachment", "create", [{ raw: "x" }]);
    expect(odoo.probes()).toBe(0);
    const older = await versionedOdoo("19.0", { create: () => 1 });
    expect(await clientFor(older.url).call("ir.attachment", "create", [{ datas: "x" }])).toBe(1);
  });
});

describe("the version", () => {
  it("is asked once for all callers, and again after ten minutes", async () => {
    const clock = new FakeClock();
    const odoo = await versionedOdoo("19.0", { search: () => [1] });
    const client = clientFor(odoo.url, { clock });
    const exists = () => client.call("res.partner", "exists", [[1]]);
    await Promise.all([exists(), exists(), exists()]);
    expect(odoo.probes()).toBe(1);
    clock.pass(9 * 60_000);
    await exists();
    expect(odoo.probes()).toBe(1);
    clock.pass(60_000);
    await exists();
    expect(odoo.probes()).toBe(2);
  });

  it("is what finding the transport told, or what the caller asked", async () => {
    const odoo = await versionedOdoo("19.0", { search: () => [1] });
    const client = clientFor(odoo.url, { transport: "auto" });
    await client.call("res.partner", "exists", [[1]]);
    expect(odoo.probes()).toBe(1);
    const other = clientFor(odoo.url);
    await other.version();
    await other.call("res.partner", "exists", [[1]]);
    expect(odoo.probes()).toBe(2);
  });

  it("that could not be told changes nothing, and is asked again at the next call", async () => {
    let hidden = true;
    const server = await routes({
      "/jsonrpc": ({ body }) => {
        const { method, args } = JSON.parse(body).params;
        if (method === "authenticate") return rpc({ result: 7 }, body);
        if (method === "execute_kw") return rpc({ result: [args[4]] }, body);
        return rpc(hidden ? { error: { message: "x" } } : { result: { server_version: "19.0" } }, body);
      },
    });
    const client = clientFor(server.url);
    expect(await client.call("m", "name_search", [], { args: [] })).toEqual(["name_search"]);
    expect(await client.call("m", "exists", [[1]])).toEqual(["exists"]);
    hidden = false;
    expect(await client.call("m", "exists", [[1]])).toEqual([]);
  });

  it("that cannot be asked stops the call, which that version might take for another", async () => {
    let down = true;
    const sent: string[] = [];
    const server = await routes({
      "/jsonrpc": ({ body }, response) => {
        const { method } = JSON.parse(body).params;
        if (method === "version" && down) return void response.writeHead(502, { "content-type": "text/html" }).end();
        sent.push(method);
        return rpc({ result: method === "version" ? { server_version: "20.0" } : 7 }, body);
      },
    });
    const client = clientFor(server.url);
    const attach = () => failure(client.call("ir.attachment", "create", [{ name: "a", datas: "YQ==" }]));
    expect(await attach()).toMatchObject({ code: "bad_gateway_or_proxy", happened: "no" });
    expect(sent).not.toContain("execute_kw");
    down = false;
    expect((await attach()).code).toBe("version_unsupported");
    expect(sent).not.toContain("execute_kw");
  });

  it("adapts over JSON-2 too, by name", async () => {
    const server = await routes({
      "/web/version": () => ({ version: "19.0" }),
      "/json/2/res.users/context_get": () => ({ uid: 5 }),
      "/json/2/res.users/read": () => [{ id: 5, login: "api" }],
      "/json/2/res.partner/read": ({ body }) => {
        expect(JSON.parse(body)).toEqual({ ids: [3], fields: ["display_name"] });
        return [{ id: 3, display_name: "c" }];
      },
    });
    expect(await clientFor(server.url, { transport: "json2" }).call("res.partner", "name_get", [[3]])).toEqual([
      [3, "c"],
    ]);
  });
});
