/**
 * One value of one field that is no relation: is it what the field takes, and how does Odoo want it?
 * Odoo itself accepts much that is wrong (active="no" is true, a dict in a char is stored as Python text,
 * a char is cut to its size in silence), hence strictness here.
 */
import type { ErrorCode, FieldMetadata } from "@odoorway/core";
import { isDate, toOdooDatetime } from "./dates.js";
import { isPlainObject, isTooDeep } from "./plain.js";

/** Why a value is not taken. */
export class Refusal {
  constructor(
    readonly code: Extract<
      ErrorCode,
      "wrong_type" | "out_of_range" | "invalid_selection_value" | "too_many_decimals" | "unsafe_html"
    >,
    readonly expected: string,
    /** What was meant, most likely. */
    readonly candidate?: string,
    /** More that the message of the code tells. */
    readonly evidence: Readonly<Record<string, string | number>> = {},
    /** The number without the decimals that are too many. */
    readonly rounded?: number,
  ) {}
}

/** The value as Odoo takes it, or the refusal. Never sees null. */
export type ScalarCheck = (value: unknown) => unknown;

/** PostgreSQL's int4, which holds Odoo's integers and ids. */
const largestInteger = 2_147_483_647;

/** The check of a field's values; made once a field. */
export function scalarCheck(field: FieldMetadata): ScalarCheck {
  switch (field.type) {
    case "char":
    case "text":
      return textCheck(field);
    case "html":
      return field.sanitized ? htmlCheck(field) : textCheck(field);
    case "integer":
      return integerCheck;
    case "many2one_reference":
      // Odoo reads one that points nowhere as 0.
      return (value) => (value === 0 ? false : idCheck(value));
    case "float":
    case "monetary":
      return numberCheck(field);
    case "boolean":
      return booleanCheck;
    case "date":
      return dateCheck;
    case "datetime":
      return datetimeCheck;
    case "binary":
    case "image":
      return binaryCheck;
    case "selection":
      return selectionCheck(field);
    case "properties":
      return propertiesCheck;
    case "properties_definition":
      return definitionCheck;
    default:
      return field.name === "analytic_distribution" ? distributionCheck : jsonCheck;
  }
}

const notText = new Refusal("wrong_type", "text");
export const brokenText = new Refusal("out_of_range", "text without NUL characters and half surrogates");

/** PostgreSQL's text holds no NUL, UTF-8 no half of a surrogate pair. */
export function isBrokenText(value: string): boolean {
  return /[\0\ud800-\udfff]/.test(value) && /[\0\p{Surrogate}]/u.test(value);
}

function textCheck(field: FieldMetadata): ScalarCheck {
  const { size } = field;
  const tooLong = new Refusal("out_of_range", `text of at most ${size} characters`);
  return (value) => {
    if (typeof value !== "string") return notText;
    if (isBrokenText(value)) return brokenText;
    if (size !== undefined && value.length > size && [...value].length > size) return tooLong;
    return value;
  };
}

const unsafeElement = /<\/?(script|iframe|object|embed)\b/i;
const quotedValues = /"[^"]*"|'[^']*'/g;
const handlerName = /\s(on[a-z]+)\s*=/i;
const scriptLink = /\s(?:href|src)\s*=\s*(?:["']\s*)?(javascript:)/i;

/**
 * What Odoo takes out of HTML in silence and nobody sends by mistake without missing it: scripts, embedded pages, event
 * handlers, script links. (Styles and classes, which some fields lose too, change no meaning and pass.) Each pattern looks at
 * one tag, and none can read a character twice for another: the time grows with the text, however hostile.
 */
function unsafePart(text: string): string | undefined {
  const element = unsafeElement.exec(text)?.[1];
  if (element !== undefined) return `<${element}>`;
  for (const [tag] of text.matchAll(/<[a-z][^<>]*/gi)) {
    // What stands in quotes is text: title="only = one" is no handler.
    const found = handlerName.exec(tag.replace(quotedValues, '""'))?.[1] ?? scriptLink.exec(tag)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

function htmlCheck(field: FieldMetadata): ScalarCheck {
  const check = textCheck(field);
  return (value) => {
    const text = check(value);
    if (typeof text !== "string" || !text.includes("<")) return text;
    const found = unsafePart(text);
    return found === undefined
      ? text
      : new Refusal("unsafe_html", "HTML without scripts", undefined, { received: found });
  };
}

const notInteger = new Refusal("wrong_type", "an integer");
const integerTooLarge = new Refusal("out_of_range", "an integer from -2147483648 to 2147483647");

function integerCheck(value: unknown): unknown {
  if (typeof value !== "number" || Number.isNaN(value)) return notInteger;
  if (value > largestInteger || value < -largestInteger - 1) return integerTooLarge;
  // `+ 0` makes 0 of -0.
  return Number.isInteger(value) ? value + 0 : notInteger;
}

const notId = new Refusal("wrong_type", "an id");
const idOutOfRange = new Refusal("out_of_range", "an id from 1 to 2147483647");

/** An id: 0 and less name no record (Odoo reads id 0 as a record of falses). */
export function idCheck(value: unknown): unknown {
  if (typeof value !== "number" || !Number.isInteger(value)) return notId;
  return value < 1 || value > largestInteger ? idOutOfRange : value;
}

const notNumber = new Refusal("wrong_type", "a number");
const infinite = new Refusal("out_of_range", "a finite number");

function numberCheck(field: FieldMetadata): ScalarCheck {
  const [total, decimals] = field.digits ?? [undefined, 0];
  const bound = total === undefined ? Number.POSITIVE_INFINITY : 10 ** (total - decimals);
  const tooLarge = new Refusal(
    "out_of_range",
    `a number of at most ${(total ?? 0) - decimals} digits before the point`,
  );
  const scale = 10 ** decimals;
  // Six decimals and more are no amounts but coordinates and factors, which nobody gives to the last place: rounded.
  const exact = field.digits !== undefined && decimals < 6;
  return (value) => {
    if (typeof value !== "number" || Number.isNaN(value)) return notNumber;
    // 1e999 is JSON and reads as infinity.
    if (!Number.isFinite(value)) return infinite;
    if (Math.abs(value) >= bound) return tooLarge;
    const scaled = value * scale;
    if (!exact) return value + 0;
    const rounded = Math.round(scaled) / scale;
    // 0.1 + 0.2 is 0.30000000000000004: the noise of binary fractions is no decimal.
    if (value === rounded || Math.abs(value - rounded) <= Math.abs(value) * noise) return rounded + 0;
    const expected = `a number of at most ${decimals} decimals`;
    const nearest = roundedTo(decimals, value);
    return new Refusal("too_many_decimals", expected, String(nearest), { decimals, received: value }, nearest);
  };
}

/** A number rounded half away from zero, as Odoo rounds: 1.005 is 1.01, though it is a little less in binary. */
export function roundedTo(decimals: number, value: number): number {
  const size = Math.abs(value);
  // These alone are written with an exponent: too small for any rounding up, or without decimals.
  if (size < 1e-6) return 0;
  if (size >= 1e21) return value;
  const shifted = Math.round(Number(`${size}e${decimals}`));
  return Math.sign(value) * Number(`${shifted}e-${decimals}`) + 0;
}

/** Share of a number that a calculation with binary fractions may be off. */
const noise = 1e-14;

const notBoolean = new Refusal("wrong_type", "true or false");
const booleanCheck: ScalarCheck = (value) => (typeof value === "boolean" ? value : notBoolean);

const notDate = new Refusal("wrong_type", 'a date such as "2024-02-29"');
const dateCheck: ScalarCheck = (value) => (typeof value === "string" && isDate(value) ? value : notDate);

const notDatetime = new Refusal(
  "wrong_type",
  'a date and time with a zone (RFC 3339) such as "2024-02-29T14:30:00+01:00" or "2024-02-29T13:30:00Z"',
);
const datetimeCheck: ScalarCheck = (value) =>
  (typeof value === "string" ? toOdooDatetime(value) : undefined) ?? notDatetime;

const notBase64 = new Refusal("wrong_type", "base64 text (RFC 4648), without a data: prefix");

/** Line breaks, which MIME's base64 has, are taken out; an empty text is an empty field. */
function binaryCheck(value: unknown): unknown {
  if (typeof value !== "string") return notBase64;
  const packed = /[\r\n]/.test(value) ? value.replace(/[\r\n]+/g, "") : value;
  if (packed === "") return false;
  return packed.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(packed) ? packed : notBase64;
}

/** A file's size as Odoo reads it instead of the file (context bin_size): "12.50 Kb". */
export function isHumanSize(value: unknown): boolean {
  return typeof value === "string" && /^\d{1,10}(\.\d{1,2})? (bytes|[KMGTPEZY]b)$/i.test(value);
}

function selectionCheck(field: FieldMetadata): ScalarCheck {
  if (field.selection === undefined) return textCheck(field);
  const keys = new Set(field.selection.map(([key]) => key));
  const expected = listKeys([...keys]);
  const notText = new Refusal("wrong_type", `one of ${expected}`);
  const notChoice = new Refusal("invalid_selection_value", expected);
  return (value) => (typeof value !== "string" ? notText : keys.has(value) ? value : notChoice);
}

/** Keys for a message: all of a short list, the start of a long one (time zones are 600). */
export function listKeys(keys: readonly string[]): string {
  return keys.length <= 20 ? keys.join(", ") : `${keys.slice(0, 20).join(", ")} and ${keys.length - 20} more`;
}

const tooDeep = new Refusal("out_of_range", "JSON of at most 100 levels");
const jsonCheck: ScalarCheck = (value) => (isTooDeep(value) ? tooDeep : value);

const notProperties = new Refusal("wrong_type", "an object of property names and values, or Odoo's list of properties");
const propertiesCheck: ScalarCheck = (value) =>
  isPlainObject(value) || (Array.isArray(value) && value.every((one) => isPlainObject(one) && isName(one.name)))
    ? jsonCheck(value)
    : notProperties;

const notDefinition = new Refusal(
  "wrong_type",
  'a list of properties, [{"name": "color", "type": "char", "string": "Color"}]',
);
const definitionCheck: ScalarCheck = (value) =>
  Array.isArray(value) && value.every((one) => isPlainObject(one) && isName(one.name) && typeof one.type === "string")
    ? jsonCheck(value)
    : notDefinition;

/** Odoo's names of properties: lower-case letters, digits, underscores. */
const isName = (name: unknown) => typeof name === "string" && /^[a-z][a-z0-9_]*$/.test(name);

const notDistribution = new Refusal("wrong_type", 'an object of analytic account ids and percentages, {"7": 100}');
/** Odoo takes any key in silence, and fails inside on anything but an object of numbers. */
const distributionCheck: ScalarCheck = (value) =>
  isPlainObject(value) &&
  Object.entries(value).every(([key, share]) => /^[1-9]\d*(,[1-9]\d*)*$/.test(key) && Number.isFinite(share))
    ? value
    : notDistribution;
