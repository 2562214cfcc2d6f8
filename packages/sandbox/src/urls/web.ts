/** The http routes around the API: health, versions, the login form, redirects to it, pages. */
import { versionInfo } from "../services/common.js";
import { tooManyFailures } from "../services/credentials.js";
import { HttpException } from "../services/http-exceptions.js";
import type { Server } from "../services/server.js";
import { escaped, json, page, type RouteAnswer, redirect, unknownPage } from "./answer.js";
import { fileRoutes } from "./files.js";
import { type HttpRoute, loginFor, type Visit } from "./routes.js";

const health: HttpRoute = {
  path: "/web/health",
  type: "http",
  auth: "none",
  savesSession: false,
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
    since: 19,
    handle({ server }) {
      const { server_version, server_version_info } = versionInfo(server);
      return json(JSON.stringify({ version_info: server_version_info, version: server_version }));
    },
  };
}

const databasePage = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "none",
  handle: ({ server }) => page(`<a href="/web">${escaped(server.database.name)}</a>`),
});

const robots: HttpRoute = {
  path: "/robots.txt",
  type: "http",
  auth: "none",
  handle({ server }) {
    return { status: 200, ...server.database.profile.doors.robots };
  },
};

const manifest: HttpRoute = {
  path: "/web/manifest.webmanifest",
  type: "http",
  auth: "public",
  handle: () => ({
    status: 200,
    headers: { "Content-Type": "application/manifest+json" },
    body: JSON.stringify({ name: "Odoo", scope: "/odoo", start_url: "/odoo", display: "standalone" }),
  }),
};

const login: HttpRoute = {
  path: "/web/login",
  type: "http",
  auth: "none",
  handle(visit) {
    if (visit.method !== "POST") return loginForm(visit, "");
    const { server, sessions } = visit;
    const form = new URLSearchParams(visit.body);
    const uid = server.credentials.byPassword(form.get("login"), form.get("password"), visit.address);
    if (typeof uid !== "number") return loginForm(visit, uid === "cooldown" ? tooManyFailures : "Wrong login/password");
    if (visit.session) sessions.end(visit.session);
    // With two-factor login nobody is logged in before the second step, to which the sandbox knows no code.
    const asksCode = server.credentials.hasTotp(uid);
    const session = sessions.start(asksCode ? undefined : uid);
    const home = isInternal(server, uid) ? "/odoo" : "/my";
    const to = asksCode ? "/web/login/totp" : target(form.get("redirect") ?? visit.query.get("redirect"), home);
    return redirect(to, { "Set-Cookie": sessions.cookie(session) });
  },
};

const secondStep: HttpRoute = {
  path: "/web/login/totp",
  type: "http",
  auth: "public",
  handle: ({ session }) =>
    session ? page("<p>The sandbox knows no codes of two-factor logins.</p>") : redirect("/web/login"),
};

/** Where to go after the login: never to another host. */
function target(asked: string | null, home = "/odoo"): string {
  return asked?.startsWith("/") && !/^\/[/\\]/.test(asked) ? asked : home;
}

function isInternal({ database }: Server, uid: number): boolean {
  const group = database.ref("base.group_user");
  return group !== undefined && database.groupsOf(uid).has(group.id);
}

function loginForm(visit: Visit, problem: string): RouteAnswer {
  const session = visit.session ?? visit.sessions.start(undefined);
  const fresh: Record<string, string> = visit.session ? {} : { "Set-Cookie": visit.sessions.cookie(session) };
  Object.assign(fresh, visit.server.database.profile.doors.loginHeaders);
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
    const { session, sessions } = visit;
    if (session) sessions.end(session);
    return redirect(target(visit.query.get("redirect")), { "Set-Cookie": sessions.cookie(sessions.start(undefined)) });
  },
};

const home: HttpRoute = { path: "/", type: "http", auth: "none", handle: () => redirect("/odoo") };
const client = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "none",
  handle({ server, uid, path: asked, query }) {
    if (uid === undefined) return redirect(loginFor(asked, query));
    return isInternal(server, uid) ? page("<p>The sandbox has no web client.</p>") : redirect("/web/login_successful");
  },
});
const portal = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "user",
  handle: () => page("<p>The sandbox has no portal.</p>"),
});

/** /json/1 wants a key, and is switched off in an Odoo as it is installed (web.json.enabled): nothing is there. */
const json1: HttpRoute = {
  path: "/json/1/<path:subpath>",
  type: "http",
  auth: "bearer",
  handle() {
    throw new HttpException(404);
  },
};
const otherJson: HttpRoute = {
  path: "/json/<path:subpath>",
  type: "http",
  auth: "user",
  csrf: false,
  handle: unknownPage,
};

export const webRoutes: readonly HttpRoute[] = [
  ...[health, version("/web/version"), version("/json/version"), robots, manifest, login, secondStep, logout, home],
  ...["/web/database/selector", "/web/database/manager"].map(databasePage),
  ...["/web", "/odoo", "/odoo/<path:subpath>"].map(client),
  ...["/my", "/my/home", "/web/login_successful"].map(portal),
  ...[json1, otherJson],
  ...fileRoutes,
];
