/** Answers that are plain HTTP: of a proxy, a firewall, a login page, or of Odoo before it reached a method. */
import type { CallFacts, Diagnosis, OdooFailure } from "./types.js";

type HttpFailure = Extract<OdooFailure, { kind: "http" }>;

/** The error that a JSON-2 answer carries (19.0 and later): the exception with its message, at the body's root. */
export function exceptionIn(failure: HttpFailure): OdooFailure | undefined {
  if (!failure.body.trimStart().startsWith("{")) return undefined;
  try {
    const body: unknown = JSON.parse(failure.body);
    if (typeof body !== "object" || body === null || !("name" in body) || !("message" in body)) return undefined;
    if (typeof body.name !== "string" || typeof body.message !== "string") return undefined;
    const debug = "debug" in body && typeof body.debug === "string" ? body.debug : "";
    const args = "arguments" in body && Array.isArray(body.arguments) ? body.arguments : [];
    const { name, message } = body;
    return { kind: "json2", status: failure.status, error: { name, message, arguments: args, debug } };
  } catch {
    return undefined;
  }
}

export function diagnoseHttp(failure: HttpFailure, call: CallFacts): Diagnosis {
  const { status, headers } = failure;
  const url = shownUrl(failure.url || call.url || "");
  const retryAfter = seconds(headers["retry-after"]);
  const after = retryAfter === undefined ? {} : { retryAfter };
  if (status >= 300 && status < 400 && status !== 304) {
    const location = shownUrl(headers.location ?? "", url) || "another address";
    return { code: "http_redirect", evidence: { url, status, location } };
  }
  if (status === 429) {
    const evidence = retryAfter === undefined ? {} : { seconds: retryAfter };
    return { code: "rate_limited", evidence, ...after };
  }
  // With several databases a JSON-2 call that names none of them finds no route (19.0).
  if (status === 404 && call.database !== undefined && /No database is selected/.test(failure.body.slice(0, 20_000)))
    return { code: "db_not_found", evidence: { database: call.database } };
  if (status === 400 && /invalid CSRF token/i.test(failure.body.slice(0, 20_000)))
    return { code: "csrf", evidence: url === "" ? {} : { path: new URL(url).pathname } };
  if (status === 404) return { code: "http_404_endpoint", evidence: { url } };
  if (status === 413) return { code: "payload_too_large", evidence: { limit: "the server in front of Odoo takes" } };
  const title = titleOf(failure.body);
  if (status >= 400 && status !== 400 && status !== 405 && status !== 415) {
    // A 401, 403 or the like of a firewall or proxy was not passed on to Odoo.
    const happened = status < 500 ? ({ happened: "no", retryable: false } as const) : {};
    return {
      code: "bad_gateway_or_proxy",
      evidence: { status, ...(title === "" ? {} : { detail: title }) },
      ...happened,
      ...after,
    };
  }
  const what = title === "" ? contentOf(headers, failure.body) : `an HTML page titled "${title}"`;
  const refused = status >= 400 ? ({ happened: "no" } as const) : {};
  return { code: "invalid_json_or_xml", evidence: { url, detail: `status ${status}, ${what}` }, ...refused };
}

/** A number of seconds, or a date (RFC 9110, section 10.2.3), of which only the number is used. */
function seconds(retryAfter: string | undefined): number | undefined {
  return retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter.trim()) ? Number(retryAfter) : undefined;
}

function titleOf(body: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(body.slice(0, 20_000))?.[1] ?? "";
  return title.replace(/\s+/g, " ").trim();
}

function contentOf(headers: HttpFailure["headers"], body: string): string {
  if (body.trim() === "") return "an empty body";
  const type = headers["content-type"]?.split(";")[0]?.trim() ?? "";
  return type === "" ? "a body of no known type" : `a body of ${type}`;
}

/** The address without credentials, query and fragment, made absolute where it is relative. */
function shownUrl(text: string, base?: string): string {
  try {
    const url = new URL(text, base === "" ? undefined : base);
    return text === "" ? "" : `${url.origin}${url.pathname}`;
  } catch {
    return "";
  }
}
