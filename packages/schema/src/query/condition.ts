/** One condition of a domain: the path of fields, the operator, the value of the field's type. */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { isDate, toOdooDatetime } from "../dates.js";
import { quote } from "../describe.js";
import { isPlainObject } from "../plain.js";
import { brokenText, isBrokenText, Refusal, scalarCheck } from "../scalar.js";
import { nearestField } from "./wrong.js";

/** Metadata of other models, as far as known: dotted paths are checked as far as it reaches. */
export type KnownModels = (model: string) => ModelMetadata | undefined;

/** Operators of Odoo 12 to 20. (`any` is of 17, `not =like` of 19: an older Odoo names those itself.) */
export const operators = [
  "=",
  "!=",
  "<",
  ">",
  "<=",
  ">=",
  "=?",
  "in",
  "not in",
  "like",
  "not like",
  "ilike",
  "not ilike",
  "=like",
  "not =like",
  "=ilike",
  "not =ilike",
  "child_of",
  "parent_of",
  "any",
  "not any",
] as const;

/** Parts of a date that Odoo 17.2 and later search by: create_date.month_number. */
const dateParts = new Set([
  "year_number",
  "quarter_number",
  "month_number",
  "iso_week_number",
  "day_of_year",
  "day_of_month",
  "day_of_week",
  "hour_number",
  "minute_number",
  "second_number",
]);

/** What a path ends at: the field, or undefined when the metadata does not reach that far; or what is wrong. */
type PathEnd = { readonly field: FieldMetadata | undefined } | { readonly wrong: string };

/** Follows a dotted path, country_id.code. */
export function followPath(metadata: ModelMetadata, path: string, known: KnownModels): PathEnd {
  let at: ModelMetadata | undefined = metadata;
  const parts = path.split(".");
  if (parts.length > 16) return { wrong: `the path ${quote(path)} is too long` };
  for (let index = 0; index < parts.length; index += 1) {
    const name = parts[index] ?? "";
    if (!/^[A-Za-z_]\w*$/.test(name)) return { wrong: `${quote(path)} is no field name` };
    if (at === undefined) return { field: undefined };
    const field: FieldMetadata | undefined = Object.hasOwn(at.fields, name) ? at.fields[name] : undefined;
    if (field === undefined) {
      const near = nearestField(at, name);
      return { wrong: `${at.model} has no field ${quote(name)}${near === undefined ? "" : `; did you mean ${near}?`}` };
    }
    const rest = parts.slice(index + 1);
    if (rest.length === 0) return { field };
    if (field.type === "properties") return { field: undefined };
    if (field.type === "date" || field.type === "datetime")
      return rest.length === 1 && dateParts.has(rest[0] ?? "")
        ? { field: undefined }
        : { wrong: `${quote(rest.join("."))} is no part of a date` };
    if (field.relation === undefined)
      return { wrong: `${name} of ${at.model} is no relation, so nothing can follow it` };
    at = known(field.relation);
  }
  return { field: undefined };
}

/**
 * The value of a condition as Odoo takes it, or a Refusal. null is Odoo's false (the field is empty). `in`
 * and `not in` take a list. Text operators take text. A relation takes ids or the text to find by name.
 */
export function conditionValue(field: FieldMetadata | undefined, operator: string, value: unknown): unknown {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text === "string" && isBrokenText(text))) return brokenText;
  if (operator === "in" || operator === "not in") {
    if (!Array.isArray(value)) return new Refusal("wrong_type", `a list, [${JSON.stringify(value) ?? ""}]`);
    const list = value.map((inner) => oneValue(field, inner));
    return list.find((inner) => inner instanceof Refusal) ?? list;
  }
  if (operator.endsWith("like")) {
    if (typeof value === "string") return value;
    return value === null || value === false ? false : new Refusal("wrong_type", "text");
  }
  if (operator === "child_of" || operator === "parent_of")
    return typeof value === "string" ||
      isId(value) ||
      (Array.isArray(value) && value.every((one) => typeof one === "string" || isId(one)))
      ? value
      : new Refusal("wrong_type", "an id or a list of ids");
  if (Array.isArray(value) && (operator === "=" || operator === "!=") && isRelation(field))
    return value.every(isId) ? value : new Refusal("wrong_type", "a list of ids");
  return oneValue(field, value);
}

const offset = "[+=-](?:\\d{1,6}[dwmyHMS]|(?:mon|tues|wednes|thurs|fri|satur|sun)day|week_start)";
const relativeDate = new RegExp(`^(?:today|now|${offset}(?: ${offset}){0,9})$`);

/**
 * Moments relative to now, in searches of Odoo 19: "today", "-7d", "=monday +1w"; an older one refuses offsets by itself.
 * (Not "today -1d": 18.0 hands it to the database, which takes the offset for a time zone, in silence.)
 */
function isRelativeDate(value: unknown): boolean {
  return typeof value === "string" && relativeDate.test(value);
}

function oneValue(field: FieldMetadata | undefined, value: unknown): unknown {
  if (value === null || value === false) return false;
  if (Array.isArray(value) || isPlainObject(value)) return new Refusal("wrong_type", "a single value");
  if (field === undefined) return value;
  switch (field.type) {
    case "many2one":
    case "one2many":
    case "many2many":
      return typeof value === "string" || isId(value) || value === true
        ? value
        : new Refusal("wrong_type", "an id, or text to find the record by name");
    case "date":
      if (isRelativeDate(value)) return value;
      return typeof value === "string" && (isDate(value) || toOdooDatetime(value) !== undefined)
        ? (toOdooDatetime(value) ?? value)
        : scalarCheck(field)(value);
    case "datetime":
      // Odoo reads a bare day as its first moment.
      return isRelativeDate(value) || (typeof value === "string" && isDate(value)) ? value : scalarCheck(field)(value);
    case "integer":
    case "float":
    case "monetary":
    case "boolean":
      return scalarCheck(field)(value);
    case "char":
    case "text":
    case "html":
    case "selection":
      // A key that is no choice finds nothing, which is an answer.
      return typeof value === "string" || value === true ? value : new Refusal("wrong_type", "text");
    default:
      // Binary and the like can only be asked for being set.
      return value;
  }
}

function isRelation(field: FieldMetadata | undefined): boolean {
  return field === undefined || field.relation !== undefined;
}

function isId(value: unknown): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
