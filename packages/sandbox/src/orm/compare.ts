/** Comparisons of PostgreSQL that domains use, on values read (false is NULL). */
import type { FieldType } from "@odoorway/core";
import type { Read } from "./model.js";
import { str } from "./python.js";

/** A test of `value operator right`. An empty list is in nothing; false means NULL. */
export function compareWith(operator: string, right: unknown, type?: FieldType): (value: Read) => boolean {
  switch (operator) {
    case "=":
      return equals(right, type);
    case "!=": {
      const equal = equals(right, type);
      return (value) => !equal(value);
    }
    case "in": {
      if (typeof right === "boolean") return (value) => (value !== false) === right;
      const tests = (Array.isArray(right) ? right : [right]).map((item) => equals(item, type));
      const plain = new Set(Array.isArray(right) ? right : []);
      if (tests.length > 8 && !plain.has(false) && !plain.has(null)) return (value) => plain.has(value);
      return (value) => tests.some((test) => test(value));
    }
    case "<":
      return ordered(right, (n) => n < 0);
    case ">":
      return ordered(right, (n) => n > 0);
    case "<=":
      return ordered(right, (n) => n <= 0);
    case ">=":
      return ordered(right, (n) => n >= 0);
    default:
      return likeTest(operator, right);
  }
}

function equals(right: unknown, type?: FieldType): (value: Read) => boolean {
  if (right === false || right === null || right === undefined) {
    if (type === "integer" || type === "float" || type === "monetary") return (value) => value === false || value === 0;
    return (value) => value === false;
  }
  if (type === "boolean") return (value) => value === (right === true);
  if (typeof right === "number" && (type === "char" || type === "text")) return (value) => value === String(right);
  if (typeof right === "string" && (type === "float" || type === "monetary")) return (value) => value === Number(right);
  return (value) => value === right;
}

function ordered(right: unknown, holds: (sign: number) => boolean): (value: Read) => boolean {
  return (value) => {
    if (value === false || right === false || right === null) return false;
    if (typeof value === "number") return holds(Math.sign(value - Number(right)));
    if (typeof value !== "string") return false;
    const other = String(right);
    return holds(value < other ? -1 : value > other ? 1 : 0);
  };
}

/** like, ilike and their =forms: `%` and `_` are wildcards; without `=` the text may stand anywhere. */
export function likeTest(operator: string, right: unknown): (value: Read) => boolean {
  const whole = operator.includes("=");
  const folded = operator.includes("ilike");
  const negated = operator.startsWith("not ");
  const text = right === false || right === null ? "" : str(right);
  if (!whole && text === "") return () => !negated;
  const wanted = folded ? text.toLowerCase() : text;
  if (folded && !whole && /^[\w .,@+-]+$/.test(wanted) && !wanted.includes("_")) return containing(wanted, negated);
  const test = /[%_\\]/.test(wanted) || whole ? pattern(wanted, whole) : (value: string) => value.includes(wanted);
  return (value) => {
    if (value === false) return negated;
    const shown = typeof value === "string" ? value : str(value);
    return test(folded ? shown.toLowerCase() : shown) !== negated;
  };
}

/** ilike of plain letters and digits, by far the commonest: without a copy of every value in small letters. */
function containing(wanted: string, negated: boolean): (value: Read) => boolean {
  const expression = new RegExp(wanted.replace(/[.+-]/g, "\\$&"), "i");
  return (value) =>
    value === false ? negated : expression.test(typeof value === "string" ? value : str(value)) !== negated;
}

/** Matches `%` and `_` without regular expressions, so that no pattern takes more than quadratic time. */
function pattern(text: string, whole: boolean): (value: string) => boolean {
  const wanted: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "%" || character === "_") wanted.push(character);
    else {
      if (character === "\\" && at + 1 < text.length) at += 1;
      wanted.push(`=${text[at] ?? ""}`);
    }
  }
  if (!whole) wanted.push("%");
  if (!whole) wanted.unshift("%");
  return (value) => glob(wanted, value);
}

function glob(wanted: readonly string[], value: string): boolean {
  let at = 0;
  let character = 0;
  let star = -1;
  let resume = 0;
  while (character < value.length) {
    const token = wanted[at];
    if (token === "%") {
      star = at;
      resume = character;
      at += 1;
    } else if (token === "_" || token === `=${value[character]}`) {
      at += 1;
      character += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      character = resume;
    } else return false;
  }
  while (wanted[at] === "%") at += 1;
  return at === wanted.length;
}
