/** JSON as both of Odoo's JSON protocols need it: nothing lost on the way out, nothing unbounded on the way in. */
import { MarshallingError, WireError } from "./errors.js";
import { maxDepth, maxLength } from "./limits.js";
import { isPlainObject, kindOf } from "./values.js";

/** Reads a message of any kind. Throws WireError when it is too long or not JSON. */
export function parseJson(body: string): unknown {
  if (body.length > maxLength) throw new WireError("the message is too long", maxLength);
  try {
    return JSON.parse(body);
  } catch (error) {
    // V8 names the place in some of its messages only; the end stands for the others.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw new WireError("not JSON", position === undefined ? body.length : Number(position));
  }
}

/**
 * The value as JSON can carry it. Uint8Array becomes base64 text, as Odoo's binary fields take it. Throws
 * MarshallingError for what JSON would drop or change in silence: undefined, NaN and infinities, dates,
 * instances of classes, integers outside of 53 bits, lone surrogates, cycles.
 */
export function writable(value: unknown, path: string, depth: number): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    if (/\p{Cs}/u.test(value)) throw new MarshallingError("a lone surrogate cannot be sent", path);
    return value;
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new MarshallingError(`${value} is not a number that can be sent`, path);
    return value;
  }
  if (typeof value === "bigint") {
    if (!Number.isSafeInteger(Number(value))) throw new MarshallingError("an integer outside of 53 bits", path);
    return Number(value);
  }
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (depth > maxDepth) throw new MarshallingError("the values are nested too deeply, or in a circle", path);
  if (Array.isArray(value)) return Array.from(value, (item, index) => writable(item, `${path}[${index}]`, depth + 1));
  if (!isPlainObject(value)) throw new MarshallingError(`${kindOf(value)} cannot be sent`, path);
  const entries = Object.entries(value).map(([name, item]) => [name, writable(item, `${path}.${name}`, depth + 1)]);
  return Object.fromEntries(entries);
}
