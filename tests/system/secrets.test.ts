/**
 * What must never leave: keys, tokens, and what Odoo's own errors carry (tracebacks, paths, SQL), neither in an
 * answer nor in the log at its most talkative, before an Odoo that says too much in every way it can.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, serveGateway } from "./programs.js";
import { converse } from "./raw-socket.js";

const apiKey = "the-api-key-0123456789abcdef";
const leak = [
  "Traceback (most recent call last):",
  '  File "/opt/odoo/odoo/http.py", line 1788, in _serve_db',
  "    return service_model.retrying(self._serve_ir_http, self.env)",
  'psycopg2.errors.UndefinedColumn: column res_partner.secret does not exist LINE 1: SELECT "res_partner"."id" FROM "res_partner"',
  `  args = ('demo', 7, '${apiKey}', 'res.partner')`,
  "ValueError: it went wrong",
].join("\n");

/** How the false Odoo fails, by the model it is asked for. */
const failures: Readonly<Record<string, (id: unknown) => { status: number; type: string; body: string }>> = {
  "leak.debug": (id) => rpcError(id, "odoo.exceptions.UserError", "It went wrong", leak),
  "leak.message": (id) => rpcError(id, "odoo.exceptions.UserError", leak, leak),
  "leak.sql": (id) => rpcError(id, "psycopg2.errors.UndefinedColumn", leak.split("\n")[3] ?? "", leak),
  "leak.key": (id) => rpcError(id, "builtins.ValueError", `not for '${apiKey}' at /var/lib/odoo/filestore/demo`, leak),
  "leak.other": (id) => rpcError(id, "werkzeug.exceptions.BadRequest", `${apiKey} ${leak}`, leak),
  "leak.page": () => ({ status: 500, type: "text/html", body: `<html><title>${apiKey}</title><pre>${leak}</pre>` }),
  "leak.proxy": () => ({ status: 502, type: "text/plain", body: `upstream /opt/odoo/odoo.sock said: ${leak}` }),
  "leak.nonsense": () => ({ status: 200, type: "application/json", body: `{"result": ${leak}` }),
};

function rpcError(id: unknown, name: string, message: string, debug: string) {
  const data = { name, message, debug, arguments: [message], context: {} };
  return json({ jsonrpc: "2.0", id, error: { code: 200, message: "Odoo Server Error", data } });
}

function json(value: unknown) {
  return { status: 200, type: "application/json", body: JSON.stringify(value) };
}

interface Call {
  readonly id: unknown;
  readonly params: { readonly service: string; readonly args: readonly unknown[] };
}

function answer({ id, params }: Call) {
  if (params.service === "common") return json({ jsonrpc: "2.0", id, result: 7 });
  const [, , , model, method] = params.args;
  const failure = failures[String(model)];
  if (failure) return failure(id);
  if (method === "get_available_models") return json({ jsonrpc: "2.0", id, result: [] });
  return json({ jsonrpc: "2.0", id, result: [{ id: 7, login: "demo" }] });
}

const folder = mkdtempSync(join(tmpdir(), "odoorway-secrets-"));
let odoo: Server;
let gateway: Program & { url: string };
const answers: string[] = [];

beforeAll(async () => {
  odoo = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    const { status, type, body } = answer(JSON.parse(text) as Call);
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => odoo.listen(0, "127.0.0.1", resolve));
  const address = odoo.address();
  gateway = await serveGateway(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`, {
    ODOO_API_KEY: apiKey,
    ODOO_TRANSPORT: "jsonrpc",
    ODOORWAY_DATA: folder,
    ODOORWAY_LOG_LEVEL: "trace",
  });
});

afterAll(async () => {
  await gateway?.end();
  odoo?.closeAllConnections();
  await new Promise((resolve) => odoo?.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, path: string, token = adminToken, body?: unknown): Promise<string> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = `${JSON.stringify([...response.headers])} ${await response.text()}`;
  if (response.status >= 400) {
    answers.push(text);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  }
  return text;
}

describe("an Odoo that says too much", () => {
  it.each(Object.keys(failures))("%s: the answer is a problem without any of it", async (model) => {
    const text = await ask("GET", `/v1/models/${model}`);
    expect(text).toMatch(/"code":"\w+"/);
    for (const secret of [apiKey, "Traceback", "/opt/odoo", "/var/lib", "SELECT", "_serve_db"])
      expect(text).not.toContain(secret);
  });
});

describe("the log at trace", () => {
  it("tells of requests, and holds no key and no token, good, wrong or just made", async () => {
    const made = /"token":"([^"]+)"/.exec(await ask("POST", "/v1/tokens", adminToken, { name: "made" }))?.[1] ?? "";
    expect(made).toMatch(/^odw_/);
    await ask("GET", "/v1/models", made);
    const wrong = "a-wrong-token-that-may-be-right-elsewhere";
    await ask("GET", "/v1/models", wrong);
    await ask("GET", `/v1/models?token=${made}`, made);
    const { port } = new URL(gateway.url);
    const garbled = await converse(Number(port), [
      `GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${made}\r\nBroken Header: 1\r\n\r\n`,
    ]);
    answers.push(garbled.text);
    const code = await gateway.end();
    expect(code).toBe(0);
    const said = gateway.said();
    expect(said).toContain('"path":"/v1/models"');
    for (const secret of [apiKey, adminToken, made, wrong]) {
      expect(said).not.toContain(secret);
      expect(answers.join("\n")).not.toContain(secret);
    }
  });
});
