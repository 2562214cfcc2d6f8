/** The seven causes of a failing call, each made, named and mended. */
import { iterate } from "@odoorway/client";
import { expect } from "vitest";
import { holdToPage } from "./guide.js";
import { slowRequest } from "./logs.js";
import { idOf, quotation } from "./records.js";
import type { World } from "./world.js";

/** Lays a fault in a file and explains it by the command that the page shows. */
async function explained(world: World, fault: string): Promise<string> {
  world.file("fault.txt", fault);
  const { code, out } = await world.odoorway("odoorway explain fault.txt");
  expect([code, fault]).toEqual([0, fault]);
  return out;
}

holdToPage("api-failures.md", {
  Authentication: async (world) => {
    const doctor = (env: Record<string, string>) => world.odoorway("odoorway doctor", env);
    expect(await doctor({ ODOO_DB: "compny" })).toMatchObject({ code: 2, out: expect.stringContaining("company?") });
    for (const env of [
      { ODOO_LOGIN: "apy" },
      { ODOO_API_KEY: "another-key" },
      { ODOO_API_KEY: "api-old-key" },
      { ODOO_LOGIN: "gone", ODOO_API_KEY: "gone-key" },
    ])
      expect(await doctor(env)).toMatchObject({ code: 2, out: expect.stringContaining("auth_invalid_credentials") });
    const session = world.explain("odoo.http.SessionExpiredException: Session expired");
    expect(session.code).toBe("auth_session_expired");

    const wrong = world.client("api", { apiKey: "another-key" });
    const before = world.odoo.calls().length;
    for (const _ of [1, 2, 3]) await world.failure(wrong.call("res.partner", "search_count", [[]]));
    expect(world.odoo.calls().length - before).toBe(1);
    world.odoo.reset();
    expect((await doctor({})).code).toBe(0);
  },

  "Missing access rights": async (world) => {
    const fault = await world.rpc("small", "product.template", "create", [{ name: "Desk" }]);
    expect(await explained(world, fault)).toMatch(/operation create, model product.template, groups \w+/);
    const access = (login: string) =>
      world.odoorway("odoorway doctor --model product.template", { ODOO_LOGIN: login, ODOO_API_KEY: `${login}-key` });
    expect((await access("small")).out).toMatch(/product\.template: read \(access_model_denied\)/);
    expect((await access("api")).out).toMatch(/product\.template: read, write, create, unlink/);
    expect(Number(await world.value("api", "product.template", "create", [{ name: "Desk" }]))).toBeGreaterThan(0);
    expect((await world.ask("GET", "/v1/doctor?models=product.template")).body.state).toBe("ok");
  },

  "Missing required fields": async (world) => {
    const fault = await world.rpc("api", "product.template", "create", [{ list_price: 1 }]);
    expect(await explained(world, fault)).toContain("field name, model product.template");
    const refused = await world.problem("POST", "/v1/records/product.template", { list_price: 1, name: null });
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, "/name"]);
    const checked = await world.ask("POST", "/v1/validate/product.template", { list_price: 1 });
    expect(checked.text).toContain("missing_required_field");
    world.seen.add("missing_required_field");
    const good = { list_price: 1, name: "Desk" };
    expect((await world.ask("POST", "/v1/validate/product.template", good)).text).toContain('"valid":true');
    expect((await world.ask("POST", "/v1/records/product.template", good)).status).toBe(201);
  },

  "A relation to a record that does not exist": async (world) => {
    const fault = await world.rpc("api", "res.partner", "create", [{ name: "A", country_id: 999_999 }]);
    expect(fault).toMatch(/being deleted|trying to delete/);
    expect(await explained(world, fault)).toContain("country_id");
    const bad = await world.problem("POST", "/v1/records/res.partner", { name: "A", country_id: 999_999 });
    expect([bad.status, bad.body.errors?.[0]?.pointer]).toEqual([422, "/country_id"]);
    const good = { name: "A", country_id: { external_id: "base.be" } };
    expect((await world.ask("POST", "/v1/records/res.partner", good)).status).toBe(201);
  },

  "A wrong model, method or parameter": async (world) => {
    for (const [model, method, args, code] of [
      ["res.partnr", "search", [[]], "model_not_found"],
      ["res.partner", "serch", [[]], "method_not_found"],
      ["res.partner", "create", [{ naem: "A" }], "invalid_field_name"],
      ["res.partner", "search", [], "bad_arguments"],
    ] as const)
      expect(await explained(world, await world.rpc("api", model, method, [...args]))).toContain(code);
    expect((await world.problem("GET", "/v1/records/res.partnr")).body.fix).toContain("res.partner");
    const { body } = await world.problem("POST", "/v1/records/res.partner", { naem: "A" });
    expect(body.errors?.find(({ pointer }) => pointer === "/naem")?.nearest).toBe("name");
    expect((await world.ask("GET", "/v1/models/res.partner")).body.fields.map(({ name }) => name)).toContain("name");
    expect((await world.odoorway("odoorway types")).out).toContain('"res.partner"');
    expect((await world.ask("POST", "/v1/records/res.partner", { name: "A" })).status).toBe(201);
  },

  "A database constraint": async (world) => {
    const again = { name: "Once more", code: "BE" };
    expect(await explained(world, await world.rpc("admin", "res.country", "create", [again]))).toContain("unique_");
    const order = await quotation(world);
    const [{ partner_id: partner } = {}] = world.odoo.records("sale.order", [["id", "=", order]], {
      fields: ["partner_id"],
    });
    const id = Number(Array.isArray(partner) ? partner[0] : partner);
    const used = await explained(world, await world.rpc("api", "res.partner", "unlink", [[id]]));
    expect(used).toContain("foreign_key_violation");
    expect(await explained(world, await world.rpc("api", "sale.order", "create", [{}]))).toContain("partner_id");
    for (const [text, code] of [
      ['duplicate key value violates unique constraint "res_country_code_uniq"', "unique_violation"],
      [
        'update or delete on table "res_partner" violates foreign key constraint "sale_order_partner_id_fkey"',
        "foreign_key_violation",
      ],
      ['null value in column "name" of relation "product_template" violates not-null constraint', "not_null_violation"],
    ])
      expect(world.explain(text ?? "").code).toBe(code);

    const belgium = idOf(world, "res.country", [["code", "=", "BE"]]);
    expect(await world.value("admin", "res.country", "write", [[belgium], { name: "Belgium" }])).toBe(true);
    expect((await world.ask("POST", `/v1/records/res.partner/${id}/actions/action_archive`)).status).toBe(200);
    const put = () => world.ask("PUT", "/v1/records/res.partner/by-key/shop.ada", { name: "Ada" });
    expect([(await put()).status, (await put()).status]).toEqual([201, 200]);
    expect(world.odoo.records("res.partner", [["name", "=", "Ada"]])).toHaveLength(1);
  },

  "Time-out or heavy load": async (world) => {
    world.odoo.fault({ model: "res.partner", method: "create", delay: 1_500 });
    const slow = await world.failure(
      world.client("api", { timeout: 300 }).call("res.partner", "create", [{ name: "A" }]),
    );
    expect([slow.code, slow.happened]).toEqual(["timeout", "unknown"]);
    expect(await explained(world, "TimeoutError: timed out")).toContain("(timeout)");
    expect(await explained(world, "HTTP/1.1 504 Gateway Time-out\r\nServer: nginx\r\n\r\n")).toContain(
      "bad_gateway_or_proxy",
    );
    world.file("odoo-server.log", slowRequest);
    expect((await world.odoorway("odoorway logs odoo-server.log")).out).toContain("Slow requests: 1");

    const tags = Array.from({ length: 1_200 }, (_, at) => ({ name: `Load ${at}` }));
    await world.value("admin", "res.partner.category", "create", [tags]);
    const read = new Set<unknown>();
    for await (const { id } of iterate(world.client(), "res.partner.category", {
      domain: [["name", "like", "Load "]],
      fields: ["name"],
    }))
      read.add(id);
    expect(read.size).toBe(1_200);
    const list = "/v1/records/res.partner.category?name[like]=Load %25&fields=name&limit=1000";
    const first = await world.ask("GET", list);
    const second = await world.ask("GET", `${list}&cursor=${first.body.next_cursor}`);
    expect([first.body.data.length, second.body.data.length, second.body.next_cursor]).toEqual([1_000, 200, null]);
    expect((await world.ask("GET", list.replace("limit=1000", "limit=1001"))).status).toBe(400);
  },
});
