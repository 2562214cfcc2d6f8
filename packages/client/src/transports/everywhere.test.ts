/** What must be the same over each transport and from each client: answers that are not Odoo's, and old HTTP. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { encodeXmlRpcFault, encodeXmlRpcResponse } from "@odoorway/wire";
import { describe, expect, it } from "vitest";
import { failure, keep, secret } from "../../test-support/harness.js";
import { createFetchClient } from "../fetch/index.js";
import { createClient, type OdooClient } from "../index.js";
import type { TransportName } from "./transport.js";

const transports: readonly TransportName[] = ["jsonrpc", "xmlrpc", "xmlrpc1", "session", "json2"];
const clients = { undici: createClient, fetch: createFetchClient };
const everywhere = Object.keys(clients).flatMap((name) =>
  transports.map((transport) => [name as keyof typeof clients, transport] as const),
);

function clientOf(name: keyof typeof clients, transport: TransportName, url: string): OdooClient {
  const access = { url, database: "shop", login: "api", apiKey: secret };
  return keep(clients[name]({ ...access, transport, timeout: 5_000 }));
}

interface Reply {
  readonly type: string;
  readonly body: string;
}

/** What Odoo answers to a login over any transport; undefined for a call. */
function login(path: string, body: string): Reply | undefined {
  const json = (value: unknown): Reply => ({ type: "application/json", body: JSON.stringify(value) });
  if (path === "/web/version") return json({ version: "19.0" });
  if (path === "/json/2/res.users/context_get") return json({ uid: 7 });
  if (path === "/json/2/res.users/read") return json([{ id: 7, login: "api" }]);
  if (path.endsWith("/common")) return { type: "text/xml", body: encodeXmlRpcResponse(7) };
  if (path === "/web/session/authenticate")
    return json({ jsonrpc: "2.0", id: JSON.parse(body).id, result: { uid: 7 } });
  return body.includes('"authenticate"') ? json({ jsonrpc: "2.0", id: JSON.parse(body).id, result: 7 }) : undefined;
}

/** The answer to a call, in the words of its transport. */
function answered(path: string, body: string, value: unknown): Reply {
  if (path.startsWith("/xmlrpc")) return { type: "text/xml", body: encodeXmlRpcResponse(value) };
  const whole = path.startsWith("/json/2") ? value : { jsonrpc: "2.0", id: JSON.parse(body).id, result: value };
  return { type: "application/json", body: JSON.stringify(whole) };
}

async function odoo(call: (response: ServerResponse, path: string, body: string) => void) {
  const calls: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const path = request.url ?? "";
    const reply = login(path, body);
    if (reply !== undefined) {
      response.writeHead(200, { "content-type": reply.type, "set-cookie": "session_id=x" }).end(reply.body);
      return;
    }
    calls.push(path);
    call(response, path, body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  keep({
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

const html = { "content-type": "text/html; charset=utf-8" };

describe.each(everywhere)("%s, %s", (name, transport) => {
  const create = (url: string) => failure(clientOf(name, transport, url).call("res.partner", "create", [[{}]]));

  it("never sends a write again whose answer was lost, and a read until it is answered", async () => {
    const { url, calls } = await odoo((response, path, body) => {
      if (path.endsWith("search_count") || body.includes("search_count")) {
        const reply = answered(path, body, 3);
        if (calls.length < 4) response.destroy();
        else response.writeHead(200, { "content-type": reply.type }).end(reply.body);
      } else response.destroy();
    });
    const client = clientOf(name, transport, url);
    for (const call of [() => client.call("res.partner", "create", [{}]), () => client.model("res.partner").create({})])
      expect(await failure(call())).toMatchObject({ code: "connection_lost", happened: "unknown", retryable: false });
    expect(calls).toHaveLength(2);
    expect(await client.model("res.partner").searchCount()).toBe(3);
    expect(calls).toHaveLength(4);
  });

  it.each([301, 302, 303, 307, 308])("status %i of a POST is not followed, and its target is named", async (status) => {
    const { url, calls } = await odoo((response) =>
      response.writeHead(status, { location: "https://shop.example/elsewhere?db=secret" }).end(),
    );
    const error = await create(url);
    expect([error.code, error.happened]).toEqual(["http_redirect", "no"]);
    expect(error.evidence).toMatchObject({ status, location: "https://shop.example/elsewhere" });
    expect(error.fix).toContain("https://shop.example/elsewhere");
    expect(calls).toHaveLength(1);
  });

  it.each<[string, number, string, string, string, string]>([
    [
      "a login page",
      200,
      "<html><title>Log in | Shop</title></html>",
      "invalid_json_or_xml",
      "unknown",
      "Log in | Shop",
    ],
    ["a proxy's error", 502, "<html><title>502 Bad Gateway</title></html>", "bad_gateway_or_proxy", "unknown", "502"],
    ["a proxy out of patience", 504, "<title>504 Gateway Time-out</title>", "bad_gateway_or_proxy", "unknown", "504"],
    ["a firewall", 403, "<title>Forbidden</title>", "bad_gateway_or_proxy", "no", "Forbidden"],
    ["no such route", 404, "<title>404 Not Found</title>", "http_404_endpoint", "no", "404"],
    [
      "no database",
      404,
      "<title>404 Not Found</title><p>No database is selected and the requested URL was not found",
      "db_not_found",
      "no",
      "shop",
    ],
    ["too large a body", 413, "<title>413</title>", "payload_too_large", "no", ""],
  ])("recognises %s", async (_name, status, page, code, happened, word) => {
    const { url, calls } = await odoo((response) => response.writeHead(status, html).end(page));
    const error = await create(url);
    expect([error.code, error.happened]).toEqual([code, happened]);
    expect(error.why).toContain(word);
    expect(calls).toHaveLength(1);
  });

  it("reads a page that says it is something else for what it is", async () => {
    const { url } = await odoo((response) =>
      response.writeHead(200, { "content-type": "application/json" }).end("<!DOCTYPE html><title>Log in</title>"),
    );
    const error = await create(url);
    expect([error.code, error.happened]).toEqual(["invalid_json_or_xml", "unknown"]);
    expect(error.why).toContain("Log in");
  });

  it("survives a server of HTTP/1.0 that closes after each answer and tells no length", async () => {
    let connections = 0;
    const server = createSocketServer((socket: Socket) => {
      connections++;
      let received = "";
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        received += String(chunk);
        const [head = "", body] = received.split("\r\n\r\n");
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (body === undefined || body.length < length) return;
        const path = head.split(" ")[1] ?? "";
        const reply = login(path, body) ?? answered(path, body, 14);
        socket.end(`HTTP/1.0 200 OK\r\nContent-Type: ${reply.type}\r\nSet-Cookie: session_id=x\r\n\r\n${reply.body}`);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const client = clientOf(name, transport, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const calls = Array.from({ length: 12 }, () => client.call("res.partner", "write", [[1], {}]));
    expect(await Promise.all(calls)).toEqual(Array(12).fill(14));
    expect(connections).toBeGreaterThanOrEqual(13);
  });
});

it("the transport that was found is kept for a write whose answer is garbage or lost", async () => {
  const { url, calls } = await odoo((response, _path, body) => {
    if (body.includes('"version"')) {
      const { id } = JSON.parse(body);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: { server_version: "18.0" } }));
    } else if (calls.length === 2) response.end("garbage");
    else response.destroy();
  });
  const client = keep(createClient({ url, database: "shop", login: "api", apiKey: secret, transport: "auto" }));
  for (const code of ["invalid_json_or_xml", "connection_lost"])
    expect(await failure(client.call("m", "write", [[1], {}]))).toMatchObject({ code, happened: "unknown" });
  expect(calls).toEqual(["/jsonrpc", "/jsonrpc", "/jsonrpc"]);
});

describe("XML-RPC version 1", () => {
  const failing = (code: string, text: string) =>
    odoo((response) => response.writeHead(200, { "content-type": "text/xml" }).end(encodeXmlRpcFault(code, text)));

  it.each([
    [
      "warning -- MissingError\n\nRecord does not exist or has been deleted.\n(Record: res.partner(9,), User: 7)",
      "",
      "missing_record",
      "Record does not exist",
    ],
    ["warning -- UserError\n\nThe lines must balance.", "", "python_constraint", "The lines must balance."],
    ["warning -- Warning\n\nSet up an account first.", "", "python_constraint", "Set up an account first."],
    [
      "warning -- AccessError\n\nYou are not allowed to create 'Product' (product.template) records.",
      "",
      "access_model_denied",
      "not allowed",
    ],
    ["AccessDenied", "Access Denied", "auth_invalid_credentials", "Access Denied"],
    [
      "Object res.partners doesn't exist",
      'Traceback (most recent call last):\n  File "/x.py", line 1\nodoo.exceptions.UserError: Object res.partners doesn\'t exist',
      "model_not_found",
      "res.partners",
    ],
  ])("reads the fault %j", async (code, text, expected, said) => {
    const { url, calls } = await failing(code, text);
    const error = await failure(clientOf("undici", "xmlrpc1", url).call("res.partner", "create", [[{}]]));
    expect([error.code, error.happened]).toEqual([expected, "no"]);
    expect(error.odoo?.message).toContain(said);
    expect(calls).toEqual(["/xmlrpc/object"]);
  });
});

describe("the lock-out after five failures", () => {
  const locked = {
    name: "odoo.exceptions.AccessDenied",
    message: "Too many login failures, please wait a bit before trying again.",
  };
  const error = { code: 200, message: "Odoo Server Error", data: locked };

  it("is told from a refusal, so that the credential is asked again later", async () => {
    let free = false;
    const server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const { id } = JSON.parse(body);
      response.writeHead(200, { "content-type": "application/json", "set-cookie": "session_id=x" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id, ...(free ? { result: { uid: 7 } } : { error }) }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    keep({ close: () => new Promise((resolve) => server.close(() => resolve())) });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = clientOf("undici", "session", url);
    expect(await failure(client.authenticate())).toMatchObject({ code: "auth_locked_out", happened: "no" });
    free = true;
    expect(await client.authenticate()).toBe(7);
  });

  it("in the midst of calls does not throw the user away", async () => {
    const { url, calls } = await odoo((response, _path, body) =>
      response.end(JSON.stringify({ jsonrpc: "2.0", id: JSON.parse(body).id, error })),
    );
    const client = clientOf("undici", "jsonrpc", url);
    for (let times = 0; times < 2; times++)
      expect((await failure(client.call("m", "search", [[]]))).code).toBe("auth_locked_out");
    expect(calls).toHaveLength(2);
  });
});
