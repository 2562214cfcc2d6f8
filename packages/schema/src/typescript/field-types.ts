/**
 * The TypeScript type of a field's value, as execute_kw answers it and as create and write take it. Seen on 18.0
 * and 19.0: an empty value is `false` for every type but numbers (0), booleans (false) and lists ([]); a required
 * column is never empty.
 */
import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { delegations, needsValue } from "../fields-get.js";

/** A selection of more choices is a list that some other place keeps (time zones, installed languages): plain text. */
const mostChoices = 100;

/** Models whose ids are texts, though fields_get says that they are integers (17 to 19). */
const textIds = new Set(["account.root"]);

/** The types that read answers for the fields of a model. */
export function readTypes({ fields }: ModelMetadata): (field: FieldMetadata) => string {
  // A view of the database (purchase.report) keeps no dates of its own, and enforces nothing.
  const enforced = Object.hasOwn(fields, "create_date");
  const delegated = new Set([...delegations(fields).values()].flat());
  const full = (field: FieldMetadata) =>
    enforced && (needsValue(field) || (field.required && delegated.has(field.name)));
  return (field) => readType(field, full(field) || isName(field, fields, full));
}

/**
 * Whether it is a display name that is never empty. A plain one is a copy of the field that it depends on, and as
 * empty as that; one of several fields, or of none, is made to say something.
 */
function isName(
  { name, type, depends }: FieldMetadata,
  fields: ModelMetadata["fields"],
  full: (field: FieldMetadata) => boolean,
): boolean {
  const [source = "", ...more] = depends;
  const copied = Object.hasOwn(fields, source) ? fields[source] : undefined;
  return name === "display_name" && type === "char" && (more.length > 0 || copied === undefined || full(copied));
}

function readType(field: FieldMetadata, full: boolean): string {
  const empty = full ? "" : " | false";
  switch (field.type) {
    case "boolean":
      return "boolean";
    case "integer":
    case "float":
    case "monetary":
      return "number";
    case "many2one_reference":
      return "number | false";
    case "selection":
      return `${choices(field)}${empty}`;
    case "many2one":
      return `${textIds.has(field.relation ?? "") ? "[id: string, name: string]" : `Many2one<${relation(field)}>`}${empty}`;
    case "one2many":
    case "many2many":
      return `X2many<${relation(field)}>`;
    case "properties":
      return "Record<string, unknown>[]";
    case "json":
    case "serialized":
    case "properties_definition":
      return "unknown";
    case "binary":
    case "image":
      return carriesData(field) ? "unknown" : `string${empty}`;
    case "char":
    case "text":
    case "html":
    case "date":
    case "datetime":
    case "reference":
      return `string${empty}`;
  }
}

/** Odoo's own modules hand structures to their views as computed binaries (sale.order's tax_totals); pictures are none. */
function carriesData({ name, stored, related }: FieldMetadata): boolean {
  return !stored && related === undefined && !/^(?:image|avatar)_\d+$/.test(name);
}

/** The type that create and write take. */
export function writeType(field: FieldMetadata): string {
  const empty = needsValue(field) ? "" : " | false";
  switch (field.type) {
    case "many2one":
      return `number${empty}`;
    case "one2many":
    case "many2many": {
      const inverse = field.relationField === undefined ? "" : `, ${JSON.stringify(field.relationField)}`;
      return `Commands<${relation(field)}${inverse}>`;
    }
    case "properties":
      return "Record<string, unknown> | Record<string, unknown>[]";
    case "binary":
    case "image":
      return `string${empty}`;
    default:
      return readType(field, needsValue(field));
  }
}

function choices({ name, selection = [] }: FieldMetadata): string {
  // The choices among groups that res.users has up to 18: ids of groups.
  if (/^sel_groups_[\d_]+$/.test(name)) return "number";
  const keys = selection.map(([key]) => key);
  if (keys.length === 0 || keys.length > mostChoices) return "string";
  return keys.map((key) => JSON.stringify(key)).join(" | ");
}

function relation(field: FieldMetadata): string {
  return JSON.stringify(field.relation ?? "");
}
