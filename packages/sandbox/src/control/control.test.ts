/** The control plane: the same in the library and over HTTP. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

const day = 24 * 3_600_000;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({
    seed: {
      db: "demo",
      users: [
        {
          login: "demo",
          password: "demo",
          keys: [{ key: "demo-key" }, { key: "a-month", expires: new Date(Date.now() + 30 * day).toISOString() }],
          groups: ["base.group_user", "base.group_partner_manager"],
        },
      ],
    },
  });
});
afterAll(async () => sandbox.close());
beforeEach(() => {
  if (sandbox.version !== 18) sandbox.changeVersion(18);
  sandbox.reset();
});

async function post(path: string, params: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${sandbox.url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify({ params }),
  });
  return { cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "", body: (await response.json()) as Answer };
}
interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}
const rpc = async (service: string, method: string, args: unknown[]) =>
  (await post("/jsonrpc", { service, method, args })).body.result;
const login = async (key = "demo-key") => Number(await rpc("common", "authenticate", ["demo", "demo", key, {}]));
const call = async (model: string, method: string, ...args: unknown[]) =>
  rpc("object", "execute_kw", ["demo", await login(), "demo-key", model, method, args]);
const ask = (method: string, path: string, body?: object) =>
  fetch(`${sandbox.url}/_sandbox${path}`, {
    method,
    ...(body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
  });
const named = (name: string) => sandbox.records("res.partner", [["name", "=", name]], { fields: ["name"] });

describe("snapshots", () => {
  it("bring a moment back, as often as wanted", async () => {
    await call("res.partner", "create", { name: "Before" });
    sandbox.snapshot("moment");
    for (let time = 0; time < 2; time += 1) {
      const after = await call("res.partner", "create", { name: "After" });
      await call("res.partner", "write", [after], { name: "Later" });
      expect([named("Before").length, named("Later").length]).toEqual([1, 1]);
      sandbox.restore("moment");
      expect([named("Before").length, named("Later").length]).toEqual([1, 0]);
    }
    expect(sandbox.snapshots()).toContain("moment");
    sandbox.dropSnapshot("moment");
    expect(() => sandbox.restore("moment")).toThrow(/not kept/);
  });
  it("are taken and restored over HTTP", async () => {
    expect((await ask("PUT", "/snapshots/over%20http")).status).toBe(204);
    await call("res.partner", "create", { name: "Gone" });
    expect((await ask("POST", "/snapshots/over%20http/restore")).status).toBe(204);
    expect(named("Gone")).toEqual([]);
    expect(await (await ask("GET", "/snapshots")).json()).toEqual({ snapshots: ["over http"] });
    expect((await ask("DELETE", "/snapshots/over%20http")).status).toBe(204);
    const refused = await ask("POST", "/snapshots/nope/restore");
    expect([refused.status, await refused.json()]).toEqual([400, { error: "snapshot nope is not kept." }]);
  });
});

describe("the clock", () => {
  it("moves timestamps, keys, sessions and the cooldown of logins", async () => {
    sandbox.setClock("2030-01-31T10:00:00Z");
    const id = await call("res.partner", "create", { name: "In 2030" });
    const [record] = sandbox.records("res.partner", [["id", "=", id]], { fields: ["create_date"] });
    expect(record?.create_date).toBe("2030-01-31 10:00:00");
    expect(await login("a-month")).toBe(0);
    sandbox.releaseClock();
    expect(await login("a-month")).toBeGreaterThan(0);
    const { cookie } = await post("/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
    const check = async () => (await post("/web/session/check", {}, { Cookie: cookie })).body.error?.code;
    sandbox.advanceClock(6 * day);
    expect(await check()).toBeUndefined();
    sandbox.advanceClock(8 * day);
    expect(await check()).toBe(100);
    for (let time = 0; time < 5; time += 1) await login("wrong");
    expect(await login()).toBe(0);
    sandbox.advanceClock(60_000);
    expect(await login()).toBeGreaterThan(0);
  });
  it("is set, moved and released over HTTP", async () => {
    expect(await (await ask("PUT", "/clock", { now: "2030-01-31T10:00:00Z" })).json()).toEqual({
      now: "2030-01-31T10:00:00.000Z",
    });
    expect(await (await ask("POST", "/clock/advance", { milliseconds: 1500 })).json()).toEqual({
      now: "2030-01-31T10:00:01.500Z",
    });
    await ask("DELETE", "/clock");
    expect(Math.abs(sandbox.now() - Date.now())).toBeLessThan(5000);
    for (const body of [{ now: "soon" }, {}]) expect((await ask("PUT", "/clock", body)).status).toBe(400);
    expect((await ask("POST", "/clock/advance", {})).status).toBe(400);
  });
});

describe("a change of version", () => {
  it("puts another Odoo in the place of this one", async () => {
    await call("res.partner", "create", { name: "Of 18" });
    const { cookie } = await post("/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
    expect((await ask("PUT", "/version", { version: 19 })).status).toBe(204);
    expect(await (await ask("GET", "")).json()).toMatchObject({ version: 19, database: "demo" });
    expect(await rpc("common", "version", [])).toMatchObject({ server_version: "19.0" });
    expect((await fetch(`${sandbox.url}/json/2/res.partner/search`, { method: "POST" })).status).toBe(401);
    expect(named("Of 18")).toEqual([]);
    expect((await post("/web/session/check", {}, { Cookie: cookie })).body.error?.code).toBe(100);
    expect(await login()).toBeGreaterThan(0);
    expect((await ask("PUT", "/version", { version: 17 })).status).toBe(400);
  });
  it("goes back with a snapshot of the old one", async () => {
    await call("res.partner", "create", { name: "Kept" });
    sandbox.snapshot("old");
    sandbox.changeVersion(19);
    sandbox.restore("old");
    expect([sandbox.version, named("Kept").length]).toEqual([18, 1]);
    sandbox.dropSnapshot("old");
  });
});

describe("what ends at a call", () => {
  it("ends the session, or the key, of the call that it strikes", async () => {
    sandbox.fault({ method: "write", nth: 2, expire: "key" });
    expect(await call("res.partner", "write", [1], { city: "One" })).toBe(true);
    const { body } = await post("/jsonrpc", {
      service: "object",
      method: "execute_kw",
      args: ["demo", await login(), "demo-key", "res.partner", "write", [[1], { city: "Two" }]],
    });
    expect(body.error).toMatchObject({ data: { name: "odoo.exceptions.AccessDenied" } });
    expect(await login()).toBe(0);
    sandbox.reset();
    const { cookie } = await post("/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
    const check = async () => (await post("/web/session/check", {}, { Cookie: cookie })).body.error?.code;
    expect(await check()).toBeUndefined();
    sandbox.fault({ path: "/web/session/check", expire: "session" });
    expect([await check(), await check()]).toEqual([100, 100]);
  });
  it("is another version from the call on that it strikes", async () => {
    sandbox.fault({ model: "res.partner", method: "create", version: 19 });
    await expect(call("res.partner", "create", { name: "Lost" })).rejects.toThrow();
    expect([sandbox.version, named("Lost").length]).toEqual([19, 0]);
  });
});

describe("the rest", () => {
  it("ends a key now", async () => {
    expect((await ask("POST", "/keys/expire", { key: "demo-key" })).status).toBe(204);
    expect(await login()).toBe(0);
    expect((await ask("POST", "/keys/expire", { key: "nobody's" })).status).toBe(400);
    sandbox.reset();
    expect(await login()).toBeGreaterThan(0);
  });
  it("shows records, also those that are archived", async () => {
    const id = await call("res.partner", "create", { name: "Hidden", active: false });
    expect(named("Hidden")).toEqual([{ id, name: "Hidden" }]);
    const domain = encodeURIComponent(JSON.stringify([["name", "=", "Hidden"]]));
    const shown = await ask("GET", `/records/res.partner?domain=${domain}&fields=name,active&limit=1`);
    expect(await shown.json()).toEqual({ records: [{ id, name: "Hidden", active: false }] });
    expect((await ask("GET", "/records/res.nope")).status).toBe(400);
    for (const wrong of ["5", "[", '[["nope","=",1]]'])
      expect((await ask("GET", `/records/res.partner?domain=${encodeURIComponent(wrong)}`)).status).toBe(400);
  });
  it("strikes pages by their path, and logs sizes", async () => {
    sandbox.fault({ path: "/web/health", answer: 503, retryAfter: 2 });
    const down = await fetch(`${sandbox.url}/web/health`);
    expect([down.status, down.headers.get("retry-after")]).toEqual([503, "2"]);
    expect((await fetch(`${sandbox.url}/web/health`)).status).toBe(200);
    sandbox.fault({ drop: "before" });
    expect((await fetch(`${sandbox.url}/web/health`)).status).toBe(200);
    await expect(rpc("common", "version", [])).rejects.toThrow();
    sandbox.fault({ path: "/web/*", trickle: 20, times: 2 });
    expect((await fetch(`${sandbox.url}/web/login`)).status).toBe(200);
    await rpc("common", "version", []);
    const [first] = sandbox.calls();
    expect(first).toMatchObject({ transport: "http", path: "/web/health", outcome: "dropped", received: 0 });
    const last = sandbox.calls().at(-1);
    expect(last).toMatchObject({ path: "/jsonrpc", method: "version" });
    expect([last?.received, last?.sent].every((bytes) => Number(bytes) > 50)).toBe(true);
    expect(await (await ask("GET", "/calls")).json()).toMatchObject({ calls: { length: sandbox.calls().length } });
  });
});
