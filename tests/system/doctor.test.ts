/** `odoorway doctor` as a black box: every mistake that can be made, made, and named. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSandbox, type Sandbox, type SandboxOptions } from "@odoorway/sandbox";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { certificate, privateKey } from "../../packages/client/test-support/certificate.js";
import { adminToken, run, serveGateway } from "./programs.js";

const page = readFileSync(fileURLToPath(new URL("../../docs/reference/doctor.md", import.meta.url)), "utf8");
const folder = mkdtempSync(join(tmpdir(), "odoorway-doctor-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const seed = {
  db: "shop-main-123456",
  users: [
    {
      login: "api",
      password: "s3cret-word",
      keys: [{ key: "a".repeat(40) }, { key: "b".repeat(40), expires: "2020-01-01T00:00:00Z" }],
      groups: ["base.group_user", "base.group_partner_manager"],
    },
    { login: "careful", password: "s3cret-word", totp: true },
    { login: "gone", password: "s3cret-word", keys: [{ key: "c".repeat(40) }], active: false },
    { login: "admin", password: "admin", keys: [{ key: "d".repeat(40) }] },
  ],
};

async function sandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const odoo = await createSandbox({ seed, ...options });
  open.push(odoo);
  return odoo;
}

interface Asked {
  readonly database?: string;
  readonly login?: string;
  readonly key?: string;
  readonly args?: readonly string[];
}

async function doctor(
  url: string,
  { database = "shop-main-123456", login = "api", key = "a".repeat(40), args = [] }: Asked = {},
) {
  const program = run(["doctor", "--json", "--url", url, ...args], {
    ODOO_DB: database,
    ODOO_LOGIN: login,
    ODOO_API_KEY: key,
  });
  const code = await program.done();
  if (key.length > 5) expect(program.said()).not.toContain(key);
  const { state, steps } = JSON.parse(program.out());
  const step = (name: string) => steps.find((one: { step: string }) => one.step === name);
  return { code, state, steps, step, last: steps.at(-1) };
}

/** A server of one's own at a free port. */
async function serveWith(handle: RequestListener, tls?: { key: string; cert: string }): Promise<string> {
  const server: Server = tls === undefined ? createServer(handle) : createTls(tls, handle);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => server.closeAllConnections() ?? server.close() });
  return `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("odoorway doctor", () => {
  it.each([18, 19] as const)("finds a sound connection to %s sound", async (version) => {
    const odoo = await sandbox({ version });
    const { code, state, steps } = await doctor(odoo.url);
    expect({ code, state }).toEqual({ code: 0, state: "ok" });
    expect(steps.map(({ step }: { step: string }) => step)).toEqual([
      "resolve",
      "connect",
      "redirect",
      "odoo",
      "endpoints",
      "lifetime",
      "clock",
      "database",
      "credential",
      "user",
      "access",
      "speed",
    ]);
    const writes = odoo.calls().filter(({ method }) => /^(?:create|write|unlink|action_)/.test(method));
    expect(writes).toEqual([]);
  });

  it("prints what the documentation shows", async () => {
    const odoo = await createSandbox();
    open.push(odoo);
    const env = { ODOO_URL: odoo.url, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };
    const program = run(["doctor"], env);
    expect(await program.done()).toBe(0);
    const plain = (text: string) =>
      text
        .replace(/:\d{4,5}|port \d+/g, "PORT")
        .replace(/[\d.]+ ms/g, "N ms")
        .trim();
    expect(plain(program.out())).toBe(plain(/```text\n([\s\S]*?)```/.exec(page)?.[1] ?? ""));
  });

  it("names a database by its nearest or longer name, and what a hidden list leaves open", async () => {
    const odoo = await sandbox();
    const near = await doctor(odoo.url, { database: "shop" });
    expect(near).toMatchObject({
      code: 2,
      last: { step: "database", code: "db_not_found", fix: expect.stringContaining("shop-main-123456") },
    });
  });

  it.each([18, 19] as const)(
    "tells the refusals of a credential apart, as far as %s does",
    async (version) => {
      const odoo = await sandbox({ version });
      const cases = [
        [{ login: "careful", key: "s3cret-word" }, "auth_2fa_requires_api_key"],
        [{ key: "b".repeat(40) }, "auth_invalid_credentials"],
        [{ key: "not-it-1" }, "auth_invalid_credentials"],
        [{ login: "gone", key: "s3cret-word" }, "auth_invalid_credentials"],
      ] as const;
      const all = await Promise.all(cases.map(([asked]) => doctor(odoo.url, asked)));
      for (const [at, { code, last }] of all.entries())
        expect({ code, step: last.step, found: last.code }).toEqual({
          code: 2,
          step: "credential",
          found: cases[at]?.[1],
        });
      // The fifth failure in a row locks the address out.
      const login = { service: "common", method: "authenticate", args: ["shop-main-123456", "api", "not-it-1", {}] };
      const headers = { "content-type": "application/json" };
      for (let times = 0; times < 6; times += 1)
        await fetch(`${odoo.url}/jsonrpc`, { method: "POST", headers, body: JSON.stringify({ params: login }) });
      expect((await doctor(odoo.url)).last).toMatchObject({ step: "credential", state: "failure" });
    },
    90_000,
  );

  it("warns of a password, of an administrator, and of rights that are missing", async () => {
    const odoo = await sandbox();
    expect((await doctor(odoo.url, { key: "s3cret-word" })).step("credential")).toMatchObject({
      state: "warning",
      found: expect.stringContaining("password"),
    });
    const admin = await doctor(odoo.url, { login: "admin", key: "d".repeat(40) });
    expect(admin).toMatchObject({ code: 1 });
    expect(admin.step("user")).toMatchObject({ state: "warning", evidence: { administrator: true } });
    const rights = await doctor(odoo.url, {
      args: ["--model", "res.partner", "--model", "sale.order", "--model", "res.partners"],
    });
    expect(rights.step("access")).toMatchObject({
      state: "failure",
      code: "model_not_found",
      evidence: { "res.partners": null, "sale.order": [] },
    });
  });

  it("examines a custom controller without calling it", async () => {
    const odoo = await sandbox();
    const at = async (route: string) => (await doctor(odoo.url, { args: ["--route", route] })).step("route");
    expect(await at("POST /web/session/authenticate")).toMatchObject({
      state: "ok",
      found: expect.stringContaining("of type json"),
    });
    expect(await at("POST /api/ordr")).toMatchObject({ state: "failure", code: "http_404_endpoint" });
    expect(await at("GET /web")).toMatchObject({ state: "ok", found: expect.stringContaining("session") });
    expect(await at("FETCH /x")).toMatchObject({ state: "failure", code: "invalid_parameter" });
  });

  it.each([
    ["refused", { refuse: 4000 }, "connect", "connection_refused"],
    ["502", { answer: 502 }, "odoo", "bad_gateway_or_proxy"],
    ["504", { answer: 504 }, "odoo", "bad_gateway_or_proxy"],
    ["429", { answer: 429 }, "odoo", "rate_limited"],
    ["garbage", { answer: "garbage" }, "odoo", "http_404_endpoint"],
    ["dropped", { drop: "before" }, "odoo", "connection_lost"],
    ["slow", { delay: 4000 }, "odoo", "timeout"],
    ["trickling", { trickle: 6000 }, "odoo", "timeout"],
    ["cut short", { answer: "truncated" }, "odoo", "connection_lost"],
    ["conflicts", { conflicts: 9, model: "res.users" }, "user", "serialization_failure"],
    ["late", { late: 100, model: "res.users" }, "user", "connection_lost"],
    ["a proxy's page in place of records", { answer: 503, model: "res.partner" }, "access", "bad_gateway_or_proxy"],
  ] as const)("names the fault: %s", async (_name, order, step, code) => {
    const odoo = await sandbox();
    odoo.fault({ times: 100, ...order });
    if ("refuse" in order)
      await fetch(`${odoo.url}/jsonrpc`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: '{"params":{"service":"common","method":"version","args":[]}}',
      }).catch(() => undefined);
    const found = await doctor(odoo.url, { args: ["--timeout", "2", "--model", "res.partner"] });
    expect(found.step(step)).toMatchObject({ state: "failure", code });
    expect(found.step(step).fix).not.toBe("");
  });

  it("names what is no Odoo, a redirect with the address to use, and a clock that is wrong", async () => {
    const html = await serveWith((_request, response) =>
      response.setHeader("content-type", "text/html").end("<title>Welcome to nginx!</title>"),
    );
    expect((await doctor(html)).last).toMatchObject({
      step: "odoo",
      code: "http_404_endpoint",
      found: expect.stringContaining("Welcome to nginx!"),
    });
    const away = await serveWith((_request, response) =>
      response.writeHead(301, { location: "https://www.shop.example/jsonrpc" }).end(),
    );
    expect((await doctor(away)).last).toMatchObject({
      step: "redirect",
      code: "http_redirect",
      fix: "Set the address to https://www.shop.example.",
    });
    const wall = await serveWith((_request, response) =>
      response.writeHead(403, { "cf-ray": "1" }).end("<title>Attention Required! | Cloudflare</title>"),
    );
    expect((await doctor(wall)).step("between")).toMatchObject({ state: "failure", code: "bad_gateway_or_proxy" });
    const late = await serveWith((_request, response) =>
      response
        .writeHead(200, { date: "Fri, 01 Jan 2021 00:00:00 GMT", "content-type": "application/json" })
        .end('{"jsonrpc":"2.0","id":1,"result":{"server_version":"18.0"}}'),
    );
    expect((await doctor(late)).step("clock")).toMatchObject({ state: "warning", fix: expect.stringContaining("NTP") });
  });

  it("names what is wrong with a certificate", async () => {
    const own = await serveWith((_request, response) => response.end(), { key: privateKey, cert: certificate });
    expect((await doctor(own)).last).toMatchObject({
      step: "tls",
      code: "tls_failure",
      found: expect.stringContaining("signed itself"),
      evidence: { subject: "Odoorway test" },
    });
    const odoo = await sandbox();
    expect((await doctor(odoo.url.replace("http:", "https:"))).last).toMatchObject({
      step: "tls",
      found: expect.stringContaining("plain HTTP"),
      fix: expect.stringContaining("http://"),
    });
    expect((await doctor("http://odoo.invalid")).last).toMatchObject({ step: "resolve", code: "dns_failure" });
  });

  it("says what is missing where there is nothing to examine", async () => {
    const nothing = run(["doctor"], {});
    expect(await nothing.done()).toBe(2);
    expect(nothing.said()).toContain("ODOO_URL");
    const odoo = await sandbox();
    const bare = await doctor(odoo.url, { key: "" });
    expect(bare.last).toMatchObject({ step: "credential", state: "warning" });
  });
});

describe("GET /v1/doctor", () => {
  it("examines the gateway's own connection", async () => {
    const odoo = await sandbox();
    const gateway = await serveGateway(odoo.url, {
      ODOORWAY_DATA: join(folder, "data"),
      ODOO_DB: "shop-main-123456",
      ODOO_LOGIN: "api",
      ODOO_API_KEY: "a".repeat(40),
    });
    open.push({ close: () => gateway.end() });
    const answer = await fetch(`${gateway.url}/v1/doctor?models=res.partner`, {
      headers: { authorization: `Bearer ${adminToken}` },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      state: "ok",
      login: "api",
      steps: expect.arrayContaining([
        expect.objectContaining({ step: "access", evidence: { "res.partner": ["read", "write", "create", "unlink"] } }),
      ]),
    });
    expect((await fetch(`${gateway.url}/v1/doctor`)).status).toBe(401);
  });
});
