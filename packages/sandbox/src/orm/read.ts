/** read: records as JSON, with many2one as [id, name], in the shape of Odoo's answer. */
import { checkAccess, checkRecords, seesField } from "./access.js";
import { type Env, modelOf, sudo } from "./env.js";
import { accessError, valueError } from "./exceptions.js";
import type { Field } from "./fields.js";
import type { Model, Read, Values } from "./model.js";
import { displayName, fieldValue } from "./value.js";

/**
 * Records that are gone are left out; id 0 reads as a record of falses. A many2one is [id, name], and its id
 * alone where `load` is anything but `_classic_read`.
 */
export function readRecords(
  env: Env,
  model: Model,
  ids: readonly number[],
  names: readonly string[] | undefined,
  load: unknown = "_classic_read",
): Values[] {
  checkAccess(env, model, "read");
  const fields = fieldsToRead(env, model, names);
  const existing = ids.filter((id) => model.table.rows.has(id));
  checkRecords(env, model, existing, "read");
  const seen = load === "_classic_read" ? new Map<string, unknown>() : undefined;
  return ids.flatMap((id) => {
    if (id === 0) return [blank(fields)];
    if (!model.table.rows.has(id)) return [];
    const record: Values = { id };
    for (const field of fields) record[field.name] = present(env, field, fieldValue(env, model, id, field.name), seen);
    return [record];
  });
}

function fieldsToRead(env: Env, model: Model, names: readonly string[] | undefined): Field[] {
  const wanted =
    names && names.length > 0 ? names : [...model.fields.values()].filter((f) => seesField(env, f)).map((f) => f.name);
  const fields = wanted.map((name) => {
    const field = model.fields.get(name);
    if (!field) throw valueError(env.db.profile.says.unknownFieldRead(model.name, String(name)));
    return field;
  });
  const hidden = fields.filter((field) => !seesField(env, field));
  if (hidden.length > 0) throw hiddenError(env, model, hidden);
  return fields;
}

function hiddenError(env: Env, model: Model, hidden: readonly Field[]): Error {
  const groups = (field: Field) => {
    const names = (field.groups ?? "").split(",").map((xid) => {
      const group = env.db.ref(xid.trim());
      return group ? `'${displayName(sudo(env), modelOf(env, "res.groups"), group.id)}'` : xid;
    });
    return `allowed for groups ${names.join(", ")}`;
  };
  const plural = env.db.profile.namesHiddenFields;
  const [first] = hidden;
  const names = plural ? hidden.map((field) => field.name).join(",") : first?.name;
  const why = plural
    ? `Fields:\n${[...hidden]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((field) => `- ${field.name} (${groups(field)})`)
        .join("\n")}`
    : `Groups: ${first ? groups(first) : ""}`;
  return accessError(
    `You do not have enough rights to access the ${plural ? "fields" : "field"} "${names}" on ${model.facts.label} ` +
      `(${model.name}). Please contact your system administrator.\n\nOperation: read\nUser: ${env.uid}\n${why}`,
  );
}

function blank(fields: readonly Field[]): Values {
  return {
    id: 0,
    ...Object.fromEntries(
      fields.map((field) => [field.name, field.type === "many2many" || field.type === "one2many" ? [] : false]),
    ),
  };
}

/** A value of Python as JSON has it; the names of a many2one, where they are wanted, are read once a call. */
function present(env: Env, field: Field, value: Read, seen: Map<string, unknown> | undefined): unknown {
  if (field.type === "many2one") {
    if (typeof value !== "number" || !field.relation) return false;
    const comodel = env.db.models.get(field.relation);
    // A record of a model that is not served is called as Odoo calls one without a name.
    if (!comodel) return seen && value > 0 ? [value, `${field.relation},${value}`] : value || false;
    if (!comodel.table.rows.has(value)) return false;
    if (!seen) return value;
    const key = `${field.relation},${value}`;
    let pair = seen.get(key);
    if (pair === undefined) {
      pair = [value, displayName(sudo(env), comodel, value)];
      seen.set(key, pair);
    }
    return pair;
  }
  if (field.type === "json" || field.type === "properties" || field.type === "properties_definition")
    return typeof value === "string" ? JSON.parse(value) : field.type === "properties" ? [] : value;
  return (field.type === "float" || field.type === "monetary") && typeof value === "number" && env.float
    ? env.float(value)
    : value;
}
