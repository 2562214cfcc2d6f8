/**
 * What Odoo answers, told apart by field type. Odoo writes `false` for every empty value, so only the type says
 * whether a boolean is false or a text is missing.
 */
import type { FieldType, OdoorwayError } from "@odoorway/core";
import { badArgument } from "../bad-argument.js";
import { bytesOf } from "./base64.js";

/** Types of fields by name: those of `fields_get`, or of a model's metadata. */
export type FieldTypes = Readonly<Record<string, FieldType | { readonly type: FieldType }>>;

/** A many2one that has a value. */
export interface NamedRecord {
  readonly id: number;
  /** As Odoo shows it, in the user's language. */
  readonly name: string;
}

/** A reference field that has a value. */
export interface ModelRecord {
  readonly model: string;
  readonly id: number;
}

/**
 * The record with every value as its type says: `false` is null but for booleans; a many2one is {id, name}, a
 * reference {model, id}, a binary bytes. Dates and datetimes stay the texts of Odoo (see `fromOdooDatetime`),
 * and lists of ids stay lists. Fields that are not among the types are kept as they are. Throws `bad_arguments`
 * that names the field whose value its type cannot have.
 */
export function decodeRecord<T extends Readonly<Record<string, unknown>>>(
  types: FieldTypes,
  record: T,
): { [field in keyof T]: unknown } {
  const decoded: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(record)) {
    const type = typeOf(types, field);
    const content = type === undefined ? value : decode(type, value, field);
    // Set as an own property whatever it is called.
    Object.defineProperty(decoded, field, { value: content, writable: true, enumerable: true, configurable: true });
  }
  return decoded as { [field in keyof T]: unknown };
}

/** The type of a field, or undefined. */
export function typeOf(types: FieldTypes, field: string): FieldType | undefined {
  const known = Object.hasOwn(types, field) ? types[field] : undefined;
  return typeof known === "object" ? known.type : known;
}

function decode(type: FieldType, value: unknown, field: string): unknown {
  if (type === "boolean") return value === true;
  if (type === "one2many" || type === "many2many") return value === false || value === null ? [] : value;
  if (value === false || value === null || value === undefined) return null;
  switch (type) {
    case "many2one":
      return named(value, field);
    case "reference":
      return reference(value, field);
    case "binary":
    case "image":
      return bytes(value, field);
    default:
      return value;
  }
}

/** [id, name]; an id alone where the read was asked for it (`load: ""`). */
function named(value: unknown, field: string): NamedRecord | number {
  if (typeof value === "number") return value;
  if (!Array.isArray(value) || typeof value[0] !== "number") throw refused(field, "is no many2one");
  return { id: value[0], name: typeof value[1] === "string" ? value[1] : "" };
}

function reference(value: unknown, field: string): ModelRecord {
  const match = typeof value === "string" ? /^([^,]+),(\d+)$/.exec(value) : null;
  if (match === null) throw refused(field, "is no reference");
  return { model: match[1] ?? "", id: Number(match[2]) };
}

function bytes(value: unknown, field: string): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== "string") throw refused(field, "is no binary");
  try {
    return bytesOf(value);
  } catch {
    throw refused(field, "is not base64 (a read with bin_size in the context gives sizes)");
  }
}

function refused(field: string, detail: string): OdoorwayError {
  return badArgument(`${field} ${detail}`);
}
