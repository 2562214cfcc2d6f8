import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import type { TlsOptions } from "node:tls";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { certificate, privateKey } from "../test-support/certificate.js";
import { clientFor, failure, keep, serve } from "../test-support/harness.js";
import { routes, rpc } from "../test-support/routes.js";
import { type ClientOptions, createClient, createLimits } from "./index.js";

const version = { server_version: "18.0" };

describe("gzip", () => {
  const zipped = (body: Buffer | string, encoding = "gzip") =>
    routes({
      "/jsonrpc": (request, response) => {
        expect(request.headers["accept-encoding"]).toBe("gzip");
        const whole = typeof body === "string" ? gzipSync(JSON.stringify(rpc({ result: body }, request.body))) : body;
        response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding }).end(whole);
      },
    });

  it("reads an answer that is zipped", async () => {
    const good = await routes({
      "/jsonrpc": ({ body }, response) => {
        const text = gzipSync(JSON.stringify(rpc({ result: version }, body)));
        response.writeHead(200, { "content-encoding": "gzip" }).end(text);
      },
    });
    expect(await clientFor(good.url).version()).toEqual({ server: "18.0", major: 18 });
  });

  it("stops at the limit of what comes out", async () => {
    const { url } = await zipped("x".repeat(1_000_000));
    const error = await failure(clientFor(url, { maxResponseSize: 10_000 }).version());
    expect(error.code).toBe("response_too_large");
  });

  it.each([
    ["plain text", Buffer.from("{}"), "gzip", "not gzip"],
    ["half of it", gzipSync("{}").subarray(0, 12), "gzip", "not gzip"],
    ["another encoding", Buffer.from("{}"), "br", "encoded as br"],
  ])("refuses %s", async (_name, body, encoding, word) => {
    const { url } = await zipped(body, encoding);
    const error = await failure(clientFor(url).version());
    expect(error.code).toBe("invalid_json_or_xml");
    expect(error.why).toContain(word);
  });
});

describe("times and rates", () => {
  it("gives up when the first byte does not come in time, and lets a slow answer finish", async () => {
    const server = await serve((call, response) => {
      if (call.args[4] === "create") return undefined;
      response.writeHead(200, { "content-type": "application/json" });
      response.write(" ");
      setTimeout(() => response.end("{}"), 400);
      return undefined;
    });
    const client = clientFor(server.url, { firstByteTimeout: 150 });
    const late = await failure(client.call("m", "create", [[]]));
    expect([late.code, late.happened, late.evidence.seconds]).toEqual(["timeout", "unknown", 0.15]);
    expect((await failure(client.call("m", "search", [[]]))).code).toBe("invalid_json_or_xml");
  });

  it("keeps to the rate over all callers, in order", async () => {
    const times: number[] = [];
    const server = await serve(() => times.push(Date.now()));
    const client = clientFor(server.url, { rate: 20 });
    await client.authenticate();
    await Promise.all([1, 2, 3, 4].map(() => client.call("m", "search", [[]])));
    expect((times[3] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(130);
  });

  it("does not wait for a turn beyond its time, and sends nothing", async () => {
    const server = await serve(() => 1);
    const client = clientFor(server.url, { rate: 1 });
    await client.authenticate();
    const calls = [1, 2].map(() => failure(client.call("m", "create", [[]], {}, { timeout: 100 })));
    for (const error of await Promise.all(calls))
      expect([error.code, error.happened, error.retryable]).toEqual(["timeout", "no", true]);
    expect(server.calls).toHaveLength(1);
  });
});

describe("headers", () => {
  it("sends further ones and keeps its own", async () => {
    const server = await routes({ "/jsonrpc": ({ body }) => rpc({ result: version }, body) });
    await clientFor(server.url, { headers: { "X-Gate": "open" } }).version();
    expect(server.requests[0]?.headers).toMatchObject({ "x-gate": "open", "content-type": "application/json" });
    const client = clientFor(server.url, { headers: { "X-Gate": "open" } });
    await client.controller("/jsonrpc", { auth: "none", headers: { "x-gate": "own" } }).post({ json: {} });
    expect(server.requests[1]?.headers["x-gate"]).toBe("own");
  });
});

describe("TLS", () => {
  const secure = async (options: TlsOptions): Promise<string> => {
    const answer: RequestListener = async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      response.end(JSON.stringify(rpc({ result: version }, body)));
    };
    const server = createSecureServer({ cert: certificate, key: privateKey, ...options }, answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({
      close: () => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(() => resolve()));
      },
    });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  it("trusts the authority that it is given, and no other", async () => {
    const url = await secure({});
    expect(await clientFor(url, { tls: { ca: certificate } }).version()).toMatchObject({ major: 18 });
    const error = await failure(clientFor(url).version());
    expect([error.code, error.happened]).toEqual(["tls_failure", "no"]);
  });

  it("shows its own certificate", async () => {
    const url = await secure({ requestCert: true, rejectUnauthorized: true, ca: certificate });
    const tls = { ca: certificate, cert: certificate, key: privateKey };
    expect(await clientFor(url, { tls }).version()).toMatchObject({ major: 18 });
    await failure(clientFor(url, { tls: { ca: certificate } }).version());
  });

  it("reaches an https server through a proxy's tunnel", async () => {
    const url = await secure({});
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on("connect", (request, socket) => {
      asked.push(request.url);
      const there = connect(Number(new URL(url).port), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        there.pipe(socket).pipe(there);
      });
      there.on("error", () => socket.destroy());
      socket.on("error", () => there.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    const https = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const client = clientFor(url, { tls: { ca: certificate }, proxy: { https } });
    expect(await client.version()).toMatchObject({ major: 18 });
    expect(asked).toEqual([new URL(url).host]);
    // Routes of controllers take the same way, and trust the same authority.
    const route = client.controller("/jsonrpc", { auth: "none" });
    expect((await route.post({ json: { id: 1, params: { service: "common" } } })).status).toBe(200);
    const tunnels = asked.splice(0);
    expect(new Set(tunnels)).toEqual(new Set([new URL(url).host]));
    const direct = clientFor(url, { tls: { ca: certificate }, proxy: { https, no: "127.0.0.1" } });
    expect(await direct.version()).toMatchObject({ major: 18 });
    expect(asked).toEqual([]);
  });
});

describe("what is refused", () => {
  const good = { url: "http://localhost:8069/", database: "d", login: "l", apiKey: "k" };
  it.each<[Partial<ClientOptions>, string]>([
    [{ rate: 0 }, "rate"],
    [{ rate: Number.NaN }, "rate"],
    [{ firstByteTimeout: 0 }, "firstByteTimeout"],
    [{ headers: { Host: "x" } }, "Host is set by the client"],
    [{ headers: { "a b": "x" } }, "a name"],
    [{ headers: { "x-a": "1\r\nx-b: 2" } }, "x-a must be plain"],
    [{ tls: { cert: certificate } }, "cert and key go together"],
    [{ tls: { ca: "none" } }, "PEM"],
    [{ proxy: { https: "proxy.example:3128" } }, "http:// or https://"],
    [{ proxy: { all: "http://x" } as object }, "proxy has no all"],
    [{ concurrency: 0 }, "concurrency"],
    [{ limits: { concurrency: 1 } as ClientOptions["limits"] & object }, "createLimits"],
    [{ limits: createLimits(), rate: 1 }, "one or the other"],
    [{ breaker: { failures: 0 } }, "breaker: failures"],
    [{ breaker: { pauses: 1 } as object }, "breaker has no pauses"],
    [{ retryBudget: { share: -1 } }, "share"],
    [{ retryBudget: { window: 1.5 } }, "retryBudget: window"],
    [{ transport: "json2", apiKey: "schlüssel" }, "plain ASCII"],
  ])("%j", async (options, word) => {
    const error = await failure(Promise.resolve().then(() => createClient({ ...good, ...options })));
    expect(error.code).toBe("configuration_error");
    expect(error.why).toContain(word);
  });
});
