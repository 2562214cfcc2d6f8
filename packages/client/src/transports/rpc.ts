/**
 * Odoo's services (common, object) over JSON-RPC at /jsonrpc and over XML-RPC at /xmlrpc/2 or, where only that is
 * let through, at /xmlrpc: version 1, whose faults have texts for codes. 8.0 to 21.
 */
import { decodeJsonRpcResponse, decodeXmlRpcResponse, encodeJsonRpcCall, encodeXmlRpcCall } from "@odoorway/wire";
import { versionIn } from "../versions/version.js";
import { type Access, encoded, type Message, type Transport } from "./transport.js";

/** common needs no credential, object is execute_kw. */
type Service = "common" | "object";

type Request = (id: number, service: Service, method: string, args: readonly unknown[]) => Message;

export function jsonRpc(access: Access): Transport {
  return services("jsonrpc", access, (id, service, method, args) => ({
    verb: "POST",
    path: "/jsonrpc",
    headers: { "content-type": "application/json" },
    body: encoded(() => encodeJsonRpcCall(id, { service, method, args }), withoutOwnParameters),
    read: ({ body }) => {
      const answer = decodeJsonRpcResponse(body, id);
      return "error" in answer ? { failure: { kind: "jsonrpc", error: answer.error } } : { value: answer.result };
    },
  }));
}

export function xmlRpc(access: Access): Transport {
  return xmlServices("xmlrpc", "/xmlrpc/2", access);
}

export function xmlRpc1(access: Access): Transport {
  return xmlServices("xmlrpc1", "/xmlrpc", access);
}

function xmlServices(name: "xmlrpc" | "xmlrpc1", path: string, access: Access): Transport {
  return services(name, access, (_id, service, method, args) => ({
    verb: "POST",
    path: `${path}/${service}`,
    headers: { "content-type": "text/xml" },
    body: encoded(() => encodeXmlRpcCall(method, args), withoutOwnParameters),
    read: ({ body }) => {
      const answer = decodeXmlRpcResponse(body);
      return "fault" in answer ? { failure: { kind: "xmlrpc", fault: answer.fault } } : { value: answer.value };
    },
  }));
}

function services(name: "jsonrpc" | "xmlrpc" | "xmlrpc1", access: Access, request: Request): Transport {
  const { url, database, login, apiKey } = access;
  return {
    name,
    authenticate: (send) =>
      send({
        transport: name,
        facts: { method: "authenticate", database, login, url },
        reads: true,
        message: (id) => request(id, "common", "authenticate", [database, login, apiKey, {}]),
      }),
    version: async (send) => {
      const facts = { url, method: "version" };
      const message = (id: number) => request(id, "common", "version", []);
      return versionIn(await send({ transport: name, facts, reads: true, message }), url);
    },
    call:
      (uid, { model, method, args, kwargs }) =>
      (id) =>
        request(id, "object", "execute_kw", [database, uid, apiKey, model, method, args, kwargs]),
  };
}

/** The first five parameters of execute_kw are the client's own. */
function withoutOwnParameters(detail: string): string {
  return detail.replace(/^params(?:\.args)?\[5\]/, "args").replace(/^params(?:\.args)?\[6\]/, "kwargs");
}
