/**
 * JSONata's parsed expressions as functions of the host that call each other, without the promises of JSONata's own
 * evaluator, which walks the parsed text anew each time: some twenty times as fast. The parser, and every function
 * that needs no other, stay JSONata's. What is not here (`@`, `#`, `%`, `^`, `*`, `**`, `~>`, `|...|`, `?`) makes the
 * expression undefined here; JSONata evaluates it then. equal.test.ts holds the two against each other.
 */

import { Refused } from "../failure.js";
import { limits } from "../limits.js";
import { BoundedRegExp } from "../regex.js";
import { apply, type Code, Frame, isMarked, Lambda, placed, type Signature, TailCall } from "./call.js";
import { checked, enter, leave, lend } from "./guard.js";
import type { Match } from "./higher.js";
import { operators } from "./operators.js";
import { type Filter, fieldsOf, filtered, grouped, type Pair, type Step, walk } from "./paths.js";
import { append, Fault, isNumeric, isTrue, type List, lookup, unified } from "./values.js";

/** A step of JSONata's parsed expression. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly [key: string]: unknown;
}

/** Thrown by the compiler alone, where JSONata is needed. */
class Elsewhere extends Error {}

export interface Natives {
  get(name: string): unknown;
  string(value: unknown): string;
}

/** Undefined: the expression needs JSONata's own evaluator. */
export function compileDirect(ast: unknown, natives: Natives): Code | undefined {
  try {
    return new NodeCompiler(natives).code(ast as Node);
  } catch (error) {
    if (error instanceof Elsewhere) return undefined;
    throw error;
  }
}

class NodeCompiler {
  constructor(private readonly natives: Natives) {}

  code(node: Node): Code {
    for (const key of ["tuple", "focus", "index", "ancestor", "seekingParent"])
      if (node[key] !== undefined) throw new Elsewhere();
    const inner = this.inner(node);
    if (["string", "number", "value", "lambda"].includes(node.type) && node.predicate === undefined) {
      if (node.group === undefined) return inner;
    }
    const filters = this.filters(node.predicate);
    const group = node.type !== "path" && node.group !== undefined ? this.group(node.group as Node) : undefined;
    const keep = node.keepArray === true;
    if (node.type === "variable" && filters.length === 0 && group === undefined)
      return (input, frame) => unified(checked(inner(input, frame)), keep);
    return (input, frame) => {
      enter();
      let value = inner(input, frame);
      for (const filter of filters) value = filtered({ input: value, filter, frame });
      if (group !== undefined) value = group(value, frame);
      const made = unified(checked(value), keep);
      leave();
      return made;
    };
  }

  private inner(node: Node): Code {
    switch (node.type) {
      case "string":
      case "number":
      case "value":
        return () => node.value;
      case "name":
        return (input) => lookup(input, String(node.value));
      case "variable":
        return this.variable(String(node.value));
      case "path":
        return this.path(node);
      case "binary":
        return this.binary(node);
      case "unary":
        return this.unary(node);
      case "condition":
        return this.condition(node);
      case "block":
        return this.block(node);
      case "bind":
        return this.bind(node);
      case "lambda":
        return this.lambda(node);
      case "function":
        return this.call(node);
      case "regex":
        return this.regex(node);
      default:
        throw new Elsewhere();
    }
  }

  private variable(name: string): Code {
    if (name === "")
      return (input) => (Array.isArray(input) && (input as List).outerWrapper ? (input[0] as unknown) : input);
    const native = this.natives.get(name);
    return (_, frame) => frame.lookup(name, native);
  }

  private filters(stages: unknown): Filter[] {
    return ((stages ?? []) as Node[]).map((stage) => {
      if (stage.type !== "filter") throw new Elsewhere();
      const test = stage.expr as Node;
      return test.type === "number" ? { at: Number(test.value) } : { test: this.code(test) };
    });
  }

  private group(node: Node): Code {
    const pairs = this.pairs(node.lhs);
    return (input, frame) => grouped(pairs, input, frame, node.position);
  }

  private pairs(list: unknown): Pair[] {
    return (list as [Node, Node][]).map(([key, value]) => [this.code(key), this.code(value)] as const);
  }

  private path(node: Node): Code {
    const nodes = node.steps as Node[];
    const steps = nodes.map((step): Step => {
      if (step.type === "sort") throw new Elsewhere();
      const plain = step.type === "name" && step.stages === undefined && step.keepArray === undefined;
      return {
        code: this.code(step),
        filters: this.filters(step.stages),
        field: plain && step.predicate === undefined && step.group === undefined ? String(step.value) : undefined,
        made: step.consarray === true,
      };
    });
    const absolute = nodes[0]?.type === "variable";
    const keep = node.keepSingletonArray === true;
    const group = node.group === undefined ? undefined : this.group(node.group as Node);
    const names = steps.map(({ field }) => field);
    const plain = names.every((name) => name !== undefined) && !keep && group === undefined ? names : undefined;
    return (input, frame) => {
      const short = plain && fieldsOf(plain as string[], input);
      if (short !== undefined) return short.value;
      let items = walk(steps, input, frame, absolute) as List | undefined;
      if (keep && items !== undefined) {
        if (Array.isArray(items) && items.cons && !items.sequence) items = kept(items);
        items.keepSingleton = true;
      }
      return group === undefined ? items : group(items, frame);
    };
  }

  private binary(node: Node): Code {
    const { position } = node;
    const sign = String(node.value);
    const [left, right] = [this.code(node.lhs as Node), this.code(node.rhs as Node)];
    if (sign === "and" || sign === "or") {
      const decides = sign === "or";
      return (input, frame) => {
        const first = left(input, frame);
        try {
          return isTrue(first) === decides ? decides : isTrue(right(input, frame));
        } catch (error) {
          throw within(error, position, sign);
        }
      };
    }
    const operator = sign === "&" ? this.concat : operators[sign];
    if (operator === undefined) throw new Elsewhere();
    return (input, frame) => {
      const first = left(input, frame);
      const second = right(input, frame);
      try {
        return operator(first, second);
      } catch (error) {
        throw within(error, position, sign);
      }
    };
  }

  private readonly concat = (left: unknown, right: unknown): string => {
    const made = this.text(left) + this.text(right);
    if (made.length > limits.text) throw new Refused("it makes too long a text");
    return made;
  };

  private text(value: unknown): string {
    return typeof value === "string" ? value : value === undefined ? "" : this.natives.string(value);
  }

  private unary(node: Node): Code {
    if (node.value === "{") return this.group(node);
    if (node.value === "[") return this.list(node);
    if (node.value !== "-") throw new Elsewhere();
    const inner = this.code(node.expression as Node);
    return (input, frame) => {
      const value = inner(input, frame);
      if (value === undefined) return undefined;
      if (isNumeric(value)) return -value;
      throw placed(new Fault("D1002", value), node.position, "-");
    };
  }

  private list(node: Node): Code {
    const items = (node.expressions as Node[]).map((one) => ({ code: this.code(one), whole: one.value === "[" }));
    const cons = node.consarray === true;
    return (input, frame) => {
      let made: unknown[] = [];
      for (const { code, whole } of items) {
        const value = code(input, frame);
        if (value === undefined) continue;
        if (whole || !Array.isArray(value)) made.push(value);
        else made = append(made, value) as unknown[];
      }
      if (cons) Object.defineProperty(made, "cons", { enumerable: false, configurable: false, value: true });
      return made;
    };
  }

  private condition(node: Node): Code {
    const [when, then] = [this.code(node.condition as Node), this.code(node.then as Node)];
    const other = node.else === undefined ? () => undefined : this.code(node.else as Node);
    return (input, frame) => (isTrue(when(input, frame)) ? then(input, frame) : other(input, frame));
  }

  private block(node: Node): Code {
    const all = (node.expressions as Node[]).map((one) => this.code(one));
    return (input, frame) => {
      const own = new Frame(frame);
      let result: unknown;
      for (const one of all) result = one(input, own);
      return result;
    };
  }

  private bind(node: Node): Code {
    const name = String((node.lhs as Node).value);
    const inner = this.code(node.rhs as Node);
    return (input, frame) => {
      const value = inner(input, frame);
      frame.bind(name, value);
      return value;
    };
  }

  private lambda(node: Node): Code {
    if (node.thunk === true) return this.tailCall(node.body as Node);
    const parameters = (node.arguments as Node[]).map(({ value }) => String(value));
    const body = this.code(node.body as Node);
    const signature = node.signature as Signature | undefined;
    return (input, frame) => new Lambda(parameters, body, input, frame, signature);
  }

  private tailCall(node: Node): Code {
    const { procedure, args, name } = this.callee(node);
    return (input, frame) =>
      new TailCall(
        procedure(input, frame),
        name,
        node.position,
        args.map((arg) => arg(input, frame)),
      );
  }

  private call(node: Node): Code {
    const { procedure, args, name } = this.callee(node);
    const { position } = node;
    return (input, frame) => {
      const called = procedure(input, frame);
      const given: unknown[] = [];
      for (const arg of args) given.push(arg(input, frame));
      try {
        return apply(called, given, input);
      } catch (error) {
        throw placed(error, isMarked(called) ? position : undefined, name, position);
      }
    };
  }

  private callee(node: Node) {
    const procedure = node.procedure as Node;
    // A name without its $: JSONata's evaluator says so.
    if (procedure.type === "path") throw new Elsewhere();
    return {
      procedure: this.code(procedure),
      args: (node.arguments as Node[]).map((arg) => this.code(arg)),
      name: typeof procedure.value === "string" ? procedure.value : undefined,
    };
  }

  /** A search that gives the first match, which knows the next. */
  private regex(node: Node): Code {
    const pattern = node.value as RegExp;
    return () => {
      const regex = new BoundedRegExp(pattern);
      const search = (text: unknown, from?: unknown): Match | undefined => {
        regex.lastIndex = Number(from) || 0;
        const subject = String(text);
        const found = regex.exec(subject);
        if (found === null) return undefined;
        const { 0: match, index: start } = found;
        const next = () => {
          if (regex.lastIndex >= subject.length) return undefined;
          const after = search(subject, regex.lastIndex);
          if (after?.match === "") throw placed(new Fault("D1004", pattern.source), node.position);
          return after;
        };
        return { match, start, end: start + match.length, groups: found.slice(1), next };
      };
      return lend(search);
    };
  }
}

/** The error of an operator: it says which, also of what is below it. */
function within(error: unknown, position: number | undefined, sign: string): unknown {
  if (typeof error === "object" && error !== null) Object.assign(error, { position, token: sign });
  return error;
}

function kept(items: List): List {
  const made: List = [items];
  made.sequence = true;
  return made;
}
