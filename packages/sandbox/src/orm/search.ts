/** search: the matching ids in the order asked for, as PostgreSQL sorts (NULL last ascending). */
import { checkAccess, ruleTest } from "./access.js";
import type { Env, SearchOptions } from "./env.js";
import { negativeLimit, negativeOffset } from "./exceptions.js";
import { type Bounds, type Matcher, matcherOf } from "./match.js";
import type { Model } from "./model.js";
import { kept, parseOrder, sorted, type Term } from "./order.js";

/** Ids that the user may read and the domain means. Raises what Odoo raises for a bad domain or order. */
export function searchRecords(env: Env, model: Model, domain: unknown, options: SearchOptions = {}): number[] {
  checkAccess(env, model, "read");
  const matcher = matcherOf(env, model, domain);
  const order = parseOrder(env, model, options.order ?? model.facts.order);
  if ((options.limit ?? 0) < 0) throw negativeLimit();
  if ((options.offset ?? 0) < 0) throw negativeOffset();
  const allowed = ruleTest(env, model);
  const passes = (id: number) => matcher.test(id) && (!allowed || allowed(id));
  const start = options.offset ?? 0;
  const end = options.limit ? start + options.limit : undefined;
  const { rows } = model.table;
  const [first] = order;
  const { candidates } = matcher;
  if (candidates && !isMost(candidates.size, rows)) {
    const ids = candidates.list().filter((id) => rows.has(id) && passes(id));
    return sorted(env, model, ids, order).slice(start, end);
  }
  const inOrder =
    first?.field === "id" ? idsWithin(model, matcher) : end === undefined ? undefined : kept(model, order);
  if (first && inOrder) {
    const reached = first.field === "id" ? inOrder : within(model, inOrder, first, matcher.bounds?.get(first.field));
    return taken(reached, first.field === "id" && first.descending, passes, end).slice(start);
  }
  const ids = idsWithin(model, matcher).filter(passes);
  const whole = isMost(ids.length, rows) ? kept(model, order) : undefined;
  if (!whole) return sorted(env, model, ids, order).slice(start, end);
  const found = new Set(ids);
  return whole.filter((id) => found.has(id)).slice(start, end);
}

/** Whether it is better to go through all rows than through so many of them. */
function isMost(size: number, rows: ReadonlyMap<number, unknown>): boolean {
  return size >= 200 && size * 4 > rows.size;
}

/** The first of them that pass, up to `most`. */
function taken(
  ids: readonly number[],
  backwards: boolean,
  passes: (id: number) => boolean,
  most: number | undefined,
): number[] {
  const found: number[] = [];
  const step = backwards ? -1 : 1;
  for (let at = backwards ? ids.length - 1 : 0; at >= 0 && at < ids.length && found.length !== most; at += step) {
    const id = ids[at] ?? 0;
    if (passes(id)) found.push(id);
  }
  return found;
}

/** All ids in ascending order, as far as the domain bounds them. */
function idsWithin(model: Model, { bounds }: Matcher): readonly number[] {
  const ids = model.table.ids();
  const { low, high } = bounds?.get("id") ?? {};
  const from = low === undefined ? 0 : firstWhere(ids, (id) => id >= Number(low));
  const to = high === undefined ? ids.length : firstWhere(ids, (id) => id > Number(high));
  return from === 0 && to === ids.length ? ids : ids.slice(from, to);
}

/** Those of a kept order whose first column lies within the bounds; NULLs there never match. */
function within(model: Model, ids: readonly number[], term: Term, bounds: Bounds | undefined): readonly number[] {
  if (!bounds) return ids;
  const { rows } = model.table;
  const { field, descending, nullsFirst } = term;
  const [start, end] = descending ? [bounds.high, bounds.low] : [bounds.low, bounds.high];
  const isNumber = typeof (start ?? end) === "number";
  /** Whether a record stands at the bound or after it (`over`: after it) in this order. */
  const reaches = (id: number, bound: string | number, over: boolean) => {
    const value = rows.get(id)?.[field] ?? (isNumber ? 0 : undefined);
    if (value === undefined) return !nullsFirst;
    if (value === bound) return !over;
    return value > bound !== descending;
  };
  const from = start === undefined ? 0 : firstWhere(ids, (id) => reaches(id, start, false));
  const to = end === undefined ? ids.length : firstWhere(ids, (id) => reaches(id, end, true));
  return ids.slice(from, to);
}

/** The place of the first id of which something holds that holds of all after it too. */
function firstWhere(ids: readonly number[], holds: (id: number) => boolean): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(ids[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
