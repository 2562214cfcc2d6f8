/** The steps to find a cause, and what keeps it away: each does what the guide says. */

import { collectResults, createMany } from "@odoorway/client";
import type { Observation } from "@odoorway/core";
import { expect } from "vitest";
import { holdToPage } from "./guide.js";
import { moduleFailed, slowRequest } from "./logs.js";
import { idOf, madePartner } from "./records.js";

const wrong = { nmae: "Ada", is_company: "yes", country_id: 999_999 };
const right = { name: "Ada", is_company: true, country_id: { external_id: "base.be" } };

holdToPage("finding-the-cause.md", {
  "Read the whole answer": async (world) => {
    expect(world.explain("RPC_ERROR: Odoo Server Error").confidence).toBeLessThan(0.5);
    world.file("answer.json", await world.rpc("api", "res.partner", "create", [{ name: "A", country_id: 999_999 }]));
    const { out } = await world.odoorway("odoorway explain answer.json");
    expect(out).toMatch(/foreign_key_violation[\s\S]+country_id/);
    const masked = await world.odoorway("odoorway explain", {}, "Authorization: Bearer s3cr3t-t0ken\nAccess Denied");
    expect(masked.said).not.toContain("s3cr3t-t0ken");
  },

  "Test the authentication by itself": async (world) => {
    const { code, out } = await world.odoorway("odoorway doctor", { ODOO_API_KEY: "another-key" });
    expect([code, out]).toEqual([2, expect.stringContaining("auth_invalid_credentials")]);
    expect(out).not.toContain("Access  ");
    expect((await world.odoorway("odoorway doctor")).code).toBe(0);
  },

  "Check an endpoint's path, method, auth and CSRF": async (world) => {
    const { code, out } = await world.odoorway('odoorway doctor --route "POST /api/order"');
    expect([code, out]).toEqual([0, expect.stringContaining("/api/order is there")]);
    expect((await world.odoorway('odoorway doctor --route "POST /shop/secrets"')).out).toContain("csrf_token");
    expect(world.odoo.records("sale.order", [], { fields: ["id"] })).toEqual([]);
  },

  "Validate the payload": async (world) => {
    const before = world.odoo.records("res.partner", [], { fields: ["id"] }).length;
    const bad = await world.ask("POST", "/v1/validate/res.partner", wrong);
    expect(bad.body.errors?.map(({ pointer }) => pointer).sort()).toEqual([
      "/country_id",
      "/is_company",
      "/name",
      "/nmae",
    ]);
    const good = await world.ask("POST", "/v1/validate/res.partner", right);
    expect(good.body).toMatchObject({ valid: true, calls: [{ method: "create" }] });
    expect(world.odoo.records("res.partner", [], { fields: ["id"] })).toHaveLength(before);
  },

  "Review the access rights": async (world) => {
    const asSmall = { ODOO_LOGIN: "small", ODOO_API_KEY: "small-key" };
    expect((await world.odoorway("odoorway doctor --model sale.order", asSmall)).out).toContain("access_model_denied");
    const product = [{ name: "Desk" }];
    const denied = world.explain(await world.rpc("small", "product.template", "create", product));
    expect(denied).toMatchObject({ code: "access_model_denied", evidence: { groups: expect.stringMatching(/\w/) } });
    expect((await world.odoorway("odoorway doctor --model sale.order")).out).toContain(
      "sale.order: read, write, create",
    );
    expect(Number(await world.value("api", "product.template", "create", product))).toBeGreaterThan(0);
  },

  "Do the same by hand": async (world) => {
    const page = world.client("api", { apiKey: "s3cret-word", transport: "session" });
    const program = world.client();
    const bad = [{ name: "A", country_id: 999_999 }];
    const codes = [page, program].map(
      async (who) => (await world.failure(who.call("res.partner", "create", bad))).code,
    );
    expect(new Set(await Promise.all(codes)).size).toBe(1);
    expect(Number(await page.call("res.partner", "create", [{ name: "A" }]))).toBeGreaterThan(0);
  },

  "Read the server's log": async (world) => {
    world.file("odoo-server.log", moduleFailed);
    const { code, out } = await world.odoorway("odoorway logs odoo-server.log");
    expect([code, out]).toEqual([1, expect.stringContaining("2 x ")]);
    expect(out).toContain("TypeError: unsupported operand");
  },

  "Find what triggered it, and what has changed": async (world) => {
    world.file("odoo-server.log", moduleFailed);
    const { out } = await world.odoorway("odoorway logs odoo-server.log --json");
    expect(JSON.parse(out).failures[0]).toMatchObject({
      count: 2,
      first: expect.stringContaining("08:11:00"),
      last: expect.stringContaining("08:11:30"),
    });
    expect(out).toContain("POST /jsonrpc");
  },

  "Split the work into batches, with retries": async (world) => {
    const records = Array.from({ length: 60 }, (_, at) => (at === 41 ? { naem: "bad" } : { name: `Batch ${at}` }));
    world.odoo.fault({ model: "res.partner", method: "create", conflicts: 5 });
    const { counts, results } = await collectResults(createMany(world.client(), "res.partner", records));
    expect([counts.created, counts.failed, results[41]?.error?.code]).toEqual([59, 1, "invalid_field_name"]);
    world.file("partners.csv", "ref,name\nr1,Ada\nr2,Bob\n");
    const send = () => world.odoorway("odoorway import partners.csv --model res.partner --key ref");
    expect([(await send()).code, (await send()).code]).toEqual([0, 0]);
    expect(world.odoo.records("res.partner", [["ref", "in", ["r1", "r2"]]], { fields: ["id"] })).toHaveLength(2);
  },

  "Prevent: a dedicated user": async (world) => {
    const admin = await world.odoorway("odoorway doctor", { ODOO_LOGIN: "admin", ODOO_API_KEY: "admin-key" });
    expect([admin.code, admin.out]).toEqual([1, expect.stringContaining("Make a user for the integration")]);
    expect((await world.odoorway("odoorway doctor")).code).toBe(0);
  },

  "Prevent: a layer that validates and transforms": async (world) => {
    await world.ask("GET", "/v1/models/res.partner");
    const { status } = await world.problem("POST", "/v1/records/res.partner", wrong);
    expect([status, world.odoo.calls().filter(({ method }) => method === "create")]).toEqual([422, []]);
    expect((await world.ask("POST", "/v1/records/res.partner", right)).status).toBe(201);
  },

  "Prevent: everything logged": async (world) => {
    const mine = { "x-request-id": "shop-4711" };
    const refused = await world.problem("POST", "/v1/records/res.partner", wrong, mine);
    expect(refused.headers.get("x-request-id")).toBe("shop-4711");
    expect(JSON.parse(refused.text).request_id).toBe("shop-4711");
    const seen: Observation[] = [];
    const client = world.client("api", { observe: (observation) => seen.push(observation) });
    await client.call("res.partner", "search_count", [[]]);
    expect(JSON.stringify(seen)).toContain("search_count");
    expect(JSON.stringify(seen)).not.toContain("api-key");
    world.file("odoo-server.log", moduleFailed);
    const watched = world.odoorway("odoorway logs -f odoo-server.log", {}, "", AbortSignal.timeout(1_500));
    expect((await watched).said).toContain("server_exception");
  },

  "Prevent: no writes past Odoo": async (world) => {
    const made = await world.ask("POST", "/v1/records/res.partner", right);
    const [call] = world.odoo.calls().filter(({ method }) => method === "create" || method === "load");
    expect(call).toMatchObject({
      model: "res.partner",
      uid: idOf(world, "res.users", [["login", "=", "api"]]),
    });
    const nameless = await world.problem("PATCH", `/v1/records/res.partner/${made.body.id}`, { name: null });
    expect(nameless.status).toBe(422);
  },

  "Prevent: a staging system": async (world) => {
    const stop = new AbortController();
    const running = world.odoorway("odoorway sandbox --port 0 --odoo 19", {}, "", stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    stop.abort();
    expect((await running).said).toMatch(/http:\/\/127\.0\.0\.1:\d+/);
  },

  "Prevent: errors handled on the outer side": async (world) => {
    const client = world.client("api", { timeout: 300 });
    const partner = await madePartner(world);
    const judged = async (promise: Promise<unknown>) => {
      const { code, retryable, happened } = await world.failure(promise);
      return { code, retryable, happened };
    };
    const write = () => client.call("res.partner", "write", [[partner], { name: "B" }]);
    expect(await judged(client.call("res.partner", "write", [[partner], { nmae: "B" }]))).toEqual({
      code: "invalid_field_name",
      retryable: false,
      happened: "no",
    });
    world.odoo.fault({ model: "res.partner", method: "write", delay: 1_000 });
    expect(await judged(write())).toMatchObject({ code: "timeout", happened: "unknown" });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(world.odoo.records("res.partner", [["id", "=", partner]], { fields: ["name"] })).toMatchObject([
      { name: "B" },
    ]);
    const busy = world.client("api", { timeout: 2_000 });
    world.odoo.fault({ model: "res.partner", method: "write", conflicts: 5, times: 9 });
    const lost = await judged(busy.call("res.partner", "write", [[partner], { name: "C" }]));
    expect(lost).toMatchObject({ code: "serialization_failure", retryable: true, happened: "no" });
  },

  "Prevent: light buttons and controllers": async (world) => {
    world.file("odoo-server.log", slowRequest);
    const { code, out } = await world.odoorway("odoorway logs odoo-server.log --slow 2");
    expect([code, out]).toEqual([0, expect.stringContaining("98.3")]);
  },

  "Prevent: explicit scopes": async (world) => {
    const made = await world.odoorway("odoorway token create --name reader --scope records:read");
    const [token = ""] = /odw_\S+/.exec(made.said) ?? [];
    const bearer = { authorization: `Bearer ${token}` };
    expect((await world.ask("GET", "/v1/records/res.partner?limit=1", undefined, bearer)).status).toBe(200);
    const refused = await world.problem("POST", "/v1/records/res.partner", right, bearer);
    expect([refused.status, refused.body.cause]).toEqual([403, expect.stringContaining("records:write")]);
  },
});
