import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { type Observation, OdoorwayError } from "@odoorway/core";
import { encodeXmlRpcFault, encodeXmlRpcResponse } from "@odoorway/wire";
import { afterEach, describe, expect, it } from "vitest";
import { type FakeOdoo, fakeOdoo, raised } from "../test-support/fake-odoo.js";
import { type ClientOptions, createClient, type OdooClient } from "./index.js";

const secret = "k3y-that-must-not-leak";
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function keep<T extends { close(): Promise<void> }>(one: T): T {
  open.unshift(one);
  return one;
}

function clientFor(url: string, options: Partial<ClientOptions> = {}): OdooClient {
  return keep(createClient({ url, database: "shop", login: "api", apiKey: secret, timeout: 5_000, ...options }));
}

async function serve(...replies: Parameters<typeof fakeOdoo>): Promise<FakeOdoo> {
  return keep(await fakeOdoo(...replies));
}

/** The error that the call ends with, which must never show the key. */
async function failure(promise: Promise<unknown>): Promise<OdoorwayError> {
  try {
    await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(OdoorwayError);
    const { below: _below, ...shown } = error as OdoorwayError;
    expect(JSON.stringify(shown) + String(error)).not.toContain(secret);
    return error as OdoorwayError;
  }
  throw new Error("nothing failed");
}

const objectCalls = (server: FakeOdoo) => server.calls.filter((call) => call.service === "object");

describe("options", () => {
  const good = { url: "http://localhost:8069/", database: "d", login: "l", apiKey: "k" };
  it.each([
    [{ ...good, url: "localhost:8069" }, "url"],
    [{ ...good, url: "ftp://x" }, "url"],
    [{ ...good, url: "http://u:p@x" }, "url must hold no login"],
    [{ ...good, url: "http://x/?db=a" }, "url must hold neither"],
    [{ ...good, database: "" }, "database"],
    [{ ...good, apiKey: undefined }, "apiKey"],
    [{ ...good, transport: "soap" }, "transport"],
    [{ ...good, timeout: 0 }, "timeout"],
    [{ ...good, timeout: 2 ** 40 }, "timeout"],
    [{ ...good, concurrency: 1.5 }, "concurrency"],
    [{ ...good, userAgent: "a\r\nb" }, "userAgent"],
  ])("refuses %o", async (options, word) => {
    const error = await failure(Promise.resolve().then(() => createClient(options as ClientOptions)));
    expect(error.code).toBe("configuration_error");
    expect(error.why).toContain(word);
  });

  it("names the nearest option to an unknown one", async () => {
    const options = { ...good, apikey: "x" } as ClientOptions;
    const error = await failure(Promise.resolve().then(() => createClient(options)));
    expect(error.evidence).toMatchObject({ nearest: "apiKey" });
  });
});

describe("authenticate and call", () => {
  it("asks for the user once, whoever calls first", async () => {
    const server = await serve(() => [1, 2]);
    const client = clientFor(server.url);
    const answers = await Promise.all([
      client.call("res.partner", "search", [[]], { limit: 2 }),
      client.call("res.partner", "search", [[]]),
      client.authenticate(),
    ]);
    expect(answers).toEqual([[1, 2], [1, 2], 7]);
    expect(server.calls.filter((call) => call.method === "authenticate")).toHaveLength(1);
    expect(objectCalls(server)[0]?.args).toEqual(["shop", 7, secret, "res.partner", "search", [[]], { limit: 2 }]);
  });

  it("remembers a refused credential and does not try it again", async () => {
    const server = await serve(
      () => 1,
      () => false,
    );
    const client = clientFor(server.url);
    const all = [client.authenticate(), client.call("res.partner", "search", [[]]), client.authenticate()];
    const errors = await Promise.all(all.map(failure));
    errors.push(await failure(client.authenticate()));
    expect(errors.map((error) => error.code)).toEqual(Array(4).fill("auth_invalid_credentials"));
    expect(errors[0]?.evidence).toEqual({ database: "shop", login: "api" });
    expect(server.calls).toHaveLength(1);
  });

  it("asks again after a failure that says nothing about the credential", async () => {
    const server = await serve(
      () => 1,
      (_call, _response, count) =>
        count === 1 ? raised("psycopg2.OperationalError", 'database "shop" does not exist') : 7,
    );
    const client = clientFor(server.url);
    const error = await failure(client.authenticate());
    expect([error.code, error.evidence]).toEqual(["db_not_found", { database: "shop" }]);
    expect(await client.authenticate()).toBe(7);
  });

  it("asks once more after a key was revoked, then no more", async () => {
    const server = await serve(
      () => raised("odoo.exceptions.AccessDenied", "Access Denied"),
      (_call, _response, count) => (count === 1 ? 7 : false),
    );
    const client = clientFor(server.url);
    for (let times = 0; times < 4; times++)
      expect((await failure(client.call("res.partner", "read", [[1]]))).code).toBe("auth_invalid_credentials");
    expect(server.calls.map((call) => call.method)).toEqual(["authenticate", "execute_kw", "authenticate"]);
  });

  it("tells the version without a credential, enterprise and SaaS too", async () => {
    for (const [server_version, major] of [
      ["18.0", 18],
      ["19.0+e", 19],
      ["saas~18.2", 18],
    ] as const) {
      const server = await serve(
        () => 1,
        () => ({ server_version }),
      );
      expect(await clientFor(server.url).version()).toEqual({ server: server_version, major });
    }
    const server = await serve(
      () => 1,
      () => ({}),
    );
    expect((await failure(clientFor(server.url).version())).code).toBe("invalid_json_or_xml");
  });

  it("carries what Odoo raises, without traceback or path", async () => {
    const server = await serve(() =>
      raised(
        "odoo.exceptions.MissingError",
        "Record does not exist or has been deleted.\n(Record: res.partner(9,), User: 7)",
      ),
    );
    const error = await failure(clientFor(server.url).call("res.partner", "write", [[9], {}]));
    expect([error.code, error.happened, error.odoo?.exception]).toEqual([
      "missing_record",
      "no",
      "odoo.exceptions.MissingError",
    ]);
    expect(error.evidence).toEqual({ model: "res.partner", id: "9" });
    expect(JSON.stringify(error.odoo)).not.toMatch(/Traceback|\/opt/);
  });

  it("refuses a value that cannot travel, naming its place, before anything is sent", async () => {
    const server = await serve(() => 1);
    const error = await failure(clientFor(server.url).call("m", "create", [[{ when: new Date(0) }]]));
    expect([error.code, error.happened]).toEqual(["bad_arguments", "no"]);
    expect(error.why).toContain("args[0][0].when");
    expect(objectCalls(server)).toHaveLength(0);
  });

  it("sends at most as many calls at once as it may", async () => {
    let now = 0;
    let most = 0;
    const server = await serve((_call, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 0, error: { message: "x" } }));
      }, 20);
      return undefined;
    });
    const client = clientFor(server.url, { concurrency: 3 });
    await Promise.allSettled(Array.from({ length: 12 }, () => client.call("m", "create", [])));
    expect(objectCalls(server)).toHaveLength(12);
    expect(most).toBe(3);
  });

  it("observes every attempt, without secrets", async () => {
    const seen: Observation[] = [];
    const server = await serve(() => 1);
    await clientFor(server.url, { observe: (one) => seen.push(one) }).call("res.partner", "search_count", [[]]);
    expect(seen.map((one) => one.facts.method)).toEqual(["authenticate", "search_count"]);
    expect(seen[1]?.facts).toMatchObject({ model: "res.partner", transport: "jsonrpc", attempt: 0, outcome: "ok" });
    expect(JSON.stringify(seen)).not.toContain(secret);
  });

  it("refuses calls after close", async () => {
    const server = await serve(() => 1);
    const client = clientFor(server.url);
    await client.authenticate();
    await client.close();
    const error = await failure(client.call("m", "create", []));
    expect([error.code, error.happened]).toEqual(["cancelled", "no"]);
  });
});

describe("XML-RPC", () => {
  it("speaks it at its own addresses, and reads a fault", async () => {
    const paths: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      paths.push(request.url);
      const value =
        request.url === "/odoo/xmlrpc/2/common"
          ? encodeXmlRpcResponse(7)
          : encodeXmlRpcFault(4, "Private methods (such as _x) cannot be called remotely.");
      response.writeHead(200, { "content-type": "text/xml" }).end(value);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const client = clientFor(`http://127.0.0.1:${port}/odoo/`, { transport: "xmlrpc" });
    const error = await failure(client.call("res.partner", "_x", []));
    expect([error.code, error.evidence]).toEqual(["method_private", { method: "_x" }]);
    expect(paths).toEqual(["/odoo/xmlrpc/2/common", "/odoo/xmlrpc/2/object"]);
    const control = await failure(client.call("res.partner", "create", [[{ name: "a\u0000" }]]));
    expect(control.why).toContain("args[0][0].name: the character U+0000");
  });
});

describe("a broken way to Odoo", () => {
  const send = (server: FakeOdoo, method = "create", options: Partial<ClientOptions> = {}) =>
    failure(clientFor(server.url, options).call("res.partner", method, [[]]));

  it("connection_refused: nothing happened", async () => {
    const server = await fakeOdoo(() => 1);
    await server.close();
    const error = await failure(clientFor(server.url).call("m", "create", []));
    expect([error.code, error.happened, error.retryable]).toEqual(["connection_refused", "no", true]);
    expect(error.evidence).toEqual({ url: `${server.url}/jsonrpc` });
  });

  it("dns_failure", async () => {
    const error = await failure(clientFor("http://no-such-host.invalid").version());
    expect([error.code, error.happened]).toEqual(["dns_failure", "no"]);
    expect(error.evidence).toEqual({ host: "no-such-host.invalid" });
  });

  it("tls_failure: plain HTTP where TLS is expected", async () => {
    const server = await serve(() => 1);
    const error = await failure(clientFor(server.url.replace("http:", "https:")).version());
    expect([error.code, error.happened]).toEqual(["tls_failure", "no"]);
  });

  it("connection_lost: a write that was sent is not sent again", async () => {
    const server = await serve((_call, response) => void response.destroy());
    const error = await send(server);
    expect([error.code, error.happened, error.retryable]).toEqual(["connection_lost", "unknown", false]);
    expect(objectCalls(server)).toHaveLength(1);
  });

  it("connection_lost: an answer that breaks off", async () => {
    const server = await serve((_call, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
      response.write('{"jsonrpc": "2.0", ');
      setTimeout(() => response.destroy(), 20);
      return undefined;
    });
    const error = await send(server);
    expect([error.code, error.happened]).toEqual(["connection_lost", "unknown"]);
  });

  it("a read is tried again until it is answered, three times at most", async () => {
    const server = await serve((_call, response, count) => (count < 3 ? void response.destroy() : [4]));
    expect(await clientFor(server.url).call("m", "search", [[]])).toEqual([4]);
    const broken = await serve((_call, response) => void response.destroy());
    const error = await send(broken, "search_read");
    expect([error.code, error.happened, error.retryable]).toEqual(["connection_lost", "no", true]);
    expect(objectCalls(broken)).toHaveLength(3);
  });

  it("a serialisation conflict is tried again, for it was rolled back", async () => {
    const conflict = raised(
      "psycopg2.errors.SerializationFailure",
      "could not serialize access due to concurrent update",
    );
    const server = await serve((_call, _response, count) => (count === 1 ? conflict : [4]));
    expect(await clientFor(server.url).call("m", "create", [[{}]])).toEqual([4]);
    expect(objectCalls(server)).toHaveLength(2);
  });

  it("timeout: Odoo may still finish the work", async () => {
    const server = await serve(() => undefined);
    const started = Date.now();
    const error = await send(server, "create", { timeout: 200 });
    expect([error.code, error.happened, error.evidence.seconds]).toEqual(["timeout", "unknown", 0.2]);
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(objectCalls(server)).toHaveLength(1);
  });

  it("timeout: also of an answer that trickles", async () => {
    const server = await serve((_call, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
      return undefined;
    });
    expect((await send(server, "search", { timeout: 300 })).code).toBe("timeout");
  });

  it("connection_lost: a kept connection that the server closed in between proves nothing", async () => {
    const server = await serve((_call, response, count) => (count === 1 ? 1 : void response.socket?.destroy()));
    const client = clientFor(server.url, { concurrency: 1 });
    expect(await client.call("m", "create", [])).toBe(1);
    expect(await failure(client.call("m", "create", []))).toMatchObject({
      code: "connection_lost",
      happened: "unknown",
    });
    expect(objectCalls(server)).toHaveLength(2);
  });

  it("a server that closes after each answer, as HTTP/1.0 does, costs no call", async () => {
    const server = await serve((_call, response) => {
      response.setHeader("connection", "close");
      return 1;
    });
    const client = clientFor(server.url, { concurrency: 2 });
    expect(await Promise.all(Array.from({ length: 20 }, () => client.call("m", "create", [])))).toEqual(
      Array(20).fill(1),
    );
    expect(objectCalls(server)).toHaveLength(20);
  });

  it("timeout: in the queue nothing was sent", async () => {
    const server = await serve(() => undefined);
    const client = clientFor(server.url, { concurrency: 1 });
    await client.authenticate();
    const first = failure(client.call("m", "create", [], {}, { timeout: 600 }));
    const second = await failure(client.call("m", "create", [], {}, { timeout: 200 }));
    expect([second.code, second.happened, second.retryable]).toEqual(["timeout", "no", true]);
    expect((await first).happened).toBe("unknown");
    expect(objectCalls(server)).toHaveLength(1);
  });

  it("cancelled: at once, unknown when sent and no when not", async () => {
    const server = await serve(() => undefined);
    const client = clientFor(server.url);
    await client.authenticate();
    const sent = new AbortController();
    setTimeout(() => sent.abort(), 100);
    const error = await failure(client.call("m", "create", [], {}, { signal: sent.signal }));
    expect([error.code, error.happened]).toEqual(["cancelled", "unknown"]);
    const before = await failure(client.call("m", "create", [], {}, { signal: AbortSignal.abort() }));
    expect([before.code, before.happened]).toEqual(["cancelled", "no"]);
    expect(objectCalls(server)).toHaveLength(1);
  });

  it("http_redirect: never followed", async () => {
    const server = await serve(
      (_call, response) => void response.writeHead(301, { location: "https://new.example/jsonrpc?a=b" }).end(),
    );
    const error = await send(server);
    expect([error.code, error.happened]).toEqual(["http_redirect", "no"]);
    expect(error.evidence).toEqual({
      url: `${server.url}/jsonrpc`,
      status: 301,
      location: "https://new.example/jsonrpc",
    });
    expect(objectCalls(server)).toHaveLength(1);
  });

  it.each([
    [404, "http_404_endpoint", 1],
    [502, "bad_gateway_or_proxy", 1],
    [504, "bad_gateway_or_proxy", 1],
    [403, "bad_gateway_or_proxy", 1],
    [413, "payload_too_large", 1],
    [429, "rate_limited", 3],
  ])("status %i of a write is %s, sent %i time(s)", async (status, code, times) => {
    const page = "<html><head><title>Nope</title></head></html>";
    const server = await serve(
      (_call, response) => void response.writeHead(status, { "content-type": "text/html" }).end(page),
    );
    expect((await send(server)).code).toBe(code);
    expect(objectCalls(server)).toHaveLength(times);
  });

  it("waits as long as Retry-After says, but not for minutes", async () => {
    const server = await serve((_call, response, count) =>
      count === 1 ? void response.writeHead(429, { "retry-after": "1" }).end() : 5,
    );
    const started = Date.now();
    expect(await clientFor(server.url).call("m", "create", [])).toBe(5);
    expect(Date.now() - started).toBeGreaterThan(900);
    const strict = await serve((_call, response) => void response.writeHead(503, { "retry-after": "120" }).end());
    expect((await send(strict, "search")).retryAfter).toBe(120);
    expect(objectCalls(strict)).toHaveLength(1);
  });

  it.each([
    ["text/html", "<html><title>Login</title></html>", "Login"],
    ["application/json", "<!DOCTYPE html><title>Firewall</title>", "Firewall"],
    ["application/json", "garbage", "not JSON"],
    ["application/json", '{"jsonrpc": "2.0", "id": 999999, "result": 1}', "another call"],
    ["application/json", "", "not JSON"],
    ["application/json", Buffer.from([0x7b, 0xff, 0xfe]), "UTF-8"],
  ])("invalid_json_or_xml: %s %s", async (type, body, word) => {
    const server = await serve((_call, response) => void response.writeHead(200, { "content-type": type }).end(body));
    const error = await send(server);
    expect([error.code, error.happened]).toEqual(["invalid_json_or_xml", "unknown"]);
    expect(error.why).toContain(word);
  });

  it("invalid_json_or_xml: what is not even HTTP", async () => {
    const server = createServer((socket) =>
      socket.on("data", () => socket.end("SSH-2.0-OpenSSH\r\n\r\n")).on("error", () => {}),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const error = await failure(clientFor(`http://127.0.0.1:${port}`).authenticate());
    expect(error.code).toBe("invalid_json_or_xml");
  });

  it("response_too_large, by the header and by the bytes", async () => {
    for (const header of [{ "content-length": "4000" }, {}]) {
      const server = await serve((_call, response) => {
        response.writeHead(200, { "content-type": "application/json", ...header }).end("x".repeat(4000));
        return undefined;
      });
      const error = await send(server, "create", { maxResponseSize: 2000 });
      expect([error.code, error.happened]).toEqual(["response_too_large", "unknown"]);
    }
  });
});
