/** Odoo's values as the contract's JSON: empty is null, a many2one {id, name}, a datetime RFC 3339 in UTC. */
import type { FieldMetadata, Json, ModelMetadata } from "@odoorway/core";
import { toRfc3339 } from "./dates.js";
import { isPlainObject } from "./plain.js";

/** A record as read, search_read or web_read answer it. Names that the metadata lacks pass as they are. */
export function toContractRecord(
  metadata: ModelMetadata,
  odooRecord: Readonly<Record<string, unknown>>,
): Record<string, Json> {
  const record: Record<string, Json> = {};
  for (const name of Object.keys(odooRecord)) {
    const field = Object.hasOwn(metadata.fields, name) ? metadata.fields[name] : undefined;
    record[name] = field === undefined ? (odooRecord[name] as Json) : toContractValue(field, odooRecord[name]);
  }
  return record;
}

/** One value. Odoo's false is null, except for a boolean; numbers stay numbers, 0 too. */
export function toContractValue(field: FieldMetadata, value: unknown): Json {
  if (field.type === "boolean") return value === true || value === 1;
  if (value === false || value === null || value === undefined) return isList(field) ? [] : null;
  switch (field.type) {
    case "many2one":
      return toRelated(value);
    case "many2one_reference":
      // Odoo answers 0 where it points nowhere.
      return value === 0 ? null : (value as Json);
    case "datetime":
      return typeof value === "string" ? (toRfc3339(value) ?? value) : (value as Json);
    case "reference":
      return toReference(value);
    default:
      return value as Json;
  }
}

function isList(field: FieldMetadata): boolean {
  return field.type === "one2many" || field.type === "many2many";
}

/** [7, "Name"]; {id, display_name} of web_read; a bare id where names were not asked for. */
function toRelated(value: unknown): Json {
  if (Array.isArray(value)) return { id: value[0] as Json, name: typeof value[1] === "string" ? value[1] : null };
  if (isPlainObject(value))
    return { id: value.id as Json, name: typeof value.display_name === "string" ? value.display_name : null };
  return { id: value as Json, name: null };
}

function toReference(value: unknown): Json {
  const match = typeof value === "string" ? /^([^,]+),(\d+)$/.exec(value) : null;
  if (match === null) return value as Json;
  // "model,0" is how Odoo stores a reference to nothing.
  const id = Number(match[2]);
  return id === 0 ? null : { model: match[1] ?? "", id };
}
