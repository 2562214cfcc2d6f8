/** create, write and unlink of a model, as a client's call and every x2many command use them. */
import { checkAccess, checkedIds } from "./access.js";
import { applyCommands } from "./commands.js";
import { checkConstraints, checkRow, foreignKeyError } from "./constraints.js";
import { toColumn } from "./convert.js";
import { type Database, type Env, modelOf, sudo } from "./env.js";
import { attributeError, typeError, valueError } from "./exceptions.js";
import { type Field, isX2many, type Row, type Value } from "./fields.js";
import type { Model, Values } from "./model.js";
import { typeName } from "./python.js";
import { fieldValue } from "./value.js";

/** Set by the ORM alone: what a client sends for them is passed over. */
const automatic = new Set([
  "id",
  "create_uid",
  "create_date",
  "write_uid",
  "write_date",
  "parent_path",
  "display_name",
]);

/** What values mean for a record: columns, commands of relations, and values that live elsewhere. */
interface Plan {
  readonly row: Record<string, Value>;
  readonly cleared: readonly string[];
  readonly relations: readonly (readonly [Field, unknown])[];
  readonly elsewhere: readonly (readonly [Field, unknown])[];
}

export function createRecords(env: Env, model: Model, list: readonly Values[]): number[] {
  checkAccess(env, model, "create");
  const completed = list.map((given) => {
    if (typeof given !== "object" || given === null || Array.isArray(given))
      throw attributeError(`'${typeName(given)}' object has no attribute 'get'`);
    refuseUnknown(env, model, given);
    return completedValues(env, model, given);
  });
  const ids: number[] = [];
  const plans: Plan[] = [];
  const now = env.db.now();
  const stamp = isLogged(model) ? { create_uid: env.uid, create_date: now, write_uid: env.uid, write_date: now } : {};
  for (const values of completed) {
    const plan = planOf(model, values);
    const id = model.table.nextId();
    const row: Row = { ...plan.row, ...stamp };
    checkRow(env, model, id, row, undefined);
    env.db.put(model.table, id, row);
    ids.push(id);
    plans.push(plan);
  }
  for (const [at, plan] of plans.entries()) apply(env, model, ids[at] ?? 0, plan);
  model.behaviour.afterCreate?.(env, ids, completed);
  checkConstraints(env, model, ids, undefined);
  return ids;
}

/** Whether it is kept who wrote a record and when; a few models do without (_log_access). */
function isLogged(model: Model): boolean {
  return model.fields.has("write_date");
}

/** The values with defaults, what is computed before insertion, and the parent of an inheriting model. */
function completedValues(env: Env, model: Model, given: Values): Values {
  const { inherits, precompute } = model.behaviour;
  const defaults = defaultsOf(env, model, given);
  if (inherits)
    for (const name of Object.keys(defaults)) if (isInherited(model, inherits.field, name)) delete defaults[name];
  const values: Values = { ...defaults, ...given };
  if (inherits && !values[inherits.field]) {
    const shared: Values = {};
    for (const [name, value] of Object.entries(given)) {
      if (!isInherited(model, inherits.field, name)) continue;
      shared[name] = value;
      delete values[name];
    }
    const inner = { ...env, context: { ...env.context, [`creating_${model.name}`]: true } };
    [values[inherits.field]] = env.db.operations.create(inner, modelOf(env, inherits.model), [shared]);
  }
  precompute?.(env, values);
  return values;
}

function isInherited(model: Model, link: string, name: string): boolean {
  const field = model.fields.get(name);
  const [first, second, third] = field?.related ?? [];
  return first === link && second === name && third === undefined;
}

/** Defaults of the fields that were not given, those of the context (`default_*`) first. */
export function defaultsOf(env: Env, model: Model, given: Values): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(model.facts.defaults)) if (!(name in given)) values[name] = value;
  for (const [name, make] of Object.entries(model.behaviour.defaults ?? {}))
    if (!(name in given) && model.fields.has(name)) values[name] = make(env);
  for (const [key, value] of Object.entries(env.context)) {
    const name = key.startsWith("default_") ? key.slice("default_".length) : "";
    if (name !== "" && !(name in given) && model.fields.has(name)) values[name] = value;
  }
  return values;
}

export function writeRecords(env: Env, model: Model, asked: readonly number[], given: Values): void {
  checkAccess(env, model, "write");
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw typeError(`argument of type '${typeName(given)}' is not iterable`);
  refuseUnknown(env, model, given);
  if (asked.length === 0) return;
  const ids = checkedIds(env, model, asked, "write");
  const values = { ...given };
  model.behaviour.beforeWrite?.(env, ids, values);
  const plan = planOf(model, values);
  const written = new Set([...Object.keys(plan.row), ...plan.cleared]);
  const stamp = isLogged(model) ? { write_uid: env.uid, write_date: env.db.now() } : {};
  for (const id of ids) {
    const row: Record<string, Value> = { ...model.table.rows.get(id), ...plan.row, ...stamp };
    for (const name of plan.cleared) delete row[name];
    checkRow(env, model, id, row, written);
    env.db.put(model.table, id, row);
    apply(env, model, id, plan);
  }
  model.behaviour.afterWrite?.(env, ids, values);
  checkConstraints(env, model, ids, new Set(Object.keys(values)));
}

function refuseUnknown(env: Env, model: Model, values: Values): void {
  for (const name of Object.keys(values))
    if (!model.fields.has(name)) throw valueError(env.db.profile.says.unknownFieldWritten(model.name, name));
}

function planOf(model: Model, values: Values): Plan {
  const row: Record<string, Value> = {};
  const cleared: string[] = [];
  const relations: [Field, unknown][] = [];
  const elsewhere: [Field, unknown][] = [];
  for (const [name, value] of Object.entries(values)) {
    const field = model.fields.get(name);
    if (!field || automatic.has(name)) continue;
    if (model.behaviour.inverses?.[name] || isElsewhere(field)) elsewhere.push([field, value]);
    else if (isX2many(field)) relations.push([field, value]);
    else if (field.store && !model.behaviour.computes?.[name]) {
      const column = toColumn(field, model.name, value);
      if (column === null) cleared.push(name);
      else row[name] = column;
    }
  }

  return { row, cleared, relations, elsewhere };
}

/** A related field that is not stored here but may be written: its value goes to the record it shows. */
function isElsewhere(field: Field): boolean {
  return field.related !== undefined && field.related.length > 1 && !field.store && !field.readonly;
}

function apply(env: Env, model: Model, id: number, plan: Plan): void {
  for (const [field, value] of plan.relations) {
    const isEmpty = Array.isArray(value) && (value.length === 0 || (value.length === 1 && isEmptySet(value[0])));
    if (isEmpty && model.table.rows.get(id)?.[field.name] === undefined && field.type === "many2many") continue;
    if (Array.isArray(value) && value.length === 0) continue;
    applyCommands(env, model, id, field, value);
  }
  for (const [field, value] of plan.elsewhere) {
    const inverse = model.behaviour.inverses?.[field.name];
    if (inverse) inverse(env, id, value);
    else writeThrough(env, model, id, field, value);
  }
}

function isEmptySet(command: unknown): boolean {
  return Array.isArray(command) && command[0] === 6 && Array.isArray(command[2]) && command[2].length === 0;
}

function writeThrough(env: Env, model: Model, id: number, field: Field, value: unknown): void {
  let at: Model | undefined = model;
  let current = id;
  const path = field.related ?? [];
  for (const step of path.slice(0, -1)) {
    const next: unknown = at ? fieldValue(env, at, current, step) : false;
    const relation: string | undefined = at?.fields.get(step)?.relation;
    at = relation ? env.db.models.get(relation) : undefined;
    if (typeof next !== "number") return;
    current = next;
  }
  const last = path.at(-1);
  if (at && last) env.db.operations.write(sudo(env), at, [current], { [last]: value });
}

export function unlinkRecords(env: Env, model: Model, asked: readonly number[]): void {
  checkAccess(env, model, "unlink");
  const ids = checkedIds(env, model, asked, "unlink");
  if (ids.length === 0) return;
  model.behaviour.beforeUnlink?.(env, ids);
  const doomed = new Set(ids);
  const rows = ids.map((id): Row => model.table.rows.get(id) ?? {});
  for (const id of ids) release(env, model, id, doomed);
  for (const id of ids) env.db.put(model.table, id, undefined);
  const data = modelOf(env, "ir.model.data");
  for (const id of ids)
    for (const xid of data.table.find("res_id", id))
      if (data.table.rows.get(xid)?.model === model.name) env.db.put(data.table, xid, undefined);
  model.behaviour.afterUnlink?.(sudo(env), rows);
}

/** Does to those that refer to a record what their foreign key says: refuse, follow, or forget. */
function release(env: Env, model: Model, id: number, doomed: ReadonlySet<number>): void {
  for (const { other, field } of referrersOf(env.db, model.name)) {
    for (const referring of other.table.find(field.name, id)) {
      if (other === model && doomed.has(referring)) continue;
      const { [field.name]: value, ...rest } = other.table.rows.get(referring) ?? {};
      if (field.type === "many2many" && typeof value === "object")
        env.db.put(other.table, referring, { ...rest, [field.name]: value.filter((item) => item !== id) });
      else if (field.related) continue;
      else if (field.ondelete === "cascade") env.db.operations.unlink(sudo(env), other, [referring]);
      else if (field.ondelete === "restrict") throw foreignKeyError(env, other, field);
      else env.db.put(other.table, referring, rest);
    }
  }
}

interface Referrer {
  readonly other: Model;
  readonly field: Field;
}
const referrers = new WeakMap<Database, Map<string, Referrer[]>>();

/** The stored fields that refer to a model, found once a database. */
function referrersOf(db: Database, name: string): readonly Referrer[] {
  let known = referrers.get(db);
  if (!known) {
    known = new Map();
    for (const other of db.models.values())
      for (const field of other.fields.values()) {
        if (!field.relation || !field.store || other.behaviour.computes?.[field.name]) continue;
        if (field.type !== "many2one" && field.type !== "many2many") continue;
        const list = known.get(field.relation);
        if (list) list.push({ other, field });
        else known.set(field.relation, [{ other, field }]);
      }
    referrers.set(db, known);
  }
  return known.get(name) ?? [];
}
