/** /jsonrpc and /xmlrpc/2/*: a body in, the service called, an answer in the transport's own shape out. */
import {
  decodeXmlRpcCall,
  encodeXmlRpcFault,
  encodeXmlRpcResponse,
  MarshallingError,
  WireError,
  XmlRpcDouble,
} from "@odoorway/wire";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OdooException, typeError } from "../orm/exceptions.js";
import { truthy } from "../orm/python.js";
import { dispatch } from "../services/dispatch.js";
import { asException, xmlRpcFault } from "../services/errors.js";
import type { Server, Transport } from "../services/server.js";
import { badRequest, kindsFitting, notAllowed, type RouteAnswer, wrongType } from "./answer.js";
import { type Doors, type Outcome, perform, sizeOf, type Work } from "./perform.js";
import { objectIn, required, send, tellJsonRpc, typeOf } from "./routes.js";
import { pythonFloat } from "./whole-float.js";

const wholeFloats: Transport = { float: pythonFloat };
const doubles: Transport = { float: (value) => new XmlRpcDouble(value) };

export function addRpcRoutes(app: FastifyInstance, doors: Doors): void {
  app.all("/jsonrpc", async (request, reply) => jsonRpc(doors, request, reply));
  for (const path of ["/xmlrpc/2/:service", "/xmlrpc/:service"])
    app.all(path, async (request, reply) => xmlRpc(doors, request, reply));
}

async function jsonRpc(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const server = doors.server();
  const { profile } = server.database;
  const text = typeof request.body === "string" ? request.body : "";
  const fitting = kindsFitting(profile, typeOf(request), text !== "");
  if (!fitting.includes(profile.jsonRpcType))
    return send(reply, wrongType(profile, "/jsonrpc", profile.jsonRpcType, fitting));
  const body = objectIn(text);
  if (!body) return send(reply, badRequest("Invalid JSON data"));
  return perform(doors, reply, () => jsonWork(server, body.params, request.ip), tellJsonRpc(profile, body.id ?? null));
}

function jsonWork(server: Server, params: unknown, address: string): Work {
  const given = (truthy(params) && typeof params === "object" ? params : {}) as Record<string, unknown>;
  const owner = `${server.database.profile.jsonRpcClass}.jsonrpc`;
  required(given, ["service", "method", "args"], typeError, owner);
  const { service, method, args } = given;
  return workOf("jsonrpc", server, service, String(method), Array.isArray(args) ? args : [], {
    ...wholeFloats,
    address,
  });
}

function workOf(
  door: "jsonrpc" | "xmlrpc",
  server: Server,
  service: unknown,
  method: string,
  args: readonly unknown[],
  transport: Transport,
): Work {
  const isObject = service === "object";
  const name = isObject ? String(args[4] ?? "") : method;
  const called = {
    transport: door,
    service: String(service),
    model: isObject ? String(args[3] ?? "") : "",
    method: name,
    uid: isObject ? Number(args[1]) || 0 : 0,
    size: sizeOf(name, args[5]),
  };
  return { called, run: () => dispatch(server, service, method, args, transport) };
}

async function xmlRpc(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (request.method !== "POST" && request.method !== "OPTIONS") {
    const { version } = doors.server().database.profile;
    return send(reply, notAllowed(version === 18 ? ["POST", "OPTIONS"] : ["OPTIONS", "POST"]));
  }
  const { service } = request.params as { service: string };
  const transport = { ...doubles, address: request.ip };
  const read = () => {
    const { method, args } = xmlCall(typeof request.body === "string" ? request.body : "");
    return workOf("xmlrpc", doors.server(), service, method, args, transport);
  };
  return perform(doors, reply, read, tellXmlRpc);
}

function tellXmlRpc(outcome: Outcome): RouteAnswer {
  if ("exception" in outcome) return fault(outcome.exception);
  try {
    if (outcome.value === undefined || outcome.value === null)
      throw new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled");
    if (outcome.value === "res.partner()")
      throw new OdooException("builtins.TypeError", "cannot marshal <class 'odoo.api.res.partner'> objects");
    return xml(encodeXmlRpcResponse(outcome.value));
  } catch (error) {
    if (!(error instanceof MarshallingError)) return fault(asException(error));
    return fault(new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled"));
  }
}

function xml(body: string): RouteAnswer {
  return { status: 200, headers: { "Content-Type": "text/xml; charset=utf-8" }, body };
}

function xmlCall(body: string): { method: string; args: readonly unknown[] } {
  try {
    const { method, params } = decodeXmlRpcCall(body);
    return { method, args: params };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const before = body.slice(0, error.offset).split("\n");
    const where = `line ${before.length}, column ${before.at(-1)?.length ?? 0}`;
    const what = error.offset >= body.length ? "no element found" : "syntax error";
    throw new OdooException("xml.parsers.expat.ExpatError", `${what}: ${where}`);
  }
}

function fault(exception: OdooException): RouteAnswer {
  const { code, message } = xmlRpcFault(exception);
  return xml(encodeXmlRpcFault(code, message));
}
