/**
 * The TypeScript type of a field's value, as execute_kw answers it and as create and write take it. Seen on 18.0
 * and 19.0: an empty value is `false` for every type but numbers (0), booleans (false) and lists ([]); a required
 * column is never empty.
 */
import type { FieldMetadata } from "@odoorway/core";
import { needsValue } from "../fields-get.js";

/** A selection of more choices is a list that some other place keeps (time zones, installed languages): plain text. */
const mostChoices = 100;

/** The type that read answers. `delegated`: the field comes with a record of its own by delegation (_inherits). */
export function readType(field: FieldMetadata, delegated: boolean): string {
  const empty = needsValue(field) || (field.required && delegated) ? "" : " | false";
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
      return `Many2one<${relation(field)}>${empty}`;
    case "one2many":
    case "many2many":
      return `X2many<${relation(field)}>`;
    case "properties":
      return "Record<string, unknown>[]";
    case "json":
    case "serialized":
    case "properties_definition":
      return "unknown";
    case "char":
    case "text":
    case "html":
    case "date":
    case "datetime":
    case "binary":
    case "image":
    case "reference":
      return `string${empty}`;
  }
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
    default:
      return readType(field, false);
  }
}

function choices({ selection = [] }: FieldMetadata): string {
  const keys = selection.map(([key]) => key);
  // Keys that are no texts (the group choices of res.users up to 18) go with an empty one, whose key is False.
  if (keys.includes("false")) return "string | number";
  if (keys.length === 0 || keys.length > mostChoices) return "string";
  return keys.map((key) => JSON.stringify(key)).join(" | ");
}

function relation(field: FieldMetadata): string {
  return JSON.stringify(field.relation ?? "");
}
