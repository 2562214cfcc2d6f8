/** x2many commands: (0) create (1) update (2) delete (3) unlink (4) link (5) clear (6) set, or a plain list of ids. */
import type { Env } from "./env.js";
import { indexError, missingError, notAnInteger, validationError, valueError } from "./exceptions.js";
import type { Field } from "./fields.js";
import type { Model, Values } from "./model.js";
import { repr } from "./python.js";

type Command = readonly unknown[];

/** Applies what a client sent for a one2many or many2many field. Unknown commands are passed over, as Odoo does. */
export function applyCommands(env: Env, model: Model, id: number, field: Field, value: unknown): void {
  const comodel = field.relation ? env.db.models.get(field.relation) : undefined;
  const commands = commandsOf(model, field, value);
  if (!comodel) return;
  if (field.type === "one2many") applyOneToMany(env, comodel, id, field, commands);
  else applyManyToMany(env, model, comodel, id, field, commands);
}

function commandsOf(model: Model, field: Field, value: unknown): readonly Command[] {
  if (value === false || value === null || value === undefined || value === "") return [[5]];
  if (!Array.isArray(value)) throw valueError(`Wrong value for ${model.name}.${field.name}: ${repr(value)}`);
  if (value.length > 0 && value.every((item) => !Array.isArray(item))) return [[6, 0, value]];
  return value.map((item: unknown) => (Array.isArray(item) ? item : [4, item]));
}

/** The third element of a command; Python complains where a command that needs it has none. */
function third(command: Command): unknown {
  if (command.length < 3) throw indexError("list index out of range");
  return command[2];
}

function idOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string" && /^\d+$/.test(value)) return Number(value);
  throw notAnInteger(typeof value === "string" ? value : repr(value));
}

function idsOf(value: unknown): number[] {
  if (value === false || value === null || value === undefined) return [];
  return Array.isArray(value) ? value.map(idOf) : [idOf(value)];
}

function applyOneToMany(env: Env, comodel: Model, id: number, field: Field, commands: readonly Command[]): void {
  const back = field.relationField;
  if (!back || comodel.fields.get(back)?.type !== "many2one") return;
  const { create, write, unlink } = env.db.operations;
  const drop = (ids: readonly number[]) => {
    if (ids.length === 0) return;
    const field = comodel.fields.get(back);
    if (field?.ondelete === "cascade" || field?.required) unlink(env, comodel, ids);
    else write(env, comodel, ids, { [back]: false });
  };
  const toCreate: Values[] = [];
  for (const command of commands) {
    const [code, target] = command;
    if (code === 0) toCreate.push({ ...(third(command) as Values), [back]: id });
    else if (code === 1) write(env, comodel, [idOf(target)], third(command) as Values);
    else if (code === 2) unlink(env, comodel, [idOf(target)]);
    else if (code === 3) drop([idOf(target)]);
    else if (code === 4) link(env, comodel, [idOf(target)], back, id);
    else if (code === 5) drop(comodel.table.find(back, id));
    else if (code === 6) {
      const ids = idsOf(third(command));
      drop(comodel.table.find(back, id).filter((other) => !ids.includes(other)));
      link(env, comodel, ids, back, id);
    }
  }
  if (toCreate.length > 0) create(env, comodel, toCreate);
}

function link(env: Env, comodel: Model, ids: readonly number[], back: string, id: number): void {
  const strangers = ids.filter((other) => comodel.table.rows.get(other)?.[back] !== id);
  if (strangers.length > 0) env.db.operations.write(env, comodel, strangers, { [back]: id });
}

function applyManyToMany(
  env: Env,
  model: Model,
  comodel: Model,
  id: number,
  field: Field,
  commands: readonly Command[],
): void {
  const mirrored = model.behaviour.mirrors?.[field.name];
  const before = mirrored ? comodel.table.find(mirrored, id) : (model.table.rows.get(id)?.[field.name] ?? []);
  const ids = new Set(before as readonly number[]);
  const { create, write, unlink } = env.db.operations;
  for (const command of commands) {
    const [code, target] = command;
    if (code === 0) for (const made of create(env, comodel, [third(command) as Values])) ids.add(made);
    if (code === 1) write(env, comodel, [idOf(target)], third(command) as Values);
    if (code === 2) {
      unlink(env, comodel, [idOf(target)]);
      ids.delete(idOf(target));
    }
    if (code === 3) ids.delete(idOf(target));
    if (code === 4) ids.add(idOf(target));
    if (code === 5) ids.clear();
    if (code === 6) {
      const set = idsOf(third(command));
      ids.clear();
      for (const other of set) ids.add(other);
    }
  }
  refuseStrangers(env, model, field, comodel, ids);
  if (mirrored) setMirror(env, comodel, mirrored, id, new Set(before as readonly number[]), ids);
  else {
    const row = model.table.rows.get(id) ?? {};
    const { [field.name]: _old, ...rest } = row;
    const sorted = [...ids].sort((a, b) => a - b);
    env.db.put(model.table, id, sorted.length > 0 ? { ...rest, [field.name]: sorted } : rest);
  }
}

/** The relation table is named as Odoo does by default: both tables in order, then `_rel`. */
function refuseStrangers(env: Env, model: Model, field: Field, comodel: Model, ids: ReadonlySet<number>): void {
  for (const id of ids) {
    if (comodel.table.rows.has(id)) continue;
    if (env.db.profile.readOnWrite.has(`${model.name}.${field.name}`)) throw missingError(comodel.name, id, env.uid);
    const tables = [model.name, comodel.name].map((name) => name.replaceAll(".", "_")).sort();
    const column = `${comodel.name.split(".").at(-1)}_id`;
    throw validationError(env.db.profile.says.relationKey(`${tables.join("_")}_rel_${column}_fkey`));
  }
}

function setMirror(
  env: Env,
  comodel: Model,
  mirrored: string,
  id: number,
  before: ReadonlySet<number>,
  after: ReadonlySet<number>,
): void {
  for (const other of new Set([...before, ...after])) {
    if (before.has(other) === after.has(other)) continue;
    env.db.operations.write(env, comodel, [other], { [mirrored]: [[after.has(other) ? 4 : 3, id]] });
  }
}
