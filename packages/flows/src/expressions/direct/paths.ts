/** Steps of paths, filters in brackets, groups in braces: what JSONata makes of them. */
import type { Code, Frame } from "./call.js";
import { append, Fault, isList, isNumeric, isSequence, isTrue, type List, lookup, push, sequence } from "./values.js";

export type Filter = { readonly at: number } | { readonly test: Code };

export interface Step {
  readonly code: Code;
  readonly filters: readonly Filter[];
  /** The step is a field by this name and nothing else. */
  readonly field: string | undefined;
  /** A list that the expression makes itself, as the first step: taken as it is. */
  readonly made: boolean;
}

/** The items that the filter lets through. */
export function filtered({ input, filter, frame }: { input: unknown; filter: Filter; frame: Frame }): unknown {
  const items: readonly unknown[] = Array.isArray(input) ? input : sequence(input);
  if ("at" in filter) {
    const at = Math.floor(filter.at);
    const item = items[at < 0 ? items.length + at : at];
    if (item === undefined) return sequence();
    return Array.isArray(item) ? item : sequence(item);
  }
  const made = sequence();
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const result = filter.test(item, frame);
    if (isNumeric(result)) {
      if (placeOf(result, items.length) === index) push(made, item);
    } else if (Array.isArray(result) && result.every((one) => isNumeric(one))) {
      for (const one of result) if (placeOf(one as number, items.length) === index) push(made, item);
    } else if (isTrue(result)) push(made, item);
  }
  return made;
}

function placeOf(at: number, length: number): number {
  const whole = Math.floor(at);
  return whole < 0 ? length + whole : whole;
}

/** The items of the path's end; not yet unified. */
export function walk(steps: readonly Step[], input: unknown, frame: Frame, absolute: boolean): unknown {
  let items: List = isList(input) && !absolute ? input : sequence(input);
  for (let at = 0; at < steps.length; at++) {
    const step = steps[at] as Step;
    items =
      at === 0 && step.made ? (step.code(items, frame) as List) : stepped(step, items, frame, at === steps.length - 1);
    if (items === undefined || items.length === 0) break;
  }
  return items;
}

function stepped({ code, filters }: Step, input: List, frame: Frame, last: boolean): List {
  const found: unknown[] = [];
  for (let at = 0; at < input.length; at++) {
    let value = code(input[at], frame);
    for (const filter of filters) value = filtered({ input: value, filter, frame });
    if (value !== undefined) found.push(value);
  }
  const [only] = found;
  if (last && found.length === 1 && isList(only) && !isSequence(only)) return only;
  const made = sequence();
  for (const value of found)
    if (!isList(value) || value.cons) push(made, value);
    else for (let at = 0; at < value.length; at++) push(made, value[at]);
  return made;
}

/** Fields of fields of an object, as long as no list is met; `undefined` where one is: the long way then. */
export function fieldsOf(names: readonly string[], input: unknown): { readonly value: unknown } | undefined {
  let value = input;
  for (const name of names) {
    if (Array.isArray(value)) return undefined;
    value = lookup(value, name);
    if (value === undefined) break;
  }
  return isSequence(value) ? undefined : { value };
}

export type Pair = readonly [key: Code, value: Code];

/** An object whose keys and values are computed for every item; values of equal keys come together. */
export function grouped(pairs: readonly Pair[], input: unknown, frame: Frame, position: number | undefined): unknown {
  const items: List = isList(input) ? input : sequence(input);
  const groups = new Map<string, { data: unknown; readonly pair: number }>();
  const all = items.length === 0 ? [undefined] : items;
  for (let at = 0; at < all.length; at++) {
    const item: unknown = all[at];
    for (const [pair, [keyOf]] of pairs.entries()) {
      const key = keyOf(item, frame);
      if (key === undefined) continue;
      if (typeof key !== "string") throw said(new Fault("T1003", key), position);
      if (key === "_jsonata_lambda" || key === "_jsonata_function") throw said(new Fault("D1013", key), position);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { data: item, pair });
      else if (group.pair !== pair) throw said(new Fault("D1009", key), position);
      else group.data = append(group.data, item);
    }
  }
  const made: Record<string, unknown> = Object.create(null);
  for (const [key, { data, pair }] of groups) {
    const value = pairs[pair]?.[1](data, frame);
    if (value !== undefined) made[key] = value;
  }
  return made;
}

function said(fault: Fault, position: number | undefined): Fault {
  fault.position = position;
  return fault;
}
