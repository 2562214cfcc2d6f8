/** The methods that every model has for a client, with their parameters as Python names them. */

import { type Right, rights } from "../versions/facts.js";
import { checkAccess, checkRecords, hasAccess, seesField } from "./access.js";
import { archiveMethods } from "./archive.js";
import { count, names, options } from "./arguments.js";
import { parseDomain } from "./domain.js";
import { type Env, sudo } from "./env.js";
import { accessError, assertionError, attributeError, typeError } from "./exceptions.js";
import { exported } from "./export.js";
import { load } from "./load.js";
import type { Method, Model, Values } from "./model.js";
import { truthy, typeName } from "./python.js";
import { readRecords } from "./read.js";
import { defaultsOf } from "./records.js";
import { displayName, recNameOf } from "./value.js";
import { webMethods } from "./web-methods.js";

function search(env: Env, model: Model, args: Values): number[] {
  parseDomain(args.domain, env.db.profile);
  return env.db.operations.search(env, model, args.domain, options(args));
}

function described(env: Env, model: Model, args: Values): Values {
  const wanted = names(args.allfields);
  const attributes = names(args.attributes);
  const answer: Values = {};
  for (const field of model.fields.values()) {
    if (wanted && !wanted.includes(field.name)) continue;
    if (!seesField(env, field)) continue;
    const all = field.description;
    answer[field.name] = attributes
      ? Object.fromEntries(Object.entries(all).filter(([name]) => attributes.includes(name)))
      : all;
  }
  return answer;
}

function right(value: unknown): Right {
  if (typeof value === "string" && Object.hasOwn(rights, value)) return value as Right;
  throw assertionError("Invalid access mode");
}

function values(value: unknown): Values {
  return value as Values;
}

const commonMethods: Readonly<Record<string, Method>> = {
  create: {
    onModel: true,
    returnsRecords: true,
    parameters: ["vals_list"],
    required: 1,
    owner: "own",
    call(env, model, _ids, { vals_list: given }) {
      if (Array.isArray(given)) return env.db.operations.create(env, model, given);
      if (typeof given === "number" || typeof given === "boolean" || given === null)
        throw typeError(`'${typeName(given)}' object is not iterable`);
      return env.db.operations.create(env, model, [values(given)])[0];
    },
  },
  write: {
    parameters: ["vals"],
    required: 1,
    owner: "own",
    call(env, model, ids, args) {
      env.db.operations.write(env, model, ids, values(args.vals));
      return true;
    },
  },
  unlink: {
    parameters: [],
    required: 0,
    owner: "own",
    call(env, model, ids) {
      env.db.operations.unlink(env, model, ids);
      return true;
    },
  },
  read: {
    parameters: ["fields", "load"],
    required: 0,
    call: (env, model, ids, args) => readRecords(env, model, ids, names(args.fields), args.load),
  },
  search: {
    onModel: true,
    parameters: ["domain", "offset", "limit", "order"],
    required: 1,
    call: (env, model, _ids, args) => search(env, model, args),
  },
  search_count: {
    onModel: true,
    parameters: ["domain", "limit"],
    required: 1,
    call: (env, model, _ids, args) =>
      env.db.operations.search(env, model, args.domain, { ...options(args), order: "id" }).length,
  },
  search_read: {
    onModel: true,
    parameters: ["domain", "fields", "offset", "limit", "order", "load"],
    required: 0,
    call(env, model, _ids, args) {
      const ids = search(env, model, { ...args, domain: args.domain ?? [] });
      return readRecords(env, model, ids, names(args.fields), args.load);
    },
  },
  fields_get: {
    onModel: true,
    parameters: ["allfields", "attributes"],
    required: 0,
    call: (env, model, _ids, args) => described(env, model, args),
  },
  default_get: {
    onModel: true,
    parameters: ["fields_list"],
    required: 1,
    owner: "own",
    call(env, model, _ids, args) {
      const wanted = names(args.fields_list) ?? [];
      const defaults = defaultsOf(env, model, {});
      return Object.fromEntries(wanted.flatMap((name) => (name in defaults ? [[name, defaults[name]]] : [])));
    },
  },
  load: {
    onModel: true,
    parameters: ["fields", "data"],
    required: 2,
    call: (env, model, _ids, args) => load(env, model, args.fields, args.data),
  },
  name_search: {
    onModel: true,
    parameters: ["name", "args", "operator", "limit"],
    required: 0,
    call(env, model, _ids, args) {
      const text = truthy(args.name) ? [["display_name", args.operator ?? "ilike", args.name]] : [];
      const rest: readonly unknown[] = Array.isArray(args.args) ? args.args : [];
      const limit = args.limit === undefined ? 100 : count(args.limit);
      const ids = env.db.operations.search(env, model, [...text, ...rest], { limit });
      return ids.map((id) => [id, displayName(sudo(env), model, id)]);
    },
  },
  name_create: {
    onModel: true,
    parameters: ["name"],
    required: 1,
    call(env, model, _ids, args) {
      const name = recNameOf(model);
      if (!name) return false;
      const [id = 0] = env.db.operations.create(env, model, [{ [name]: args.name }]);
      return [id, displayName(env, model, id)];
    },
  },
  exists: {
    parameters: [],
    required: 0,
    call: (_env, model, ids) => ids.filter((id) => model.table.rows.has(id)),
  },
  browse: {
    onModel: true,
    parameters: ["ids"],
    required: 0,
    call: (_env, model) => `${model.name}()`,
  },
  has_access: {
    parameters: ["operation"],
    required: 1,
    call: (env, model, _ids, args) => hasAccess(env, model, right(args.operation)),
  },
  check_access_rights: {
    onModel: true,
    parameters: ["operation", "raise_exception"],
    required: 1,
    call(env, model, _ids, args) {
      if (args.raise_exception === false) return hasAccess(env, model, right(args.operation));
      return checkAccess(env, model, right(args.operation));
    },
  },
  copy: {
    parameters: ["default"],
    required: 0,
    owner: "own",
    call(env, model, ids, args) {
      const overrides = truthy(args.default) ? values(args.default) : {};
      return ids.map((id) => copyOf(env, model, id, overrides));
    },
  },
  export_data: {
    parameters: ["fields_to_export"],
    required: 1,
    call(env, model, ids, args) {
      const wanted = names(args.fields_to_export) ?? [];
      return { datas: ids.map((id) => wanted.map((name) => exported(env, model, id, name))) };
    },
  },
  ...webMethods,
  ...archiveMethods,
};

const neverCopied = new Set([
  "id",
  "create_uid",
  "create_date",
  "write_uid",
  "write_date",
  "parent_path",
  "display_name",
  "barcode",
  "state",
  "locked",
  "password",
]);

/** A copy has the stored values, and no lines; a name that names it says "(copy)". */
function copyOf(env: Env, model: Model, id: number, overrides: Values): number {
  checkRecords(env, model, [id], "read");
  const row = model.table.rows.get(id) ?? {};
  const given: Values = {};
  for (const [name, value] of Object.entries(row)) {
    const field = model.fields.get(name);
    if (!field || neverCopied.has(name) || field.related) continue;
    given[name] = field.type === "many2many" ? [[6, 0, value]] : value;
  }
  const recName = recNameOf(model);
  if (recName && typeof given[recName] === "string") given[recName] = `${given[recName]} (copy)`;
  return env.db.operations.create(env, model, [{ ...given, ...overrides }])[0] ?? 0;
}

/** The method of this name, refused as Odoo does where a client may not call it. */
export function methodOf(env: Env, model: Model, name: string): Method {
  const { says, notCallable } = env.db.profile;
  if (name.startsWith("_") || notCallable.has(name)) throw accessError(says.privateMethod(model.name, name));
  const { methods = {} } = model.behaviour;
  const served = (from: Readonly<Record<string, Method>>) => {
    const method = Object.hasOwn(from, name) ? from[name] : undefined;
    return method && isServed(env, method) ? method : undefined;
  };
  const method = served(methods) ?? served(commonMethods);
  if (!method) throw attributeError(says.unknownMethod(model.name, name));
  return method;
}

function isServed({ db: { profile } }: Env, { since = 0, until = profile.version }: Method): boolean {
  return since <= profile.version && profile.version <= until;
}

/** The methods that a client may call, by name. */
export function publicMethods(env: Env, model: Model): readonly (readonly [string, Method])[] {
  const { notCallable } = env.db.profile;
  return Object.entries({ ...commonMethods, ...model.behaviour.methods })
    .filter(([name, method]) => isServed(env, method) && !notCallable.has(name) && !name.startsWith("_"))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
