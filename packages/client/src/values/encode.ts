/**
 * Values for create and write, in the form that Odoo takes by field type; the way back of `decodeRecord`. What
 * Odoo would change in silence is refused: it cuts 5.7 to 5 for an integer (18.0, 19.0).
 */
import { type FieldType, nearest, type OdoorwayError } from "@odoorway/core";
import { XmlRpcDouble } from "@odoorway/wire";
import { badArgument } from "../bad-argument.js";
import { base64Of } from "./base64.js";
import { isCommand } from "./commands.js";
import { toOdooDatetime } from "./datetimes.js";
import { type FieldTypes, typeOf } from "./decode.js";

/** A number that stays a float over XML-RPC even when it is whole, as Python tells 5.0 from 5. JSON has no such difference. */
export function float(value: number): XmlRpcDouble {
  return new XmlRpcDouble(value);
}

/**
 * The values as Odoo takes them: null is `false`; a many2one may be {id, name}, a reference {model, id}, a binary
 * bytes, a datetime a Date, a list of records ids (which replace the list) or commands. Throws `bad_arguments`
 * that names the field.
 */
export function encodeValues(types: FieldTypes, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([field, value]) => [field, encodeField(types, field, value)]));
}

function encodeField(types: FieldTypes, field: string, value: unknown): unknown {
  const type = typeOf(types, field);
  if (type === undefined) {
    const similar = nearest(field, Object.keys(types));
    throw refused(field, `is no field of the model${similar === undefined ? "" : `; did you mean ${similar}?`}`);
  }
  if (value === undefined) throw refused(field, "is undefined: leave it out, or send null for an empty value");
  if (value === null || value === false) return false;
  return Object.hasOwn(encoders, type) ? (encoders[type]?.(value, field) ?? value) : value;
}

const encoders: Partial<Record<FieldType, (value: unknown, field: string) => unknown>> = {
  char: text,
  text,
  html: text,
  selection: text,
  integer: whole,
  many2one_reference: whole,
  float: decimal,
  monetary: decimal,
  boolean: (value, field) => {
    if (value === true) return true;
    throw refused(field, "takes true or false");
  },
  many2one: (value, field) => {
    const id = isObject(value) ? value.id : value;
    if (typeof id === "number" && Number.isSafeInteger(id) && id > 0) return id;
    throw refused(field, "takes the id of a record, or {id}");
  },
  reference: (value, field) => {
    if (typeof value === "string") return value;
    if (isObject(value) && typeof value.model === "string" && Number.isSafeInteger(value.id))
      return `${value.model},${value.id}`;
    throw refused(field, "takes {model, id}");
  },
  one2many: list,
  many2many: list,
  binary,
  image: binary,
  datetime: (value) => (value instanceof Date ? toOdooDatetime(value) : value),
  date: (value, field) => {
    if (value instanceof Date) throw refused(field, "takes a day: toOdooDate makes one of a Date and a time zone");
    return value;
  },
};

/** PostgreSQL stores no NUL; Odoo refuses it without saying where. */
function text(value: unknown, field: string): string {
  if (typeof value !== "string") throw refused(field, "takes a text");
  if (value.includes("\0")) throw refused(field, "takes a text without NUL characters");
  return value;
}

/** PostgreSQL's integer has 32 bits. */
function whole(value: unknown, field: string): number {
  if (typeof value === "number" && (value | 0) === value) return value;
  throw refused(field, "takes a whole number from -2147483648 to 2147483647");
}

function decimal(value: unknown, field: string): XmlRpcDouble | number {
  if (value instanceof XmlRpcDouble) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw refused(field, "takes a number");
}

function list(value: unknown, field: string): unknown {
  if (!Array.isArray(value)) throw refused(field, "takes a list of ids or of commands");
  if (value.every((id) => Number.isSafeInteger(id) && id > 0)) return [[6, 0, value]];
  if (value.every(isCommand)) return value;
  throw refused(field, "takes either ids or commands: x2many.add(...) and its like");
}

function binary(value: unknown, field: string): string {
  if (value instanceof Uint8Array) return base64Of(value);
  if (typeof value === "string") return value;
  throw refused(field, "takes bytes, or their base64");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(field: string, detail: string): OdoorwayError {
  return badArgument(`${field} ${detail}`);
}
