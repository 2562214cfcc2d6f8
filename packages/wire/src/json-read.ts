/**
 * JSON to values, with the bounds that JSON.parse has not: how deep, how many, and no number changed in silence.
 * Odoo writes a whole float as 5.0 and a huge one as 1e+300, so digits alone are a Python integer.
 *
 * A member that is repeated is not noticed: JSON.parse takes the last one, as Python's parser does.
 */
import { WireError } from "./errors.js";
import { maxContainers, maxDepth, maxDigits, maxLength } from "./limits.js";
import { setMember } from "./values.js";

/** From this length on arrays and objects are counted before they are made; what is shorter holds under 5 million. */
const longBody = 12 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads a message of any kind. Integers outside of 53 bits become bigints. Throws WireError when it is too long,
 * too deep or not JSON, and for a number too large for a double.
 */
export function parseJson(body: string): unknown {
  if (body.length > maxLength) throw new WireError("the message is too long", maxLength);
  if (body.length > longBody) checkBrackets(body);
  const value = parse(body);
  return isExact(value, 0) ? value : restore(parse(marked(body)));
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    // V8 names the place in some of its messages only; the end stands for the others.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new WireError("not JSON", position === undefined ? body.length : Number(position));
  }
}

/** Whether no integer in the value can have been rounded. Throws for what is too deep or too large. */
function isExact(value: unknown, depth: number): boolean {
  if (typeof value === "number") return isExactNumber(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === maxDepth) throw new WireError("the values are nested too deeply", 0);
  let exact = true;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === "string") continue;
      if (!isExact(item, depth + 1)) exact = false;
    }
    return exact;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name in members) {
    const member = members[name];
    if (typeof member === "string") continue;
    if (!isExact(member, depth + 1)) exact = false;
  }
  return exact;
}

function isExactNumber(value: number): boolean {
  if (value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return true;
  if (!Number.isFinite(value)) throw new WireError("a number that is too large for a double", 0);
  return false;
}

/** The same JSON with a mark before every text, and with the integers outside of 53 bits as marked texts. */
function marked(body: string): string {
  let text = "";
  let done = 0;
  for (let at = 0; at < body.length; at++) {
    const code = body.charCodeAt(at);
    if (code === quote) {
      text += `${body.slice(done, at)}"s`;
      done = at + 1;
      at = endOfText(body, at);
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = at;
      while (isInNumber(body.charCodeAt(at + 1))) at++;
      const token = body.slice(start, at + 1);
      if (!/^-?\d+$/.test(token) || Number.isSafeInteger(Number(token))) continue;
      if (token.length > maxDigits) throw new WireError("an integer of too many digits", start);
      text += `${body.slice(done, start)}"i${token}"`;
      done = at + 1;
    }
  }
  return text + body.slice(done);
}

function restore(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("i") ? BigInt(value.slice(1)) : value.slice(1);
  if (Array.isArray(value)) return value.map(restore);
  if (typeof value !== "object" || value === null) return value;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) setMember(members, name.slice(1), restore(member));
  return members;
}

/** Digits, sign, point and exponent. */
function isInNumber(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2b || code === 0x2d || code === 0x2e || (code | 0x20) === 0x65;
}

/** The offset of the quote that closes the text whose quote is at `start`; the end of the body where none does. */
function endOfText(body: string, start: number): number {
  for (let end = start; ; ) {
    end = body.indexOf('"', end + 1);
    if (end < 0) return body.length;
    let escapes = end;
    while (body.charCodeAt(escapes - 1) === backslash) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
}

/** Refuses a body whose brackets are too many or too deep, without making anything of it. */
function checkBrackets(body: string): void {
  let depth = 0;
  let containers = 0;
  for (let at = 0; at < body.length; at++) {
    const code = body.charCodeAt(at);
    if (code === quote) at = endOfText(body, at);
    // [ and { differ in this one bit, and so do ] and }.
    else if ((code | 0x20) === 0x7b) {
      if (++containers > maxContainers) throw new WireError("too many arrays and objects", at);
      if (++depth > maxDepth) throw new WireError("the values are nested too deeply", at);
    } else if ((code | 0x20) === 0x7d) depth--;
  }
}
