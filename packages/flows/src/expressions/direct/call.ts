/** Functions: those that expressions make, JSONata's own, flows' own, and how each is called. */
import { checked, checkTime } from "./guard.js";
import { Fault, isFunction } from "./values.js";

/** A compiled step: its value for a context and the names bound there. */
export type Code = (input: unknown, frame: Frame) => unknown;

/** Names bound in a block or call; what is not here is in the one around it. */
export class Frame {
  private readonly names = new Map<string, unknown>();

  constructor(private readonly around: Frame | undefined) {}

  bind(name: string, value: unknown): void {
    this.names.set(name, value);
  }

  lookup(name: string, otherwise?: unknown): unknown {
    for (let frame: Frame | undefined = this; frame !== undefined; frame = frame.around) {
      const value = frame.names.get(name);
      if (value !== undefined || frame.names.has(name)) return value;
    }
    return otherwise;
  }
}

/** JSONata's own check of arguments, which may also fill in the context. */
export interface Signature {
  readonly definition: string;
  validate(args: readonly unknown[], context: unknown): unknown[];
}

/** Marked as JSONata marks its own, whose functions ask for it. */
export class Lambda {
  readonly _jsonata_lambda = true;

  constructor(
    readonly parameters: readonly string[],
    readonly body: Code,
    readonly input: unknown,
    readonly frame: Frame,
    readonly signature: Signature | undefined,
  ) {}

  get arity(): number {
    return this.parameters.length;
  }
}

/** A call in the place of a lambda's result: made by who called the lambda, so that loops do not nest. */
export class TailCall {
  constructor(
    readonly procedure: unknown,
    readonly name: string | undefined,
    readonly position: number | undefined,
    readonly args: readonly unknown[],
  ) {}
}

/** A function that is no lambda: `run` gets what its signature has made of the arguments. */
export class Native {
  readonly _jsonata_function = true;
  /** Kinds of arguments that the signature is known to hand on as they are. */
  readonly #plain = new Set<string>();
  readonly #depends: boolean;

  constructor(
    readonly implementation: (...args: never[]) => unknown,
    readonly arity: number,
    readonly signature: Signature | undefined,
  ) {
    // Of lists of something the items count too.
    this.#depends = signature !== undefined && /a</.test(signature.definition.split(":")[0] ?? "");
  }

  arguments(args: readonly unknown[], context: unknown): readonly unknown[] {
    if (this.signature === undefined) return args;
    if (this.#depends) return this.signature.validate(args, context);
    let kinds = "";
    for (const arg of args) kinds += kindOf(arg);
    if (this.#plain.has(kinds)) return args;
    const valid = this.signature.validate(args, context);
    const same = valid.every((arg, index) => (index < args.length ? arg === args[index] : arg === undefined));
    if (same && args.length > 0) this.#plain.add(kinds);
    return valid;
  }
}

function kindOf(value: unknown): string {
  if (isFunction(value)) return "f";
  switch (typeof value) {
    case "string":
      return "s";
    case "number":
      return "n";
    case "boolean":
      return "b";
    case "object":
      return value === null ? "l" : Array.isArray(value) ? "a" : "o";
    default:
      return "m";
  }
}

/** Calls, and makes the tail calls that come back. `context` is what a missing argument may be taken from. */
export function apply(procedure: unknown, args: readonly unknown[], context: unknown): unknown {
  let result = applyOnce(procedure, args, context);
  while (result instanceof TailCall) {
    checkTime();
    const { procedure: next, name, position, args: given } = result;
    try {
      result = applyOnce(next, given, context);
    } catch (error) {
      throw placed(error, isMarked(next) ? position : undefined, name);
    }
  }
  return result;
}

function applyOnce(procedure: unknown, args: readonly unknown[], context: unknown): unknown {
  if (procedure instanceof Lambda) {
    const given = procedure.signature === undefined ? args : procedure.signature.validate(args, context);
    const frame = new Frame(procedure.frame);
    for (const [index, name] of procedure.parameters.entries()) frame.bind(name, given[index]);
    return procedure.body(procedure.input, frame);
  }
  checkTime();
  if (procedure instanceof Native) {
    const given = procedure.arguments(args, context).map(asFunction);
    return checked((procedure.implementation as (...all: unknown[]) => unknown).apply(focus, given));
  }
  if (typeof procedure === "function") {
    checked(procedure);
    return checked((procedure as (...all: unknown[]) => unknown).apply(context, args.map(asFunction)));
  }
  throw new Fault("T1006");
}

/** What JSONata's functions expect as `this`. */
const focus = { createSequence: undefined as unknown, options: undefined as unknown };

export function setFocus(parts: typeof focus): void {
  Object.assign(focus, parts);
}

export interface Callable {
  (...args: unknown[]): unknown;
  arity?: number;
}

/** Functions of the language as the host's, for functions that take functions. */
function asFunction(value: unknown): unknown {
  if (!(value instanceof Lambda) && !(value instanceof Native)) return value;
  const callable: Callable = (...args) => apply(value, args, null);
  callable.arity = value.arity;
  return callable;
}

export function arityOf(callable: Callable): number {
  return callable.arity ?? callable.length;
}

export function isMarked(procedure: unknown): boolean {
  return procedure instanceof Lambda || procedure instanceof Native;
}

/** The error with where it was met. As in JSONata, the outermost call of a name says where. */
export function placed(error: unknown, outer: number | undefined, token?: string, inner?: number): unknown {
  if (typeof error !== "object" || error === null) return error;
  const thrown = error as { position?: number | undefined; token?: string | undefined };
  if (outer !== undefined) thrown.position = outer;
  thrown.position ||= inner;
  thrown.token ||= token;
  return error;
}
