/**
 * /doc and /doc-bearer (19): models, fields and methods of JSON-2 as data, for administrators and the group
 * Technical Documentation. Texts that explain them are Odoo's own and not among them.
 */
import { createHash } from "node:crypto";
import { hasAccess, seesField } from "../orm/access.js";
import { parametersOf } from "../orm/binding.js";
import { type Env, hasGroup } from "../orm/env.js";
import { accessError, SessionExpired } from "../orm/exceptions.js";
import { publicMethods } from "../orm/methods.js";
import type { Method, Model, Values } from "../orm/model.js";
import { bearer } from "../services/bearer.js";
import { HttpException } from "../services/http-exceptions.js";
import { envOf } from "../services/object.js";
import { json, page, type RouteAnswer } from "./answer.js";
import { tell } from "./json2.js";
import { perform } from "./perform.js";
import type { HttpRoute, OwnRoute } from "./routes.js";

/** Refuses who may not read it. */
function admit(env: Env): void {
  if (!hasGroup(env, "api_doc.group_allow_doc") && !hasGroup(env, "base.group_system"))
    throw accessError("This page is only accessible to Technical Documentation users.");
}

function index(env: Env): Values {
  const installed = [...(env.db.models.get("ir.module.module")?.table.rows.values() ?? [])];
  const models = [...env.db.models.values()].filter((model) => hasAccess(env, model, "read"));
  return {
    modules: installed.filter(({ state }) => state === "installed").map(({ name }) => name),
    models: models.map((model) => ({
      model: model.name,
      name: model.facts.label,
      fields: Object.fromEntries(fieldsOf(env, model).map(({ name, string }) => [name, { string }])),
      methods: publicMethods(env, model).map(([name]) => name),
    })),
  };
}

function described(env: Env, name: string): Values {
  const model = env.db.models.get(name);
  if (!model || !hasAccess(env, model, "read")) throw new HttpException(404);
  return {
    model: name,
    name: model.facts.label,
    doc: null,
    fields: Object.fromEntries(fieldsOf(env, model).map((field) => [field.name, field.description])),
    methods: Object.fromEntries(publicMethods(env, model).map(([at, method]) => [at, signatureOf(env, at, method)])),
  };
}

function fieldsOf(env: Env, model: Model) {
  return [...model.fields.values()].filter((field) => seesField(env, field));
}

function signatureOf(env: Env, name: string, method: Method): Values {
  const parameters = parametersOf(env, name, method);
  const shown = parameters.map((parameter, at) => (at < method.required ? parameter : `${parameter}=None`));
  return {
    signature: `(${shown.join(", ")})`,
    parameters: Object.fromEntries(
      parameters.map((parameter, at) => [parameter, at < method.required ? {} : { default: null }]),
    ),
    ...(method.onModel ? { api: ["model"] } : {}),
  };
}

function data(path: string, byKey: boolean): OwnRoute {
  return {
    path,
    type: "own",
    since: 19,
    async respond(doors, request, reply, { model }) {
      const server = doors.server();
      const session = doors.sessions.of(request.headers.cookie)?.uid;
      const headers = request.headers as Readonly<Record<string, string | undefined>>;
      const run = () => {
        if (!byKey && session === undefined) throw new SessionExpired();
        const env = envOf(server, byKey ? bearer(server, headers, session) : (session ?? 0), {}, {});
        admit(env);
        return model === undefined ? index(env) : described(env, String(model));
      };
      const method = model === undefined ? "index" : "model";
      const called = { transport: "http", service: "doc", model: "", method, uid: session ?? 0, size: 1 } as const;
      return perform(
        doors,
        reply,
        () => ({ called, run }),
        (outcome): RouteAnswer => {
          if ("exception" in outcome) return tell(outcome);
          const body = JSON.stringify(outcome.value);
          const etag = `"${createHash("sha256").update(body).digest("hex")}"`;
          const validators = { ETag: etag, "Cache-Control": "no-cache, private" };
          if (headers["if-none-match"] === etag) return { status: 304, headers: validators, body: "" };
          return json(body, 200, { ...validators, "Content-Language": "en-US", "X-Content-Type-Options": "nosniff" });
        },
      );
    },
  };
}

const docPage = (path: string): HttpRoute => ({
  path,
  type: "http",
  auth: "user",
  since: 19,
  handle({ server, uid = 0 }) {
    admit(envOf(server, uid, {}, {}));
    return page("<p>The sandbox shows its models at /doc/index.json.</p>");
  },
});

export const docRoutes: readonly (OwnRoute | HttpRoute)[] = [
  ...["/doc", "/doc/<model_name>"].map(docPage),
  data("/doc/index.json", false),
  data("/doc/<model>.json", false),
  data("/doc-bearer/index.json", true),
  data("/doc-bearer/<model>.json", true),
];
