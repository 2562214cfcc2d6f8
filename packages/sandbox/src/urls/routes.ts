/**
 * Routes as Odoo declares them, a line each: path, type, who may come, methods. What all routes have in
 * common happens here, in Odoo's order: the path (404), its methods (405), the content type (400 or 415),
 * who asks (303 to the login page, session expired, 401), the token of a form (400).
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { NotUtf8, type OdooException, SessionExpired, typeError, valueError } from "../orm/exceptions.js";
import { typeName } from "../orm/python.js";
import { bearer } from "../services/bearer.js";
import { jsonRpcError } from "../services/errors.js";
import { asHttpException, HttpException } from "../services/http-exceptions.js";
import type { Server } from "../services/server.js";
import type { Session, Sessions } from "../services/sessions.js";
import type { OdooVersion } from "../versions/facts.js";
import type { Profile } from "../versions/profile.js";
import { httpPage, invalidJson, json, kindsFitting, type RouteAnswer, redirect, wrongType } from "./answer.js";
import { type Called, type Doors, type Outcome, perform } from "./perform.js";
import type { PathArguments } from "./router.js";
import { send } from "./send.js";
import { pythonJson } from "./whole-float.js";

/** One request of a route. */
export interface Visit {
  readonly server: Server;
  readonly sessions: Sessions;
  readonly session: Session | undefined;
  /** Who asks, by session or key; undefined: nobody that is known. */
  readonly uid: number | undefined;
  readonly method: string;
  /** Path as sent, without the query. */
  readonly path: string;
  /** The converted parts of the path. */
  readonly args: PathArguments;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly address: string;
  /** Puts a cookie into the answer. */
  setCookie(cookie: string): void;
}

interface Common {
  /** As werkzeug writes it; see router.ts. */
  readonly path: string;
  /** `user`: only with a session; `bearer`: with a session of a browser or an API key. */
  readonly auth: "none" | "public" | "user" | "bearer";
  /** Every method where left out. */
  readonly methods?: readonly string[];
  /** Origins that other pages may ask from, e.g. `*`. */
  readonly cors?: string;
  /** The first and the last version that have it; every one where left out. */
  readonly since?: OdooVersion;
  readonly until?: OdooVersion;
}
export interface HttpRoute extends Common {
  readonly type: "http";
  /** Methods that change something need a token, unless this is false. */
  readonly csrf?: boolean;
  /** Whether a visitor without a session gets one (default true). */
  readonly savesSession?: boolean;
  handle(visit: Visit): RouteAnswer;
}
export interface JsonRoute extends Common {
  readonly type: "jsonrpc";
  /** Names the call, for faults and the log. */
  called?(params: Readonly<Record<string, unknown>>, uid: number): Partial<Called>;
  handle(visit: Visit, params: Readonly<Record<string, unknown>>): unknown;
}
/** A door that has its own ways. */
export interface OwnRoute {
  readonly type: "own";
  readonly path: string;
  readonly methods?: readonly string[];
  readonly since?: OdooVersion;
  readonly until?: OdooVersion;
  respond(doors: Doors, request: FastifyRequest, reply: FastifyReply, args: PathArguments): Promise<FastifyReply>;
}
export type Route = HttpRoute | JsonRoute | OwnRoute;

const harmless = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Answers a request of this route. */
export async function respond(
  doors: Doors,
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  args: PathArguments,
): Promise<FastifyReply> {
  if (route.type === "own") return route.respond(doors, request, reply, args);
  if (route.cors !== undefined) {
    const methods = route.type === "http" ? (route.methods ?? ["GET", "POST"]).join(", ") : "POST";
    reply.headers({ "Access-Control-Allow-Origin": route.cors, "Access-Control-Allow-Methods": methods });
    if (request.method === "OPTIONS") return preflight(reply);
  }
  const visit = visitOf(doors, request, reply, args);
  if (route.type === "http") return httpServed(doors, reply, route, visit);
  const { profile } = visit.server.database;
  const fitting = kindsFitting(profile, typeOf(request), visit.body !== "");
  if (!fitting.includes(profile.jsonRpcType)) {
    const shown = route.path.replace(/\/<path:\w+>$/, "");
    return send(reply, wrongType(profile, shown, profile.jsonRpcType, fitting));
  }
  return jsonServed(doors, reply, route, visit);
}

function preflight(reply: FastifyReply): FastifyReply {
  const headers = {
    "Access-Control-Max-Age": "86400",
    "Access-Control-Allow-Headers": "Origin, X-Requested-With, Content-Type, Accept, Authorization",
  };
  return send(reply, { status: 204, headers, body: "" });
}

export function typeOf(request: FastifyRequest): string {
  return String(request.headers["content-type"] ?? "")
    .split(";")[0]
    ?.trim() as string;
}

function visitOf(doors: Doors, request: FastifyRequest, reply: FastifyReply, args: PathArguments): Visit {
  const [path = "", query = ""] = request.url.split("?", 2);
  const session = doors.sessions.of(request.headers.cookie);
  return {
    server: doors.server(),
    sessions: doors.sessions,
    session,
    uid: session?.uid,
    method: request.method,
    path,
    args,
    query: new URLSearchParams(query),
    headers: request.headers as Record<string, string | undefined>,
    body: typeof request.body === "string" ? request.body : "",
    address: request.ip,
    setCookie: (cookie) => void reply.header("Set-Cookie", cookie),
  };
}

/** Who asks, where the route lets them in; throws what Odoo raises where it does not. */
function admitted({ auth }: Common, visit: Visit): Visit {
  if (auth === "none" || auth === "public") return visit;
  if (auth === "user") {
    if (visit.uid === undefined) throw new SessionExpired();
    return visit;
  }
  return { ...visit, uid: bearer(visit.server, visit.headers, visit.uid) };
}

async function httpServed(doors: Doors, reply: FastifyReply, route: HttpRoute, visit: Visit): Promise<FastifyReply> {
  const called: Called = {
    transport: "http",
    service: "http",
    model: "",
    method: visit.method,
    uid: visit.uid ?? 0,
    size: 1,
  };
  const run = () => {
    const known = admitted(route, visit);
    if (route.csrf !== false && !harmless.has(visit.method)) {
      const token = new URLSearchParams(visit.body).get("csrf_token");
      if (visit.session === undefined || token !== visit.session.csrf)
        throw new HttpException(400, "Session expired (invalid CSRF token)");
    }
    return route.handle(known);
  };
  return perform(
    doors,
    reply,
    () => ({ called, run }),
    (outcome) => {
      if ("exception" in outcome) return refused(outcome.exception, visit);
      const answer = outcome.value as RouteAnswer;
      if (visit.session === undefined && route.savesSession !== false && !("Set-Cookie" in answer.headers))
        visit.setCookie(doors.sessions.cookie(doors.sessions.start(undefined)));
      return { ...answer, headers: { "X-Content-Type-Options": "nosniff", ...answer.headers } };
    },
  );
}

/** What a route of type http answers where its work failed: a page, or the way to the login. */
function refused(exception: OdooException, visit: Visit): RouteAnswer {
  if (exception instanceof SessionExpired) return redirect(loginFor(visit.path, visit.query));
  return httpPage(asHttpException(exception, visit.server.database.profile.doors.statuses));
}

/** The login page that leads back here. */
export function loginFor(path: string, query: URLSearchParams): string {
  return `/web/login?redirect=${encodeURIComponent(`${path}?${query.toString()}`)}`;
}

/** A JSON-RPC route: parameters by name in, `result` or `error` out, always with status 200. */
async function jsonServed(doors: Doors, reply: FastifyReply, route: JsonRoute, visit: Visit): Promise<FastifyReply> {
  const { profile } = visit.server.database;
  let known: Visit | undefined;
  let refusal: unknown;
  try {
    known = admitted(route, visit);
  } catch (error) {
    refusal = error;
  }
  const body = objectIn(visit.body) ?? (known ? undefined : {});
  if (!body) return send(reply, invalidJson(visit.body));
  const given = paramsOf(body);
  const params = { ...given.params, ...visit.args };
  const called: Called = {
    transport: "session",
    service: "web",
    model: "",
    method: route.path.split("/").pop() ?? "",
    uid: known?.uid ?? 0,
    size: 1,
    ...route.called?.(params, known?.uid ?? 0),
  };
  const run = () => {
    if (!known) throw refusal;
    if (given.refusal) throw given.refusal;
    return route.handle(known, params);
  };
  // Who may not come in is refused before the body is read, so that the answer has no id.
  const tell = tellJsonRpc(profile, known ? (body.id ?? null) : null);
  return perform(doors, reply, () => ({ called, run }), tell);
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

/** The parameters of a JSON-RPC body, or what Python says where they are no object. */
export function paramsOf({ params = {} }: Readonly<Record<string, unknown>>): {
  readonly params: Readonly<Record<string, unknown>>;
  readonly refusal?: OdooException;
} {
  if (typeof params === "object" && params !== null && !Array.isArray(params))
    return { params: params as Record<string, unknown> };
  if (params === "" || (Array.isArray(params) && params.length === 0)) return { params: {} };
  if (typeof params === "string")
    return { params: {}, refusal: valueError("dictionary update sequence element #0 has length 1; 2 is required") };
  const said = Array.isArray(params)
    ? "cannot convert dictionary update sequence element #0 to a sequence"
    : `'${typeName(params)}' object is not iterable`;
  return { params: {}, refusal: typeError(said) };
}

export function tellJsonRpc(profile: Profile, id: unknown): (outcome: Outcome) => RouteAnswer {
  return (outcome) => {
    if ("exception" in outcome && outcome.exception instanceof HttpException && outcome.exception.response)
      return outcome.exception.response;
    if ("exception" in outcome && outcome.exception instanceof NotUtf8) return httpPage(new HttpException(500));
    if ("exception" in outcome)
      return json(pythonJson({ jsonrpc: "2.0", id, error: jsonRpcError(outcome.exception, profile) }));
    const answer = pythonJson({ jsonrpc: "2.0", id, result: outcome.value ?? undefined });
    return json(answer, 200, { "X-Content-Type-Options": "nosniff" });
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
