/** JSONata's functions that take functions or patterns, without the promises that its own are made of. */

import { Refused } from "../failure.js";
import { limits } from "../limits.js";
import { arityOf, type Callable } from "./call.js";
import { Fault, isNumeric, isTrue, push, sequence } from "./values.js";

type Items = readonly unknown[] | undefined;

/** As many of value, place and whole as the function takes, at least the value. */
function call(run: Callable, value: unknown, place: unknown, whole: unknown): unknown {
  const arity = arityOf(run);
  if (arity >= 3) return run(value, place, whole);
  return arity === 2 ? run(value, place) : run(value);
}

function entriesOf(object: unknown): [string, unknown][] {
  return typeof object === "object" && object !== null ? Object.entries(object) : [];
}

function map(items: Items, run: Callable) {
  if (items === undefined) return undefined;
  const made = sequence();
  for (let at = 0; at < items.length; at++) {
    const value = call(run, items[at], at, items);
    if (value !== undefined) push(made, value);
  }
  return made;
}

function filter(items: Items, run: Callable) {
  if (items === undefined) return undefined;
  const made = sequence();
  for (let at = 0; at < items.length; at++) if (isTrue(call(run, items[at], at, items))) push(made, items[at]);
  return made;
}

function single(items: Items, run?: Callable) {
  if (items === undefined) return undefined;
  let found: { readonly item: unknown } | undefined;
  for (let at = 0; at < items.length; at++) {
    if (run !== undefined && !isTrue(call(run, items[at], at, items))) continue;
    if (found !== undefined) throw new Fault("D3138", undefined, undefined, at);
    found = { item: items[at] };
  }
  if (found === undefined) throw new Fault("D3139");
  return found.item;
}

function reduce(items: Items, run: Callable, first?: unknown) {
  if (items === undefined) return undefined;
  const arity = arityOf(run);
  if (arity < 2) throw new Fault("D3050", undefined, undefined, 1);
  const skips = first === undefined && items.length > 0;
  let result = skips ? items[0] : first;
  for (let at = skips ? 1 : 0; at < items.length; at++) {
    const args = [result, items[at], at, items];
    result = run(...args.slice(0, Math.min(arity, 4)));
  }
  return result;
}

function each(object: unknown, run: Callable) {
  const made = sequence();
  for (const [key, value] of entriesOf(object)) {
    const result = call(run, value, key, object);
    if (result !== undefined) push(made, result);
  }
  return made;
}

function sift(object: unknown, run: Callable) {
  const kept = entriesOf(object).filter(([key, value]) => isTrue(call(run, value, key, object)));
  if (kept.length === 0) return undefined;
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, value] of kept) made[key] = value;
  return made;
}

function sort(items: Items, comparator?: Callable) {
  if (items === undefined || items.length <= 1) return items;
  if (
    comparator === undefined &&
    !items.every((item) => isNumeric(item)) &&
    !items.every((item) => typeof item === "string")
  )
    throw new Fault("D3070", undefined, undefined, 1);
  const after = (a: unknown, b: unknown) =>
    comparator === undefined ? (a as string) > (b as string) : Boolean(comparator(a, b));
  return merged([...items], after);
}

/** Merge sort that asks as JSONata's does: whether the left one comes after the right one. */
function merged(items: unknown[], after: (a: unknown, b: unknown) => boolean): unknown[] {
  if (items.length <= 1) return items;
  const middle = Math.floor(items.length / 2);
  const [left, right] = [merged(items.slice(0, middle), after), merged(items.slice(middle), after)];
  const made: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) made.push(after(left[l], right[r]) ? right[r++] : left[l++]);
  return made.concat(left.slice(l), right.slice(r));
}

/** What a search for a pattern gives. */
export interface Match {
  readonly match: string;
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
  readonly next: () => Match | undefined;
}

function matchOf(run: Callable, text?: string): Match | undefined {
  const found = run(text) as Match | undefined;
  if (!found) return undefined;
  const said: Readonly<Record<string, unknown>> = { ...found };
  if (
    typeof said.start !== "number" &&
    said.end !== "number" &&
    !Array.isArray(said.groups) &&
    typeof said.next !== "function"
  )
    throw new Fault("T1010");
  return found;
}

/** At most `limit` matches, one after the other. */
function* matches(text: string, pattern: Callable, limit: number | undefined): Generator<Match, void> {
  let found = matchOf(pattern, text);
  for (let count = 0; found !== undefined && (limit === undefined || count < limit); count++) {
    yield found;
    found = matchOf(found.next);
  }
}

function contains(text: string | undefined, token: string | Callable | undefined) {
  if (text === undefined || token === undefined) return undefined;
  return typeof token === "string" ? text.includes(token) : matchOf(token, text) !== undefined;
}

function match(text: string | undefined, pattern: Callable, limit?: number) {
  if (text === undefined) return undefined;
  if (limit !== undefined && limit < 0) throw new Fault("D3040", limit, undefined, 3);
  const made = sequence();
  for (const { match: found, start, groups } of matches(text, pattern, limit))
    push(made, { match: found, index: start, groups });
  return made;
}

function split(text: string | undefined, separator: string | Callable, limit?: number): string[] | undefined {
  if (text === undefined) return undefined;
  if (limit !== undefined && limit < 0) throw new Fault("D3020", limit, undefined, 3);
  if (limit !== undefined && limit <= 0) return [];
  if (typeof separator === "string") return text.split(separator, limit);
  const made: string[] = [];
  let start = 0;
  for (const found of matches(text, separator, limit)) {
    made.push(text.slice(start, found.start));
    start = found.end;
  }
  if (limit === undefined || made.length < limit) made.push(text.slice(start));
  return made;
}

function replace(
  text: string | undefined,
  pattern: string | Callable,
  replacement: string | Callable,
  limit?: number,
): string | undefined {
  if (text === undefined) return undefined;
  if (pattern === "") throw new Fault("D3010", pattern, undefined, 2);
  if (limit !== undefined && limit < 0) throw new Fault("D3011", limit, undefined, 4);
  if (typeof replacement === "string" && (text.length + 1) * replacement.length > limits.text * 10)
    throw new Refused("it makes too long a text");
  let made = "";
  let position = 0;
  if (typeof pattern === "string") {
    if (typeof replacement !== "string") throw new Fault("D3012");
    let at = text.indexOf(pattern);
    for (let count = 0; at !== -1 && (limit === undefined || count < limit); count++) {
      made += text.slice(position, at) + replacement;
      position = at + pattern.length;
      at = text.indexOf(pattern, position);
    }
    return made + text.slice(position);
  }
  for (const found of matches(text, pattern, limit)) {
    const put = typeof replacement === "string" ? filledIn(replacement, found) : replacement(found);
    if (typeof put !== "string") throw new Fault("D3012", put);
    made += text.slice(position, found.start) + put;
    position = found.start + found.match.length;
  }
  return made + text.slice(position);
}

/** The replacement with its `$0`, `$1` and so on; `$$` is a dollar. */
function filledIn(replacement: string, { match: whole, groups }: Match): string {
  const digits = groups.length === 0 ? 1 : Math.floor(Math.log10(groups.length)) + 1;
  let made = "";
  let position = 0;
  for (let at = replacement.indexOf("$"); at !== -1; at = replacement.indexOf("$", position)) {
    made += replacement.slice(position, at);
    position = at + 1;
    const sign = replacement[position];
    if (sign === "$" || sign === "0") {
      made += sign === "$" ? "$" : whole;
      position += 1;
      continue;
    }
    let group = Number.parseInt(replacement.slice(position, position + digits), 10);
    if (digits > 1 && group > groups.length)
      group = Number.parseInt(replacement.slice(position, position + digits - 1), 10);
    if (Number.isNaN(group)) made += "$";
    else {
      made += groups[group - 1] ?? "";
      position += String(group).length;
    }
  }
  return made + replacement.slice(position);
}

/** By name; each has the signature of JSONata's own. */
export const higherFunctions: Readonly<Record<string, (...args: never[]) => unknown>> = {
  ...{ map, filter, single, reduce, each, sift, sort, contains, match, split, replace },
};
