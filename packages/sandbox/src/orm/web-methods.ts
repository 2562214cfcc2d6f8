/** Methods of every model that the web client brought: groups, records by specification, archiving, metadata. */
import { checkAccess, checkRecords } from "./access.js";
import { count, mapping, names, options } from "./arguments.js";
import { type Env, modelOf, sudo } from "./env.js";
import { valueError } from "./exceptions.js";
import { formattedGroups, legacyGroups } from "./groups.js";
import type { Method, Model, Values } from "./model.js";
import { repr, truthy } from "./python.js";
import { readRecords } from "./read.js";
import { displayName, fieldValue } from "./value.js";

/** Groups in the order of the first term asked for, a key of theirs. */
function ordered(groups: Values[], order: unknown): Values[] {
  if (!truthy(order)) return groups;
  const [key = "", direction = ""] = String(order).split(",")[0]?.trim().split(/\s+/) ?? [];
  const sign = direction.toLowerCase() === "desc" ? -1 : 1;
  const rank = (group: Values): unknown => (Array.isArray(group[key]) ? (group[key] as unknown[])[1] : group[key]);
  return [...groups].sort((a, b) => {
    const [x, y] = [rank(a), rank(b)];
    const isText = typeof x === "string" && typeof y === "string";
    return sign * (isText ? x.localeCompare(y, "en") : Number(x) - Number(y) || 0);
  });
}

function sliced(groups: Values[], args: Values): Values[] {
  const { offset, limit } = options(args);
  return groups.slice(offset, limit ? offset + limit : undefined);
}

const read_group: Method = {
  onModel: true,
  parameters: ["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"],
  required: 3,
  call(env, model, _ids, args) {
    checkAccess(env, model, "read");
    const groupby = typeof args.groupby === "string" ? [args.groupby] : (names(args.groupby) ?? []);
    const lazy = args.lazy === undefined || truthy(args.lazy);
    const groups = legacyGroups(env, model, args.domain, names(args.fields) ?? [], groupby, lazy);
    return sliced(ordered(groups, args.orderby), args);
  },
};

const formatted_read_group: Method = {
  onModel: true,
  since: 19,
  parameters: ["domain", "groupby", "aggregates", "having", "offset", "limit", "order"],
  required: 1,
  call(env, model, _ids, args) {
    checkAccess(env, model, "read");
    const groups = formattedGroups(env, model, args.domain, names(args.groupby) ?? [], names(args.aggregates) ?? []);
    return sliced(ordered(groups, args.order), args);
  },
};

const deepest = 10;

/** Records by a specification: relations as ids, or as records where it has `fields` of theirs. */
function webRead(env: Env, model: Model, ids: readonly number[], specification: Values, depth = 0): Values[] {
  if (depth > deepest) throw valueError("The specification is nested too deeply.");
  return readRecords(env, model, ids, ["id", ...Object.keys(specification)]).map((record) => {
    const shown: Values = { id: record.id };
    for (const [name, wanted] of Object.entries(specification))
      shown[name] = webValue(env, model, name, record[name], mapping(wanted), depth);
    return shown;
  });
}

function webValue(env: Env, model: Model, name: string, value: unknown, wanted: Values, depth: number): unknown {
  const field = model.fields.get(name);
  const comodel = field?.relation ? env.db.models.get(field.relation) : undefined;
  if (field?.type === "many2one") {
    const id: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof id !== "number" || !wanted.fields || !comodel) return id;
    // The name of a related record is shown also to who may not read the record.
    const { display_name: named, ...others } = mapping(wanted.fields);
    const rest = Object.keys(others).length > 0 ? webRead(env, comodel, [id], others, depth + 1)[0] : {};
    return { id, ...(named ? { display_name: displayName(sudo(env), comodel, id) } : {}), ...rest };
  }
  if (Array.isArray(value) && wanted.fields && comodel)
    return webRead(env, comodel, value as number[], mapping(wanted.fields), depth + 1);
  return value;
}

const web_read: Method = {
  parameters: ["specification"],
  required: 1,
  call: (env, model, ids, args) => webRead(env, model, ids, mapping(args.specification)),
};

const web_search_read: Method = {
  onModel: true,
  parameters: ["domain", "specification", "offset", "limit", "order", "count_limit"],
  required: 2,
  call(env, model, _ids, args) {
    const ids = env.db.operations.search(env, model, args.domain, options(args));
    const most = count(args.count_limit);
    const all = env.db.operations.search(env, model, args.domain, { order: "id", ...(most ? { limit: most } : {}) });
    return { length: all.length, records: webRead(env, model, ids, mapping(args.specification)) };
  },
};

const web_save: Method = {
  parameters: ["vals", "specification", "next_id"],
  required: 2,
  call(env, model, ids, args) {
    const values = args.vals as Values;
    const { create, write } = env.db.operations;
    if (ids.length > 0) write(env, model, ids, values);
    const saved = ids.length > 0 ? ids : create(env, model, [values]);
    const next = count(args.next_id);
    return webRead(env, model, next ? [next] : saved, mapping(args.specification));
  },
};

function archive(active: (before: unknown) => boolean): Method {
  return {
    parameters: [],
    required: 0,
    call(env, model, ids) {
      if (!model.fields.has("active")) throw valueError(`Invalid field ${repr("active")} on model ${repr(model.name)}`);
      checkRecords(env, model, ids, "read");
      for (const id of ids)
        env.db.operations.write(env, model, [id], { active: active(fieldValue(env, model, id, "active")) });
      return undefined;
    },
  };
}

/** Who made and changed records, and their external ids, which any user may ask for. */
const get_metadata: Method = {
  parameters: [],
  required: 0,
  call(env, model, ids) {
    const data = modelOf(env, "ir.model.data").table;
    const stamps = ["create_uid", "create_date", "write_uid", "write_date"].filter((name) => model.fields.has(name));
    return readRecords(env, model, ids, stamps).map((record) => {
      const found = data.find("res_id", Number(record.id)).flatMap((at) => {
        const row = data.rows.get(at);
        return row?.model === model.name ? [row] : [];
      });
      const xmlids = found.map((row) => ({ xmlid: `${row.module}.${row.name}`, noupdate: row.noupdate === true }));
      const [first] = xmlids;
      return { ...record, xmlid: first?.xmlid ?? false, noupdate: first?.noupdate ?? false, xmlids };
    });
  },
};

/** The first external id of each record, or "". Any user may ask. */
const get_external_id: Method = {
  parameters: [],
  required: 0,
  call(env, model, ids) {
    const data = modelOf(env, "ir.model.data").table;
    const first = (id: number) =>
      data
        .find("res_id", id)
        .map((at) => data.rows.get(at))
        .find((row) => row?.model === model.name);
    return Object.fromEntries(ids.map((id) => [id, externalIdOf(first(id))]));
  },
};

function externalIdOf(row: Values | undefined): string {
  return row ? `${row.module}.${row.name}` : "";
}

export const webMethods: Readonly<Record<string, Method>> = {
  read_group,
  formatted_read_group,
  web_read,
  web_search_read,
  web_save,
  action_archive: archive(() => false),
  action_unarchive: archive(() => true),
  toggle_active: archive((before) => before !== true),
  get_metadata,
  get_external_id,
};
