/**
 * Checks one record against its model's metadata: every problem at once, each at its JSON pointer, the values
 * normalised to Odoo's, and the related records that have to be looked up. Never throws on any JSON.
 *
 * Empty: null, and false for a field that is no boolean (clients of Odoo's own API send that). Both become
 * Odoo's false; on a required field they are a missing value. A boolean takes true and false alone.
 */
import type { ModelMetadata } from "@odoorway/core";
import { type CompiledField, type CompiledModel, compileModel } from "./compile.js";
import { needsValue } from "./fields-get.js";
import { checkMention } from "./many2one.js";
import { isPlainObject } from "./plain.js";
import { step } from "./pointer.js";
import { checkReference } from "./reference.js";
import { Refusal } from "./scalar.js";
import type { CheckContext, Checked } from "./types.js";
import { deepestRecord, type RecordPlace, refused, Visit } from "./visit.js";
import { checkX2many } from "./x2many.js";

/** Checks a record. When `missingModels` is not empty, fetch their metadata and check again. */
export function checkRecord(metadata: ModelMetadata, values: unknown, context: CheckContext): Checked {
  const visit = new Visit((model) => (model === metadata.model ? metadata : context.metadata(model)));
  const normal = checkValues(metadata, values, { mode: context.mode, pointer: context.pointer ?? "", depth: 1 }, visit);
  return {
    model: metadata.model,
    problems: visit.problems,
    missingModels: [...visit.missingModels],
    references: visit.references,
    values: normal === refused ? {} : normal,
  };
}

/** Checks the values of one record, nested or not. */
function checkValues(
  metadata: ModelMetadata,
  values: unknown,
  place: RecordPlace,
  visit: Visit,
): Record<string, unknown> | typeof refused {
  const { pointer, mode } = place;
  if (!isPlainObject(values)) return visit.wrongType(pointer, recordOf(metadata), "an object of fields", values);
  if (place.depth > deepestRecord)
    return visit.refuse(
      pointer,
      recordOf(metadata),
      new Refusal("out_of_range", `records nested at most ${deepestRecord} levels deep`),
      values,
    );
  const model = compileModel(metadata);
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(values)) {
    const field = model.fields.get(name);
    if (field === undefined) {
      visit.unknownField(pointer + step(name), metadata, name);
      continue;
    }
    const at = pointer + field.step;
    if (!(mode === "create" ? field.onCreate : field.onWrite)) {
      visit.problem(at, "readonly_field", { model: field.model, field: name });
      continue;
    }
    const value = checkField(field, values[name], at, place, visit);
    if (value !== refused) result[name] = value;
  }
  if (mode === "create") checkNeeded(model, values, place, visit);
  return result;
}

function recordOf(metadata: ModelMetadata) {
  return { model: metadata.model, field: "(the record)" };
}

function checkField(field: CompiledField, value: unknown, pointer: string, place: RecordPlace, visit: Visit): unknown {
  if (value === null || value === undefined || value === false) {
    if (!field.boolean) {
      if (field.required) return missing(field, pointer, visit, value);
      return field.shape === "x2many" ? [[5, 0, 0]] : false;
    }
  } else if (field.required && field.textual && typeof value === "string" && value.trim() === "")
    return missing(field, pointer, visit, value);
  switch (field.shape) {
    case "scalar": {
      const checked = field.scalar(value);
      if (!(checked instanceof Refusal)) return checked;
      const choices = field.metadata.selection;
      const candidate =
        checked.code === "invalid_selection_value" && choices !== undefined
          ? visit.suggest(String(value), choices)
          : undefined;
      return visit.refuse(pointer, field, checked, value, candidate);
    }
    case "many2one":
      return checkMention(field, field.metadata.relation ?? "", value, pointer, visit);
    case "reference":
      return checkReference(field, value, pointer, visit);
    case "x2many":
      return checkX2many(field, value, pointer, place, visit, checkValues);
  }
}

/** What a create lacks: the model's own columns, and those of the records that it is delegated to. */
function checkNeeded(
  model: CompiledModel,
  values: Readonly<Record<string, unknown>>,
  place: RecordPlace,
  visit: Visit,
): void {
  for (const field of model.needed)
    if (field.field !== place.filledBy && !Object.hasOwn(values, field.field))
      missing(field, place.pointer + field.step, visit);
  for (const { link, relation, through } of model.delegations) {
    if (Object.hasOwn(values, link)) continue;
    const behind = visit.metadata(relation);
    if (behind === undefined) continue;
    for (const field of Object.values(behind.fields)) {
      if (!needsValue(field) || behind.filled.has(field.name) || !through.has(field.name)) continue;
      const own = model.fields.get(field.name);
      if (own !== undefined && !Object.hasOwn(values, field.name)) missing(own, place.pointer + own.step, visit);
    }
  }
}

function missing(field: CompiledField, pointer: string, visit: Visit, received?: unknown): typeof refused {
  return visit.problem(pointer, "missing_required_field", {
    model: field.model,
    field: field.field,
    label: field.metadata.label,
    expected: field.metadata.type,
    ...(received === undefined ? {} : { received: describe(received) }),
  });
}

const describe = (value: unknown) => (typeof value === "string" ? "blank text" : String(value));
