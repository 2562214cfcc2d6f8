/** Values to JSON as both of Odoo's JSON protocols need it: nothing is lost or changed on the way out. */
import { toBase64 } from "./base64.js";
import { maxDepth } from "./limits.js";
import { Trail } from "./trail.js";
import { isPlainObject, kindOf, setMember } from "./values.js";
import { XmlRpcDouble } from "./xmlrpc-encode.js";

/**
 * The value as JSON text. Uint8Array becomes base64 text, as Odoo's binary fields take it. Throws
 * MarshallingError, whose path begins with `root`, for what JSON would drop or change in silence: undefined,
 * NaN and infinities, dates, instances of classes, integers outside of 53 bits, lone surrogates, cycles.
 */
export function writeJson(value: unknown, root: string): string {
  return JSON.stringify(writable(value, new Trail(root), 0));
}

/** The value itself, or, where something in it has to be written as something else, a copy. */
function writable(value: unknown, trail: Trail, depth: number): unknown {
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed()) throw trail.refused("a lone surrogate cannot be sent");
      return value;
    case "number":
      if (!Number.isFinite(value)) throw trail.refused(`${value} is not a number that can be sent`);
      return value;
    case "boolean":
      return value;
    case "bigint":
      if (!Number.isSafeInteger(Number(value))) throw trail.refused("an integer outside of 53 bits");
      return Number(value);
  }
  if (value === null) return value;
  if (value instanceof Uint8Array) return toBase64(value);
  // JSON has one kind of number, and so has what it writes.
  if (value instanceof XmlRpcDouble) return writable(value.value, trail, depth);
  if (depth > maxDepth) throw trail.refused("the values are nested too deeply, or in a circle");
  if (Array.isArray(value)) return writableItems(value, trail, depth + 1);
  if (isPlainObject(value)) return writableMembers(value, trail, depth + 1);
  throw trail.refused(`${kindOf(value)} cannot be sent`);
}

function writableItems(items: readonly unknown[], trail: Trail, depth: number): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    trail.enter(index);
    const written = writable(item, trail, depth);
    trail.leave();
    if (written === item) continue;
    copy ??= items.slice();
    copy[index] = written;
  }
  return copy ?? items;
}

function writableMembers(members: Readonly<Record<string, unknown>>, trail: Trail, depth: number): object {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(members)) {
    const item = members[name];
    trail.enter(name);
    if (!name.isWellFormed()) throw trail.refused("a name with a lone surrogate cannot be sent");
    const written = writable(item, trail, depth);
    trail.leave();
    if (written === item) continue;
    copy ??= Object.fromEntries(Object.entries(members));
    setMember(copy, name, written);
  }
  return copy ?? members;
}
