/**
 * Routes of the server that are no model's methods: those of custom modules (`/api/order`), and Odoo's own
 * (`/web/content`). Of type json they take a JSON-RPC envelope, of type http whatever a form or a client sends.
 *
 * States of a request: (logged in, with auth "session") -> sent -> answered, or refused before the controller saw
 * it: the session had expired -> logged in again, once; a CSRF token is wanted -> fetched, once, and sent along
 * from then on. Either way nothing had happened.
 */
import { type CallOptions, OdoorwayError } from "@odoorway/core";
import { diagnose, type OdooFailure, toError } from "@odoorway/diagnose";
import { decodeJsonRpcResponse, encodeJsonRpcCall, WireError } from "@odoorway/wire";
import { badArgument } from "../bad-argument.js";
import { Cookies } from "../cookies.js";
import { deadlineOf, within } from "../deadline.js";
import type { Answer, Verb } from "../exchange.js";
import { headerFault, lowerCased } from "../headers.js";
import type { Settings } from "../options.js";
import { encoded, type Message, type Send } from "../transports/transport.js";
import { unreadable } from "../unreadable.js";
import { withoutSecret } from "../without-secret.js";
import { type EncodedBody, encodeBody, pairs, type RouteBody, texts } from "./body.js";
import { type Asked, detailOf, errorIn, failureOf, httpException, type RouteReply } from "./failures.js";
import { RouteAnswer } from "./route-answer.js";
import { WebSession } from "./web-session.js";

export interface ControllerOptions {
  /**
   * How the route knows the caller, as its `auth=` says: a session (`user`), the API key as bearer (`bearer`, 18 and
   * later), or nothing of the client's (`public`, `none`, and routes that look at a header of their own).
   * @default "session"
   */
  readonly auth?: "session" | "bearer" | "none";
  /** Headers of every request, such as a key of the module's own. Never in an error. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether an `error` in the body of a success rejects (`controller_error`), or is handed on. @default "reject" */
  readonly bodyErrors?: "reject" | "return";
}

type QueryValue = string | number | boolean;

export interface RouteOptions extends CallOptions {
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether to send it twice does no harm, so that a lost answer may be tried again. @default of GET and HEAD alone */
  readonly idempotent?: boolean;
}

export interface RouteRequest extends RouteOptions, RouteBody {}

/** One route. Every method rejects with OdoorwayError only. */
export interface Controller {
  readonly path: string;
  /** Calls a route of type json (19: jsonrpc) with these parameters; resolves with what the controller returned. */
  rpc(params?: Readonly<Record<string, unknown>>, options?: RouteOptions): Promise<unknown>;
  get(options?: RouteOptions): Promise<RouteAnswer>;
  post(request?: RouteRequest): Promise<RouteAnswer>;
  /** Any other method. */
  request(method: Verb, request?: RouteRequest): Promise<RouteAnswer>;
}

/** What the controllers of one client share. */
export interface ControllerParts {
  readonly settings: Settings;
  readonly send: Send;
  readonly session: WebSession;
}

/** Throws `bad_arguments` for what is no path of the server's, and for headers that are none. */
export function controllerAt(path: string, options: ControllerOptions, parts: ControllerParts): Controller {
  return new Route(path, options, parts);
}

interface Outgoing {
  readonly method: Verb;
  readonly body: EncodedBody;
  /** Whether the token travels in the body, as the field of a form; else in the query. */
  readonly query: RouteOptions["query"];
  readonly headers: Readonly<Record<string, string>>;
  read(reply: RouteReply, bytes: Uint8Array<ArrayBuffer>): unknown;
}

class Route implements Controller {
  readonly path: string;
  readonly #options: ControllerOptions;
  readonly #parts: ControllerParts;
  readonly #session: WebSession;
  #wantsToken = false;

  constructor(path: string, options: ControllerOptions, parts: ControllerParts) {
    this.path = checkedPath(path);
    checkHeaders(options.headers);
    this.#options = options;
    this.#parts = parts;
    this.#session =
      options.auth === undefined || options.auth === "session"
        ? parts.session
        : new WebSession(parts.settings, parts.send, new Cookies());
  }

  async rpc(params: Readonly<Record<string, unknown>> = {}, options: RouteOptions = {}): Promise<unknown> {
    let id = 0;
    const outgoing = (): Outgoing => ({
      method: "POST",
      query: options.query,
      headers: { ...options.headers },
      body: {
        type: "application/json",
        content: encoded(
          () => encodeJsonRpcCall(++id, params),
          (detail) => detail.replace(/^params\./, ""),
        ),
      },
      read: (reply) => this.#rpcResult(reply, id),
    });
    return await this.#run(outgoing, options);
  }

  get(options: RouteOptions = {}): Promise<RouteAnswer> {
    return this.request("GET", options);
  }

  post(request: RouteRequest = {}): Promise<RouteAnswer> {
    return this.request("POST", request);
  }

  async request(method: Verb, request: RouteRequest = {}): Promise<RouteAnswer> {
    const safe = method === "GET" || method === "HEAD";
    if (safe && [request.form, request.json, request.body].some((one) => one !== undefined))
      throw badArgument(`${method} carries no body: pass parameters as query`);
    const outgoing = (token: string | undefined): Outgoing => {
      // Odoo takes the token from form and query alone.
      const inForm = token !== undefined && request.json === undefined && request.body === undefined;
      const inQuery = token !== undefined && !inForm;
      return {
        method,
        query: inQuery ? { ...request.query, csrf_token: token } : request.query,
        headers: { ...request.headers },
        body: encodeBody(inForm ? { form: { ...request.form, csrf_token: token } } : request),
        read: (reply, bytes) => {
          const failure = failureOf(reply, this.#asked(method), this.#options.bodyErrors !== "return");
          if (failure !== undefined) throw failure;
          return new RouteAnswer(reply, bytes);
        },
      };
    };
    const answer = await this.#run(outgoing, { ...request, idempotent: request.idempotent ?? safe });
    return answer as RouteAnswer;
  }

  async #run(outgoing: (token: string | undefined) => Outgoing, options: RouteOptions): Promise<unknown> {
    checkHeaders(options.headers);
    const { settings: access, send } = this.#parts;
    const deadline = deadlineOf(options, access);
    const bySession = this.#session === this.#parts.session;
    let renewed = false;
    let tokened = false;
    for (;;) {
      const login = bySession ? await within(deadline, this.#session.enter()) : 0;
      const token = this.#wantsToken ? await within(deadline, this.#session.token()) : undefined;
      const message = this.#message(outgoing(token));
      const facts = { method: this.path, url: access.url, database: access.database, login: access.login };
      const reads = options.idempotent ?? false;
      try {
        return await send({ transport: "controller", facts, reads, message: () => message }, deadline);
      } catch (error) {
        if (!(error instanceof OdoorwayError)) throw error;
        if (error.code === "auth_session_expired" && bySession && !renewed) {
          renewed = true;
          this.#session.expire(login);
        } else if (error.code === "csrf" && !tokened) {
          tokened = true;
          this.#wantsToken = true;
          if (token !== undefined) this.#session.forgetToken();
        } else throw error.code === "auth_session_expired" && !bySession ? this.#wantsSession() : error;
      }
    }
  }

  #wantsSession(): OdoorwayError {
    const detail = "it wants the session of a logged-in user";
    return new OdoorwayError("controller_unauthorized", { evidence: { path: this.path, detail } });
  }

  #message({ method, body, query = {}, headers, read }: Outgoing): Message {
    const { settings: access } = this.#parts;
    const { cookies } = this.#session;
    const { age } = cookies;
    const search = new URLSearchParams(texts(pairs<QueryValue>(query))).toString();
    const own = { ...lowerCased(this.#options.headers), ...lowerCased(headers) };
    return {
      verb: method,
      path: search === "" ? this.path : `${this.path}?${search}`,
      headers: {
        ...(body.type === undefined ? {} : { "content-type": body.type }),
        ...(this.#options.auth === "bearer" && { authorization: `bearer ${access.apiKey}` }),
        ...(this.#session !== this.#parts.session && { "x-odoo-database": access.database }),
        ...own,
        ...cookies.header(),
      },
      body: body.content,
      raw: true,
      read: (answer) => {
        cookies.keep(answer.cookies, age);
        const secrets = [access.apiKey, ...Object.values(own)];
        try {
          return { value: read(replyOf(answer), answer.bytes ?? new Uint8Array()) };
        } catch (error) {
          throw error instanceof OdoorwayError ? cleaned(error, secrets) : error;
        }
      },
    };
  }

  #rpcResult(reply: RouteReply, id: number): unknown {
    const asked = this.#asked("POST");
    const failure = failureOf(reply, asked, false);
    // Routes of type json want no token.
    if (failure?.code === "csrf")
      throw new OdoorwayError("controller_wrong_type", { evidence: { path: this.path, detail: "it is of type http" } });
    if (failure !== undefined) throw failure;
    const { url, database, login } = this.#parts.settings;
    const facts = { url, database, login, method: this.path };
    if (reply.status !== 200 || /^text\/html\b/i.test(reply.headers["content-type"] ?? "")) {
      const { status, headers, text: body } = reply;
      throw toError(diagnose({ kind: "http", url: asked.url, status, headers, body }, facts));
    }
    const decoded = decodedRpc(reply.text, id, asked.url);
    if ("error" in decoded) {
      const raised = httpException(decoded.error);
      throw (
        (raised && failureOf(raised, asked, false)) ??
        toError(diagnose({ kind: "jsonrpc", error: decoded.error }, facts))
      );
    }
    const own = this.#options.bodyErrors === "return" ? undefined : errorIn(decoded.result);
    if (own === undefined) return decoded.result;
    const text = JSON.stringify(decoded.result);
    throw (
      failureOf({ ...reply, headers: { "content-type": "application/json" }, text }, asked, true) ??
      badArgument(detailOf(own) ?? "")
    );
  }

  #asked(method: string): Asked {
    const { url, database } = this.#parts.settings;
    return { url: `${url}${this.path}`, path: this.path, method, database };
  }
}

type Rpc = { readonly result: unknown } | { readonly error: Extract<OdooFailure, { kind: "jsonrpc" }>["error"] };

function decodedRpc(text: string, id: number, url: string): Rpc {
  try {
    return decodeJsonRpcResponse(text, id);
  } catch (error) {
    throw error instanceof WireError ? unreadable(url, error.message, error) : error;
  }
}

function replyOf({ status, headers, bytes }: Answer): RouteReply {
  return { status, headers, text: new TextDecoder().decode(bytes) };
}

/** The error with every secret put out of what it shows. */
function cleaned(error: OdoorwayError, secrets: readonly string[]): OdoorwayError {
  const { code, status, happened, retryable, retryAfter, below: cause } = error;
  const strip = <T>(value: T): T => secrets.reduce((rest, secret) => withoutSecret(rest, secret), value);
  return new OdoorwayError(code, {
    status,
    happened,
    retryable,
    cause,
    evidence: strip(error.evidence),
    errors: strip(error.errors),
    ...(error.odoo === undefined ? {} : { odoo: strip(error.odoo) }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function checkedPath(path: string): string {
  const isPath = typeof path === "string" && /^\/(?!\/)[^?#\\\p{Cc}]*$/u.test(path);
  if (!isPath || !URL.canParse(path, "http://odoo.example"))
    throw badArgument("path must begin with one / and hold neither ? nor #; give a query by its own name");
  return new URL(path, "http://odoo.example").pathname;
}

function checkHeaders(headers: Readonly<Record<string, unknown>> = {}): void {
  const fault = headerFault(headers, false);
  if (fault !== undefined) throw badArgument(fault);
}
