/** The JSON-RPC routes of the web client: sessions, calls within one, versions and databases. */

import { modelOf } from "../orm/env.js";
import { accessDenied, accessError, OdooException, typeError } from "../orm/exceptions.js";
import type { Values } from "../orm/model.js";
import { fieldValue } from "../orm/value.js";
import { versionInfo } from "../services/common.js";
import { tooManyFailures } from "../services/credentials.js";
import { callMethod, dictOf, envOf, listOf } from "../services/object.js";
import type { Server } from "../services/server.js";
import { cookieOf } from "../services/sessions.js";
import { sizeOf } from "./perform.js";
import { type JsonRoute, required, type Visit } from "./routes.js";
import { pythonFloat } from "./whole-float.js";

const wholeFloats = { float: pythonFloat };

const authenticate: JsonRoute = {
  path: "/web/session/authenticate",
  type: "jsonrpc",
  auth: "none",
  handle(visit, params) {
    required(params, ["db", "login", "password"], typeError, "Session.authenticate");
    const { server, sessions } = visit;
    if (params.db !== server.database.name) throw accessError("Database not found.");
    const uid = server.credentials.byPassword(params.login, params.password, visit.address);
    if (uid === "cooldown") throw accessDenied(tooManyFailures);
    if (uid === undefined) throw accessDenied();
    // With two-factor login the session stays open for the second step, and nobody is logged in.
    if (server.credentials.hasTotp(uid)) return { uid: null };
    if (visit.session) sessions.end(visit.session);
    visit.setCookie(cookieOf(sessions.start(uid)));
    return sessionInfo(server, uid);
  },
};

/** The part of Odoo's session_info that clients of the API look at. */
function sessionInfo(server: Server, uid: number): Values {
  const env = { ...envOf(server, uid, {}, wholeFloats), su: true };
  const { database } = server;
  const user = (name: string) => fieldValue(env, modelOf(env, "res.users"), uid, name);
  const has = (xid: string) => {
    const group = database.ref(xid);
    return group !== undefined && database.groupsOf(uid).has(group.id);
  };
  const company = Number(user("company_id"));
  const name = fieldValue(env, modelOf(env, "res.company"), company, "name");
  return {
    uid,
    is_system: has("base.group_system"),
    is_admin: has("base.group_erp_manager"),
    is_public: false,
    is_internal_user: has("base.group_user"),
    user_context: { lang: user("lang") || "en_US", tz: user("tz"), uid },
    db: database.name,
    ...versionOf(server),
    name: user("name"),
    username: user("login"),
    partner_id: user("partner_id"),
    partner_display_name: user("display_name"),
    active_ids_limit: 20000,
    max_file_upload_size: 134217728,
    user_companies: {
      current_company: company,
      allowed_companies: { [company]: { id: company, name, sequence: 0, child_ids: [], parent_id: false } },
      disallowed_ancestor_companies: {},
    },
  };
}

function versionOf(server: Server): Values {
  const { server_version, server_version_info } = versionInfo(server);
  return { server_version, server_version_info };
}

const info: JsonRoute = {
  path: "/web/session/get_session_info",
  type: "jsonrpc",
  auth: "user",
  handle: ({ server, session }) => sessionInfo(server, session?.uid ?? 0),
};
const check: JsonRoute = { path: "/web/session/check", type: "jsonrpc", auth: "user", handle: () => undefined };
const destroy: JsonRoute = {
  path: "/web/session/destroy",
  type: "jsonrpc",
  auth: "user",
  handle(visit) {
    if (visit.session) visit.sessions.end(visit.session);
    visit.setCookie(cookieOf(visit.sessions.start(undefined)));
  },
};

function callKw(path: string, owner: string): JsonRoute {
  return {
    path,
    type: "jsonrpc",
    auth: "user",
    called: ({ model, method, args }) => ({
      service: "object",
      model: String(model ?? ""),
      method: String(method ?? ""),
      size: sizeOf(String(method), args),
    }),
    handle({ server, session }: Visit, params) {
      required(params, ["model", "method", "args", "kwargs"], typeError, `DataSet.${owner}`);
      const { model, method, args, kwargs } = params;
      if (!server.database.models.has(String(model)))
        throw new OdooException("werkzeug.exceptions.NotFound", "404 Not Found: The requested URL was not found.");
      const uid = session?.uid ?? 0;
      const value = callMethod(server, uid, String(model), String(method), listOf(args), dictOf(kwargs), wholeFloats);
      if (owner === "call_kw") return value;
      return typeof value === "object" && value !== null && "type" in value ? value : false;
    },
  };
}

const versions: JsonRoute = {
  path: "/web/webclient/version_info",
  type: "jsonrpc",
  auth: "none",
  handle: ({ server }) => versionInfo(server),
};
const databases: JsonRoute = {
  path: "/web/database/list",
  type: "jsonrpc",
  auth: "none",
  handle: ({ server }) => [server.database.name],
};

export const sessionRoutes: readonly JsonRoute[] = [
  ...[authenticate, info, check, destroy, versions, databases],
  callKw("/web/dataset/call_kw", "call_kw"),
  callKw("/web/dataset/call_kw/*", "call_kw"),
  callKw("/web/dataset/call_button", "call_button"),
  callKw("/web/dataset/call_button/*", "call_button"),
];
