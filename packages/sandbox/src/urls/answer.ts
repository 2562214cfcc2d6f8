/** What a route answers, as data: the pages that werkzeug and Odoo write, JSON, redirects. */
import { HttpException } from "../services/http-exceptions.js";
import type { Profile } from "../versions/profile.js";

export interface RouteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const html = "text/html; charset=utf-8";

export function json(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): RouteAnswer {
  return { status, headers: { "Content-Type": "application/json; charset=utf-8", ...headers }, body };
}

/** A page of Odoo's own; its content is ours, for nobody parses it. */
export function page(content: string, headers: Readonly<Record<string, string>> = {}): RouteAnswer {
  const body = `<!DOCTYPE html>\n<html>\n<head>\n<title>Odoo</title>\n</head>\n<body>\n${content}\n</body>\n</html>\n`;
  return { status: 200, headers: { "Content-Type": html, ...headers }, body };
}

export function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&#34;")
    .replaceAll("'", "&#39;");
}

function werkzeug(status: number, title: string, paragraph: string, headers: Readonly<Record<string, string>> = {}) {
  const name = title.replace(/^\d+ /, "");
  const body = `<!doctype html>\n<html lang=en>\n<title>${title}</title>\n<h1>${name}</h1>\n<p>${paragraph}</p>\n`;
  return { status, headers: { "Content-Type": html, ...headers }, body };
}

/** The page of an HTTP exception. */
export function httpPage({ status, title, description, headers, response }: HttpException): RouteAnswer {
  if (response) return response;
  return werkzeug(status, title, escaped(description).replaceAll("\n", "<br>"), headers);
}

/** What a JSON-RPC route answers to a body that is no JSON, or no object. */
export function invalidJson(body: string): RouteAnswer {
  const said = isJson(body) ? "Invalid JSON-RPC data" : "Invalid JSON data";
  return { status: 400, headers: { "Content-Type": html, "X-Content-Type-Options": "nosniff" }, body: said };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function notAllowed(methods: readonly string[]): RouteAnswer {
  return httpPage(new HttpException(405, undefined, { Allow: methods.join(", ") }));
}

/** Odoo's own page of an address that no route has. */
export function unknownPage(): RouteAnswer {
  const { body } = page("<h1>404: Page not found</h1>");
  return {
    status: 404,
    headers: { "Content-Type": "text/html;charset=utf-8", "X-Content-Type-Options": "nosniff" },
    body,
  };
}

/** A database that is not there, asked for by X-Odoo-Database (19). */
export function noDatabase(): RouteAnswer {
  return werkzeug(
    404,
    "404 Not Found",
    "No database is selected and the requested URL was not found in the server-wide controllers.",
  );
}

export function redirect(
  location: string,
  headers: Readonly<Record<string, string>> = {},
  status: 301 | 302 | 303 | 307 | 308 = 303,
): RouteAnswer {
  const link = `<a href="${escaped(location)}">${escaped(location)}</a>`;
  const body =
    `<!doctype html>\n<html lang=en>\n<title>Redirecting...</title>\n<h1>Redirecting...</h1>\n` +
    `<p>You should be redirected automatically to the target URL: ${link}. If not, click the link.\n`;
  return { status, headers: { "Content-Type": html, ...headers, Location: location }, body };
}

/** Kinds of routes that a request fits by its content type; json2 came with 19. */
export function kindsFitting(profile: Profile, type: string, hasBody: boolean): string[] {
  const isJson = type === "application/json";
  const kinds = ["http"];
  if (isJson || type === "application/json-rpc") kinds.push(profile.jsonRpcType);
  if (profile.hasJson2 && (isJson || !hasBody)) kinds.push("json2");
  return kinds;
}

/** A route that exists, but not for this kind of request. */
export function wrongType(profile: Profile, route: string, kind: string, fitting: readonly string[]): RouteAnswer {
  const list = fitting.map((name) => `'${name}'`).join(", ");
  const said = escaped(`Request inferred type is compatible with [${list}] but '${route}' is type='${kind}'.`);
  if (profile.doors.wrongType === 400) return werkzeug(400, "400 Bad Request", said);
  const accept = kind === "json2" ? "application/json" : "application/json, application/json-rpc";
  return werkzeug(
    415,
    "415 Unsupported Media Type",
    `${said}<br><br>Please verify the Content-Type request header and try again.`,
    { Accept: accept },
  );
}
