/** The server against real sockets: what a stranger may send before any route is reached. */
import { connect } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { json, noBody, type Route } from "./route.js";
import { buildServer, type HttpServer } from "./server.js";

const shared = { tag: "service", produces: json, answers: {}, summary: "", operation: "" } as const;
let uploads: { bytes: number; failed?: string }[] = [];
let stopping = false;

const routes: Route[] = [
  {
    ...shared,
    method: "GET",
    path: "/open",
    scope: "public",
    body: noBody,
    handle: async () => ({ status: 200, body: { json: [1] } }),
  },
  {
    ...shared,
    method: "GET",
    path: "/fails",
    scope: "public",
    body: noBody,
    handle: async () => {
      throw new Error("secret /etc/passwd SELECT 1");
    },
  },
  {
    ...shared,
    method: "POST",
    path: "/things/{id}",
    scope: "records:write",
    body: { kind: "json", schema: {} },
    handle: async ({ body, params }) => ({ status: 201, body: { json: { id: params.id, body } } }),
  },
  {
    ...shared,
    method: "POST",
    path: "/upload",
    scope: "imports",
    body: { kind: "upload", types: ["text/csv"] },
    handle: async ({ upload }) => {
      const seen: { bytes: number; failed?: string } = { bytes: 0 };
      uploads.push(seen);
      try {
        for await (const piece of upload?.bytes ?? []) seen.bytes += (piece as Buffer).length;
      } catch (error) {
        seen.failed = String(error);
        throw error;
      }
      return { status: 202, body: { json: seen } };
    },
  },
];

const tokens = {
  findTokenByHash: async () => undefined,
};
const token = "a-given-token-for-tests";
let app: HttpServer;
let port = 0;

beforeAll(async () => {
  app = buildServer({
    routes,
    logger: pino({ level: "silent" }),
    tokens,
    adminToken: token,
    limits: { json: 1000, upload: 100_000, idle: 200 },
    stopping: () => stopping,
  });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const address = app.server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterAll(() => app.close());

/** Sends pieces with pauses in between and reads until the server closes or falls silent. */
function raw(
  pieces: readonly string[],
  options: { pause?: number; quiet?: number; hangUp?: boolean } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let text = "";
    let timer: NodeJS.Timeout | undefined;
    const settle = () => {
      socket.destroy();
      resolve(text);
    };
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(settle, options.quiet ?? 600);
    };
    socket.on("data", (data) => {
      text += data.toString("latin1");
      restart();
    });
    socket.on("close", settle);
    socket.on("error", settle);
    socket.on("connect", async () => {
      restart();
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece, "latin1");
        await new Promise((next) => setTimeout(next, options.pause ?? 20));
      }
      if (options.hangUp) settle();
    });
  });
}

function problemIn(answer: string): Record<string, unknown> {
  expect(answer).toContain("application/problem+json");
  return JSON.parse(answer.slice(answer.indexOf("{"))) as Record<string, unknown>;
}

const head = (method: string, path: string, headers: Record<string, string | number> = {}) =>
  `${method} ${path} HTTP/1.1\r\nHost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
const bearer = { Authorization: `Bearer ${token}` };

describe("routing", () => {
  it("answers OPTIONS and HEAD, and names what a wrong method could be", async () => {
    const options = await app.inject({ method: "OPTIONS", url: "/things/7" });
    expect([options.statusCode, options.headers.allow]).toEqual([204, "POST, OPTIONS"]);
    expect(await raw([head("HEAD", "/open")])).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: 3\r\n[\s\S]*\r\n\r\n$/);
    for (const method of ["DELETE", "PUT", "PATCH", "POST"] as const) {
      const wrong = await app.inject({ method, url: "/open" });
      expect([wrong.statusCode, wrong.headers.allow, wrong.json().code]).toEqual([
        405,
        "GET, HEAD, OPTIONS",
        "method_not_allowed",
      ]);
    }
    expect(await raw([head("PROPFIND", "/open")])).toMatch(/^HTTP\/1\.1 501 /);
    expect(await raw([head("OPTIONS", "*")])).toMatch(/^HTTP\/1\.1 204 [\s\S]*allow: GET/);
  });

  it("names the nearest address to an unknown one", async () => {
    const answer = await app.inject("/opem?x=1");
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      code: "route_not_found",
      instance: "/opem",
      fix: expect.stringContaining("/open"),
    });
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
  });

  it("carries the client's request id, or one of its own", async () => {
    const given = await app.inject({ url: "/open", headers: { "x-request-id": "abc-1" } });
    expect(given.headers["x-request-id"]).toBe("abc-1");
    const bad = await app.inject({ url: "/none", headers: { "x-request-id": "a b\u007f" } });
    expect(bad.json().request_id).toBe(bad.headers["x-request-id"]);
    expect(bad.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("tells nothing of a defect but that it is one", async () => {
    const answer = await app.inject("/fails");
    expect(answer.statusCode).toBe(500);
    expect(answer.json().code).toBe("internal_error");
    expect(answer.body).not.toMatch(/passwd|SELECT/);
  });

  it("turns requests away while it stops", async () => {
    stopping = true;
    const answer = await app.inject("/open");
    stopping = false;
    expect([answer.statusCode, answer.json().code]).toEqual([503, "shutting_down"]);
    expect(answer.headers["retry-after"]).toBeDefined();
  });
});

describe("form", () => {
  const post = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: "POST",
      url: "/things/7",
      payload,
      headers: { ...bearer, "content-type": "application/json", ...headers },
    });

  it("keeps JSON as it is: no coercion, nothing dropped", async () => {
    const answer = await post('{"n":"12","extra":null}');
    expect([answer.statusCode, answer.json()]).toEqual([201, { id: "7", body: { n: "12", extra: null } }]);
  });

  it.each([
    ["{", {}, 400, "malformed_json"],
    ["", {}, 400, "malformed_json"],
    ['{"a":1,"a":2}', {}, 400, "duplicate_json_key"],
    ['{"__proto__":1}', {}, 400, "forbidden_json_key"],
    ["{}", { "content-type": "text/plain" }, 415, "unsupported_media_type"],
    ["{}", { "content-type": "nonsense" }, 415, "unsupported_media_type"],
    ["{}", { "content-type": "application/json; charset=utf-16" }, 415, "unsupported_media_type"],
    ["{}", { "content-encoding": "gzip" }, 415, "unsupported_media_type"],
    ["{}", { accept: "application/xml" }, 406, "not_acceptable"],
    [JSON.stringify("x".repeat(1000)), {}, 413, "payload_too_large"],
    ["{}", { authorization: "Basic YTpi" }, 401, "unauthorized"],
    ["{}", { authorization: "Bearer other" }, 401, "unauthorized"],
  ])("refuses %s with %o", async (payload, headers, status, code) => {
    const answer = await post(payload, headers as Record<string, string>);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    if (status === 401) expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
  });

  it("refuses unknown parameters and broken addresses", async () => {
    expect((await app.inject("/open?limit=1")).json().code).toBe("unknown_parameter");
    expect((await app.inject("/things/%zz")).statusCode).toBe(400);
    expect((await app.inject(`/open?${"x".repeat(9000)}`)).statusCode).toBe(414);
  });
});

describe("the parser's refusals", () => {
  it.each([
    ["FOO /open HTTP/1.1\r\nHost: x\r\n\r\n", 501, "unknown_method"],
    ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000", 400, "malformed_request"],
    ["GET /open HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", 400, "malformed_request"],
    [`GET /open HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(40_000)}\r\n\r\n`, 431, "headers_too_large"],
    [`GET /open?${"y".repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414, "uri_too_long"],
    [
      "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
      "malformed_request",
    ],
    ["CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 501, "unknown_method"],
    ["GET /open HTTP/1.1\r\nHost: x\r\nExpect: the-moon\r\n\r\n", 417, "expectation_failed"],
  ])("answers %j with %i", async (text, status, code) => {
    const answer = await raw([text]);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(problemIn(answer)).toMatchObject({ status, code, request_id: expect.any(String) });
    expect(answer.toLowerCase()).toContain("x-request-id: ");
  });

  it("says so of a broken chunk in the middle of a body", async () => {
    const start = head("POST", "/upload", { ...bearer, "Content-Type": "text/csv", "Transfer-Encoding": "chunked" });
    expect(await raw([start, "3\r\nabc\r\n", "zz\r\n"])).toMatch(/^HTTP\/1\.1 400 /);
  });
});

describe("uploads", () => {
  const csv = { ...bearer, "Content-Type": "text/csv" };

  it("ask for the body only when token, type and size are good", async () => {
    const expecting = { Expect: "100-continue", "Content-Length": 4 };
    const good = await raw([head("POST", "/upload", { ...csv, ...expecting }), "a,b\n"], { pause: 100 });
    expect(good).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 202 /);
    const refused: [Record<string, string | number>, number][] = [
      [{ ...expecting, "Content-Type": "text/csv" }, 401],
      [{ ...csv, ...expecting, "Content-Type": "image/png" }, 415],
      [{ ...csv, ...expecting, "Content-Length": 100_001 }, 413],
    ];
    for (const [headers, status] of refused) {
      const answer = await raw([head("POST", "/upload", headers)]);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer.toLowerCase()).toContain("connection: close");
    }
  });

  it("are cut at their limit though no length was announced", async () => {
    const start = head("POST", "/upload", { ...csv, "Transfer-Encoding": "chunked" });
    const chunk = `c350\r\n${"x".repeat(50_000)}\r\n`;
    const answer = await raw([start, chunk, chunk, chunk], { pause: 5 });
    expect(problemIn(answer)).toMatchObject({ status: 413, code: "payload_too_large" });
  });

  it("that fall silent are given up with 408", async () => {
    const answer = await raw([head("POST", "/upload", { ...csv, "Content-Length": 10 }), "a,b\n"]);
    expect(problemIn(answer)).toMatchObject({ status: 408, code: "request_timeout" });
  });

  it("whose sender goes away fail for the reader, and the server lives on", async () => {
    uploads = [];
    await raw([head("POST", "/upload", { ...csv, "Content-Length": 10 }), "a,b\n"], { hangUp: true });
    await expect.poll(() => uploads[0]?.failed).toContain("import_upload_broken");
    expect((await app.inject("/open")).statusCode).toBe(200);
  });
});
