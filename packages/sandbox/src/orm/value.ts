/** The value of a field of a record: stored, computed, related or collected from the other side. */
import { type Env, sudo, withContext } from "./env.js";
import { emptyOf, type Field } from "./fields.js";
import type { Model, Read } from "./model.js";

/** Reads a field as Odoo's Python does: false for NULL, ids for relations. Never refuses. */
export function fieldValue(env: Env, model: Model, id: number, name: string): Read {
  if (name === "id") return id;
  if (name === "display_name") return displayName(env, model, id);
  const field = model.fields.get(name);
  if (!field) return false;
  const compute = model.behaviour.computes?.[name];
  if (compute) return compute(sudo(env), id);
  if (field.type === "one2many") return children(env, field, id);
  const mirrored = model.behaviour.mirrors?.[name];
  if (mirrored && field.relation) return env.db.models.get(field.relation)?.table.find(mirrored, id) ?? [];
  const row = model.table.rows.get(id);
  if (field.related && (!field.store || row?.[name] === undefined)) return related(env, model, id, field);
  const value = row?.[name];
  if (value === undefined) return emptyOf(field.type);
  return typeof value === "object" ? shown(env, field, value) : value;
}

function related(env: Env, model: Model, id: number, field: Field): Read {
  let at: Model | undefined = model;
  let current: Read = id;
  for (const step of field.related ?? []) {
    if (!at || typeof current !== "number" || current === 0) return emptyOf(field.type);
    const relation: string | undefined = at.fields.get(step)?.relation;
    const value: Read = fieldValue(env, at, current, step);
    current = typeof value === "object" && relation && step !== field.related?.at(-1) ? (value[0] ?? false) : value;
    at = relation ? env.db.models.get(relation) : undefined;
  }
  return current === false ? emptyOf(field.type) : current;
}

function children(env: Env, field: Field, id: number): readonly number[] {
  const comodel = field.relation ? env.db.models.get(field.relation) : undefined;
  const back = field.relationField;
  if (!comodel || !back || comodel.fields.get(back)?.type !== "many2one") return [];
  const found = shown(env, field, comodel.table.find(back, id));
  if (found.length < 2) return found;
  const archived = withContext(env, { active_test: false });
  return env.db.operations.search(sudo(archived), comodel, [["id", "in", found]]);
}

/** Relations leave out what is archived, unless the context says active_test false. */
function shown(env: Env, field: Field, ids: readonly number[]): readonly number[] {
  if (env.context.active_test === false || ids.length === 0) return ids;
  const comodel = field.relation ? env.db.models.get(field.relation) : undefined;
  if (!comodel?.fields.get("active")?.store) return ids;
  return ids.filter((other) => comodel.table.rows.get(other)?.active === true);
}

/** The name of a record; false where it has none. */
export function displayName(env: Env, model: Model, id: number): string | false {
  if (!model.table.rows.has(id)) return false;
  const own = model.behaviour.displayName;
  if (own) return own(sudo(env), id);
  const name = recNameOf(model);
  if (!name) return `${model.name},${id}`;
  const value = fieldValue(env, model, id, name);
  return value === false ? false : String(value);
}

export function recNameOf(model: Model): string | undefined {
  const name = model.behaviour.recName ?? "name";
  return model.fields.has(name) ? name : undefined;
}
