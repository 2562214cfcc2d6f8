/**
 * JSONata's own functions that are handed on with a bound on what they make, and its clock, which is ours: the
 * same payload at the same moment of the clock gives the same plan.
 */
import jsonata from "jsonata";
import { Refused } from "./failure.js";
import { limits } from "./limits.js";

type Implementation = (this: unknown, ...args: unknown[]) => unknown;

/** A function as JSONata keeps it: asked for by its name. */
async function builtin(name: string): Promise<Implementation> {
  const found: unknown = await jsonata(`$${name}`).evaluate(null);
  const { implementation } = found as { implementation: Implementation };
  return implementation;
}

const [pad, replace, join, fromMillis] = (await Promise.all(["pad", "replace", "join", "fromMillis"].map(builtin))) as [
  Implementation,
  Implementation,
  Implementation,
  Implementation,
];

function lengthOf(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}

function bound(characters: number): void {
  if (characters > limits.text) throw new Refused("it makes too long a text");
}

/** By name: the implementation, and JSONata's own signature of it. */
export const boundedBuiltins: Readonly<Record<string, { readonly run: Implementation; readonly signature: string }>> = {
  pad: {
    signature: "<s-ns?:s>",
    run(text, width, ...rest) {
      bound(Math.abs(Number(width)));
      return pad.call(this, text, width, ...rest);
    },
  },
  replace: {
    signature: "<s-(sf)(sf)n?:s>",
    run(text, pattern, replacement, ...rest) {
      bound((lengthOf(text) + 1) * lengthOf(replacement) > limits.text * 10 ? Number.POSITIVE_INFINITY : 0);
      return replace.call(this, text, pattern, replacement, ...rest);
    },
  },
  join: {
    signature: "<a<s>s?:s>",
    run(texts, separator, ...rest) {
      const list = Array.isArray(texts) ? texts : [];
      bound(list.reduce((sum: number, text) => sum + lengthOf(text) + lengthOf(separator), 0));
      return join.call(this, texts, separator, ...rest);
    },
  },
};

/** `$now(picture?, timezone?)` and `$millis()` of one moment, in milliseconds since the epoch. */
export function clockFunctions(millis: number): Readonly<Record<string, (...args: unknown[]) => unknown>> {
  return {
    now: (picture, timezone) => fromMillis.call(null, millis, picture, timezone),
    millis: () => millis,
  };
}
