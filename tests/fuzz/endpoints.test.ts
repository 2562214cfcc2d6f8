/**
 * Whatever comes over HTTP to any address of the sandbox, it answers in Odoo's way and goes on: no defect of
 * ours in an answer, no rejection that nobody handles, no connection left hanging. Seeded: the same seed makes
 * the same requests. SANDBOX_FUZZ_SEED and SANDBOX_FUZZ_CALLS ask for others and for more. (What calls do to the data is
 * tested beside the sandbox's source.)
 */
import { Agent, request } from "node:http";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { converse } from "../system/raw-socket.js";

const seed = Number(process.env.SANDBOX_FUZZ_SEED ?? 1);
const requests = Number(process.env.SANDBOX_FUZZ_CALLS ?? 1500);

function drawnFrom(start: number) {
  let state = start;
  const below = (most: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * most);
  };
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  return { below, one };
}
type Draw = ReturnType<typeof drawnFrom>;

const odd: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, "", "x", "\u0000", "ä€😀", "res.partner", "__proto__", "constructor"],
  ...[[], {}, [[]], [null], { a: { b: [] } }, [["id", "=", 1]], { context: 5 }, { ids: "x" }, { ids: [[1]] }],
];
const models = [
  "res.partner",
  "res.users",
  "sale.order",
  "product.product",
  "ir.model",
  "nope",
  "",
  "__proto__",
  "a/b",
];
const methods = [
  ...["read", "search", "search_read", "create", "write", "unlink", "copy", "fields_get", "name_search", "load"],
  ...["web_search_read", "onchange", "_private", "nope", "constructor", "__class__", ""],
];
const paths = [
  ...["/", "/jsonrpc", "/xmlrpc/2/object", "/xmlrpc/2/common", "/xmlrpc/2/db", "/xmlrpc/2/nope", "/xmlrpc/object"],
  ...["/json/2/res.partner/search_read", "/json/2/res.partner/create", "/json/2/nope/nope", "/json/2", "/json/2/a/b/c"],
  ...[
    "/json/1/res.partner",
    "/json/1/res.partner/1",
    "/json/1/%00",
    "/json/version",
    "/doc/index.json",
    "/doc/res.partner.json",
  ],
  ...[
    "/web/dataset/call_kw",
    "/web/dataset/call_kw/res.partner/read",
    "/web/dataset/call_button",
    "/web/dataset/resequence",
  ],
  ...["/web/session/authenticate", "/web/session/get_session_info", "/web/session/destroy", "/web/session/logout"],
  ...["/web/session/check", "/web/session/modules", "/web/session/get_lang_list", "/web/login", "/web/login/totp"],
  ...[
    "/web/database/list",
    "/web/database/manager",
    "/web/health",
    "/web/version",
    "/web/webclient/version_info",
    "/web",
  ],
  ...[
    "/web/image/res.partner/1/image_1920",
    "/web/image/nope/x/y",
    "/web/image/1",
    "/web/image?model=res.partner&id=x",
  ],
  ...["/web/content/1", "/web/content/ir.attachment/1/datas", "/web/content/x", "/web/static/../../etc/passwd"],
  ...[
    "/web/static/img/logo.png",
    "/logo.png",
    "/odoo/action-1",
    "/my",
    "/robots.txt",
    "/web/%zz",
    "/%",
    "/a%00b",
    "/..%2f..%2f",
  ],
  ...[
    "/web/manifest.webmanifest",
    "/web/binary/company_logo?company=x",
    "/api/order",
    `/${"a".repeat(5000)}`,
    "//x",
    "/?a=%ff",
  ],
];
const types = [
  ...[
    "application/json",
    "text/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
  ],
  ...["application/json; charset=utf-16", "application/json-rpc", "", ";;;", "application/octet-stream"],
];

/** A body for a door: a call that could be, or bytes that are none. */
function bodyFor(draw: Draw, access: { uid: number }): string | Buffer {
  const model = draw.one(models);
  const method = draw.one(methods);
  const args = [draw.one(odd), draw.one(odd)].slice(0, draw.below(3));
  const kwargs = draw.one([
    {},
    { context: draw.one(odd) },
    { fields: draw.one(odd), limit: draw.one(odd) },
    draw.one(odd),
  ]);
  const secret = draw.one(["demo-key", "demo-key", "demo-key", "wrong", 5]);
  const list = ["demo", access.uid, secret, model, method, args, kwargs];
  const call = (params: unknown) => JSON.stringify({ jsonrpc: "2.0", method: "call", id: draw.one(odd), params });
  switch (draw.below(10)) {
    case 0:
      return JSON.stringify(draw.one(odd));
    case 1:
      return draw.one([
        "{",
        "[",
        '{"a":',
        "\u0000",
        '{"params":{"a":1e999}}',
        "[".repeat(20000),
        "<?xml",
        "a=1&b=%zz",
        "\ufeff{}",
      ]);
    case 2:
      return Buffer.from(Array.from({ length: draw.below(60) }, () => draw.below(256)));
    case 3:
      return xmlCall(draw.one(["execute_kw", "authenticate", "version", "list", "nope"]), draw.below(2) ? list : args);
    case 4:
      return draw.one([
        '<!DOCTYPE a [<!ENTITY b "c">]><methodCall/>',
        "<methodCall>",
        "<a/>",
        "<methodCall><methodName/></methodCall>",
      ]);
    case 5:
      return JSON.stringify({
        ids: draw.one(odd),
        domain: draw.one(odd),
        vals_list: draw.one(odd),
        context: draw.one(odd),
      });
    case 6:
      return call({ model, method, args, kwargs });
    case 7:
      return call({ db: "demo", login: draw.one(["demo", 5, null]), password: draw.one(["demo", [], null]) });
    case 8:
      return call(draw.one(odd));
    default:
      return call({ service: draw.one(["object", "object", "common", "db", 5]), method: "execute_kw", args: list });
  }
}

function xmlCall(method: string, args: readonly unknown[]): string {
  const value = (item: unknown): string => {
    if (typeof item === "number") return Number.isInteger(item) ? `<int>${item}</int>` : `<double>${item}</double>`;
    if (typeof item === "boolean") return `<boolean>${Number(item)}</boolean>`;
    if (Array.isArray(item))
      return `<array><data>${item.map((one) => `<value>${value(one)}</value>`).join("")}</data></array>`;
    if (typeof item === "object" && item !== null)
      return `<struct>${Object.entries(item)
        .map(([name, one]) => `<member><name>${name}</name><value>${value(one)}</value></member>`)
        .join("")}</struct>`;
    return item === null ? "<nil/>" : `<string>${String(item)}</string>`;
  };
  const params = args.map((one) => `<param><value>${value(one)}</value></param>`).join("");
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What must be in no answer: our own words for a defect, JavaScript's errors, frames and files of ours. */
const ours =
  /A defect of the sandbox|node:internal|\.(ts|js):\d+:\d+|FST_ERR|Cannot read prop|is not a function|ERR_[A-Z]+_/;
const pythonName = /^(builtins|odoo|psycopg2|werkzeug|json|xml|binascii|zoneinfo|babel|lxml)\b/;

/** Why an answer is none of Odoo's; undefined where it is. */
function strange(path: string, { status, type, text }: Answer): string | undefined {
  if (ours.test(text)) return "shows a defect";
  if (status >= 500 && !path.startsWith("/json/2") && !/<(title|h1)>/i.test(text)) return "fails without a page";
  if (type.startsWith("application/json") && status === 200 && path.startsWith("/jsonrpc")) {
    const { result, error } = JSON.parse(text) as { result?: unknown; error?: { data?: { name?: string } } };
    if (error && !pythonName.test(String(error.data?.name))) return "has an error that is no exception of Python";
    if (error && result !== undefined) return "has both a result and an error";
  }
  if (path.startsWith("/json/2/") && type.startsWith("application/json") && status >= 400) {
    const { name, message } = JSON.parse(text) as { name?: unknown; message?: unknown };
    if (typeof message !== "string" || !pythonName.test(String(name))) return "is no error of JSON-2";
  }
  if (type.startsWith("text/xml") && status === 200 && !text.includes("<methodResponse>")) return "is no XML-RPC";
  return undefined;
}

describe.each([18, 19] as const)("sandbox %i under fire", (version) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  let sandbox: Sandbox;
  let uid = 0;

  beforeAll(async () => {
    process.on("unhandledRejection", note);
    sandbox = await createSandbox({ version });
    uid = Number(await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}]));
  });
  afterAll(async () => {
    process.off("unhandledRejection", note);
    agent.destroy();
    await sandbox.close();
    expect(unhandled).toEqual([]);
  });

  function send(method: string, path: string, given: Record<string, string>, body: string | Buffer): Promise<Answer> {
    const { port } = sandbox;
    const length = "Transfer-Encoding" in given ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const headers = { ...given, ...length };
    return new Promise((resolve, reject) => {
      const outgoing = request({ port, host: "127.0.0.1", method, path, headers, agent, timeout: 5000 }, (incoming) => {
        const parts: Buffer[] = [];
        incoming.on("data", (part: Buffer) => parts.push(part));
        incoming.on("end", () => {
          const type = incoming.headers["content-type"] ?? "";
          resolve({ status: incoming.statusCode ?? 0, type, text: Buffer.concat(parts).toString("latin1") });
        });
        incoming.on("error", reject);
      });
      outgoing.on("timeout", () => outgoing.destroy(new Error("no answer within five seconds")));
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  async function rpc(service: string, method: string, args: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } });
    const { text } = await send("POST", "/jsonrpc", { "Content-Type": "application/json" }, body);
    return (JSON.parse(text) as { result?: unknown }).result;
  }

  it(
    "answers every request in Odoo's way",
    async () => {
      const draw = drawnFrom(seed * 100 + version);
      const bad: string[] = [];
      const statuses = new Map<number, number>();
      for (let n = 0; n < requests; n += 1) {
        const path = draw.one(paths);
        const method = draw.one([
          "POST",
          "POST",
          "POST",
          "POST",
          "GET",
          "GET",
          "PUT",
          "DELETE",
          "OPTIONS",
          "PATCH",
          "HEAD",
        ]);
        const type = draw.below(3) > 0 ? (path.includes("xmlrpc") ? "text/xml" : "application/json") : draw.one(types);
        const headers: Record<string, string> = {
          ...(type === "" ? {} : { "Content-Type": type }),
          ...(draw.below(2) === 0
            ? { Authorization: draw.one(["Bearer demo-key", "Bearer x", "Basic x", "bearer", "Bearer "]) }
            : {}),
          ...(draw.below(6) === 0 ? { "X-Odoo-Database": draw.one(["demo", "nope", "", "ä"]) } : {}),
          ...(draw.below(6) === 0
            ? { Cookie: draw.one(["session_id=x", "session_id", ";;;=", `session_id=${"a".repeat(3000)}`]) }
            : {}),
          ...(draw.below(8) === 0 ? { "If-None-Match": '"x"', Range: draw.one(["bytes=5-1", "bytes=0-", "x"]) } : {}),
          ...(draw.below(10) === 0 ? { "Transfer-Encoding": "chunked" } : {}),
        };
        const body = method === "GET" || method === "HEAD" ? "" : bodyFor(draw, { uid });
        const shown = `${method} ${path.slice(0, 80)} ${JSON.stringify(headers).slice(0, 160)} ${String(body).slice(0, 240)}`;
        const answer = await send(method, path, headers, body).catch((error: Error) => error);
        if (answer instanceof Error) bad.push(`${answer.message}: ${shown}`);
        else {
          statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
          const why = method === "HEAD" ? undefined : strange(path, answer);
          if (why) bad.push(`${answer.status} ${why}: ${shown}\n    ${answer.text.slice(0, 300)}`);
        }
      }
      expect(bad).toEqual([]);
      expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 303, 404, 405]));
      expect(
        await rpc("object", "execute_kw", ["demo", uid, "demo-key", "res.users", "search_count", [[]]]),
      ).toBeGreaterThan(0);
    },
    30_000 + requests * 20,
  );

  it.each([
    ["no HTTP at all", ["hello\r\n\r\n"]],
    ["a method that is none", ["FLY / HTTP/1.1\r\nHost: a\r\n\r\n"]],
    ["a NUL in the path", ["GET /web\u0000 HTTP/1.1\r\nHost: a\r\n\r\n"]],
    ["bad percent-encoding", ["GET /web/image/%E0%A4%A HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"]],
    ["a header of 100 kB", [`GET /web/health HTTP/1.1\r\nHost: a\r\nX-A: ${"b".repeat(100_000)}\r\n\r\n`]],
    ["two lengths", ["POST /jsonrpc HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"]],
    [
      "a length and chunks",
      ["POST /jsonrpc HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ],
    ["a chunk of no size", ["POST /jsonrpc HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]],
    ["a negative length", ["POST /jsonrpc HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"]],
  ])("refuses %s and closes", async (_name, pieces) => {
    const { text } = await converse(sandbox.port, pieces);
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(text).not.toMatch(ours);
    expect(await rpc("common", "version", [])).toMatchObject({ protocol_version: 1 });
  });

  it("forgets a body that breaks off", async () => {
    const before = await rpc("object", "execute_kw", ["demo", uid, "demo-key", "res.partner", "search_count", [[]]]);
    const head = "POST /jsonrpc HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n";
    await converse(sandbox.port, [`${head}{"params": {"service"`], { hangUp: true });
    expect(await rpc("object", "execute_kw", ["demo", uid, "demo-key", "res.partner", "search_count", [[]]])).toBe(
      before,
    );
  });

  it("keeps its control plane in hand", async () => {
    const draw = drawnFrom(seed * 100 + version + 50);
    const places = [
      "faults",
      "reset",
      "calls",
      "snapshots/x",
      "snapshots/x/restore",
      "clock",
      "clock/advance",
      "version",
      "keys/expire",
    ];
    const bad: string[] = [];
    for (let n = 0; n < requests / 5; n += 1) {
      const path = `/_sandbox/${draw.one([...places, "", "nope", "records/nope", "records/res.partner?domain=%5B", "%00"])}`;
      const method = draw.one(["GET", "POST", "PUT", "DELETE", "PATCH"]);
      const order = {
        latency: draw.one(odd),
        model: draw.one(odd),
        nth: draw.one(odd),
        answer: draw.one(odd),
        now: draw.one(odd),
      };
      const body = draw.one([
        JSON.stringify(draw.one(odd)),
        JSON.stringify(order),
        "{",
        JSON.stringify({ key: draw.one(odd), version: draw.one(odd) }),
      ]);
      const given = method === "GET" ? "" : body;
      const answer = await send(
        method,
        path,
        { "Content-Type": draw.one(["application/json", "text/plain"]) },
        given,
      ).catch((error: Error) => ({ status: 0, type: "", text: error.message }));
      if (answer.status < 200 || answer.status >= 500 || ours.test(answer.text.replaceAll("FST_ERR", "")))
        bad.push(`${answer.status} ${method} ${path} ${given.slice(0, 200)}\n    ${answer.text.slice(0, 200)}`);
      await send("DELETE", "/_sandbox/faults", {}, "");
    }
    expect(bad).toEqual([]);
    await send("POST", "/_sandbox/reset", {}, "");
    expect(await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).toBeGreaterThan(0);
  });
});
