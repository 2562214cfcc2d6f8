/** The routes around the API, as a browser or a monitor meets them. */
import type { Clock } from "@odoorway/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

let eighteen: Sandbox;
let nineteen: Sandbox;
beforeAll(async () => {
  [eighteen, nineteen] = await Promise.all([createSandbox(), createSandbox({ version: 19 })]);
});
afterAll(async () => {
  await Promise.all([eighteen.close(), nineteen.close()]);
});

const ask = (sandbox: Sandbox, path: string, init: RequestInit = {}) =>
  fetch(sandbox.url + path, { redirect: "manual", ...init });
const post = (sandbox: Sandbox, path: string, params: unknown, headers: Record<string, string> = {}) =>
  ask(sandbox, path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", method: "call", id: 3, params }),
  });
const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
const form = (values: Record<string, string>, cookie: string): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/x-www-form-urlencoded", Cookie: cookie },
  body: new URLSearchParams(values).toString(),
});

describe("sessions", () => {
  const login = { db: "demo", login: "demo", password: "demo" };
  const count = { model: "res.users", method: "search_count", args: [[]], kwargs: {} };

  it("logs in with the password, calls methods, and logs out", async () => {
    const response = await post(eighteen, "/web/session/authenticate", login);
    const { result } = (await response.json()) as { result: Record<string, unknown> };
    expect(result).toMatchObject({
      username: "demo",
      db: "demo",
      server_version: "18.0",
      is_system: false,
      is_internal_user: true,
      "web.base.url": eighteen.url,
      user_companies: { current_company: 1, allowed_companies: { 1: { id: 1, parent_id: false } } },
    });
    const cookie = cookieOf(response);
    expect(cookie).toMatch(/^session_id=[\w-]{40,}$/);
    for (const path of ["/web/dataset/call_kw", "/web/dataset/call_kw/res.users/search_count"]) {
      const answer = await post(eighteen, path, count, { Cookie: cookie });
      expect(await answer.json()).toEqual({ jsonrpc: "2.0", id: 3, result: expect.any(Number) });
    }
    const info = await post(eighteen, "/web/session/get_session_info", {}, { Cookie: cookie });
    expect(await info.json()).toMatchObject({ result: { uid: result.uid } });
    expect((await ask(eighteen, "/web", { headers: { Cookie: cookie } })).status).toBe(200);
    expect(await (await post(eighteen, "/web/session/destroy", {}, { Cookie: cookie })).json()).toEqual({
      jsonrpc: "2.0",
      id: 3,
    });
    const after = await post(eighteen, "/web/dataset/call_kw", count, { Cookie: cookie });
    expect(await after.json()).toMatchObject({ error: { code: 100, message: "Odoo Session Expired" } });
    expect(eighteen.calls().at(-1)).toMatchObject({ transport: "session", model: "res.users", outcome: "error" });
  });
  it("refuses an API key, another database, missing arguments, an unknown model", async () => {
    const said = async (path: string, params: object, headers = {}) =>
      ((await (await post(nineteen, path, params, headers)).json()) as { error: object }).error;
    const authenticate = "/web/session/authenticate";
    expect(await said(authenticate, { ...login, password: "demo-key" })).toMatchObject({
      code: 0,
      data: { name: "odoo.exceptions.AccessDenied" },
    });
    expect(await said(authenticate, { ...login, db: "other" })).toMatchObject({
      data: { message: "Database not found." },
    });
    expect(await said(authenticate, { db: "demo" })).toMatchObject({
      data: { message: "Session.authenticate() missing 2 required positional arguments: 'login' and 'password'" },
    });
    const headers = { Cookie: cookieOf(await post(nineteen, authenticate, login)) };
    expect(await said("/web/dataset/call_kw", { ...count, model: "res.nope" }, headers)).toMatchObject({ code: 404 });
    const { kwargs: _left, ...less } = count;
    expect(await said("/web/dataset/call_kw", less, headers)).toMatchObject({
      data: { message: "DataSet.call_kw() missing 1 required positional argument: 'kwargs'" },
    });
  });
  it("leaves a two-factor login for its second step", async () => {
    const users = [{ login: "twofa", password: "p", totp: true }];
    const other = await createSandbox({ seed: { db: "shop", users } });
    const response = await post(other, "/web/session/authenticate", { db: "shop", login: "twofa", password: "p" });
    expect(await response.json()).toMatchObject({ result: { uid: null } });
    expect(response.headers.get("set-cookie")).toBeNull();
    await other.close();
  });
  it("knows no session after a reset", async () => {
    const other = await createSandbox();
    const headers = { Cookie: cookieOf(await post(other, "/web/session/authenticate", login)) };
    other.reset();
    expect(await (await post(other, "/web/session/check", {}, headers)).json()).toMatchObject({ error: { code: 100 } });
    await other.close();
  });
});

describe("the login form", () => {
  it("wants its token, refuses a wrong password, and leads on", async () => {
    expect((await ask(eighteen, "/web/login", form({ login: "demo", password: "demo" }, ""))).status).toBe(400);
    expect((await ask(eighteen, "/web/login", { method: "DELETE" })).status).toBe(400);
    const shown = await ask(nineteen, "/web/login?redirect=%2Fodoo%2Fsales");
    expect(shown.headers.get("cache-control")).toBe("no-cache");
    const cookie = cookieOf(shown);
    const [, token = ""] = /name="csrf_token" value="([^"]+)"/.exec(await shown.text()) ?? [];
    const values = { csrf_token: token, login: "demo", password: "demo" };
    const wrong = await ask(nineteen, "/web/login", form({ ...values, password: "no" }, cookie));
    expect(await wrong.text()).toContain("Wrong login/password");
    const right = await ask(nineteen, "/web/login", form({ ...values, redirect: "/odoo/sales" }, cookie));
    expect([right.status, right.headers.get("location")]).toEqual([303, "/odoo/sales"]);
    expect(cookieOf(right)).not.toBe(cookie);
    expect((await ask(nineteen, "/web/login", form(values, cookie))).status).toBe(400);
  });
  it("never leads to another host", async () => {
    for (const redirect of ["https://evil.example", "//evil.example", "/\\evil.example"]) {
      const shown = await ask(eighteen, "/web/login");
      const [, csrf_token = ""] = /name="csrf_token" value="([^"]+)"/.exec(await shown.text()) ?? [];
      const values = { csrf_token, login: "demo", password: "demo", redirect };
      const right = await ask(eighteen, "/web/login", form(values, cookieOf(shown)));
      expect(right.headers.get("location")).toBe("/odoo");
    }
  });
});

describe("the cooldown of logins", () => {
  it("locks an address out for a minute after five failures", async () => {
    let now = Date.parse("2026-11-21T10:00:00Z");
    const clock: Clock = { now: () => now, sleep: async () => undefined };
    const other = await createSandbox({ clock });
    const authenticate = async (password: string) => {
      const response = await post(other, "/web/session/authenticate", { db: "demo", login: "demo", password });
      const { error } = (await response.json()) as { error?: { data: { message: string } } };
      return error?.data.message;
    };
    for (let time = 0; time < 4; time += 1) expect(await authenticate("no")).toBe("Access Denied");
    expect(await authenticate("demo")).toBeUndefined();
    for (let time = 0; time < 5; time += 1) expect(await authenticate("no")).toBe("Access Denied");
    expect(await authenticate("demo")).toMatch(/^Too many login failures/);
    const args = ["demo", "demo", "demo-key", {}];
    const rpc = await post(other, "/jsonrpc", { service: "common", method: "authenticate", args });
    expect(await rpc.json()).toMatchObject({ result: false });
    now += 59_999;
    expect(await authenticate("demo")).toMatch(/^Too many login failures/);
    now += 1;
    expect(await authenticate("demo")).toBeUndefined();
    await other.close();
  });
});

describe("pages", () => {
  it("leads to the login page what needs a user", async () => {
    const location = async (sandbox: Sandbox, path: string, init?: RequestInit) =>
      (await ask(sandbox, path, init)).headers.get("location");
    expect(await location(eighteen, "/web")).toBe("/web/login?redirect=%2Fweb%3F");
    expect(await location(eighteen, "/odoo/sales?a=1")).toBe("/web/login?redirect=%2Fodoo%2Fsales%3Fa%3D1");
    expect(await location(eighteen, "/json/2/res.partner/search", { method: "POST", body: "{}" })).toMatch(
      /^\/web\/login/,
    );
    expect(await location(eighteen, "/json/version")).toMatch(/^\/web\/login/);
    expect(await location(eighteen, "/web/session/logout")).toBe("/odoo");
    expect(await location(eighteen, "/")).toBe("/odoo");
  });
  it("answers statuses as each version does", async () => {
    const status = async (sandbox: Sandbox, path: string, init?: RequestInit) =>
      (await ask(sandbox, path, init)).status;
    const text = { method: "POST", headers: { "Content-Type": "text/plain" }, body: "x" };
    for (const [sandbox, wrongType] of [
      [eighteen, 400],
      [nineteen, 415],
    ] as const) {
      expect(await status(sandbox, "/jsonrpc", text)).toBe(wrongType);
      expect(await status(sandbox, "/jsonrpc", { method: "OPTIONS" })).toBe(wrongType);
      expect(await status(sandbox, "/web/dataset/call_kw")).toBe(wrongType);
      expect(await status(sandbox, "/xmlrpc/2/object", { method: "PUT" })).toBe(405);
      expect(await status(sandbox, "/api/order", { method: "POST", body: "{}" })).toBe(404);
      expect(await status(sandbox, "/web/static/nope.png")).toBe(404);
      expect(await status(sandbox, "/web/login", { method: "HEAD" })).toBe(200);
      expect(await status(sandbox, "/web/database/selector")).toBe(200);
      expect(await status(sandbox, "/json/1/res.partner")).toBe(401);
      expect(await status(sandbox, "/web/health")).toBe(200);
    }
    expect(await status(eighteen, "/web/version")).toBe(404);
    expect(await (await ask(nineteen, "/web/version")).json()).toMatchObject({ version: "19.0" });
    expect(await (await post(nineteen, "/web/database/list", {})).json()).toMatchObject({ result: ["demo"] });
  });
  it("keeps a static file in the client's cache", async () => {
    const path = "/web/static/img/favicon.ico";
    const first = await ask(eighteen, path);
    expect([first.status, first.headers.get("content-type")]).toEqual([200, "image/vnd.microsoft.icon"]);
    const etag = first.headers.get("etag") ?? "";
    const again = async (headers: Record<string, string>) => (await ask(eighteen, path, { headers })).status;
    expect(await again({ "If-None-Match": etag })).toBe(304);
    expect(await again({ "If-None-Match": '"other"', "If-Modified-Since": "Sat, 21 Nov 2037 00:00:00 GMT" })).toBe(200);
    expect(await again({ "If-Modified-Since": "Sat, 21 Nov 2037 00:00:00 GMT" })).toBe(304);
    expect(await again({ "If-Modified-Since": "Sat, 21 Nov 2020 00:00:00 GMT" })).toBe(200);
    expect(await again({ "If-Modified-Since": "nonsense" })).toBe(200);
  });
  it("shows images and files only to who may read them", async () => {
    const headers = {
      Cookie: cookieOf(
        await post(eighteen, "/web/session/authenticate", { db: "demo", login: "demo", password: "demo" }),
      ),
    };
    const values = { name: "a.txt", datas: Buffer.from("hello").toString("base64") };
    const params = { model: "ir.attachment", method: "create", args: [[values]], kwargs: {} };
    const made = (await (await post(eighteen, "/web/dataset/call_kw", params, headers)).json()) as { result: number[] };
    const path = `/web/content/${made.result[0]}`;
    expect(await (await ask(eighteen, path, { headers })).text()).toBe("hello");
    expect((await ask(eighteen, path)).status).toBe(404);
    const anonymous = await ask(eighteen, "/web/image/res.partner/1/avatar_128");
    expect([anonymous.status, anonymous.headers.get("content-type")]).toEqual([200, "image/png"]);
  });
});
