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
import type { CallLog, LoggedCall } from "../control/call-log.js";
import type { Faults } from "../control/faults.js";
import { OdooException, typeError } from "../orm/exceptions.js";
import { truthy } from "../orm/python.js";
import { dispatch } from "../services/dispatch.js";
import { asException, jsonRpcError, xmlRpcFault } from "../services/errors.js";
import type { Server, Transport } from "../services/server.js";
import type { Profile } from "../versions/profile.js";
import { badRequest, wrongType } from "./pages.js";
import { pythonFloat, pythonJson } from "./whole-float.js";

export interface Doors {
  /** The server as it is now; a reset puts another in its place. */
  server(): Server;
  readonly calls: CallLog;
  readonly faults: Faults;
  wait(milliseconds: number): Promise<void>;
}

interface Call {
  readonly transport: LoggedCall["transport"];
  readonly service: unknown;
  readonly method: string;
  readonly args: readonly unknown[];
}
/** What became of a call: its value, its exception, or nothing at all (the connection was cut). */
type Outcome = { value: unknown } | { exception: OdooException } | "dropped";

const wholeFloats: Transport = { float: pythonFloat };
const doubles: Transport = { float: (value) => new XmlRpcDouble(value) };

export function addRpcRoutes(app: FastifyInstance, doors: Doors): void {
  app.all("/jsonrpc", async (request, reply) => jsonRpc(doors, request, reply));
  app.post("/xmlrpc/2/:service", async (request, reply) => xmlRpc(doors, request, reply));
  app.post("/xmlrpc/:service", async (request, reply) => xmlRpc(doors, request, reply));
}

async function jsonRpc(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { profile } = doors.server().database;
  const type = String(request.headers["content-type"] ?? "").split(";")[0];
  if (type !== "application/json" && type !== "application/json-rpc") return wrongType(reply, profile);
  let body: Record<string, unknown>;
  try {
    const parsed: unknown = JSON.parse(String(request.body));
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed))
      return badRequest(reply, "Invalid JSON data");
    body = parsed as Record<string, unknown>;
  } catch {
    return badRequest(reply, "Invalid JSON data");
  }
  const head = { jsonrpc: "2.0", id: body.id ?? null };
  const outcome = await perform(doors, () => jsonCall(profile, body.params), wholeFloats);
  if (outcome === "dropped") return cut(reply);
  reply.header("Content-Type", "application/json; charset=utf-8");
  const answer = "value" in outcome ? { result: outcome.value } : { error: jsonRpcError(outcome.exception, profile) };
  return reply.send(pythonJson({ ...head, ...answer }));
}

function jsonCall(profile: Profile, params: unknown): Call {
  const given = (truthy(params) && typeof params === "object" ? params : {}) as Record<string, unknown>;
  const missing = ["service", "method", "args"].filter((name) => !(name in given)).map((name) => `'${name}'`);
  if (missing.length > 0) {
    const list =
      missing.length === 1
        ? missing[0]
        : missing.length === 2
          ? missing.join(" and ")
          : `${missing.slice(0, 2).join(", ")}, and ${missing[2]}`;
    throw typeError(
      `${profile.jsonRpcClass}.jsonrpc() missing ${missing.length} required positional argument${missing.length === 1 ? "" : "s"}: ${list}`,
    );
  }
  const { service, method, args } = given;
  return { transport: "jsonrpc", service, method: String(method), args: Array.isArray(args) ? args : [] };
}

async function xmlRpc(doors: Doors, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { service } = request.params as { service: string };
  const outcome = await perform(
    doors,
    () => ({ transport: "xmlrpc", service, ...xmlCall(String(request.body ?? "")) }),
    doubles,
  );
  if (outcome === "dropped") return cut(reply);
  reply.header("Content-Type", "text/xml; charset=utf-8");
  if ("value" in outcome) {
    try {
      if (outcome.value === undefined || outcome.value === null)
        throw new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled");
      if (outcome.value === "res.partner()")
        throw new OdooException("builtins.TypeError", "cannot marshal <class 'odoo.api.res.partner'> objects");
      return reply.send(encodeXmlRpcResponse(outcome.value));
    } catch (error) {
      if (error instanceof MarshallingError)
        return fault(
          reply,
          new OdooException("builtins.TypeError", "cannot marshal None unless allow_none is enabled"),
        );
      return fault(reply, asException(error));
    }
  }
  return fault(reply, outcome.exception);
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

function fault(reply: FastifyReply, exception: OdooException): unknown {
  const { code, message } = xmlRpcFault(exception);
  return reply.send(encodeXmlRpcFault(code, message));
}

/** Closes the connection without a byte of answer. */
function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

async function perform(doors: Doors, read: () => Call, transport: Transport): Promise<Outcome> {
  const started = performance.now();
  let call: Call | undefined;
  let outcome: Outcome;
  try {
    call = read();
    const { model, method } = named(call);
    const { delay, drop } = doors.faults.strike(model, method);
    if (delay > 0) await doors.wait(delay);
    if (drop === "before") outcome = "dropped";
    else {
      const value = dispatch(doors.server(), call.service, call.method, call.args, transport);
      outcome = drop === "after" ? "dropped" : { value };
    }
  } catch (error) {
    outcome = { exception: asException(error) };
  }
  if (call) doors.calls.add(logged(call, outcome, performance.now() - started));
  return outcome;
}

function named(call: Call): { model: string; method: string } {
  if (call.service !== "object") return { model: "", method: call.method };
  return { model: String(call.args[3] ?? ""), method: String(call.args[4] ?? "") };
}

function logged(call: Call, outcome: Outcome, milliseconds: number): LoggedCall {
  const payload = Array.isArray(call.args[5]) ? call.args[5] : [];
  const first: unknown = call.args[4] === "load" ? payload[1] : payload[0];
  const { model, method } = named(call);
  return {
    transport: call.transport,
    service: String(call.service),
    method,
    model,
    uid: call.service === "object" ? Number(call.args[1]) || 0 : 0,
    size: Array.isArray(first) ? first.length : 1,
    outcome: outcome === "dropped" ? "dropped" : "value" in outcome ? "ok" : "error",
    exception: outcome !== "dropped" && "exception" in outcome ? outcome.exception.exception : "",
    milliseconds: Math.round(milliseconds * 10) / 10,
  };
}
