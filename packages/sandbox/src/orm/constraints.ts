/** What PostgreSQL refuses on write: NULL where a value must be, ids that lead nowhere, what must be unique. */
import type { Env } from "./env.js";
import { missingError, validationError } from "./exceptions.js";
import type { Field, Row } from "./fields.js";
import type { Model, SqlConstraint } from "./model.js";

/** Checks the row of a record against the columns' constraints; `changed` names the columns written. */
export function checkRow(env: Env, model: Model, id: number, row: Row, changed: ReadonlySet<string> | undefined): void {
  for (const field of model.mandatory) {
    if (row[field.name] !== undefined || (changed && !changed.has(field.name))) continue;
    throw mandatoryError(env, model, field);
  }
  for (const constraint of model.behaviour.sql ?? []) {
    const { check } = constraint;
    if (!check || check(row)) continue;
    const message = messageOf(constraint, row);
    throw validationError(`The operation cannot be completed: ${message}`, {
      kind: "check",
      model: model.name,
      message,
    });
  }
  for (const constraint of model.behaviour.sql ?? []) {
    const { unique } = constraint;
    if (!unique || (changed && !unique.some((name) => changed.has(name)))) continue;
    if (!isTaken(model, id, row, unique)) continue;
    const message = messageOf(constraint, row);
    const field = unique.length === 1 ? { field: unique[0] ?? "" } : {};
    throw validationError(`The operation cannot be completed: ${message}`, {
      kind: "unique",
      model: model.name,
      message,
      ...field,
    });
  }
  for (const field of changed ?? Object.keys(row)) checkReference(env, model, row, model.fields.get(field));
}

function messageOf({ message }: SqlConstraint, row: Row): string {
  return typeof message === "string" ? message : message(row);
}

function mandatoryError(env: Env, model: Model, field: Field): Error {
  const { mandatory } = env.db.profile.says;
  return validationError(mandatory(model.facts.label, model.name, field.string, field.name), {
    kind: "not_null",
    model: model.name,
    field: field.name,
  });
}

function isTaken(model: Model, id: number, row: Row, unique: readonly string[]): boolean {
  const { table } = model;
  // Looked for by the column that the fewest rows share: res_id, say, and not res_model.
  let rarest: { readonly name: string; readonly value: string | number | boolean; readonly count: number } | undefined;
  for (const name of unique) {
    const value = row[name];
    if (value === undefined || typeof value === "object") return false;
    const count = table.count(name, value);
    if (!rarest || count < rarest.count) rarest = { name, value, count };
  }
  if (!rarest || rarest.count === 0) return false;
  return table.find(rarest.name, rarest.value).some((other) => {
    const taken = other === id ? undefined : table.rows.get(other);
    return taken !== undefined && unique.every((name) => taken[name] === row[name]);
  });
}

function checkReference(env: Env, model: Model, row: Row, field: Field | undefined): void {
  if (!field?.relation || !field.store) return;
  const target = row[field.name];
  const others = env.db.models.get(field.relation)?.table.rows;
  if (field.type === "many2many" && typeof target === "object" && target.some((other) => !others?.has(other)))
    throw foreignKeyError(env, model, field);
  if (field.type !== "many2one") return;
  if (target === undefined || env.db.models.get(field.relation)?.table.rows.has(Number(target))) return;
  if (env.db.profile.readOnWrite.has(`${model.name}.${field.name}`))
    throw missingError(field.relation, Number(target), env.uid);
  throw foreignKeyError(env, model, field);
}

export function foreignKeyError(env: Env, model: Model, field: Field): Error {
  const { foreignKey } = env.db.profile.says;
  return validationError(foreignKey(model.facts.label, model.name, field.string, field.name), {
    kind: "foreign_key",
    model: model.name,
    field: field.name,
  });
}

/** Runs the model's Python constraints that one of the written fields triggers. */
export function checkConstraints(
  env: Env,
  model: Model,
  ids: readonly number[],
  written: ReadonlySet<string> | undefined,
): void {
  for (const constraint of model.behaviour.constraints ?? [])
    if (!written || constraint.fields.some((name) => written.has(name))) constraint.check(env, ids);
}
