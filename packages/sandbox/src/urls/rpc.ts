/** /jsonrpc and /xmlrpc/2/*: a body in, the service called, an answer in the transport's own shape out. */
import {
  decodeXmlRpcCall,
  encodeXmlRpcFault,
  encodeXmlRpcResponse,
  MarshallingError,
  WireError,
  XmlRpcDouble,
} from "@odoorway/wire";
import type { FastifyReply, FastifyRequest } from "fastify";
import { OdooException, typeError } from "../orm/exceptions.js";
import { typeName } from "../orm/python.js";
import { dispatch } from "../services/dispatch.js";
import { asException, xmlRpcFault, xmlRpcTextFault } from "../services/errors.js";
import type { Server, Transport } from "../services/server.js";
import { invalidJson, kindsFitting, wrongType } from "./answer.js";
import { type Doors, type Outcome, perform, sizeOf, type Work } from "./perform.js";
import { type OwnRoute, objectIn, paramsOf, required, tellJsonRpc, typeOf } from "./routes.js";
import { send } from "./send.js";
import { pythonFloat } from "./whole-float.js";

const wholeFloats: Transport = { float: pythonFloat };
const doubles: Transport = { float: (value) => new XmlRpcDouble(value) };

export const rpcRoutes: readonly OwnRoute[] = [
  { path: "/jsonrpc", type: "own", respond: jsonRpc },
  { path: "/xmlrpc/2/<service>", type: "own", methods: ["POST"], until: 18, respond: xmlRpc(xmlRpcFault) },
  { path: "/xmlrpc/2/<service>", type: "own", methods: ["OPTIONS", "POST"], since: 19, respond: xmlRpc(xmlRpcFault) },
  { path: "/xmlrpc/<service>", type: "own", methods: ["POST"], respond: xmlRpc(xmlRpcTextFault) },
];

async function jsonRpc(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const server = doors.server();
  const { profile } = server.database;
  const text = typeof request.body === "string" ? request.body : "";
  const fitting = kindsFitting(profile, typeOf(request), text !== "");
  if (!fitting.includes(profile.jsonRpcType))
    return send(reply, wrongType(profile, "/jsonrpc", profile.jsonRpcType, fitting));
  const body = objectIn(text);
  if (!body) return send(reply, invalidJson(text));
  return perform(doors, reply, () => jsonWork(server, body, request.ip), tellJsonRpc(profile, body.id ?? null));
}

function jsonWork(server: Server, body: Readonly<Record<string, unknown>>, address: string): Work {
  const { params: given, refusal } = paramsOf(body);
  if (refusal) throw refusal;
  const owner = `${server.database.profile.jsonRpcClass}.jsonrpc`;
  required(given, ["service", "method", "args"], typeError, owner);
  const { service, method, args } = given;
  if (typeof method !== "string") throw typeError(`can only concatenate str (not "${typeName(method)}") to str`);
  return workOf("jsonrpc", server, service, method, Array.isArray(args) ? args : [], {
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

type Fault = (exception: OdooException) => { readonly code: number | string; readonly message: string };

function xmlRpc(faultOf: Fault): OwnRoute["respond"] {
  return async (doors, request, reply, args) => {
    const transport = { ...doubles, address: request.ip };
    const read = () => {
      const { method, args: params } = xmlCall(typeof request.body === "string" ? request.body : "");
      return workOf("xmlrpc", doors.server(), String(args.service), method, params, transport);
    };
    const { faultHeaders } = doors.server().database.profile.doors;
    return perform(doors, reply, read, (outcome) => {
      const { isFault, body } = tellXmlRpc(outcome, faultOf);
      const sniff = isFault ? faultHeaders : { "X-Content-Type-Options": "nosniff" };
      return { status: 200, headers: { "Content-Type": "text/xml; charset=utf-8", ...sniff }, body };
    });
  };
}

function tellXmlRpc(outcome: Outcome, faultOf: Fault): { readonly isFault: boolean; readonly body: string } {
  const fault = (exception: OdooException) => {
    const { code, message } = faultOf(exception);
    return { isFault: true, body: encodeXmlRpcFault(code, message) };
  };
  if ("exception" in outcome) return fault(outcome.exception);
  try {
    if (outcome.value === undefined || outcome.value === null)
      throw new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled");
    if (outcome.value === "res.partner()")
      throw new OdooException("builtins.TypeError", "cannot marshal <class 'odoo.api.res.partner'> objects");
    if (
      typeof outcome.value === "object" &&
      Object.keys(outcome.value).some((key) => /^\d+$/.test(key)) &&
      !Array.isArray(outcome.value)
    )
      throw new OdooException("builtins.TypeError", "dictionary key must be string");
    return { isFault: false, body: encodeXmlRpcResponse(outcome.value) };
  } catch (error) {
    if (!(error instanceof MarshallingError)) return fault(asException(error));
    return fault(new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled"));
  }
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
