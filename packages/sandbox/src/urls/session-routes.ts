/** The JSON-RPC routes of the web client: sessions, calls within one, versions and databases. */

import { type Env, hasGroup, modelOf } from "../orm/env.js";
import { accessDenied, accessError, typeError } from "../orm/exceptions.js";
import type { Values } from "../orm/model.js";
import { fieldValue } from "../orm/value.js";
import { versionInfo } from "../services/common.js";
import { tooManyFailures } from "../services/credentials.js";
import { HttpException } from "../services/http-exceptions.js";
import { callMethod, dictOf, envOf, listOf } from "../services/object.js";
import type { Server } from "../services/server.js";
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
    visit.setCookie(sessions.cookie(sessions.start(uid)));
    return sessionInfo(visit, uid);
  },
};

/** The part of Odoo's session_info that clients of the API look at. */
function sessionInfo({ server, headers }: Visit, uid: number): Values {
  const env = { ...envOf(server, uid, {}, wholeFloats), su: true };
  const { database } = server;
  const { tellsMore } = database.profile.doors;
  const user = (name: string) => fieldValue(env, modelOf(env, "res.users"), uid, name);
  const partner = Number(user("partner_id"));
  return {
    uid,
    is_system: hasGroup(env, "base.group_system"),
    is_admin: hasGroup(env, "base.group_erp_manager"),
    is_public: false,
    is_internal_user: hasGroup(env, "base.group_user"),
    user_context: { lang: user("lang") || "en_US", tz: user("tz"), uid },
    db: database.name,
    ...versionOf(server),
    support_url: "https://www.odoo.com/buy",
    name: user("name"),
    username: user("login"),
    partner_write_date: modelOf(env, "res.partner").table.rows.get(partner)?.write_date ?? false,
    partner_display_name: user("display_name"),
    partner_id: partner,
    "web.base.url": `http://${headers.host ?? "localhost"}`,
    active_ids_limit: 20000,
    profile_session: null,
    profile_collectors: null,
    profile_params: null,
    max_file_upload_size: 134217728,
    home_action_id: false,
    bundle_params: { lang: "en_US" },
    test_mode: false,
    ...(tellsMore ? { groups: { "base.group_allow_export": hasGroup(env, "base.group_allow_export") } } : {}),
    user_companies: companiesOf(env, Number(user("company_id")), user("company_ids")),
    show_effect: true,
  };
}

/** The companies that a user may work in; 19 names their currencies too. */
function companiesOf(env: Env, current: number, all: unknown): Values {
  const { table } = modelOf(env, "res.company");
  const ids = Array.isArray(all) && all.length > 0 ? all.map(Number) : [current];
  const allowed = ids.map((id) => {
    const { name, sequence = 0, parent_id = false, currency_id = false } = table.rows.get(id) ?? {};
    const currency = env.db.profile.doors.tellsMore ? { currency_id } : {};
    return [id, { id, name, sequence, child_ids: [...table.find("parent_id", id)], parent_id, ...currency }];
  });
  return {
    current_company: current,
    allowed_companies: Object.fromEntries(allowed),
    disallowed_ancestor_companies: {},
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
  handle: (visit) => sessionInfo(visit, visit.uid ?? 0),
};
const check: JsonRoute = { path: "/web/session/check", type: "jsonrpc", auth: "user", handle: () => undefined };
const destroy: JsonRoute = {
  path: "/web/session/destroy",
  type: "jsonrpc",
  auth: "user",
  handle(visit) {
    if (visit.session) visit.sessions.end(visit.session);
    visit.setCookie(visit.sessions.cookie(visit.sessions.start(undefined)));
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
    handle({ server, uid }: Visit, params) {
      required(params, ["model", "method", "args", "kwargs"], typeError, `DataSet.${owner}`);
      const { model, method, args, kwargs } = params;
      if (!server.database.models.has(String(model))) throw new HttpException(404);
      const value = callMethod(
        server,
        uid ?? 0,
        String(model),
        String(method),
        listOf(args),
        dictOf(kwargs),
        wholeFloats,
      );
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

const modules: JsonRoute = {
  path: "/web/session/modules",
  type: "jsonrpc",
  auth: "user",
  handle({ server }) {
    const table = server.database.models.get("ir.module.module")?.table;
    return [...(table?.rows.values() ?? [])].filter(({ state }) => state === "installed").map(({ name }) => name);
  },
};
/** The languages that Odoo is translated into, of which a sandbox has one. */
const languages: JsonRoute = {
  path: "/web/session/get_lang_list",
  type: "jsonrpc",
  auth: "none",
  handle: () => [["en_US", "English (US)"]],
};
/** A new order of records by their sequence; gone in 19. */
const resequence: JsonRoute = {
  path: "/web/dataset/resequence",
  type: "jsonrpc",
  auth: "user",
  until: 18,
  handle({ server, uid }, params) {
    required(params, ["model", "ids"], typeError, "DataSet.resequence");
    const { model, ids, field = "sequence", offset = 0 } = params;
    const name = String(field);
    if (!server.database.models.get(String(model))?.fields.has(name)) return false;
    listOf(ids).forEach((id, at) => {
      const values = { [name]: Number(offset) + at };
      callMethod(server, uid ?? 0, String(model), "write", [[id], values], {}, wholeFloats);
    });
    return true;
  },
};

export const sessionRoutes: readonly JsonRoute[] = [
  ...[authenticate, info, check, destroy, versions, databases, modules, languages, resequence],
  callKw("/web/dataset/call_kw", "call_kw"),
  callKw("/web/dataset/call_kw/<path:path>", "call_kw"),
  callKw("/web/dataset/call_button", "call_button"),
  callKw("/web/dataset/call_button/<path:path>", "call_button"),
];
