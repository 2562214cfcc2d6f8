/** The two ways to say the same call: JSON-RPC at /jsonrpc and XML-RPC at /xmlrpc/2. */
import type { OdooFailure } from "@odoorway/diagnose";
import { decodeJsonRpcResponse, decodeXmlRpcResponse, encodeJsonRpcCall, encodeXmlRpcCall } from "@odoorway/wire";

/** Odoo's services: common needs no credential, object is execute_kw. */
export type Service = "common" | "object";

export interface Protocol {
  readonly contentType: string;
  path(service: Service): string;
  /** Throws MarshallingError. */
  encode(id: number, service: Service, method: string, args: readonly unknown[]): string;
  /** Throws WireError. */
  decode(id: number, body: string): { readonly value: unknown } | { readonly failure: OdooFailure };
}

export const jsonRpc: Protocol = {
  contentType: "application/json",
  path: () => "/jsonrpc",
  encode: (id, service, method, args) => encodeJsonRpcCall(id, { service, method, args }),
  decode: (id, body) => {
    const answer = decodeJsonRpcResponse(body, id);
    return "error" in answer ? { failure: { kind: "jsonrpc", error: answer.error } } : { value: answer.result };
  },
};

export const xmlRpc: Protocol = {
  contentType: "text/xml",
  path: (service) => `/xmlrpc/2/${service}`,
  encode: (_id, _service, method, args) => encodeXmlRpcCall(method, args),
  decode: (_id, body) => {
    const answer = decodeXmlRpcResponse(body);
    return "fault" in answer ? { failure: { kind: "xmlrpc", fault: answer.fault } } : { value: answer.value };
  },
};
