/** Who may come in, at each door: passwords, keys with an end and a scope, two-factor login, archived, portal. */
import { encodeXmlRpcCall } from "@odoorway/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

const users = [
  { login: "plain", password: "pw", keys: [{ key: "k-plain" }] },
  { login: "twofa", password: "pw", totp: true, keys: [{ key: "k-twofa" }] },
  { login: "archived", password: "pw", active: false, keys: [{ key: "k-archived" }] },
  { login: "portal", password: "pw", keys: [{ key: "k-portal" }], groups: ["base.group_portal"] },
  { login: "ended", password: "pw", keys: [{ key: "k-ended", expires: "2020-01-01T00:00:00Z" }] },
  { login: "scoped", password: "pw", keys: [{ key: "k-scoped", scope: "odoo.plugin" }] },
  { login: "any", password: "pw", keys: [{ key: "k-any", scope: null }] },
];

let sandbox: Sandbox;
const ids = new Map<string, number>();
beforeAll(async () => {
  // The cooldown is another test's: here many logins fail.
  sandbox = await createSandbox({ version: 19, seed: { db: "shop", users } });
  for (const { id, login } of sandbox.records("res.users", [], { fields: ["login"] }))
    ids.set(String(login), Number(id));
});
afterAll(async () => sandbox.close());

async function post(path: string, body: string, headers: Record<string, string>) {
  return fetch(`${sandbox.url}${path}`, { method: "POST", headers, body, redirect: "manual" });
}
async function json(path: string, params: object) {
  const response = await post(path, JSON.stringify({ params }), { "Content-Type": "application/json" });
  const body = (await response.json()) as { result?: unknown; error?: { data: { name: string } } };
  return { body, cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "" };
}
const query = ["res.users", "search_count", [[]]];

/** Whether each door lets this login in with this secret. */
async function doors(login: string, secret: string) {
  const uid = ids.get(login) ?? 0;
  const authenticate = await json("/jsonrpc", {
    service: "common",
    method: "authenticate",
    args: ["shop", login, secret, {}],
  });
  const execute = await json("/jsonrpc", {
    service: "object",
    method: "execute_kw",
    args: ["shop", uid, secret, ...query],
  });
  const xml = encodeXmlRpcCall("execute_kw", ["shop", uid, secret, ...query]);
  const [two, one] = await Promise.all(
    ["/xmlrpc/2/object", "/xmlrpc/object"].map(async (path) =>
      (await post(path, xml, { "Content-Type": "text/xml" })).text(),
    ),
  );
  const bearer = { "Content-Type": "application/json", Authorization: `bearer ${secret}` };
  const json2 = await post("/json/2/res.users/search_count", '{"domain": []}', bearer);
  const session = await json("/web/session/authenticate", { db: "shop", login, password: secret });
  sandbox.advanceClock(61_000);
  return {
    rpc: typeof authenticate.body.result === "number" && execute.body.error === undefined,
    xml: !two?.includes("<fault>") && !one?.includes("<fault>"),
    json2: json2.status !== 401,
    session: typeof (session.body.result as { uid?: unknown } | undefined)?.uid === "number",
  };
}
const all = (open: boolean) => ({ rpc: open, xml: open, json2: open, session: open });

describe("who may come in", () => {
  it.each([
    ["plain", "pw", { ...all(true), json2: false }],
    ["plain", "k-plain", { ...all(true), session: false }],
    ["plain", "wrong", all(false)],
    ["plain", "", all(false)],
    ["plain", "k-any", { ...all(false), json2: true }],
    ["twofa", "pw", all(false)],
    ["twofa", "k-twofa", { ...all(true), session: false }],
    ["archived", "pw", all(false)],
    ["archived", "k-archived", all(false)],
    ["portal", "k-portal", { ...all(true), session: false }],
    ["ended", "k-ended", all(false)],
    ["scoped", "k-scoped", all(false)],
    ["any", "k-any", { ...all(true), session: false }],
    ["ghost", "pw", all(false)],
  ])("%s with %s", async (login, secret, expected) => {
    expect(await doors(login, secret)).toEqual(expected);
  });

  it("leaves a two-factor login for its second step, in the form too", async () => {
    const shown = await fetch(`${sandbox.url}/web/login`);
    const cookie = shown.headers.get("set-cookie")?.split(";")[0] ?? "";
    const [, csrf_token = ""] = /name="csrf_token" value="([^"]+)"/.exec(await shown.text()) ?? [];
    const form = new URLSearchParams({ csrf_token, login: "twofa", password: "pw" }).toString();
    const answer = await post("/web/login", form, {
      "Content-Type": "application/x-www-form-urlencoded",
      Cookie: cookie,
    });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/web/login/totp"]);
    const half = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const home = await fetch(`${sandbox.url}/odoo`, { headers: { Cookie: half }, redirect: "manual" });
    expect(home.headers.get("location")).toMatch(/^\/web\/login/);
    expect((await fetch(`${sandbox.url}/web/login/totp`, { headers: { Cookie: half } })).status).toBe(200);
    const other = await fetch(`${sandbox.url}/web/login/totp`, { redirect: "manual" });
    expect(other.headers.get("location")).toBe("/web/login");
  });

  it("shows the portal's users no back end", async () => {
    const { cookie } = await json("/web/session/authenticate", { db: "shop", login: "portal", password: "pw" });
    const home = await fetch(`${sandbox.url}/odoo`, { headers: { Cookie: cookie }, redirect: "manual" });
    expect(home.headers.get("location")).toBe("/web/login_successful");
  });

  it("shows the documentation of JSON-2 to administrators only", async () => {
    const ask = (secret: string, path = "index") =>
      fetch(`${sandbox.url}/doc-bearer/${path}.json`, { headers: { Authorization: `bearer ${secret}` } });
    const refused = await ask("k-plain");
    expect([refused.status, await refused.json()]).toMatchObject([403, { name: "odoo.exceptions.AccessError" }]);
    expect((await ask("nope")).status).toBe(401);
    const own = await createSandbox({ version: 19, seed: { users: [{ login: "admin", keys: [{ key: "k" }] }] } });
    const read = (path: string, headers = {}) =>
      fetch(`${own.url}/doc-bearer/${path}.json`, { headers: { Authorization: "bearer k", ...headers } });
    const index = await read("index");
    expect(await index.json()).toMatchObject({
      models: expect.arrayContaining([expect.objectContaining({ model: "res.partner" })]),
    });
    expect((await read("index", { "If-None-Match": index.headers.get("etag") ?? "" })).status).toBe(304);
    const partner = (await (await read("res.partner")).json()) as { methods: Record<string, object>; fields: object };
    expect(partner.methods.search_count).toMatchObject({ signature: "(domain, limit=None)", api: ["model"] });
    expect(partner.methods).not.toHaveProperty("exists");
    expect(partner.fields).toHaveProperty("email");
    expect((await read("res.nope")).status).toBe(404);
    await own.close();
  });

  it("tells everybody which keys they have, and never the keys", async () => {
    const ask = async (secret: string) => {
      const response = await post("/json/2/res.users.apikeys/search_read", "{}", {
        Authorization: `bearer ${secret}`,
        "Content-Type": "application/json",
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown>[] };
    };
    const own = await createSandbox({ seed: { users: [{ login: "admin", keys: [{ key: "k" }] }] } });
    expect(own.records("res.users.apikeys", [])).toMatchObject([
      { name: "key of admin", user_id: [2, expect.any(String)], scope: "rpc", expiration_date: false },
    ]);
    own.expireKey("k");
    expect(own.records("res.users.apikeys", [["expiration_date", "!=", false]])).toHaveLength(1);
    await own.close();
    const plain = await ask("k-plain");
    expect(plain).toMatchObject({ status: 200, body: [{ name: "key of plain", expiration_date: false }] });
    expect(plain.body).toHaveLength(1);
    expect((await ask("k-portal")).body).toMatchObject([{ name: "key of portal" }]);
    expect(JSON.stringify(sandbox.records("res.users.apikeys", []))).not.toContain("k-plain");
    expect(sandbox.records("res.users.apikeys", [["name", "=", "key of ended"]])).toMatchObject([
      { expiration_date: "2020-01-01 00:00:00" },
    ]);
  });

  it("lets in by a password from the moment it is set, at every door", async () => {
    const own = await createSandbox({ seed: { db: "shop", users: [{ login: "plain", password: "old" }] } });
    const say = async (path: string, params: object) => {
      const headers = { "Content-Type": "application/json" };
      const response = await fetch(`${own.url}${path}`, { method: "POST", headers, body: JSON.stringify({ params }) });
      const { result } = (await response.json()) as { result?: { uid?: number } | number | boolean };
      return typeof result === "object" ? result.uid : result;
    };
    const [user] = own.records("res.users", [["login", "=", "plain"]], { fields: ["login"] });
    const uid = Number(user?.id);
    const doorsOf = async (password: string) => [
      await say("/jsonrpc", { service: "common", method: "authenticate", args: ["shop", "plain", password, {}] }),
      await say("/web/session/authenticate", { db: "shop", login: "plain", password }),
    ];
    const call = (who: number, secret: string, method: string, ...args: unknown[]) =>
      say("/jsonrpc", {
        service: "object",
        method: "execute_kw",
        args: ["shop", who, secret, "res.users", method, args],
      });
    expect(await doorsOf("old")).toEqual([uid, uid]);
    await call(2, "admin", "write", [uid], { password: "new" });
    expect(await doorsOf("old")).toEqual([false, undefined]);
    expect(await doorsOf("new")).toEqual([uid, uid]);
    expect(await call(uid, "new", "change_password", "new", "newer")).toBe(true);
    expect(await doorsOf("newer")).toEqual([uid, uid]);
    await call(2, "admin", "copy", [uid], { login: "twin" });
    const twin = { service: "common", method: "authenticate", args: ["shop", "twin", "newer", {}] };
    expect(await say("/jsonrpc", twin)).toBe(false);
    await own.close();
  });
});
