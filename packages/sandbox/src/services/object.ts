/** The service `object`: a method of a model, called as a user, in a transaction of its own. */

import { bindArguments, parametersOf } from "../orm/binding.js";
import type { Database, Env } from "../orm/env.js";
import {
  accessDenied,
  accessError,
  indexError,
  notAnInteger,
  OdooException,
  typeError,
  userError,
  valueError,
} from "../orm/exceptions.js";
import { methodOf } from "../orm/methods.js";
import type { Method, Model, Values } from "../orm/model.js";
import { repr, truthy, typeName } from "../orm/python.js";
import { requireDatabase, type Server, type Transport } from "./server.js";

export function object(server: Server, method: string, params: readonly unknown[], transport: Transport): unknown {
  const [database, uid, secret, model, name, ...rest] = params;
  const isKnown = method === "execute_kw" || method === "execute";
  const unknown = () => new OdooException("builtins.NameError", `Method not available ${method}`);
  const { objectArguments } = server.database.profile.doors;
  if (objectArguments === 3 && params.length < 3) throw indexError("list index out of range");
  if (objectArguments === 5) {
    if (params.length < 5) throw valueError(`not enough values to unpack (expected at least 5, got ${params.length})`);
    if (!isKnown) throw unknown();
  }
  requireDatabase(server, database);
  if (!server.credentials.check(uid, secret)) throw accessDenied();
  if (!isKnown) throw unknown();
  if (params.length < 5) throw typeError(`${method}() missing required positional arguments`);
  const args = method === "execute" ? rest : rest[0];
  const kwargs = method === "execute" ? {} : rest[1];
  return callMethod(server, Number(uid), String(model), String(name), listOf(args), dictOf(kwargs), transport);
}

export function listOf(args: unknown): readonly unknown[] {
  if (args === undefined || args === null || args === false) return [];
  if (Array.isArray(args)) return args;
  throw typeError(`Value after * must be an iterable, not ${typeof args}`);
}

export function dictOf(kwargs: unknown): Values {
  if (!truthy(kwargs)) return {};
  if (typeof kwargs === "object" && !Array.isArray(kwargs)) return kwargs as Values;
  throw typeError("argument after ** must be a mapping");
}

/** Calls a public method of a model. Undefined is Python's None. */
export function callMethod(
  server: Server,
  uid: number,
  modelName: string,
  name: string,
  args: readonly unknown[],
  kwargs: Values,
  transport: Transport,
): unknown {
  const { context: given, ...named } = kwargs;
  // The model is looked for before the context is looked at.
  servedModel(server.database, modelName);
  return callAs(envOf(server, uid, dictOf(given), transport), modelName, name, args, named);
}

function servedModel(database: Database, name: string): Model {
  const model = database.models.get(name);
  if (!model) throw userError(`Object ${name} doesn't exist`);
  return model;
}

/** Calls a public method of a model in this environment. */
export function callAs(env: Env, modelName: string, name: string, args: readonly unknown[], named: Values): unknown {
  const database = env.db;
  const model = servedModel(database, modelName);
  return database.transaction(() => {
    const method = methodOf(env, model, name);
    const takesIds = !method.onModel || (name === "default_get" && model.facts.defaultGetTakesIds);
    if (!takesIds) return method.call(env, model, [], bindArguments(env, model, name, method, args, named));
    const { ids: namedIds, ...others } = named;
    if (args.length === 0 && namedIds === undefined) throw indexError(database.profile.doors.idsMissing);
    const [first, ...further] = args.length > 0 ? args : [namedIds];
    const positional = args.length > 0 ? further : [];
    const bound = bindArguments(env, model, name, method, positional, others);
    return method.call(env, model, idsOf(first), bound);
  });
}

/** A method called with all its arguments by name, as JSON-2 does. */
interface NamedCall {
  readonly uid: number;
  readonly model: string;
  readonly method: string;
  readonly ids: unknown;
  readonly context: unknown;
  readonly named: Values;
}
/** How to refuse what never reaches the method. */
interface Refusals {
  unknownModel(message: string): Error;
  unknownMethod(message: string): Error;
  arguments(message: string): Error;
}

/** Calls a public method with arguments by name; records come back as a list of their ids. */
export function callNamed(server: Server, call: NamedCall, refuse: Refusals, transport: Transport): unknown {
  const { database } = server;
  const model = database.models.get(call.model);
  if (!model) throw refuse.unknownModel(`the model '${call.model}' does not exist`);
  const { context = {}, method: name } = call;
  if (typeof context === "number" || typeof context === "boolean" || context === null)
    throw typeError(`'${typeName(context)}' object is not iterable`);
  const env = envOf(server, call.uid, dictOf(context), transport);
  return database.transaction(() => {
    const method = publicMethod(env, model, name, refuse);
    const takesIds = truthy(call.ids);
    if (method.onModel && takesIds) throw refuse.arguments(`cannot call ${model.name}.${name} with ids`);
    const parameters = parametersOf(env, name, method);
    const missing = parameters.slice(0, method.required).find((parameter) => !Object.hasOwn(call.named, parameter));
    if (missing !== undefined) throw refuse.arguments(`missing a required argument: '${missing}'`);
    const unknown = Object.keys(call.named).find((key) => !parameters.includes(key));
    if (unknown !== undefined && method.anyKeyword !== true)
      throw refuse.arguments(`got an unexpected keyword argument '${unknown}'`);
    const ids = typeof call.ids === "string" ? [...call.ids] : call.ids;
    const value = method.call(env, model, idsOf(ids), bindArguments(env, model, name, method, [], call.named));
    return method.returnsRecords && typeof value === "number" ? [value] : value;
  });
}

function publicMethod(env: Env, model: Model, name: string, refuse: Refusals): Method {
  try {
    return methodOf(env, model, name);
  } catch (error) {
    if (error instanceof OdooException && error.exception === "builtins.AttributeError")
      throw refuse.unknownMethod(error.message);
    throw error;
  }
}

export function envOf(server: Server, uid: number, context: Values, transport: Transport): Env {
  const companies = context.allowed_company_ids;
  if (Array.isArray(companies)) {
    const own = server.database.models.get("res.users")?.table.rows.get(uid)?.company_ids;
    if (companies.some((id) => typeof id !== "number" || typeof own !== "object" || !own.includes(id)))
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
