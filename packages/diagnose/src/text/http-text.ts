/** An HTTP answer in a paste: as curl, a browser or a client library prints it, or the HTML page itself. */
import type { ErrorCode } from "@odoorway/core";
import { diagnose } from "../diagnose.js";
import type { CallFacts, Diagnosis, OdooFailure } from "../types.js";

/** What a status says where neither Odoo's own shape nor a proxy's page does; of the others diagnose() knows. */
const byStatus: Readonly<Partial<Record<number, ErrorCode>>> = {
  400: "controller_bad_request",
  401: "controller_unauthorized",
  405: "controller_method_not_allowed",
  415: "controller_wrong_type",
  500: "controller_failed",
  501: "controller_failed",
};

/** The diagnosis of a pasted HTTP answer. */
export function diagnoseAnswer(failure: HttpFailure, call: CallFacts): Diagnosis {
  const known = diagnose(failure, call);
  const { status, headers, url } = failure;
  // Odoo sends to its login page whoever comes without a session that it knows.
  if (known.code === "http_redirect" && /\/web\/login\b/.test(`${headers.location ?? ""}${failure.body}`))
    return { code: "auth_session_expired", evidence: { status } };
  const code = byStatus[status];
  const says = known.code === "bad_gateway_or_proxy" || known.code === "invalid_json_or_xml";
  if (code === undefined || !says) return known;
  const allow = headers.allow === undefined ? {} : { allow: headers.allow };
  const path = URL.canParse(url) ? new URL(url).pathname : "The address";
  return { code, evidence: { status, path, method: "this method", ...allow } };
}

type HttpFailure = Extract<OdooFailure, { kind: "http" }>;

const statuses: readonly RegExp[] = [
  /\bHTTP\/\d(?:\.\d)?\s+(\d{3})\b/g,
  /<ProtocolError for [^:>]{1,300}(?::\d+)?[^:>]{0,300}: (\d{3})/g,
  /\b(?:status(?:[ _-]?code)?|http[_ -]?(?:error|status|code)(?:[_ ]?code)?|response code|error code|code)["']?\s*(?:[:=]|of|was|is|received:?)?\s*["'(]?([345]\d\d)\b/gi,
  /\b([45]\d\d) (?:Client|Server) Error\b/g,
  /\((\d{3})\)\s*:?\s*(?:Bad|Not|Forbidden|Unauthorized|Moved|Found|Gateway|Service|Internal|Too|Method|Request|Payload|Unsupported)/g,
  /(?:^|[^\d.])([345]\d\d)[ :-]+(?:Moved Permanently|Found\b|See Other|Temporary Redirect|Permanent Redirect|Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Not Acceptable|Request Timeout|Conflict|Gone|Length Required|Payload Too Large|Request Entity Too Large|URI Too Long|Unsupported Media Type|Too Many Requests|Internal Server Error|Not Implemented|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)/gi,
  /<(?:title|h1)>\s*(\d{3})\b/gi,
  /\(HTTP (\d{3})\)/g,
];

/** The last answer that is no success and no interim one; undefined where the text shows none. */
export function httpFailureIn(text: string): HttpFailure | undefined {
  let last: { status: number; at: number } | undefined;
  for (const pattern of statuses)
    for (const match of text.matchAll(pattern)) {
      const status = Number(match[1]);
      if (status < 300 || status > 599 || status === 304) continue;
      if (last === undefined || (match.index ?? 0) > last.at) last = { status, at: match.index ?? 0 };
    }
  if (last === undefined) return undefined;
  const url = /https?:\/\/[^\s"'<>)\]]{3,500}/.exec(text)?.[0] ?? "";
  return { kind: "http", status: last.status, headers: headersIn(text), body: text, url: url.replace(/[.,:;]+$/, "") };
}

/** Lines `Name: value`, with the `< ` that curl puts before them. */
function headersIn(text: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [, name = "", value = ""] of text.matchAll(
    /^(?:< )?(location|retry-after|content-type|server|allow):[ \t]*(.{1,500})$/gim,
  ))
    headers[name.toLowerCase()] = value.trim();
  return headers;
}
