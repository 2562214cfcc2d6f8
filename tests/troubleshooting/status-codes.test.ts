/** Each of the eighteen status codes, from the gateway where it uses it, and from a controller where an Odoo can. */
import { once } from "node:events";
import { createServer } from "node:http";
import { expect } from "vitest";
import { problemReply } from "../../apps/gateway/src/http/problem.js";
import { adminToken } from "../system/programs.js";
import { converse } from "../system/raw-socket.js";
import { holdToPage } from "./guide.js";
import { controllerFailed } from "./logs.js";
import { madePartner, quotation } from "./records.js";
import type { World } from "./world.js";

/** The status of a controller that means to answer it. */
async function raised({ odoo }: World, status: number): Promise<number> {
  return (await fetch(`${odoo.url}/shop/status/${status}`, { redirect: "manual" })).status;
}

/** The failure of such a controller, as the client tells it. */
async function told(world: World, status: number) {
  const route = world.client().controller(`/shop/status/${status}`, { auth: "none" });
  return (await world.failure(route.get())).code;
}

/** A request without an HTTP client in between. */
async function raw(world: World, lines: readonly string[], ...bodies: string[]): Promise<string> {
  const { port } = await world.gateway();
  const { text } = await converse(port, [`${lines.join("\r\n")}\r\n\r\n`, ...bodies], { pause: 100, quiet: 300 });
  return text;
}

function post(path: string, token = adminToken): string[] {
  return [
    `POST ${path} HTTP/1.1`,
    "Host: gateway",
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    "Content-Length: 16",
    "Expect: 100-continue",
  ];
}

/** A server on a port of its own while `use` runs. */
async function redirecting(world: World, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(301, { location: `${world.odoo.url}${request.url}` }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  try {
    await use(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

holdToPage("status-codes.md", {
  "100 Continue": async (world) => {
    const path = "/v1/records/res.partner";
    expect(await raw(world, post(path), '{"name":"Ada12"}')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
    expect(await raw(world, post(path, "someone-elses-token"))).toMatch(/^HTTP\/1\.1 401 /);
    const form = post(path).map((line) => line.replace("application/json", "image/png"));
    expect(await raw(world, form)).toMatch(/^HTTP\/1\.1 415 /);
  },

  "101 Switching Protocols": async (world) => {
    const upgrade = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="];
    expect(await raw(world, ["GET /healthz HTTP/1.1", "Host: gateway", ...upgrade])).toMatch(/^HTTP\/1\.1 200 /);
    const sent = await world.ask("POST", "/v1/imports?model=res.partner&key=ref", "ref,name\nr1,Ada\n", {
      "content-type": "text/csv",
    });
    const events = await world.ask("GET", `${sent.headers.get("location")}/events`);
    expect(events.text).toMatch(/^event: status\n/);
  },

  "103 Early Hints": async (world) => {
    const page = await raw(world, ["GET /console/ HTTP/1.1", "Host: gateway", "Accept: text/html"]);
    expect(page).toMatch(/^HTTP\/1\.1 (200|503) /);
    // A CDN's hint before the answer changes nothing for the client.
    const server = createServer((_request, response) => {
      response.writeEarlyHints({ link: "</a.css>; rel=preload" });
      response.setHeader("content-type", "application/json").end('{"jsonrpc":"2.0","id":1,"result":{"hinted":true}}');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const hinted = await world.client("api", { url }).controller("/shop/bearer", { auth: "none" }).get();
    server.closeAllConnections();
    server.close();
    expect([hinted.status, hinted.text]).toEqual([200, expect.stringContaining("hinted")]);
  },

  "200 OK": async (world) => {
    expect((await world.ask("GET", `/v1/records/res.partner/${await madePartner(world)}`)).status).toBe(200);
    const fault = await world.rpc("api", "res.partnr", "search", [[]]);
    expect(fault).toContain('"error"');
    world.file("answer.json", fault);
    expect((await world.odoorway("odoorway explain answer.json")).out).toContain("model_not_found");
    expect(await raised(world, 200)).toBe(200);
  },

  "201 Created": async (world) => {
    const made = await world.ask("POST", "/v1/records/res.partner", { name: "Ada" });
    const [location, etag] = [made.headers.get("location"), made.headers.get("etag")];
    expect([made.status, location, etag]).toEqual([201, `/v1/records/res.partner/${made.body.id}`, expect.any(String)]);
    const put = () => world.ask("PUT", "/v1/records/res.partner/by-key/shop.ada", { name: "Ada" });
    expect([(await put()).status, (await put()).status]).toEqual([201, 200]);
    expect(await raised(world, 201)).toBe(201);
  },

  "202 Accepted": async (world) => {
    const csv = { "content-type": "text/csv" };
    const sent = await world.ask("POST", "/v1/imports?model=res.partner&key=ref", "ref,name\nr1,Ada\n", csv);
    expect(sent.status).toBe(202);
    await expect
      .poll(async () => (await world.ask("GET", sent.headers.get("location") ?? "")).body.state, { timeout: 20_000 })
      .toBe("done");
    expect(await raised(world, 202)).toBe(202);
  },

  "204 No Content": async (world) => {
    const gone = await world.ask("DELETE", `/v1/records/res.partner/${await madePartner(world)}`);
    expect([gone.status, gone.text]).toEqual([204, ""]);
    expect(await raised(world, 204)).toBe(204);
  },

  "301 Moved Permanently": async (world) => {
    await redirecting(world, async (url) => {
      const error = await world.failure(world.client("api", { url }).call("res.partner", "search", [[]]));
      expect([error.code, error.happened, error.fix]).toEqual([
        "http_redirect",
        "no",
        expect.stringContaining(world.odoo.url),
      ]);
      expect((await world.odoorway("odoorway doctor", { ODOO_URL: url })).out).toContain(world.odoo.url);
    });
    expect(await raised(world, 301)).toBe(301);
    expect(await told(world, 301)).toBe("http_redirect");
  },

  "302 Found": async (world) => {
    const root = await world.ask("GET", "/");
    expect([root.status, root.headers.get("location")]).toEqual([302, "/console/"]);
    expect(await raised(world, 302)).toBe(302);
    const login = await fetch(`${world.odoo.url}/shop/secrets`, { redirect: "manual" });
    expect([login.status, login.headers.get("location")]).toEqual([303, expect.stringContaining("/web/login")]);
    const nobody = world.client().controller("/shop/secrets", { auth: "none" });
    expect((await world.failure(nobody.get())).code).toBe("controller_unauthorized");
  },

  "304 Not Modified": async (world) => {
    const path = `/v1/records/res.partner/${await madePartner(world)}`;
    const etag = (await world.ask("GET", path)).headers.get("etag") ?? "";
    expect((await world.ask("GET", path, undefined, { "if-none-match": etag })).status).toBe(304);
    const icon = `${world.odoo.url}/web/static/img/favicon.ico`;
    const known = (await fetch(icon)).headers.get("etag") ?? "";
    expect((await fetch(icon, { headers: { "if-none-match": known } })).status).toBe(304);
    expect(await raised(world, 304)).toBe(304);
  },

  "400 Bad Request": async (world) => {
    expect((await world.problem("POST", "/v1/records/res.partner", '{"name": ')).status).toBe(400);
    expect((await world.problem("GET", "/v1/records/res.partner?limit=0")).status).toBe(400);
    expect((await world.problem("POST", "/v1/records/res.partner", { naem: "A" })).status).toBe(422);
    expect(await raised(world, 400)).toBe(400);
    expect(await told(world, 400)).toBe("controller_bad_request");
  },

  "401 Unauthorized": async (world) => {
    for (const authorization of ["", "Bearer someone-elses-token"]) {
      const refused = await world.problem("GET", "/v1/models", undefined, { authorization });
      expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
        401,
        expect.stringMatching(/^Bearer realm=/),
      ]);
    }
    const made = await world.odoorway("odoorway token create");
    const [token = ""] = /odw_\S+/.exec(made.said) ?? [];
    expect((await world.ask("GET", "/v1/models", undefined, { authorization: `Bearer ${token}` })).status).toBe(200);
    expect(await raised(world, 401)).toBe(401);
    expect(await told(world, 401)).toBe("controller_unauthorized");
  },

  "403 Forbidden": async (world) => {
    const made = await world.ask("POST", "/v1/tokens", { name: "reader", scopes: ["records:read"] });
    const bearer = { authorization: `Bearer ${made.body.token}` };
    const refused = await world.problem("POST", "/v1/records/res.partner", { name: "A" }, bearer);
    expect([refused.status, refused.body.cause]).toEqual([403, expect.stringContaining("records:write")]);
    expect((await world.problem("GET", "/v1/records/ir.config_parameter")).status).toBe(403);
    expect(await raised(world, 403)).toBe(403);
    expect(await told(world, 403)).toBe("controller_forbidden");
  },

  "404 Not Found": async (world) => {
    for (const path of ["/v1/recrods", "/v1/records/res.partnr", "/v1/records/res.partner/999999"])
      expect((await world.problem("GET", path)).status).toBe(404);
    expect(await raised(world, 404)).toBe(404);
    expect(await told(world, 404)).toBe("controller_not_found");
  },

  "405 Method Not Allowed": async (world) => {
    const refused = await world.problem("DELETE", "/v1/models");
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, expect.stringContaining("GET")]);
    const odoo = await fetch(`${world.odoo.url}/shop/form`, { method: "PUT" });
    expect([odoo.status, odoo.headers.get("allow")]).toEqual([405, expect.stringContaining("POST")]);
    expect(await raised(world, 405)).toBe(405);
    expect(await told(world, 405)).toBe("controller_method_not_allowed");
  },

  "500 Internal Server Error": async (world) => {
    // A defect cannot be ordered from a running gateway; this is what turns whatever is thrown into the answer.
    const { status, problem } = problemReply(new TypeError("secret words"), { instance: "/v1/models", requestId: "r" });
    world.seen.add(problem.code);
    expect([status, problem.code, problem.request_id]).toEqual([500, "internal_error", "r"]);
    expect(JSON.stringify(problem)).not.toContain("secret words");
    expect(await raised(world, 500)).toBe(500);
    expect(await told(world, 500)).toBe("controller_failed");
    world.file("odoo-server.log", controllerFailed);
    expect((await world.odoorway("odoorway logs odoo-server.log")).out).toContain("KeyError");
    // Odoo's 500 is no 500 of the gateway.
    world.odoo.fault({ method: "action_confirm", exception: { name: "builtins.KeyError", message: "'x'" } });
    const path = `/v1/records/sale.order/${await quotation(world)}/actions/action_confirm`;
    expect((await world.problem("POST", path)).status).toBe(502);
    expect((await world.ask("POST", path)).status).toBe(200);
  },

  "501 Not Implemented": async (world) => {
    const unknown = await raw(world, ["PROPFIND /v1/models HTTP/1.1", "Host: gateway"]);
    expect(unknown).toMatch(/^HTTP\/1\.1 501 Not Implemented[\s\S]+"code":"unknown_method"/);
    world.seen.add("unknown_method");
    const lacking = world.client().call("res.partner", world.version === 18 ? "formatted_read_group" : "browse", [[]]);
    expect(await world.failure(lacking)).toMatchObject({ code: "version_unsupported", status: 501 });
    expect(await raised(world, 501)).toBe(501);
  },

  "503 Service Unavailable": async (world) => {
    const list = () => world.ask("GET", "/v1/records/res.partner?limit=1");
    expect((await list()).status).toBe(200);
    const client = world.client("api", { breaker: { failures: 1, pause: 60_000 } });
    await client.call("res.partner", "search_count", [[]]);
    world.odoo.fault({ model: "res.partner", answer: 503, retryAfter: 60 });
    expect((await world.failure(client.call("res.partner", "create", [{ name: "A" }]))).code).toBe(
      "bad_gateway_or_proxy",
    );
    const open = await world.failure(client.call("res.partner", "search_count", [[]]));
    expect([open.code, open.status, open.retryAfter]).toEqual(["circuit_open", 503, expect.any(Number)]);

    world.odoo.fault({ path: "/web/health", refuse: 2_000 });
    await fetch(`${world.odoo.url}/web/health`).catch(() => undefined);
    const away = await world.problem("GET", "/v1/records/res.partner?limit=1");
    expect([away.status, Number(away.headers.get("retry-after"))]).toEqual([503, expect.any(Number)]);
    await expect.poll(async () => (await list()).status, { timeout: 20_000, interval: 500 }).toBe(200);
    expect(await raised(world, 503)).toBe(503);
  },
});
