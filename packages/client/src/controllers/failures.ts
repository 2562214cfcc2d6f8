/**
 * What a route answered, to a typed error, or to none. Odoo's dispatcher refuses by itself what it never hands to
 * the controller (no session, no token, a wrong method or type); the controller's own answers are told by their
 * status, and by an `error` in the body of a success. Seen on 18.0 and 19.0.
 */
import { type ErrorCode, type Evidence, OdoorwayError } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";

export interface RouteReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Asked {
  readonly url: string;
  readonly path: string;
  readonly method: string;
  readonly database: string;
}

/** Most characters of a body that an error carries. */
const mostBody = 2_000;
const mostDetail = 300;

/** The error that an answer of type http stands for. `bodyErrors`: whether an `error` in a success is one. */
export function failureOf(reply: RouteReply, asked: Asked, bodyErrors: boolean): OdoorwayError | undefined {
  const { status } = reply;
  if (status >= 300 && status < 400) return redirected(reply, asked);
  if (status < 300) {
    const error = bodyErrors ? errorIn(parsed(reply)) : undefined;
    return error === undefined ? undefined : controllerError("controller_error", reply, asked, detailOf(error));
  }
  return refused(reply, asked);
}

/**
 * The login page is where Odoo sends whoever has no session, with the address to come back to. A form that sends
 * there without one (a logout, a new password) has done its work, and must not be sent twice. Other redirects to
 * the same server are a form's way to say that it is done too, and are handed on; what points elsewhere, or is for
 * good, is a wrong address.
 */
function redirected(reply: RouteReply, asked: Asked): OdoorwayError | undefined {
  const { status, headers } = reply;
  if (status === 304 || status === 300) return undefined;
  const base = new URL(asked.url);
  const target = URL.canParse(headers.location ?? "", asked.url) ? new URL(headers.location ?? "", base) : undefined;
  const reads = asked.method === "GET" || asked.method === "HEAD";
  const isLogin = target !== undefined && /\/web\/login\/?$/.test(target.pathname);
  if (isLogin && (reads || target.searchParams.has("redirect"))) return new OdoorwayError("auth_session_expired");
  if ((status === 302 || status === 303) && target?.origin === base.origin) return undefined;
  const location = target === undefined ? "another address" : `${target.origin}${target.pathname}`;
  return new OdoorwayError("http_redirect", { evidence: { url: asked.url, status, location } });
}

function refused(reply: RouteReply, asked: Asked): OdoorwayError {
  const { status, text } = reply;
  const start = text.slice(0, 20_000);
  if (status === 400 && /invalid CSRF token/i.test(start))
    return new OdoorwayError("csrf", { evidence: { path: asked.path } });
  // 18 and earlier answer 400, 19 answers 415.
  if ((status === 400 && /Request inferred type is compatible with/.test(start)) || status === 415)
    return controllerError("controller_wrong_type", reply, asked);
  const byOthers = [413, 429, 502, 503, 504].includes(status) || /No database is selected/.test(start);
  if (byOthers || saysException(parsed(reply))) {
    const { headers } = reply;
    const { url, database } = asked;
    return toError(diagnose({ kind: "http", status, headers, body: text, url }, { database, url }));
  }
  if (status >= 500) return controllerError("controller_failed", reply, asked);
  return controllerError(codes[status] ?? "controller_bad_request", reply, asked);
}

const codes: Readonly<Record<number, ErrorCode>> = {
  401: "controller_unauthorized",
  403: "controller_forbidden",
  404: "controller_not_found",
  405: "controller_method_not_allowed",
};

/** Statuses of the exceptions that a controller of type json raises; Odoo sends them in a 200. */
const exceptions: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  Conflict: 409,
  Gone: 410,
  UnprocessableEntity: 422,
  InternalServerError: 500,
};

/** A werkzeug exception within a JSON-RPC error, as the status that it is; undefined for any other error. */
export function httpException(error: {
  readonly code?: number;
  readonly message?: string;
  readonly data?: { readonly name?: string; readonly message?: string };
}): RouteReply | undefined {
  const name = /^werkzeug\.exceptions\.(\w+)$/.exec(error.data?.name ?? "")?.[1] ?? "";
  const status = Object.hasOwn(exceptions, name) ? exceptions[name] : error.code === 404 ? 404 : undefined;
  if (status === undefined) return undefined;
  const said = error.data?.message ?? error.message ?? "";
  return { status, headers: { "content-type": "text/plain" }, text: said.replace(/^\d{3} [\w ]+: /, "") };
}

function controllerError(code: ErrorCode, reply: RouteReply, { path, method }: Asked, detail?: string): OdoorwayError {
  const { status, headers, text } = reply;
  const isHtml = /^\s*text\/html\b/i.test(headers["content-type"] ?? "") || /^\s*<!?\w/.test(text);
  const words =
    detail ?? (isHtml ? pageText(text) : (detailOf(errorIn(parsed(reply)) ?? parsed(reply)) ?? untraced(text)));
  // The catalogue's sentences end by themselves.
  const said = cut((words ?? "").replace(/\.$/, ""), mostDetail);
  const evidence: Evidence = {
    path,
    method,
    status,
    ...(said === "" ? {} : { detail: said }),
    ...(headers.allow === undefined ? {} : { allow: headers.allow }),
    ...(isHtml || text === "" || tracebackIn(text) ? {} : { body: cut(text, mostBody) }),
  };
  return new OdoorwayError(code, { evidence });
}

function parsed({ text }: RouteReply): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands under `error` in an object, unless it says that there is none. */
export function errorIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "error")) return undefined;
  const { error } = value as { error: unknown };
  return error === null || error === false || error === "" || error === 0 ? undefined : error;
}

/** The words of an error, in whichever of the usual places. */
export function detailOf(error: unknown): string | undefined {
  if (typeof error === "string") return untraced(error);
  if (typeof error !== "object" || error === null) return error === undefined ? undefined : String(error);
  const { data, message, detail, description, name } = error as Readonly<Record<string, unknown>>;
  const inner = typeof data === "object" && data !== null && "message" in data ? data.message : undefined;
  const said = [inner, message, detail, description, name].find((one) => typeof one === "string" && one !== "");
  return said === undefined ? undefined : untraced(String(said));
}

/** Whether a body is an exception as Odoo itself writes one, with name, message and arguments. */
function saysException(value: unknown): boolean {
  return typeof value === "object" && value !== null && "name" in value && "message" in value && "arguments" in value;
}

/** What werkzeug's page says below its heading, else the title of any page but Odoo's own. */
function pageText(html: string): string {
  const start = html.slice(0, 20_000);
  const paragraph = /<h1[^>]{0,200}>[^<]{0,500}<\/h1>\s{0,50}<p>([\s\S]{0,2000}?)<\/p>/i.exec(start)?.[1];
  const shown = paragraph ?? /<title[^>]{0,200}>([^<]{1,200})/i.exec(start)?.[1]?.replace(/^\s*Odoo\s*$/, "") ?? "";
  const plain = shown
    .replace(/<[^>]*>/g, " ")
    .replace(/&#39;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, "<");
  return untraced(plain.replace(/&gt;/g, ">").replace(/&amp;/g, "&").replace(/\s+/g, " ").trim());
}

function tracebackIn(text: string): boolean {
  return text.includes("Traceback (most recent call last)");
}

/** A traceback is the log's; its last line says what was raised. */
function untraced(text: string): string {
  if (!tracebackIn(text)) return text.trim();
  const lines = text.trim().split("\n");
  return (lines.at(-1) ?? "").trim();
}

/** At most so many characters, no half of a pair. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
