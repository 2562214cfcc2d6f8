/**
 * From what a client sends to what the column stores, field type by field type, as lenient and as
 * strict as Odoo: a text "12.5" is a float, "no" is true, a dict in a char is its Python text.
 */
import { notAnInteger, numericOutOfRange, OdooException, typeError, userError, valueError } from "./exceptions.js";
import type { Field, Value } from "./fields.js";
import { float, int, repr, str, truthy, typeName } from "./python.js";

/** The value to store; null is NULL. Not for x2many fields. */
export function toColumn(field: Field, model: string, value: unknown): Value | null {
  switch (field.type) {
    case "boolean":
      return truthy(value);
    case "integer":
      return integer(value);
    case "many2one_reference":
      return truthy(value) ? integer(value) : null;
    case "float":
      return rounded(truthy(value) ? float(value) : 0, field.digits?.[1]);
    case "monetary":
      return truthy(value) ? float(value) : 0;
    case "char":
    case "text":
      return value === false || value === null || value === undefined ? null : text(value, field.size);
    case "html":
      return truthy(value) ? sanitized(text(value)) : null;
    case "date":
      return truthy(value) ? date(value) : null;
    case "datetime":
      return truthy(value) ? datetime(value) : null;
    case "selection":
      return selection(field, model, value);
    case "many2one":
      return many2one(field, model, value);
    case "binary":
    case "image":
      return binary(field, value);
    case "json":
      return value === null || value === undefined || value === false ? null : JSON.stringify(value);
    case "properties":
    case "properties_definition":
      return truthy(value) ? properties(value) : null;
    default:
      return value === null || value === undefined || value === false
        ? null
        : typeof value === "object"
          ? JSON.stringify(value)
          : (value as Value);
  }
}

function integer(value: unknown): number {
  const number = truthy(value) ? int(value) : 0;
  if (number > 2147483647 || number < -2147483648) throw numericOutOfRange("integer out of range\n");
  return number;
}

/** Half away from zero, on the decimals as they are written; no decimals: as it is. */
export function rounded(value: number, decimals: number | undefined): number {
  if (decimals === undefined || !Number.isFinite(value)) return value;
  const whole = Math.round(shifted(Math.abs(value), decimals));
  if (!Number.isFinite(whole)) return value;
  return Math.sign(value) * shifted(whole, -decimals) || 0;
}

/** The decimal point moved in the written number, which may have an exponent of its own (2.7e-17). */
function shifted(value: number, places: number): number {
  const [digits = "0", exponent = "0"] = String(value).split("e");
  return Number(`${digits}e${Number(exponent) + places}`);
}

function text(value: unknown, size?: number): string {
  const shown = str(value);
  if (shown.includes("\0")) throw valueError("A string literal cannot contain NUL (0x00) characters.");
  return size === undefined ? shown : shown.slice(0, size);
}

/** Scripts go; what is no element yet becomes a paragraph. */
function sanitized(html: string): string {
  const clean = html
    .replace(/<(script|style|iframe|object)\b[^>]*>[\s\S]*?<\/\1>/gi, "")
    .replace(/\son\w+="[^"]*"/gi, "");
  return clean === "" || clean.trimStart().startsWith("<") ? clean : `<p>${clean}</p>`;
}

function date(value: unknown): string {
  if (typeof value !== "string") throw typeError(`'${typeName(value)}' object is not subscriptable`);
  const given = value.slice(0, 10);
  if (!isDate(given)) throw mismatch(given, "%Y-%m-%d");
  return given;
}

const formats = ["%Y", "%Y-%m", "%Y-%m-%d", "%Y-%m-%d %H", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];

/** strptime of Odoo: the format is cut to the length of the value less two. */
export function datetime(value: unknown): string {
  if (typeof value !== "string") throw typeError(`object of type '${typeName(value)}' has no len()`);
  const format = "%Y-%m-%d %H:%M:%S".slice(0, Math.max(0, value.length - 2));
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?/.exec(value);
  const parts = match ? match.slice(1).filter((part) => part !== undefined) : [];
  if (!match || formats[parts.length - 1] !== format) throw mismatch(value, format);
  if (match[0].length < value.length) throw valueError(`unconverted data remains: ${value.slice(match[0].length)}`);
  const [year = "", month = "1", day = "1", hour = "0", minute = "0", second = "0"] = parts;
  const pad = (part: string) => part.padStart(2, "0");
  const stored = `${year}-${pad(month)}-${pad(day)} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
  if (!isDate(stored.slice(0, 10)) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59)
    throw mismatch(value, format);
  return stored;
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const parsed = new Date(Date.UTC(2000, month - 1, day));
  parsed.setUTCFullYear(year, month - 1, day);
  return year > 0 && parsed.getUTCMonth() === month - 1 && parsed.getUTCDate() === day;
}

function mismatch(value: string, format: string): Error {
  return valueError(`time data ${repr(value)} does not match format ${repr(format)}`);
}

function selection(field: Field, model: string, value: unknown): string | null {
  if (value === false || value === null || value === undefined || value === "") return null;
  const known = field.selection?.some(([key]) => key === value) ?? true;
  if (!known || typeof value !== "string") throw valueError(`Wrong value for ${model}.${field.name}: ${repr(value)}`);
  return value;
}

/** An id. A text goes to PostgreSQL as it is, and of a list so do its texts. */
function many2one(field: Field, model: string, value: unknown): number | null {
  if (value === false || value === null || value === undefined || value === 0 || value === "") return null;
  if (value === true) return 1;
  if (typeof value === "number") {
    if (Math.abs(value) > 2147483647) throw numericOutOfRange("integer out of range\n");
    return Math.round(value);
  }
  if (typeof value === "string") {
    if (/^\s*\d+\s*$/.test(value)) return Number(value);
    throw notAnInteger(value);
  }
  if (Array.isArray(value)) {
    const word: unknown = value.find((item) => typeof item === "string");
    if (value.length === 0) return null;
    if (typeof word === "string") throw notAnInteger(word);
    return typeof value[0] === "number" ? value[0] : null;
  }
  throw valueError(`Wrong value for ${model}.${field.name}: ${repr(value)}`);
}

/** Properties of a record, or their definitions, as JSON: a text of it is read first. */
function properties(value: unknown): string {
  let given = value;
  if (typeof value === "string")
    try {
      given = JSON.parse(value);
    } catch {
      throw new OdooException("json.decoder.JSONDecodeError", "Expecting value: line 1 column 1 (char 0)");
    }
  if (typeof given !== "object") throw valueError(`Wrong property type <class '${typeName(given)}'>`);
  return JSON.stringify(given);
}

function binary(field: Field, value: unknown): string | null {
  if (!truthy(value)) return null;
  const given = str(value);
  if (
    field.name.startsWith("image_") &&
    (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(given) || given.replace(/\s/g, "").length % 4 !== 0)
  )
    throw userError("Image is not encoded in base64.");
  return given;
}
