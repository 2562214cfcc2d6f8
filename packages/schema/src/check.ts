/**
 * Checks one record against its model's metadata: every problem at once, each at its JSON pointer, the values
 * normalised to Odoo's, and the related records that have to be looked up. Never throws on any JSON.
 *
 * Empty: null, and false for a field that is no boolean (clients of Odoo's own API send that). Both become
 * Odoo's false; on a required field they are a missing value. A boolean takes true and false alone.
 */
import type { ModelMetadata } from "@odoorway/core";
import { companyCheck, companyGiven } from "./companies.js";
import { type CompiledField, type CompiledModel, compileModel } from "./compile.js";
import { noteTarget } from "./documents/note.js";
import { documentOfLine } from "./documents/rules.js";
import { type Echo, missingValue } from "./documents/target.js";
import { needsValue } from "./fields-get.js";
import { checkMention } from "./many2one.js";
import { isPlainObject } from "./plain.js";
import { step } from "./pointer.js";
import { checkReference } from "./reference.js";
import { lacking } from "./requirements.js";
import { isHumanSize, Refusal } from "./scalar.js";
import type { CheckContext, Checked } from "./types.js";
import { deepestRecord, type RecordPlace, refused, Visit } from "./visit.js";
import { checkX2many } from "./x2many.js";

/** Returned for a value that stands for what the record has. */
const unchanged = Symbol("unchanged");

/** Checks a record. When `missingModels` is not empty, fetch their metadata and check again. */
export function checkRecord(metadata: ModelMetadata, values: unknown, context: CheckContext): Checked {
  const visit = new Visit((model) => (model === metadata.model ? metadata : context.metadata(model)), context.decimals);
  const place = { mode: context.mode, pointer: context.pointer ?? "", depth: 1, id: context.id };
  const normal = checkValues(metadata, values, place, visit);
  return {
    model: metadata.model,
    pointer: place.pointer,
    problems: visit.problems,
    missingModels: [...visit.missingModels],
    references: visit.references,
    targets: visit.targets,
    properties: visit.properties,
    companies: visit.companies,
    values: normal === refused ? {} : normal,
  };
}

/** Checks the deletion of a record, or the pressing of one of its buttons: whether it exists and its state allows it. */
export function checkOperation(
  metadata: ModelMetadata,
  id: number,
  operation: { readonly delete: true } | { readonly action: string },
  context: Pick<CheckContext, "metadata">,
): Checked {
  const visit = new Visit((model) => (model === metadata.model ? metadata : context.metadata(model)));
  const way =
    "action" in operation
      ? ({ operation: "action", method: operation.action } as const)
      : ({ operation: "delete" } as const);
  noteTarget(visit, { ...way, metadata, id, pointer: "", values: {}, echoes: [] });
  return {
    model: metadata.model,
    pointer: "",
    problems: [],
    missingModels: [...visit.missingModels],
    references: [],
    targets: visit.targets,
    properties: [],
    companies: [],
    values: {},
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
  const echoes: Echo[] = [];
  const inner = { ...place, company: companyOf(metadata, values, place) };
  for (const name of Object.keys(values)) {
    const field = model.fields.get(name);
    if (field === undefined) {
      visit.unknownField(pointer + step(name), metadata, name);
      continue;
    }
    const at = pointer + field.step;
    if (!(mode === "create" ? field.onCreate : field.onWrite)) {
      if (place.id === undefined) visit.problem(at, "readonly_field", { model: field.model, field: name });
      // Whoever read the record may have written it since: who wrote it last, and when, was never meant to be set.
      else if (!lastWrite.has(name)) echoes.push({ code: "readonly_field", field, pointer: at, raw: values[name] });
      continue;
    }
    if (isLacking(field, values[name]) && mode === "write" && place.id !== undefined) {
      echoes.push({ code: "missing_required_field", field, pointer: at, raw: values[name] });
      continue;
    }
    const value = checkField(field, values[name], at, inner, visit);
    if (value !== refused && value !== unchanged) result[name] = value;
  }
  if (mode === "create") {
    checkNeeded(model, values, place, visit);
    noteNewLine(metadata, result, place, visit);
  } else if (place.id !== undefined)
    noteTarget(visit, { operation: "write", metadata, id: place.id, pointer, values: result, echoes });
  noteProperties(model, result, place, visit);
  noteCompanies(model, values, result, place, visit);
  return result;
}

const lastWrite = new Set(["write_date", "write_uid", "__last_update"]);

/** A line made by itself is added to a document, whose state may forbid it. */
function noteNewLine(
  metadata: ModelMetadata,
  values: Readonly<Record<string, unknown>>,
  place: RecordPlace,
  visit: Visit,
) {
  const line = documentOfLine(metadata.model);
  const link = line?.rules.lines?.link;
  if (line === undefined || link === undefined || link === place.filledBy) return;
  const id = values[link];
  const document = typeof id === "number" ? visit.metadata(line.document) : undefined;
  if (typeof id !== "number" || document === undefined) return;
  const pointer = `${place.pointer}/${link}`;
  noteTarget(visit, { operation: "add-line", metadata: document, id, pointer, values: {}, echoes: [] });
}

/** The company that counts for a record: given with it, or with the record that it is a line of, or what a new one gets. */
function companyOf(
  { company }: ModelMetadata,
  values: Readonly<Record<string, unknown>>,
  place: RecordPlace,
): number | undefined {
  const given = companyGiven(values) ?? place.company;
  const isDefault = place.mode === "create" && !Object.hasOwn(values, "company_id");
  return given ?? (isDefault ? company : undefined);
}

function noteCompanies(
  model: CompiledModel,
  values: Readonly<Record<string, unknown>>,
  normal: Readonly<Record<string, unknown>>,
  place: RecordPlace,
  visit: Visit,
): void {
  if (!model.metadata.fields.company_id) return;
  const company = companyOf(model.metadata, values, place);
  const holder = place.id === undefined ? undefined : { model: model.metadata.model, id: place.id };
  for (const field of model.companyChecked) {
    if (!Object.hasOwn(normal, field.field)) continue;
    const check = companyCheck(field, normal[field.field], place.pointer + field.step, company, holder);
    if (check !== undefined) visit.companies.push(check);
  }
}

function noteProperties(model: CompiledModel, values: Record<string, unknown>, place: RecordPlace, visit: Visit): void {
  for (const field of model.properties) {
    const { definition } = field.metadata;
    if (!Object.hasOwn(values, field.field) || values[field.field] === false || definition === undefined) continue;
    const link = values[definition.record];
    const relation = model.fields.get(definition.record)?.metadata.relation;
    // The definition stands on another record, which may change with this write.
    const holder =
      relation !== undefined && typeof link === "number"
        ? { model: relation, id: link, field: definition.field }
        : place.id !== undefined && link === undefined
          ? { model: field.model, id: place.id, field: field.field }
          : undefined;
    if (holder !== undefined) visit.properties.push({ field, pointer: place.pointer + field.step, values, holder });
  }
}

function recordOf(metadata: ModelMetadata) {
  return { model: metadata.model, field: "(the record)" };
}

function checkField(field: CompiledField, value: unknown, pointer: string, place: RecordPlace, visit: Visit): unknown {
  if (isLacking(field, value)) return missing(field, pointer, visit, value);
  if (isNothing(value) && !field.boolean) return field.shape === "x2many" ? [[5, 0, 0]] : false;
  switch (field.shape) {
    case "scalar": {
      const checked = field.scalar(value);
      if (!(checked instanceof Refusal)) return checked;
      if (checked.rounded !== undefined && visit.decimals === "round") return checked.rounded;
      // Odoo reads a file's size in its place when asked to (bin_size): sent back, it leaves the file as it is.
      if (field.binary && place.mode === "write" && isHumanSize(value)) return unchanged;
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

const isNothing = (value: unknown) => value === null || value === undefined || value === false;

/** Whether a required field was given no value, or a blank text. */
function isLacking(field: CompiledField, value: unknown): boolean {
  if (!field.required || field.boolean) return false;
  return isNothing(value) || (field.textual && typeof value === "string" && value.trim() === "");
}

/** Models behind a delegation whose record Odoo fills by itself: the mail address of a team. */
const filledByOdoo = new Set(["mail.alias"]);

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
  for (const name of lacking(model.metadata.model, values)) {
    const field = model.fields.get(name);
    if (field === undefined || name === place.filledBy) continue;
    // A required one is refused above, or where its empty value is looked at.
    const isRefused = Object.hasOwn(values, name) ? field.required : model.needed.includes(field);
    if (!isRefused) missing(field, place.pointer + field.step, visit, values[name]);
  }
  for (const { link, relation, through } of model.delegations) {
    if (Object.hasOwn(values, link) || filledByOdoo.has(relation)) continue;
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
  visit.problems.push(missingValue(field, pointer, received));
  return refused;
}
