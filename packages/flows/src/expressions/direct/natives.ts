/** JSONata's functions, handed over by JSONata itself; those that take functions or patterns are ours. */
import jsonata from "jsonata";
import { jsonataFunctions } from "../analyse.js";
import { boundedBuiltins } from "../builtins.js";
import { flowFunctions } from "../functions.js";
import { limits } from "../limits.js";
import { Native, type Signature, setFocus } from "./call.js";
import type { Natives } from "./compile.js";
import { higherFunctions } from "./higher.js";
import { sequence } from "./values.js";

interface Builtin {
  readonly implementation: (...args: never[]) => unknown;
  readonly signature?: Signature;
}

setFocus({ createSequence: sequence, options: { sequence: limits.items } });

const names = jsonataFunctions.filter((name) => name !== "now" && name !== "millis");
const builtins = (await jsonata(`[${names.map((name) => `$${name}`).join()}]`).evaluate(null)) as Builtin[];

const natives = new Map<string, Native>();
for (const [index, name] of names.entries()) {
  const builtin = builtins[index];
  if (builtin === undefined) throw new TypeError(`JSONata has no $${name}`);
  const higher = Object.hasOwn(higherFunctions, name) ? higherFunctions[name] : undefined;
  const bounded = Object.hasOwn(boundedBuiltins, name) ? boundedBuiltins[name]?.run : undefined;
  const run = higher ?? bounded ?? builtin.implementation;
  natives.set(name, new Native(run as (...args: never[]) => unknown, run.length, builtin.signature));
}
for (const [name, { run }] of Object.entries(flowFunctions)) {
  const implementation = run as (...args: never[]) => unknown;
  natives.set(name, new Native(implementation, implementation.length, undefined));
}

const string = natives.get("string")?.implementation as (value: unknown) => string;

export const directNatives: Natives = { get: (name) => natives.get(name), string };
