import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { fakeOdoo } from "../../test-support/fake-odoo.js";
import { failure, keep, objectCalls, secret, serve } from "../../test-support/harness.js";
import { routes, rpc } from "../../test-support/routes.js";
import { createFetchClient, type FetchClientOptions, type OdooClient } from "./index.js";

function fetchClient(url: string, options: Partial<FetchClientOptions> = {}): OdooClient {
  return keep(createFetchClient({ url, database: "shop", login: "api", apiKey: secret, timeout: 5_000, ...options }));
}

describe("the client over fetch", () => {
  it("calls, reads values and Odoo's errors as the other does", async () => {
    const server = await serve(({ args }) =>
      args[4] === "search"
        ? [4, 2]
        : {
            error: {
              code: 200,
              message: "x",
              data: { name: "odoo.exceptions.AccessDenied", message: "Access Denied" },
            },
          },
    );
    const client = fetchClient(server.url);
    expect(await client.call("res.partner", "search", [[]])).toEqual([4, 2]);
    expect((await failure(client.call("res.partner", "write", [[1], {}]))).code).toBe("auth_invalid_credentials");
    expect(await client.version()).toEqual({ server: "18.0", major: 18 });
  });

  it("keeps a session's cookies and speaks JSON-2", async () => {
    const server = await routes({
      "/web/session/authenticate": ({ body }, response) => {
        response.setHeader("set-cookie", ["session_id=one; Path=/; HttpOnly", "a=b; Path=/"]);
        return rpc({ result: { uid: 7 } }, body);
      },
      "/web/dataset/call_kw/m/search": ({ headers, body }) => rpc({ result: headers.cookie }, body),
      "/web/version": () => ({ version: "19.0" }),
      "/json/2/res.users/context_get": () => ({ uid: 5 }),
      "/json/2/res.users/read": () => [{ id: 5, login: "api" }],
      "/json/2/m/search": ({ headers }) => headers.authorization,
    });
    expect(await fetchClient(server.url, { transport: "session" }).call("m", "search", [[]])).toBe(
      "session_id=one; a=b",
    );
    expect(await fetchClient(server.url, { transport: "json2" }).call("m", "search", [[]])).toBe(`bearer ${secret}`);
  });

  it("a refused connection provably sent nothing", async () => {
    const server = await fakeOdoo(() => 1);
    await server.close();
    const error = await failure(fetchClient(server.url).call("m", "create", []));
    expect([error.code, error.happened, error.retryable]).toEqual(["connection_refused", "no", true]);
    const nowhere = await failure(fetchClient("http://no-such-host.invalid").version());
    expect([nowhere.code, nowhere.happened]).toEqual(["dns_failure", "no"]);
  });

  it.each([
    ["Bun", Object.assign(new Error("Unable to connect"), { code: "ConnectionRefused" }), "connection_refused", "no"],
    [
      "Deno",
      new TypeError("error sending request for url (x): client error (Connect): tcp connect error"),
      "connection_refused",
      "no",
    ],
    [
      "Deno, later",
      new TypeError("error sending request for url (x): client error (SendRequest)"),
      "connection_lost",
      "unknown",
    ],
    ["a browser", new TypeError("Failed to fetch"), "connection_lost", "unknown"],
    ["something else", "no error at all", "connection_lost", "unknown"],
  ])("what %s says of a failure", async (_name, thrown, code, happened) => {
    let asked = 0;
    const fetch = () => {
      if (++asked > 1) return Promise.reject(thrown);
      return Promise.resolve(Response.json({ jsonrpc: "2.0", id: 1, result: 7 }));
    };
    const client = fetchClient("http://odoo.example", { fetch });
    await client.authenticate();
    const error = await failure(client.call("m", "create", [[]]));
    expect([error.code, error.happened]).toEqual([code, happened]);
    // Only what was provably not sent is tried again.
    expect(asked).toBe(happened === "no" ? 4 : 2);
  });

  it("a lost or broken answer of a write is unknown, and not sent again", async () => {
    const lost = await serve((_call, response) => void response.destroy());
    const error = await failure(fetchClient(lost.url).call("m", "create", [[]]));
    expect([error.code, error.happened]).toEqual(["connection_lost", "unknown"]);
    expect(objectCalls(lost)).toHaveLength(1);
    const broken = await serve((_call, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "500" }).write("{");
      setTimeout(() => response.destroy(), 20);
    });
    expect(await failure(fetchClient(broken.url).call("m", "create", [[]]))).toMatchObject({
      code: "connection_lost",
      happened: "unknown",
    });
  });

  it("times out as a whole, before the first byte, and while an answer trickles", async () => {
    const server = await serve(({ args }, response) => {
      if (args[4] === "create") return;
      response.writeHead(200, { "content-type": "application/json" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    });
    const client = fetchClient(server.url, { timeout: 300 });
    for (const method of ["create", "write"])
      expect(await failure(client.call("m", method, [[]]))).toMatchObject({ code: "timeout", happened: "unknown" });
    const strict = fetchClient(server.url, { firstByteTimeout: 100 });
    const error = await failure(strict.call("m", "create", [[]]));
    expect([error.code, error.evidence.seconds]).toEqual(["timeout", 0.1]);
  });

  it("is cancelled at once: unknown when fetch was called, no before", async () => {
    const server = await serve(() => undefined);
    const client = fetchClient(server.url);
    await client.authenticate();
    const sent = new AbortController();
    setTimeout(() => sent.abort(), 50);
    const error = await failure(client.call("m", "create", [], {}, { signal: sent.signal }));
    expect([error.code, error.happened]).toEqual(["cancelled", "unknown"]);
    const before = await failure(client.call("m", "create", [], {}, { signal: AbortSignal.abort() }));
    expect([before.code, before.happened]).toEqual(["cancelled", "no"]);
  });

  it("never follows a redirect, and says where it points if the runtime tells", async () => {
    const server = await serve((_call, response) => void response.writeHead(302, { location: "/elsewhere" }).end());
    const error = await failure(fetchClient(server.url).call("m", "create", [[]]));
    expect([error.code, error.happened, error.evidence.location]).toEqual([
      "http_redirect",
      "no",
      `${server.url}/elsewhere`,
    ]);
    const hidden = Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    const browser = fetchClient("http://odoo.example", { fetch: () => Promise.resolve(hidden) });
    expect((await failure(browser.version())).code).toBe("http_redirect");
  });

  it("stops at the limit of what comes out, and refuses what is no text", async () => {
    const zipped = (body: Buffer) => async () => {
      const server = createServer((_request, response) =>
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(body),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    };
    const ask = async (body: Buffer) =>
      (await failure(fetchClient(await zipped(body)(), { maxResponseSize: 10_000 }).authenticate())).code;
    expect(await ask(gzipSync(Buffer.alloc(1_000_000, "x")))).toBe("response_too_large");
    expect(await ask(Buffer.from("plain"))).toBe("invalid_json_or_xml");
    expect(await ask(gzipSync(Buffer.from([0x7b, 0xff])))).toBe("invalid_json_or_xml");
    const long = await serve((_call, response) => void response.writeHead(200, { "content-length": "90000" }).end("x"));
    const error = await failure(fetchClient(long.url, { maxResponseSize: 10_000 }).call("m", "create", [[]]));
    expect([error.code, error.happened]).toEqual(["response_too_large", "unknown"]);
  });

  it("refuses calls after close, which waits for those under way", async () => {
    let answered = false;
    const server = await serve((_call, response) => {
      setTimeout(() => {
        answered = true;
        response.end("{}");
      }, 50);
    });
    const client = fetchClient(server.url);
    await client.authenticate();
    const call = failure(client.call("m", "create", [[]]));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await client.close();
    expect(answered).toBe(true);
    expect((await call).code).toBe("invalid_json_or_xml");
    const error = await failure(client.call("m", "create", [[]]));
    expect([error.code, error.happened]).toEqual(["cancelled", "no"]);
  });

  it.each(["tls", "proxy", "connectTimeout"])("refuses %s by its name", async (name) => {
    const options = { [name]: name === "connectTimeout" ? 5 : {} };
    const error = await failure(Promise.resolve().then(() => fetchClient("http://odoo.example", options)));
    expect(error.code).toBe("configuration_error");
    expect(error.why).toContain(`${name} needs sockets`);
  });
});
