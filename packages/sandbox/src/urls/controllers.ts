/**
 * Controllers of whoever writes a test: routes declared in a line as in Odoo, with what a real one can answer
 * and raise. A handler is synchronous, for all that it does is one transaction.
 */

import { type Env, modelOf, sudo, withContext } from "../orm/env.js";
import { OdooException } from "../orm/exceptions.js";
import type { Values } from "../orm/model.js";
import { readRecords } from "../orm/read.js";
import { HttpException } from "../services/http-exceptions.js";
import { callAs, envOf } from "../services/object.js";
import type { OdooVersion } from "../versions/facts.js";
import { page, type RouteAnswer, redirect as redirectPage } from "./answer.js";
import type { HttpRoute, JsonRoute, Visit } from "./routes.js";
import { pythonFloat, pythonJson } from "./whole-float.js";

/** The keywords of Odoo's decorator `@http.route`, with its defaults. */
export interface RouteOptions {
  /** `json` is called `jsonrpc` from 19 on; both names are known (default `http`). */
  readonly type?: "http" | "json" | "jsonrpc";
  /** `user` a session, `bearer` an API key too, `public` anybody, `none` nobody in particular (default `user`). */
  readonly auth?: "public" | "user" | "none" | "bearer";
  /** Every method where left out. */
  readonly methods?: readonly string[];
  /** Whether a form must bring its token (type http; default true). */
  readonly csrf?: boolean;
  readonly cors?: string;
  /** As in Odoo, no promise: a request that writes all the same is done again with a cursor that may. */
  readonly readonly?: boolean;
  readonly save_session?: boolean;
  /** The first and the last version that have the route; every one where left out. */
  readonly since?: OdooVersion;
  readonly until?: OdooVersion;
}

/** The records, as the user who asks: rights and rules apply, unless `sudo`. Exceptions are Odoo's. */
export interface ControllerEnv {
  /** 0 where nobody is known. */
  readonly uid: number;
  sudo(): ControllerEnv;
  withContext(context: Readonly<Record<string, unknown>>): ControllerEnv;
  search(
    model: string,
    domain: readonly unknown[],
    options?: { offset?: number; limit?: number; order?: string },
  ): number[];
  read(model: string, ids: readonly number[], fields?: readonly string[]): Record<string, unknown>[];
  create(model: string, values: Record<string, unknown>): number;
  write(model: string, ids: readonly number[], values: Record<string, unknown>): void;
  unlink(model: string, ids: readonly number[]): void;
  /** A public method of the model; its first argument are the ids, where it works on records. */
  call(model: string, method: string, args?: readonly unknown[], kwargs?: Record<string, unknown>): unknown;
  /** Id of the record with this external id. */
  ref(xmlid: string): number | undefined;
}

export interface ControllerRequest {
  readonly env: ControllerEnv;
  /** Undefined where nobody is logged in. */
  readonly user: { readonly id: number; readonly login: string; readonly name: string } | undefined;
  /** Of the path, the query and a form (type http); of the path and of `params` (type json). */
  readonly params: Readonly<Record<string, unknown>>;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a controller of type http answers where a text (HTML) says too little. */
export class ControllerResponse {
  readonly answer: RouteAnswer;
  constructor(answer: RouteAnswer) {
    this.answer = answer;
  }
}

/**
 * Of type http: a text is HTML, bytes are bytes, nothing an empty 200, else a `response`. Of type json: the
 * value of `result`; nothing leaves it out.
 */
type Handler = (request: ControllerRequest) => unknown;

export type Controller = HttpRoute | JsonRoute;

/** A module of controllers: `createSandbox({ modules: [it] })`. */
export interface SandboxModule {
  readonly name: string;
  readonly routes: readonly Controller[];
}

/** Declares a controller: `route("/api/order/<int:id>", { auth: "user", methods: ["GET"] }, ({ env, params }) => ...)`. */
export function route(path: string, options: RouteOptions, handler: Handler): Controller {
  const { type = "http", auth = "user", methods, csrf, cors, save_session, since, until } = options;
  const common = {
    path,
    auth,
    ...(methods ? { methods } : {}),
    ...(cors === undefined ? {} : { cors }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  if (type !== "http")
    return { ...common, type: "jsonrpc", handle: (visit, params) => jsonValue(called(path, handler, visit, params)) };
  return {
    ...common,
    type: "http",
    ...(csrf === undefined ? {} : { csrf }),
    ...(save_session === undefined ? {} : { savesSession: save_session }),
    handle: (visit) => httpAnswer(called(path, handler, visit, httpParams(visit))),
  };
}

/** An answer of type http with a status, headers and a body: a text, bytes, or a value that becomes JSON. */
export function response(
  body: unknown = "",
  {
    status = 200,
    headers = {},
  }: { readonly status?: number; readonly headers?: Readonly<Record<string, string>> } = {},
): ControllerResponse {
  const isPlain = typeof body === "string" || Buffer.isBuffer(body);
  const type = isPlain ? "text/html; charset=utf-8" : "application/json; charset=utf-8";
  return new ControllerResponse({
    status,
    headers: { "Content-Type": type, ...headers },
    body: isPlain ? body : pythonJson(body),
  });
}

/** werkzeug's redirect (Odoo's own takes 303). */
export function redirect(location: string, status: 301 | 302 | 303 | 307 | 308 = 303): ControllerResponse {
  return new ControllerResponse(redirectPage(location, {}, status));
}

/**
 * Raises werkzeug's exception of this status. Of type http it is that page; of type json, as in Odoo, an `error` in
 * a 200. A response in place of a status goes out as it is, of both types.
 */
export function abort(status: number | ControllerResponse, description?: string): never {
  if (typeof status === "number") throw new HttpException(status, description);
  throw new HttpException(status.answer.status, undefined, {}, status.answer);
}

/** Raises an exception of Odoo's, or one of Python's by its full name (`builtins.ValueError`). */
export function raise(name: string, message: string): never {
  throw new OdooException(name.includes(".") ? name : `odoo.exceptions.${name}`, message);
}

function called(path: string, handler: Handler, visit: Visit, params: Values): unknown {
  const { server, uid } = visit;
  for (const [, model, name = ""] of path.matchAll(/<model\(["']?([\w.]+)["']?\):(\w+)>/g))
    if (!server.database.models.get(model ?? "")?.table.rows.has(Number(params[name]))) throw new HttpException(404);
  const publicUser = server.database.ref("base.public_user")?.id ?? 0;
  const env = envOf(server, uid ?? publicUser, {}, { float: pythonFloat });
  const row = uid === undefined ? undefined : server.database.models.get("res.users")?.table.rows.get(uid);
  const name = row && modelOf(env, "res.partner").table.rows.get(Number(row.partner_id))?.name;
  const value = handler({
    env: envFor(env, uid ?? 0),
    user: uid === undefined ? undefined : { id: uid, login: String(row?.login), name: String(name ?? row?.login) },
    params,
    method: visit.method,
    path: visit.path,
    headers: visit.headers,
    body: visit.body,
  });
  if (value instanceof Promise) throw new Error("a controller is synchronous: it is one transaction");
  return value;
}

function httpParams({ query, body, headers, args }: Visit): Values {
  const isForm = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  return { ...Object.fromEntries(query), ...(isForm ? Object.fromEntries(new URLSearchParams(body)) : {}), ...args };
}

function httpAnswer(value: unknown): RouteAnswer {
  if (value instanceof ControllerResponse) return value.answer;
  if (value === undefined || value === null) return response().answer;
  if (typeof value === "string") return value.startsWith("<") ? response(value).answer : page(value);
  if (Buffer.isBuffer(value))
    return response(value, { headers: { "Content-Type": "application/octet-stream" } }).answer;
  throw new Error(`a controller of type http answers a text, bytes or a response, not ${typeof value}`);
}

function jsonValue(value: unknown): unknown {
  if (value instanceof ControllerResponse)
    throw new Error("a controller of type json answers a value: abort with a response");
  return value;
}

function envFor(env: Env, uid: number): ControllerEnv {
  const { operations } = env.db;
  return {
    uid,
    sudo: () => envFor(sudo(env), uid),
    withContext: (context) => envFor(withContext(env, context), uid),
    search: (model, domain, options) => operations.search(env, modelOf(env, model), domain, options),
    read: (model, ids, fields) => readRecords(env, modelOf(env, model), ids, fields),
    create: (model, values) => operations.create(env, modelOf(env, model), [values])[0] ?? 0,
    write: (model, ids, values) => operations.write(env, modelOf(env, model), ids, values),
    unlink: (model, ids) => operations.unlink(env, modelOf(env, model), ids),
    call: (model, method, args = [], kwargs = {}) => callAs(env, model, method, args, kwargs),
    ref: (xmlid) => env.db.ref(xmlid)?.id,
  };
}
