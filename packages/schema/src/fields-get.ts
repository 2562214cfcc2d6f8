/**
 * A fields_get answer to ModelMetadata. The answer comes from a server that may be any version, patched
 * or broken, so that every attribute is read with care and what is missing gets Odoo's own default.
 */
import { type FieldMetadata, type FieldType, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { isPlainObject } from "./plain.js";
import { filledOnCreate } from "./requirements.js";

const knownTypes = new Set<string>([
  "char",
  "text",
  "html",
  "integer",
  "float",
  "monetary",
  "boolean",
  "date",
  "datetime",
  "binary",
  "image",
  "selection",
  "many2one",
  "one2many",
  "many2many",
  "reference",
  "many2one_reference",
  "json",
  "properties",
  "properties_definition",
  "serialized",
] satisfies FieldType[]);

/**
 * Names to hand to default_get: the required fields that are columns of their own and that Odoo does not
 * compute. Fields that delegation (_inherits) brings in are asked of their own model.
 *
 * Odoo 18's product.template lost the model decorator of default_get: over RPC its first argument is taken for
 * ids, so that `default_get(names)` faults with "missing 1 required positional argument". Call it with ([], names) then.
 */
export function requiredToAsk(fieldsGetAnswer: unknown): string[] {
  const fields = readFields("?", fieldsGetAnswer);
  const links = delegations(fields);
  return Object.values(fields)
    .filter((field) => needsValue(field) && !isComputed(field) && !links.has(field.name))
    .map((field) => field.name);
}

/**
 * Metadata of a model. `filled`: the required fields that default_get gave a value for; to them are added
 * the computed ones, those of filledOnCreate, and the links of delegation (product.product's product_tmpl_id), which Odoo fills itself.
 * `company`: what default_get gave for company_id. Throws invalid_json_or_xml when the answer is not one of fields_get.
 */
export function readFieldsGet(
  model: string,
  label: string,
  fieldsGetAnswer: unknown,
  filled: Iterable<string>,
  company?: number,
): ModelMetadata {
  const fields = readFields(model, fieldsGetAnswer);
  const all = new Set([...filled, ...filledOnCreate(model)]);
  for (const field of Object.values(fields)) if (field.required && isComputed(field)) all.add(field.name);
  for (const link of delegations(fields).keys()) all.add(link);
  return { model, label, fields, filled: all, ...(company === undefined ? {} : { company }) };
}

/** Whether Odoo computes the value: it depends on other fields, or mirrors one. */
export function isComputed(field: FieldMetadata): boolean {
  return field.depends.length > 0 || field.related !== undefined;
}

/**
 * Whether the database refuses a record without it. Only columns have NOT NULL: a required one2many
 * (product.template's product_variant_ids) or a field that is not stored is never enforced.
 */
export function needsValue(field: FieldMetadata): boolean {
  return field.required && field.stored && field.type !== "one2many" && field.type !== "many2many";
}

/**
 * The many2one fields by which this model inherits another one by delegation (_inherits), with the fields that
 * come through each. fields_get does not name them; they are told by their mark: a required link, and
 * several writable fields that mirror a field of the very same name behind it. (A related field that a
 * module declares is read-only unless it says otherwise, and rarely keeps the name.)
 */
export function delegations(fields: Readonly<Record<string, FieldMetadata>>): Map<string, string[]> {
  const through = new Map<string, string[]>();
  for (const field of Object.values(fields)) {
    const dot = field.related?.indexOf(".") ?? -1;
    if (field.related === undefined || dot < 0 || field.readonly || field.related.slice(dot + 1) !== field.name)
      continue;
    const link = field.related.slice(0, dot);
    const target = Object.hasOwn(fields, link) ? fields[link] : undefined;
    if (target?.type !== "many2one" || !target.required || isComputed(target)) continue;
    const list = through.get(link);
    if (list) list.push(field.name);
    else through.set(link, [field.name]);
  }
  for (const [link, names] of through) if (names.length < 3) through.delete(link);
  return through;
}

function readFields(model: string, answer: unknown): Record<string, FieldMetadata> {
  if (!isPlainObject(answer))
    throw new OdoorwayError("invalid_json_or_xml", {
      evidence: { url: "Odoo", detail: `fields_get of ${model} answered something else than fields` },
    });
  // No prototype: a look-up of "constructor" must find nothing.
  const fields: Record<string, FieldMetadata> = Object.create(null);
  for (const name of Object.keys(answer)) {
    const raw = answer[name];
    if (isPlainObject(raw) && name !== "__proto__") fields[name] = readField(name, raw);
  }
  return fields;
}

function readField(name: string, raw: Readonly<Record<string, unknown>>): FieldMetadata {
  const help = text(raw.help);
  const related = Array.isArray(raw.related) ? raw.related.join(".") : text(raw.related);
  const relation = text(raw.relation);
  const relationField = text(raw.relation_field);
  const selection = readSelection(raw.selection);
  const size = typeof raw.size === "number" && raw.size > 0 ? raw.size : undefined;
  const digits = readDigits(raw.digits);
  const companyCheck = readCompanyCheck(raw.domain);
  const [record, definition] = [text(raw.definition_record), text(raw.definition_record_field)];
  return {
    name,
    // A type of a third-party module is handed through like json: Odoo decides.
    type: typeof raw.type === "string" && knownTypes.has(raw.type) ? (raw.type as FieldType) : "json",
    label: text(raw.string) ?? name,
    ...(help === undefined ? {} : { help }),
    required: raw.required === true || raw.required === 1,
    readonly: raw.readonly === true || raw.readonly === 1,
    stored: raw.store !== false && raw.store !== 0,
    depends: Array.isArray(raw.depends) ? raw.depends.filter((path) => typeof path === "string") : [],
    ...(related === undefined ? {} : { related }),
    ...(relation === undefined ? {} : { relation }),
    ...(relationField === undefined ? {} : { relationField }),
    ...(selection === undefined ? {} : { selection }),
    ...(size === undefined ? {} : { size }),
    ...(digits === undefined ? {} : { digits }),
    ...(raw.company_dependent === true ? { companyDependent: true } : {}),
    ...(raw.sanitize === true && raw.sanitize_tags !== false ? { sanitized: true } : {}),
    ...(companyCheck === undefined ? {} : { companyCheck }),
    ...(record === undefined || definition === undefined ? {} : { definition: { record, field: definition } }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function readSelection(value: unknown): [string, string][] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((pair) =>
    Array.isArray(pair) && pair.length === 2 ? [[String(pair[0]), String(pair[1])]] : [],
  );
}

function readDigits(value: unknown): [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [total, decimals] = value;
  return Number.isInteger(total) && Number.isInteger(decimals) && total > decimals && decimals >= 0
    ? [total, decimals]
    : undefined;
}

/**
 * fields_get does not tell check_company, but a field that has it shows a domain that begins with the check, as
 * Python text (16 to 19): `(company_id and [('company_id', 'in', [company_id] + [False])] or ...)`, or with
 * `parent_of` where records of a company above may be used too.
 */
function readCompanyCheck(domain: unknown): FieldMetadata["companyCheck"] {
  if (typeof domain !== "string") return undefined;
  const check = /^\(company_id and \[[^\]]{0,60}?\('(company_ids?)', '(in|=|parent_of)', \[?company_id/.exec(domain);
  return check?.[1] === undefined ? undefined : { field: check[1], ancestors: check[2] === "parent_of" };
}
