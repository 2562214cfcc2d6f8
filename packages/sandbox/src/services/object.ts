/** The service `object`: a method of a model, called as a user, in a transaction of its own. */
import type { Env } from "../orm/env.js";
import {
  accessDenied,
  accessError,
  indexError,
  notAnInteger,
  plainException,
  typeError,
  userError,
} from "../orm/exceptions.js";
import { bindArguments, methodOf } from "../orm/methods.js";
import type { Values } from "../orm/model.js";
import { repr, truthy } from "../orm/python.js";
import { requireDatabase, type Server, type Transport } from "./server.js";

export function object(server: Server, method: string, params: readonly unknown[], transport: Transport): unknown {
  if (method !== "execute_kw" && method !== "execute") throw plainException(`Method not found: ${method}`);
  const [database, uid, secret, model, name, ...rest] = params;
  if (params.length < 5) throw typeError("execute_kw() missing required positional arguments");
  requireDatabase(server, database);
  if (!server.credentials.check(uid, secret)) throw accessDenied();
  const args = method === "execute" ? rest : rest[0];
  const kwargs = method === "execute" ? {} : rest[1];
  return callMethod(server, Number(uid), String(model), String(name), listOf(args), dictOf(kwargs), transport);
}

function listOf(args: unknown): readonly unknown[] {
  if (args === undefined || args === null || args === false) return [];
  if (Array.isArray(args)) return args;
  throw typeError(`Value after * must be an iterable, not ${typeof args}`);
}

function dictOf(kwargs: unknown): Values {
  if (!truthy(kwargs)) return {};
  if (typeof kwargs === "object" && !Array.isArray(kwargs)) return kwargs as Values;
  throw typeError("argument after ** must be a mapping");
}

/** Calls a public method of a model. Undefined is Python's None. */
function callMethod(
  server: Server,
  uid: number,
  modelName: string,
  name: string,
  args: readonly unknown[],
  kwargs: Values,
  transport: Transport,
): unknown {
  const { database } = server;
  const model = database.models.get(modelName);
  if (!model) throw userError(`Object ${modelName} doesn't exist`);
  const { context: given, ...named } = kwargs;
  const env = envOf(server, uid, dictOf(given), transport);
  return database.transaction(() => {
    const method = methodOf(env, model, name);
    const takesIds = !method.onModel || (name === "default_get" && model.facts.defaultGetTakesIds);
    if (!takesIds) return method.call(env, model, [], bindArguments(env, model, name, method, args, named));
    const { ids: namedIds, ...others } = named;
    if (args.length === 0 && namedIds === undefined)
      throw indexError(database.profile.version === 18 ? "tuple index out of range" : "list index out of range");
    const [first, ...further] = args.length > 0 ? args : [namedIds];
    const positional = args.length > 0 ? further : [];
    const bound = bindArguments(env, model, name, method, positional, others);
    return method.call(env, model, idsOf(first), bound);
  });
}

function envOf(server: Server, uid: number, context: Values, transport: Transport): Env {
  const companies = context.allowed_company_ids;
  if (Array.isArray(companies)) {
    const known = server.database.models.get("res.company")?.table;
    if (companies.some((id) => typeof id !== "number" || !known?.rows.has(id)))
      throw accessError("Access to unauthorized or invalid companies.");
  }
  return { db: server.database, uid, su: false, context, ...(transport.float ? { float: transport.float } : {}) };
}

function idsOf(given: unknown): number[] {
  if (given === false || given === null) return [];
  const list = Array.isArray(given) ? given : [given];
  return list.map((id: unknown) => {
    if (typeof id === "number") return id;
    if (typeof id === "boolean") return id ? 1 : 0;
    if (typeof id === "string") throw notAnInteger(id);
    throw typeError(`unhashable type: ${repr(Array.isArray(id) ? "list" : "dict")}`);
  });
}
