/**
 * One expression: compiled once, evaluated on many payloads. It sees the payload, the names that it is given
 * and JSONata's functions, nothing of the host; what it may take is bounded (limits.ts).
 */
import jsonata from "jsonata";
import { type Finding, findingOf, namesUsed, type Scope } from "./analyse.js";
import { boundedBuiltins, clockFunctions } from "./builtins.js";
import { type ExpressionPlace, expressionFailure, Refused } from "./failure.js";
import { flowFunctions } from "./functions.js";
import { toJson } from "./json.js";
import { limits } from "./limits.js";
import { BoundedRegExp } from "./regex.js";

/** What the expressions of one plan share: the moment, and the time that is left. */
export class Meter {
  /** Milliseconds of `performance.now()` after which the evaluation at hand is broken off. */
  deadline = 0;
  readonly clock: Readonly<Record<string, unknown>>;
  private left: number = limits.planTime;

  /** `millis`: what $now() and $millis() say. */
  constructor(millis: number) {
    this.clock = clockFunctions(millis);
    for (const one of Object.values(this.clock)) if (typeof one === "function") lent.add(one);
  }

  start(): number {
    const now = performance.now();
    this.deadline = now + Math.min(limits.expressionTime, this.left);
    return now;
  }

  stop(started: number): void {
    this.left -= performance.now() - started;
  }
}

/** Functions of the host that an expression may hold: the clock's, and searches for patterns. */
const lent = new WeakSet<object>();

/** Under this name each evaluation finds its meter; no expression can name it. */
const meterName = "\u0000meter";

/** Names and what they stand for. */
export type Names = Readonly<Record<string, unknown>>;

export interface Expression {
  readonly text: string;
  /** The names of its scope that it uses. */
  readonly uses: readonly string[];
  /** The result as JSONata has it: undefined for nothing; lists and objects may be the payload's own. */
  raw(input: unknown, names: Names, meter: Meter): Promise<unknown>;
  /** The result as JSON, copied; undefined for nothing. Rejects with `flow_expression_failed` alone. */
  evaluate(input: unknown, names: Names, meter: Meter): Promise<unknown>;
}

const options = {
  stack: limits.calls,
  sequence: limits.items,
  RegexEngine: BoundedRegExp as unknown as RegExpConstructor,
};

/** Called by JSONata at the end of every step. */
function afterStep(
  node: { readonly type?: unknown },
  _input: unknown,
  environment: jsonata.Environment,
  result: unknown,
) {
  const meter: unknown = environment.lookup(meterName);
  if (meter instanceof Meter && performance.now() > meter.deadline) throw new Refused("it takes too long");
  if (typeof result === "string") {
    if (result.length > limits.text) throw new Refused("it makes too long a text");
  } else if (typeof result === "function") {
    if (node.type === "regex") lent.add(result);
    else if (!lent.has(result)) throw new Refused("it reaches for what is no part of a flow");
  } else if (Array.isArray(result) && result.length > limits.items) throw new Refused("it makes too long a list");
}

/** Compiles; answers what is wrong with the text when it cannot be an expression of this scope. */
export function compileExpression(text: string, scope: Scope, at: ExpressionPlace): Expression | Finding {
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(text, options);
  } catch (error) {
    return syntaxFinding(error);
  }
  const ast: unknown = compiled.ast();
  const finding = findingOf(ast, scope);
  if (finding !== undefined) return finding;
  const used = namesUsed(ast);
  prepare(compiled, used);
  const names = used.filter((name) => scope.names.has(name));
  const clock = used.filter((name) => name === "now" || name === "millis");
  const raw = async (input: unknown, given: Names, meter: Meter) => {
    const bindings: Record<string, unknown> = Object.create(null);
    for (const name of names) bindings[name] = given[name];
    for (const name of clock) bindings[name] = meter.clock[name];
    bindings[meterName] = meter;
    const started = meter.start();
    try {
      return (await compiled.evaluate(input, bindings)) as unknown;
    } catch (error) {
      throw expressionFailure(error, text, at);
    } finally {
      meter.stop(started);
    }
  };
  const evaluate = async (input: unknown, given: Names, meter: Meter) => {
    const result = await raw(input, given, meter);
    try {
      return toJson(result);
    } catch (error) {
      throw expressionFailure(error, text, at);
    }
  };
  return { text, uses: names, raw, evaluate };
}

function prepare(compiled: jsonata.Expression, used: readonly string[]): void {
  // JSONata looks these up by a symbol, which its types leave out of `assign`.
  const assign = compiled.assign as (name: string | symbol, value: unknown) => void;
  assign(Symbol.for("jsonata.__evaluate_exit"), afterStep);
  for (const name of used) {
    const own = Object.hasOwn(flowFunctions, name) ? flowFunctions[name as keyof typeof flowFunctions] : undefined;
    const bounded = Object.hasOwn(boundedBuiltins, name) ? boundedBuiltins[name] : undefined;
    if (own !== undefined) compiled.registerFunction(name, own.run as (...args: unknown[]) => unknown);
    else if (bounded !== undefined) compiled.registerFunction(name, bounded.run, bounded.signature);
  }
}

function syntaxFinding(error: unknown): Finding {
  const thrown = error as { message?: unknown; position?: unknown; code?: unknown };
  const said =
    typeof thrown.code === "string" && typeof thrown.message === "string" ? thrown.message : "it nests too deep";
  const position = typeof thrown.position === "number" ? thrown.position : undefined;
  return { detail: `The expression cannot be read: ${said.replace(/[.\s]+$/, "")}`, position };
}

/** Whether compileExpression gave a finding. */
export function isFinding(made: Expression | Finding): made is Finding {
  return "detail" in made;
}
