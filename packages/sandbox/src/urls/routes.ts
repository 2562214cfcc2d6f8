/**
 * Routes as Odoo declares them, a line each: path, type, who may come, methods. What all routes have in
 * common happens here, in Odoo's order: a route of the version (404), its methods (405), the content type
 * (400 or 415), who asks (303 to the login page, or session expired), the token of a form (400).
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LoggedCall } from "../control/call-log.js";
import { OdooException } from "../orm/exceptions.js";
import { truthy } from "../orm/python.js";
import { jsonRpcError } from "../services/errors.js";
import type { Server } from "../services/server.js";
import type { Session, Sessions } from "../services/sessions.js";
import type { OdooVersion } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import { badRequest, json, kindsFitting, notAllowed, type RouteAnswer, redirect, wrongType } from "./answer.js";
import { type Doors, type Outcome, perform, type Work } from "./perform.js";
import { pythonJson } from "./whole-float.js";

/** One request of a route. */
export interface Visit {
  readonly server: Server;
  readonly sessions: Sessions;
  readonly session: Session | undefined;
  readonly method: string;
  readonly path: string;
  /** Path as sent, without the query. */
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly address: string;
  /** Puts a cookie into the answer. */
  setCookie(cookie: string): void;
}

interface Common {
  readonly path: string;
  /** `user`: only with a session. */
  readonly auth: "none" | "public" | "user";
  /** Every method where left out. */
  readonly methods?: readonly string[];
  /** The version that has it; every one where left out. */
  readonly only?: OdooVersion;
}
export interface HttpRoute extends Common {
  readonly type: "http";
  /** Methods that change something need a token, unless this is false. */
  readonly csrf?: boolean;
  handle(visit: Visit): RouteAnswer;
}
export interface JsonRoute extends Common {
  readonly type: "jsonrpc";
  /** Names the call, for faults and the log. */
  called?(params: Readonly<Record<string, unknown>>, uid: number): Partial<Work["called"]>;
  handle(visit: Visit, params: Readonly<Record<string, unknown>>): unknown;
}

const sessionExpired = () => new OdooException("odoo.http.SessionExpiredException", "Session expired");
const harmless = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

export function addRoutes(app: FastifyInstance, doors: Doors, routes: readonly (HttpRoute | JsonRoute)[]): void {
  const { version } = doors.server().database.profile;
  for (const route of routes.filter(({ only }) => only === undefined || only === version))
    app.all(route.path, async (request, reply) => {
      const server = doors.server();
      const { profile } = server.database;
      if (route.methods && !allows(route.methods, request.method)) return send(reply, notAllowed(route.methods));
      const visit = visitOf(doors, server, request, reply);
      if (route.type === "http") return send(reply, served(route, visit));
      const fitting = kindsFitting(profile, typeOf(request), visit.body !== "");
      if (!fitting.includes(profile.jsonRpcType))
        return send(reply, wrongType(profile, route.path.replace("/*", ""), profile.jsonRpcType, fitting));
      return jsonServed(doors, reply, route, visit);
    });
}

function allows(methods: readonly string[], method: string): boolean {
  return methods.includes(method) || method === "OPTIONS" || (method === "HEAD" && methods.includes("GET"));
}

export function typeOf(request: FastifyRequest): string {
  return String(request.headers["content-type"] ?? "")
    .split(";")[0]
    ?.trim() as string;
}

export function send(reply: FastifyReply, { status, headers, body }: RouteAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

function visitOf(doors: Doors, server: Server, request: FastifyRequest, reply: FastifyReply): Visit {
  const [path = "", query = ""] = request.url.split("?", 2);
  return {
    server,
    sessions: doors.sessions,
    session: doors.sessions.of(request.headers.cookie),
    method: request.method,
    path,
    query: new URLSearchParams(query),
    headers: request.headers as Record<string, string | undefined>,
    body: typeof request.body === "string" ? request.body : "",
    address: request.ip,
    setCookie: (cookie) => void reply.header("Set-Cookie", cookie),
  };
}

function served(route: HttpRoute, visit: Visit): RouteAnswer {
  if (route.auth === "user" && visit.session?.uid === undefined) {
    const target = `${visit.path}?${visit.query.toString()}`;
    return redirect(`/web/login?redirect=${encodeURIComponent(target)}`);
  }
  if (route.csrf !== false && !harmless.has(visit.method)) {
    const token = new URLSearchParams(visit.body).get("csrf_token");
    if (visit.session === undefined || token !== visit.session.csrf)
      return badRequest("Session expired (invalid CSRF token)");
  }
  return route.handle(visit);
}

/** A JSON-RPC route: parameters by name in, `result` or `error` out, always with status 200. */
async function jsonServed(doors: Doors, reply: FastifyReply, route: JsonRoute, visit: Visit): Promise<FastifyReply> {
  const { profile } = visit.server.database;
  const body = objectIn(visit.body);
  if (!body) return send(reply, badRequest("Invalid JSON data"));
  const params = (truthy(body.params) && typeof body.params === "object" ? body.params : {}) as Record<string, unknown>;
  const uid = visit.session?.uid;
  const transport: LoggedCall["transport"] = "session";
  const named = {
    transport,
    service: "web",
    model: "",
    method: route.path.split("/").pop() ?? "",
    uid: uid ?? 0,
    size: 1,
  };
  const called = { ...named, ...route.called?.(params, uid ?? 0) };
  const run = () => {
    if (route.auth === "user" && uid === undefined) throw sessionExpired();
    return route.handle(visit, params);
  };
  return perform(doors, reply, () => ({ called, run }), tellJsonRpc(profile, body.id ?? null));
}

/** The object that a JSON-RPC body is, or undefined. */
export function objectIn(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch {
    return undefined;
  }
  return undefined;
}

export function tellJsonRpc(profile: Profile, id: unknown): (outcome: Outcome) => RouteAnswer {
  return (outcome) => {
    const answer = "value" in outcome ? { result: outcome.value } : { error: jsonRpcError(outcome.exception, profile) };
    return json(pythonJson({ jsonrpc: "2.0", id, ...answer }));
  };
}

/** The parameters of a controller's method by name; Python complains about those that are missing. */
export function required(
  params: Readonly<Record<string, unknown>>,
  names: readonly string[],
  complaint: (text: string) => Error,
  signature: string,
): void {
  const missing = names.filter((name) => !(name in params)).map((name) => `'${name}'`);
  if (missing.length === 0) return;
  const last = missing.pop();
  const list = missing.length === 0 ? last : `${missing.join(", ")}${missing.length > 1 ? "," : ""} and ${last}`;
  const count = missing.length + 1;
  throw complaint(`${signature}() missing ${count} required positional argument${count === 1 ? "" : "s"}: ${list}`);
}
