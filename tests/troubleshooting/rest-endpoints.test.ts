/** What a custom controller answers to each mistake, and the call that is right. */
import { expect } from "vitest";
import { holdToPage } from "./guide.js";
import { controllerFailed } from "./logs.js";
import { madePartner } from "./records.js";
import type { World } from "./world.js";

/** Sessions take the password. */
const byPassword = (world: World, login: "api" | "small" | "admin" = "api") =>
  world.client(login, { apiKey: "s3cret-word" });

/** A session's cookie, as a program gets it that has no client. */
async function sessionOf({ odoo }: World): Promise<string> {
  const answer = await fetch(`${odoo.url}/web/session/authenticate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ params: { db: "company", login: "api", password: "s3cret-word" } }),
  });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(";", 1)[0])
    .join("; ");
}

holdToPage("rest-endpoints.md", {
  "401 Unauthorized": async (world) => {
    const wrongKey = world.client("api", { apiKey: "another-key" });
    const bearer = (client: typeof wrongKey) => client.controller("/shop/bearer", { auth: "bearer" }).get();
    expect(await world.failure(bearer(wrongKey))).toMatchObject({ code: "controller_unauthorized", happened: "no" });
    const token = (value: string) =>
      world
        .client()
        .controller("/shop/token", { auth: "none", headers: { "x-shop-token": value } })
        .post();
    expect((await world.failure(token("wrong"))).code).toBe("controller_unauthorized");
    const nobody = world.client().controller("/shop/partner", { auth: "none" });
    expect((await world.failure(nobody.rpc({ name: "A" }))).code).toBe("controller_unauthorized");
    expect((await world.odoorway('odoorway doctor --route "GET /shop/bearer"')).out).toContain("takes a bearer key");

    expect((await bearer(world.client())).json()).toEqual({ login: "api" });
    expect((await token("right")).json()).toEqual({ ok: true });
    const partner = byPassword(world).controller("/shop/partner");
    expect(await partner.rpc({ name: "A" })).toMatchObject({ id: expect.any(Number) });
    world.odoo.endSessions();
    expect(await partner.rpc({ name: "B" })).toMatchObject({ id: expect.any(Number) });
  },

  "403 Forbidden": async (world) => {
    const secrets = (login: "small" | "admin") => byPassword(world, login).controller("/shop/secrets").get();
    const error = await world.failure(secrets("small"));
    expect([error.code, error.evidence.detail]).toEqual([
      "controller_forbidden",
      expect.stringContaining("not allowed"),
    ]);
    const rights = await world.odoorway("odoorway doctor --model ir.config_parameter", {
      ODOO_LOGIN: "small",
      ODOO_API_KEY: "small-key",
    });
    expect([rights.code, rights.out]).toEqual([2, expect.stringContaining("access_model_denied")]);
    expect((await secrets("admin")).status).toBe(200);
  },

  "404 Not Found": async (world) => {
    const wrong = await world.odoorway('odoorway doctor --route "POST /api/ordr"');
    expect([wrong.code, wrong.out]).toEqual([
      2,
      expect.stringContaining("the module with the controller is installed"),
    ]);
    const client = byPassword(world);
    const order = { partner: 999_999, lines: [] };
    for (const path of ["/api/ordr", "/api/order"])
      expect((await world.failure(client.controller(path).rpc(order))).code).toBe("controller_not_found");
    const right = await world.odoorway('odoorway doctor --route "POST /api/order"');
    expect([right.code, right.out]).toEqual([0, expect.stringContaining("/api/order is there")]);
  },

  "405 Method Not Allowed": async (world) => {
    const { out } = await world.odoorway('odoorway doctor --route "PUT /shop/form"');
    expect(out).toContain("takes POST");
    const form = byPassword(world).controller("/shop/form");
    const error = await world.failure(form.request("PUT", { form: { name: "A" } }));
    expect([error.code, error.happened]).toEqual(["controller_method_not_allowed", "no"]);
    expect((await form.post({ form: { name: "A" } })).json()).toEqual({ got: "A" });
  },

  "400 Bad Request": async (world) => {
    const cookie = await sessionOf(world);
    const broken = await fetch(`${world.odoo.url}/api/order`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: '{"params": {',
    });
    expect(broken.status).toBe(400);
    const client = byPassword(world);
    const orders = client.controller("/api/order");
    expect((await world.failure(orders.post({ form: { partner: 1 } }))).code).toBe("controller_wrong_type");
    expect((await world.odoorway('odoorway doctor --route "POST /shop/partner"')).out).toContain("of type json");
    const partner = await madePartner(world);
    const words = await world.failure(orders.rpc({ partner, lines: [{ product: 999_999 }] }));
    expect([words.code, words.why]).toEqual(["user_error_business_rule", expect.stringContaining("Line 1")]);
    const partners = client.controller("/shop/partner");
    expect((await world.failure(partners.rpc({}))).why).toContain("The name is missing");
    const country = await world.failure(partners.rpc({ name: "A", country: 999_999 }));
    expect([country.code, country.evidence.detail]).toEqual(["controller_bad_request", "There is no such country"]);

    const checked = await world.ask("POST", "/v1/validate/res.partner", { name: "A", country_id: 999_999 });
    expect(checked.text).toContain("invalid_relation_id");
    const product = await world.value("api", "product.product", "create", [{ name: "Desk" }]);
    expect(await orders.rpc({ partner, lines: [{ product, quantity: 2 }] })).toMatchObject({ state: "draft" });
  },

  "500 Internal Server Error": async (world) => {
    const bare = await fetch(`${world.odoo.url}/shop/broken`);
    expect([bare.status, await bare.text()]).toEqual([500, expect.not.stringContaining("partner")]);
    const broken = world.client().controller("/shop/broken", { auth: "none" });
    const error = await world.failure(broken.post({ form: {} }));
    expect([error.code, error.happened]).toEqual(["controller_failed", "unknown"]);
    world.file("odoo-server.log", controllerFailed);
    const { out } = await world.odoorway("odoorway logs odoo-server.log");
    expect(out).toContain("POST /shop/broken");
    expect(out).toContain("KeyError");
    expect((await broken.post({ form: { safe: "1" } })).status).toBe(200);
  },

  CSRF: async (world) => {
    const answer = await fetch(`${world.odoo.url}/shop/form`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", cookie: await sessionOf(world) },
      body: "name=A",
    });
    expect(answer.status).toBe(400);
    world.file("answer.txt", `HTTP/1.1 400 BAD REQUEST\r\nContent-Type: text/html\r\n\r\n${await answer.text()}`);
    expect((await world.odoorway("odoorway explain answer.txt")).out).toContain("(csrf)");
    const form = byPassword(world).controller("/shop/form");
    expect((await form.post({ form: { name: "A" } })).json()).toEqual({ got: "A" });
    expect((await world.client().controller("/shop/bearer", { auth: "bearer" }).post({ form: {} })).status).toBe(200);
  },
});
