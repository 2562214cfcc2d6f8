/**
 * The bounds of an evaluation under way. Evaluations are synchronous, so one at a time is under way: what it may
 * take stands here instead of being handed through every step.
 */
import type { Meter } from "../expression.js";
import { Refused } from "../failure.js";
import { limits } from "../limits.js";
import { Fault } from "./values.js";

let deadline = 0;
let depth = 0;
let steps = 0;
let lent: WeakSet<object> = new WeakSet();

/** Begins an evaluation. `functions`: those of the host that it may hold. */
export function begin(meter: Meter, functions: WeakSet<object>): void {
  deadline = meter.deadline;
  depth = 0;
  steps = 0;
  lent = functions;
}

export function lend<T extends object>(made: T): T {
  lent.add(made);
  return made;
}

/** Into a step that holds others; nested too deep it is refused. */
export function enter(): void {
  if (++depth > limits.calls) throw new Fault("D1011", limits.calls);
  // The clock costs more than most steps do.
  if ((++steps & 15) === 0) checkTime();
}

export function leave(): void {
  depth -= 1;
}

export function checkTime(): void {
  if (performance.now() > deadline) throw new Refused("it takes too long");
}

/** Refuses texts and lists that are too long, and what is no part of a flow. */
export function checked(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      if (value.length > limits.text) throw new Refused("it makes too long a text");
      return value;
    case "function":
      if (!lent.has(value)) throw new Refused("it reaches for what is no part of a flow");
      return value;
    case "object":
      if (Array.isArray(value) && value.length > limits.items) throw new Refused("it makes too long a list");
      return value;
    default:
      return value;
  }
}
