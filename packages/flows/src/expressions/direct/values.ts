/**
 * Values as JSONata has them. A sequence is a list with a mark: of one item it is that item, of none it is nothing.
 * The marks are JSONata's own, since its functions read them.
 */
import { limits } from "../limits.js";

export interface List extends Array<unknown> {
  sequence?: boolean;
  keepSingleton?: boolean;
  outerWrapper?: boolean;
  readonly cons?: boolean;
}

/** What JSONata throws, by its code; its sentence is added when it is told (worded). */
export class Fault {
  position: number | undefined;
  token: string | undefined;
  message: string | undefined;

  constructor(
    readonly code: string,
    readonly value?: unknown,
    readonly value2?: unknown,
    readonly index?: number,
  ) {}
}

export function sequence(...items: unknown[]): List {
  const made: List = items;
  made.sequence = true;
  return made;
}

/** Adds to a list that grows, within the bound. */
export function push(list: List, item: unknown): void {
  if (list.length >= limits.items) throw new Fault("D2015", limits.items);
  list.push(item);
}

export function isList(value: unknown): value is List {
  return Array.isArray(value);
}

export function isSequence(value: unknown): value is List {
  return Array.isArray(value) && (value as List).sequence === true;
}

/** A sequence of none is nothing, of one that one, unless it is kept. */
export function unified(value: unknown, keep: boolean): unknown {
  if (!isSequence(value)) return value;
  if (keep) value.keepSingleton = true;
  if (value.length === 0) return undefined;
  return value.length === 1 && value.keepSingleton !== true ? value[0] : value;
}

interface Marked {
  readonly _jsonata_function?: unknown;
  readonly _jsonata_lambda?: unknown;
}

export function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return (value as Marked)._jsonata_function === true || (value as Marked)._jsonata_lambda === true;
}

/** Throws for a number out of range, as JSONata does wherever it asks. */
export function isNumeric(value: unknown): value is number {
  if (typeof value !== "number" || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Fault("D1001", value);
  return true;
}

/** $boolean; nothing is false. */
export function isTrue(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "";
    case "number":
      return isNumeric(value) && value !== 0;
    case "object":
      if (value === null) return false;
      if (Array.isArray(value)) return value.some(isTrue);
      return !isFunction(value) && Object.keys(value).length > 0;
    default:
      return false;
  }
}

/** A field of an object, or of every object of a list. */
export function lookup(input: unknown, key: string): unknown {
  if (typeof input !== "object" || input === null) return undefined;
  if (Array.isArray(input)) {
    const found = sequence();
    for (const one of input) {
      const value = lookup(one, key);
      if (Array.isArray(value)) for (const inner of value) push(found, inner);
      else if (value !== undefined) push(found, value);
    }
    return found;
  }
  if (!Object.hasOwn(input, key) || isFunction(input)) return undefined;
  return (input as Readonly<Record<string, unknown>>)[key];
}

/** $append. */
export function append(first: unknown, second: unknown): unknown {
  if (first === undefined) return second;
  if (second === undefined) return first;
  const list: unknown[] = Array.isArray(first) ? first : sequence(first);
  const other: unknown[] = Array.isArray(second) ? second : [second];
  const size = list.length + other.length;
  if (size > limits.items) throw new Fault("D2015", size);
  return list.concat(other);
}

export function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  const names = Object.getOwnPropertyNames(a);
  if (names.length !== Object.getOwnPropertyNames(b).length) return false;
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>];
  return names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]));
}
