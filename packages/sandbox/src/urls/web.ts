/** The http routes around the API: health, versions, the login form, redirects to it, images, a static file. */
import { createHash } from "node:crypto";
import { hasAccess } from "../orm/access.js";
import { modelOf } from "../orm/env.js";
import { fieldValue } from "../orm/value.js";
import { versionInfo } from "../services/common.js";
import { tooManyFailures } from "../services/credentials.js";
import { envOf } from "../services/object.js";
import { cookieOf } from "../services/sessions.js";
import { escaped, json, nothingThere, page, type RouteAnswer, redirect, unauthorized, unknownPage } from "./answer.js";
import type { HttpRoute, Visit } from "./routes.js";

const health: HttpRoute = {
  path: "/web/health",
  type: "http",
  auth: "none",
  handle: () => ({
    status: 200,
    headers: { "Content-Type": "application/json", "Cache-Control": "no-store" },
    body: '{"status": "pass"}',
  }),
};

function version(path: string): HttpRoute {
  return {
    path,
    type: "http",
    auth: "none",
    only: 19,
    handle({ server }) {
      const { server_version, server_version_info } = versionInfo(server);
      return json(JSON.stringify({ version_info: server_version_info, version: server_version }));
    },
  };
}

const selector: HttpRoute = {
  path: "/web/database/selector",
  type: "http",
  auth: "none",
  handle: ({ server }) => page(`<a href="/web">${escaped(server.database.name)}</a>`),
};

const login: HttpRoute = {
  path: "/web/login",
  type: "http",
  auth: "none",
  handle(visit) {
    if (visit.method !== "POST") return loginForm(visit, "");
    const form = new URLSearchParams(visit.body);
    const uid = visit.server.credentials.byPassword(form.get("login"), form.get("password"), visit.address);
    if (typeof uid !== "number") return loginForm(visit, uid === "cooldown" ? tooManyFailures : "Wrong login/password");
    if (visit.session) visit.sessions.end(visit.session);
    const session = visit.sessions.start(uid);
    return redirect(target(form.get("redirect") ?? visit.query.get("redirect")), { "Set-Cookie": cookieOf(session) });
  },
};

/** Where to go after the login: never to another host. */
function target(asked: string | null): string {
  return asked?.startsWith("/") && !/^\/[/\\]/.test(asked) ? asked : "/odoo";
}

function loginForm(visit: Visit, problem: string): RouteAnswer {
  const session = visit.session ?? visit.sessions.start(undefined);
  const fresh: Record<string, string> = visit.session ? {} : { "Set-Cookie": cookieOf(session) };
  if (visit.server.database.profile.version === 19) fresh["Cache-Control"] = "no-cache";
  return page(
    `<form class="oe_login_form" role="form" method="post" action="/web/login">\n` +
      `<input type="hidden" name="csrf_token" value="${session.csrf}"/>\n` +
      `<input type="text" name="login"/>\n<input type="password" name="password"/>\n` +
      `<input type="hidden" name="redirect" value="${escaped(visit.query.get("redirect") ?? "")}"/>\n` +
      `${problem === "" ? "" : `<p class="alert alert-danger" role="alert">${escaped(problem)}</p>\n`}` +
      `<button type="submit">Log in</button>\n</form>`,
    { ...fresh, "X-Frame-Options": "SAMEORIGIN" },
  );
}

const logout: HttpRoute = {
  path: "/web/session/logout",
  type: "http",
  auth: "none",
  handle(visit) {
    if (visit.session) visit.sessions.end(visit.session);
    return redirect(target(visit.query.get("redirect")), { "Set-Cookie": cookieOf(visit.sessions.start(undefined)) });
  },
};

const home: HttpRoute = { path: "/", type: "http", auth: "none", handle: () => redirect("/odoo") };
const client = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "user",
  handle: () => page("<p>The sandbox has no web client.</p>"),
});

/** 18.0 has no JSON-2: its addresses belong to /json/1, which wants a key, or lead to the login page. */
const json1: HttpRoute = {
  path: "/json/1/*",
  type: "http",
  auth: "none",
  csrf: false,
  handle({ server, headers }) {
    const [, key] = /^bearer\s+(.+)$/i.exec(headers.authorization ?? "") ?? [];
    if (key === undefined) return unauthorized('User not authenticated, use the "Authorization" header');
    return server.credentials.byKey(key) === undefined ? unauthorized("Invalid apikey") : nothingThere();
  },
};
const otherJson: HttpRoute = {
  path: "/json/*",
  type: "http",
  auth: "user",
  only: 18,
  csrf: false,
  handle: unknownPage,
};

/** One grey pixel, shown where a record has no image. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
  "base64",
);

/** /web/image/MODEL/ID/FIELD and /web/image/ID: the image of a record that the session may read, else a placeholder. */
const image: HttpRoute = {
  path: "/web/image/*",
  type: "http",
  auth: "public",
  handle(visit) {
    const [first = "", second = "", third = "image_1920"] = visit.path.split("/").slice(3);
    const isAttachment = /^\d+$/.test(first);
    const found = isAttachment ? content(visit, "ir.attachment", first, "datas") : content(visit, first, second, third);
    return cached(visit, found ?? pixel, imageType(found), "no-cache, private");
  },
};

/** /web/content/ID and /web/content/MODEL/ID/FIELD: the bytes, or 404. */
const download: HttpRoute = {
  path: "/web/content/*",
  type: "http",
  auth: "public",
  handle(visit) {
    const [first = "", second = "", third = "datas"] = visit.path.split("/").slice(3);
    const isAttachment = /^\d+$/.test(first);
    const found = isAttachment ? content(visit, "ir.attachment", first, "datas") : content(visit, first, second, third);
    return found ? cached(visit, found, "application/octet-stream", "no-cache, private") : unknownPage();
  },
};

/** The bytes of a binary field, where a user is logged in who may read the record. */
function content(visit: Visit, modelName: string, id: string, field: string): Buffer | undefined {
  const uid = visit.session?.uid;
  const model = visit.server.database.models.get(modelName);
  if (uid === undefined || !model || !/^\d{1,10}$/.test(id) || !model.table.rows.has(Number(id))) return undefined;
  const env = envOf(visit.server, uid, {}, {});
  const described = model.fields.get(field);
  if (!hasAccess(env, model, "read") || (described?.type !== "binary" && described?.type !== "image")) return undefined;
  const value = fieldValue(env, modelOf(env, modelName), Number(id), field);
  return typeof value === "string" ? Buffer.from(value, "base64") : undefined;
}

function imageType(bytes: Buffer | undefined): string {
  const start = bytes?.subarray(0, 3).toString("latin1") ?? "";
  return start.startsWith("\xff\xd8") ? "image/jpeg" : start === "GIF" ? "image/gif" : "image/png";
}

const favicon = Buffer.concat([Buffer.from("000001000100010101000100180030000000160000", "hex"), Buffer.alloc(49)]);
const changed = "Mon, 02 Nov 2026 00:00:00 GMT";
const statics: HttpRoute = {
  path: "/web/static/*",
  type: "http",
  auth: "none",
  handle(visit) {
    if (visit.path !== "/web/static/img/favicon.ico") return unknownPage();
    return cached(visit, favicon, "image/vnd.microsoft.icon", "public, max-age=604800", changed);
  },
};

/** Bytes with an ETag; 304 where the client has them (RFC 9110 section 13: If-None-Match goes first). */
function cached(visit: Visit, bytes: Buffer, type: string, control: string, modified?: string): RouteAnswer {
  const etag = `"${createHash("sha1").update(bytes).digest("hex")}"`;
  const headers = { ETag: etag, "Cache-Control": control, ...(modified ? { "Last-Modified": modified } : {}) };
  const wanted = visit.headers["if-none-match"];
  const since = Date.parse(visit.headers["if-modified-since"] ?? "");
  const known =
    wanted !== undefined ? wanted.includes(etag) || wanted === "*" : modified && since >= Date.parse(modified);
  if (known) return { status: 304, headers, body: "" };
  return {
    status: 200,
    headers: { ...headers, "Content-Type": type, "X-Content-Type-Options": "nosniff" },
    body: bytes,
  };
}

export const webRoutes: readonly HttpRoute[] = [
  ...[health, version("/web/version"), version("/json/version"), selector, login, logout, home],
  ...["/web", "/odoo", "/odoo/*"].map(client),
  ...[json1, otherJson, image, download, statics],
];
