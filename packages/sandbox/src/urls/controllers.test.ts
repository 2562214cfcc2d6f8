/** Controllers as whoever writes a test declares them, and what a real Odoo answers for each. */
import { get } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  abort,
  createSandbox,
  orderApi,
  raise,
  redirect,
  response,
  route,
  type Sandbox,
  type SandboxModule,
} from "../index.js";

const shop: SandboxModule = {
  name: "shop",
  routes: [
    route("/shop/hello", { auth: "public", methods: ["GET"] }, ({ user }) => `<p>${user?.login ?? "nobody"}</p>`),
    route("/shop/mine", { auth: "user" }, ({ user }) => `<p>${user?.login}</p>`),
    route("/shop/key", { auth: "bearer", methods: ["GET", "POST"], csrf: false }, ({ user, params }) =>
      response({ login: user?.login, params }),
    ),
    route("/shop/hook", { auth: "none", methods: ["POST"], csrf: false, save_session: false }, ({ env, body }) =>
      response({ id: env.sudo().create("res.partner", { name: body }) }, { status: 201 }),
    ),
    route("/shop/form", { auth: "public", methods: ["POST"] }, () => "never"),
    route('/shop/partner/<model("res.partner"):partner>', { auth: "public", cors: "*" }, ({ env, params }) =>
      response(env.sudo().read("res.partner", [Number(params.partner)], ["name"])[0]),
    ),
    route("/shop/status/<int:status>", { auth: "none" }, ({ params }) => {
      const status = Number(params.status);
      if (status === 301 || status === 302) return redirect("/elsewhere", status);
      return status < 400 ? response("", { status }) : abort(status);
    }),
    route("/shop/raise/<name>", { auth: "none" }, ({ params }) => raise(String(params.name), "No.")),
    route("/shop/json/raise/<name>", { type: "json", auth: "none" }, ({ params }) => raise(String(params.name), "No.")),
    route("/shop/json/abort/<int:status>", { type: "json", auth: "none" }, ({ params }) =>
      abort(Number(params.status)),
    ),
    route("/shop/json/accepted", { type: "jsonrpc", auth: "none" }, () =>
      abort(response({ later: true }, { status: 202 })),
    ),
    route("/shop/half", { type: "json", auth: "none" }, ({ env }) => {
      env.sudo().create("res.partner", { name: "Half" });
      return raise("UserError", "Not the other half.");
    }),
  ],
};

const sandboxes: Partial<Record<18 | 19, Sandbox>> = {};
beforeAll(async () => {
  sandboxes[18] = await createSandbox({ modules: [shop, orderApi] });
  sandboxes[19] = await createSandbox({ version: 19, modules: [shop, orderApi] });
});
afterAll(async () => {
  await Promise.all(Object.values(sandboxes).map((sandbox) => sandbox.close()));
});

const ask = (version: 18 | 19, path: string, init: RequestInit = {}) =>
  fetch(`${sandboxes[version]?.url}${path}`, { redirect: "manual", ...init });
const post = async (version: 18 | 19, path: string, params: object, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, params });
  return ask(version, path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body });
};
const opened = (url: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).on("error", reject);
  });
async function login(version: 18 | 19): Promise<{ Cookie: string }> {
  const answer = await post(version, "/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
  return { Cookie: answer.headers.get("set-cookie")?.split(";")[0] ?? "" };
}

describe.each([18, 19] as const)("controllers on Odoo %d", (version) => {
  it("know who asks, or send them to the login page", async () => {
    expect(await (await ask(version, "/shop/hello")).text()).toBe("<p>nobody</p>");
    const headers = await login(version);
    expect(await (await ask(version, "/shop/hello/", { headers })).text()).toBe("<p>demo</p>");
    expect(await (await ask(version, "/shop/mine", { headers })).text()).toBe("<p>demo</p>");
    const away = await ask(version, "/shop/mine?a=1");
    expect([away.status, away.headers.get("location")]).toEqual([303, "/web/login?redirect=%2Fshop%2Fmine%3Fa%3D1"]);
  });
  it("take a key of type bearer, and 401 without one", async () => {
    const missing = await ask(version, "/shop/key");
    expect([missing.status, missing.headers.get("www-authenticate")]).toEqual([401, version === 18 ? null : "Bearer "]);
    const asked = await ask(version, "/shop/key?a=1", { headers: { Authorization: "bearer demo-key" } });
    expect(await asked.json()).toEqual({ login: "demo", params: { a: "1" } });
    expect((await ask(version, "/shop/key", { headers: { Authorization: "bearer nope" } })).status).toBe(401);
    const headers = await login(version);
    expect((await ask(version, "/shop/key", { headers })).status).toBe(403);
    // A person who opens the page in a browser; fetch does not let a program say so.
    const page = { "sec-fetch-dest": "document", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
    expect(await opened(`${sandboxes[version]?.url}/shop/key`, { ...headers, ...page, "sec-fetch-site": "none" })).toBe(
      200,
    );
    expect(
      await opened(`${sandboxes[version]?.url}/shop/key`, { ...headers, ...page, "sec-fetch-site": "cross-site" }),
    ).toBe(403);
  });
  it("refuse a method, a content type, a form without its token", async () => {
    const method = await ask(version, "/shop/hello", { method: "DELETE" });
    expect([method.status, method.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect((await ask(version, "/shop/half", { method: "POST", body: "a=b" })).status).toBe(version === 18 ? 400 : 415);
    const form = await ask(version, "/shop/form", { method: "POST", body: "a=b" });
    expect(await form.text()).toContain("Session expired (invalid CSRF token)");
    const hook = await ask(version, "/shop/hook", { method: "POST", body: "By hook" });
    expect([hook.status, hook.headers.get("set-cookie")]).toEqual([201, null]);
  });
  it("convert the path, and find records by it", async () => {
    const found = await ask(version, "/shop/partner/1");
    expect([found.status, found.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
    expect(await found.json()).toMatchObject({ id: 1 });
    expect((await ask(version, "/shop/partner/999999")).status).toBe(404);
    expect((await ask(version, "/shop/partner/x")).status).toBe(404);
    const preflight = await ask(version, "/shop/partner/1", { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-max-age")]).toEqual([204, "86400"]);
  });
  it.each([201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 501, 503])(
    "answer %d",
    async (status) => {
      const answer = await ask(version, `/shop/status/${status}`);
      expect(answer.status).toBe(status);
      if (status >= 400) expect(await answer.text()).toMatch(new RegExp(`<title>${status} `));
    },
  );
  it("raise Odoo's exceptions as each version shows them", async () => {
    const shown = { AccessError: 403, AccessDenied: 403, UserError: 422, ValidationError: 422, MissingError: 404 };
    for (const [name, on19] of Object.entries(shown)) {
      const on18 = name.startsWith("Access") ? 403 : 400;
      expect((await ask(version, `/shop/raise/${name}`)).status).toBe(version === 18 ? on18 : on19);
    }
    const defect = await ask(version, "/shop/raise/builtins.ValueError");
    expect(defect.status).toBe(500);
    expect(await defect.text()).not.toContain("No.");
    const error = async (path: string) => ((await (await post(version, path, {})).json()) as { error: object }).error;
    const code = version === 18 ? 200 : 0;
    expect(await error("/shop/json/raise/UserError")).toMatchObject({
      code,
      message: "Odoo Server Error",
      data: { name: "odoo.exceptions.UserError", message: "No." },
    });
    expect(await error("/shop/json/raise/builtins.KeyError")).toMatchObject({ data: { name: "builtins.KeyError" } });
    expect(await error("/shop/json/abort/404")).toMatchObject({ code: 404, message: "404: Not Found" });
    expect(await error("/shop/json/abort/503")).toMatchObject({
      code,
      data: {
        name: "werkzeug.exceptions.ServiceUnavailable",
        message: expect.stringMatching(/^503 Service Unavailable: /),
        arguments: [],
      },
    });
    const accepted = await post(version, "/shop/json/accepted", {});
    expect([accepted.status, await accepted.json()]).toEqual([202, { later: true }]);
  });
  it("are one transaction", async () => {
    await post(version, "/shop/half", {});
    expect(sandboxes[version]?.records("res.partner", [["name", "=", "Half"]])).toEqual([]);
  });
  it("make an order, or say what is wrong with it", async () => {
    const order = { partner: 1, lines: [{ product: "LAMP", quantity: 2, price: 10 }] };
    const refused = (await (await post(version, "/api/order", order)).json()) as object;
    expect(refused).toMatchObject({ id: null, error: { code: 100, message: "Odoo Session Expired" } });
    const headers = await login(version);
    const said = async (params: object) =>
      (await (await post(version, "/api/order", params, headers)).json()) as object;
    expect(await said(order)).toMatchObject({ error: { data: { message: 'Line 1: there is no product "LAMP".' } } });
    const args = [[{ name: "Lamp", default_code: "LAMP", taxes_id: [] }]];
    await post(
      version,
      "/web/dataset/call_kw",
      { model: "product.product", method: "create", args, kwargs: {} },
      headers,
    );
    expect(await said(order)).toMatchObject({ id: 7, result: { state: "draft", amount_total: 20 } });
    expect(await said({ ...order, lines: [] })).toMatchObject({
      error: { data: { name: "odoo.exceptions.UserError" } },
    });
    expect(await said({ ...order, partner: 999999 })).toMatchObject({ error: { code: 404 } });
    const wrong = { ...order, lines: [{ product: "LAMP", quantity: 0 }] };
    expect(await said(wrong)).toMatchObject({ error: { data: { name: "odoo.exceptions.ValidationError" } } });
  });
});

describe("modules", () => {
  it("are not there unless they are asked for", async () => {
    const plain = await createSandbox();
    expect((await fetch(`${plain.url}/api/order`, { method: "POST" })).status).toBe(404);
    await plain.close();
  });
  it("refuse a handler that is not synchronous, and a path with an unknown converter", async () => {
    const later = route("/later", { auth: "none" }, async () => "later");
    const odd = await createSandbox({ modules: [{ name: "odd", routes: [later] }] });
    expect((await fetch(`${odd.url}/later`)).status).toBe(500);
    await odd.close();
    const wrong = { name: "odd", routes: [route("/a/<uuid:x>", {}, () => "")] };
    await expect(createSandbox({ modules: [wrong] })).rejects.toThrow(/uuid/);
  });
});
