import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { type FakeOdoo, fakeOdoo, raised } from "../test-support/fake-odoo.js";
import { clientFor, failure, keep, objectCalls, serve } from "../test-support/harness.js";
import type { ClientOptions } from "./index.js";

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
