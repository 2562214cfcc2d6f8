/**
 * A recorded exchange served again: a server on the loopback that lets the client log in, and then gives the
 * recorded response, byte for byte as Odoo wrote its kind, to the client's own request.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient, type OdooClient } from "@odoorway/client";
import { encodeXmlRpcFault, encodeXmlRpcResponse } from "@odoorway/wire";

export interface Exchange {
  readonly id: string;
  readonly group: string;
  readonly odoo: number;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly call?: {
      readonly service?: string;
      readonly method: string;
      readonly params?: readonly unknown[];
      readonly args?: readonly unknown[];
      readonly model?: string;
      readonly payload?: Readonly<Record<string, unknown>>;
    };
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly xmlrpc?: {
      readonly value?: unknown;
      readonly fault?: { faultCode: number | string; faultString: string };
    };
    readonly json?: unknown;
    readonly html?: { readonly title: string | null; readonly paragraph?: string };
    readonly text?: string;
    readonly bytes?: number;
  };
}

type Transport = "xmlrpc" | "xmlrpc1" | "jsonrpc" | "json2" | "session";

/** By the address that was asked; a page is served to a create over JSON-RPC, as a proxy might. */
function transportOf({ request: { path } }: Exchange): Transport {
  if (path.startsWith("/xmlrpc")) return path.startsWith("/xmlrpc/2/") ? "xmlrpc" : "xmlrpc1";
  if (path.startsWith("/json/2")) return "json2";
  return /^\/web\/(?:dataset|session\/authenticate|webclient)/.test(path) ? "session" : "jsonrpc";
}

/** What the client makes of it: the value, or the error. */
export async function played(exchange: Exchange): Promise<{ value: unknown } | { error: unknown }> {
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const known = preliminary(exchange, request.url ?? "", body);
    if (known !== undefined) {
      const cookie = { "set-cookie": "session_id=s" };
      response.writeHead(200, { "content-type": known.type, ...cookie }).end(known.body);
      return;
    }
    const { status, headers } = exchange.response;
    response.writeHead(status, headers).end(recordedBody(exchange, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createClient({ url, database: "shop", login: "api", apiKey: "k", transport: transportOf(exchange) });
  try {
    return { value: await ask(client, exchange) };
  } catch (error) {
    return { error };
  } finally {
    await client.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

/** The recorded call, as far as the client can make it; else any call. */
async function ask(client: OdooClient, exchange: Exchange): Promise<unknown> {
  const { call, path } = exchange.request;
  if (path === "/web/session/authenticate") return await client.authenticate();
  if (path === "/web/webclient/version_info") return await client.version();
  if (isCommon(exchange)) return call?.method === "version" ? await client.version() : await client.authenticate();
  if (call?.model !== undefined) return await client.call(call.model, call.method, [], call.payload);
  const [, , , model = "res.partner", method = "search", args = [], kwargs = {}] = call?.params ?? call?.args ?? [];
  if (call?.method !== "execute_kw") return await client.call("res.partner", "create", [[{}]]);
  return await client.call(String(model), String(method), args as unknown[], kwargs as Record<string, unknown>);
}

export function isCommon({ request: { call, path } }: Exchange): boolean {
  const service = call?.service ?? (path.startsWith("/xmlrpc") ? path.split("/").at(-1) : "");
  return service === "common" && ["authenticate", "login", "version"].includes(call?.method ?? "");
}

/** The version is told so that the client changes nothing of a call that the recorded version did not know. */
function versionToTell({ request: { call } }: Exchange): string {
  const text = JSON.stringify(call ?? {});
  return text.includes("formatted_read_group") ? "19.0" : "18.0";
}

interface Reply {
  readonly type: string;
  readonly body: string;
}

/** Answers the login and the version, unless they are what was recorded. */
function preliminary(exchange: Exchange, path: string, body: string): Reply | undefined {
  const json = (value: unknown): Reply => ({ type: "application/json", body: JSON.stringify(value) });
  const rpc = (result: unknown) => json({ jsonrpc: "2.0", id: JSON.parse(body).id, result });
  const asked = /"method":"(version|authenticate)"|<methodName>(version|authenticate)</.exec(body);
  const method = asked?.[1] ?? asked?.[2];
  if (path === "/web/version") return json({ version: "19.0" });
  if (path === "/json/2/res.users/context_get" && exchange.request.call?.method !== "context_get")
    return json({ uid: 6 });
  if (path === "/json/2/res.users/read" && body.includes('"login"')) return json([{ id: 6, login: "api" }]);
  if (path === "/web/session/authenticate" && exchange.request.path !== path) return rpc({ uid: 6 });
  const login = exchange.request.call?.method === "login" ? "authenticate" : exchange.request.call?.method;
  if (method === undefined || (isCommon(exchange) && login === method)) return undefined;
  const value = method === "version" ? { server_version: versionToTell(exchange) } : 6;
  return path.startsWith("/xmlrpc") ? { type: "text/xml", body: encodeXmlRpcResponse(value) } : rpc(value);
}

function recordedBody({ response }: Exchange, asked: string): string | Buffer {
  const { xmlrpc, json, html, text, bytes } = response;
  if (xmlrpc?.fault !== undefined) return encodeXmlRpcFault(xmlrpc.fault.faultCode, xmlrpc.fault.faultString);
  if (xmlrpc !== undefined) return encodeXmlRpcResponse(xmlrpc.value);
  if (html !== undefined) return `<!doctype html><title>${html.title ?? ""}</title><p>${html.paragraph ?? ""}</p>`;
  if (bytes !== undefined) return Buffer.alloc(bytes, 0x89);
  if (typeof json !== "object" || json === null || !("jsonrpc" in json && "id" in json))
    return text ?? JSON.stringify(json);
  // The client numbers its calls itself, and Odoo repeats the number; with an error it may not have read it.
  const numbered = "error" in json && json.id === null ? json : { ...json, id: JSON.parse(asked).id };
  return JSON.stringify(numbered);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}
