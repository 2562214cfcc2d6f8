/**
 * What can be said of an expression before it meets a payload: names that nobody binds, functions that are
 * closed, patterns that could take forever. JSONata itself takes an unknown name for nothing, in silence.
 */
import { nearest } from "@odoorway/core";
import { flowFunctions } from "./functions.js";
import { refusalOfPattern } from "./regex.js";

/** JSONata's own functions that flows have. */
export const jsonataFunctions: readonly string[] = [
  ...["abs", "append", "assert", "average", "base64decode", "base64encode", "boolean", "ceil", "clone", "contains"],
  ...["count", "decodeUrl", "decodeUrlComponent", "distinct", "each", "encodeUrl", "encodeUrlComponent", "error"],
  ...["exists", "filter", "floor", "formatBase", "formatInteger", "formatNumber", "fromMillis", "join", "keys"],
  ...["length", "lookup", "lowercase", "map", "match", "max", "merge", "millis", "min", "not", "now", "number"],
  ...["pad", "parseInteger", "power", "reduce", "replace", "reverse", "round", "sift", "single", "sort", "split"],
  ...["spread", "sqrt", "string", "substring", "substringAfter", "substringBefore", "sum", "toMillis", "trim"],
  ...["type", "uppercase", "zip"],
];

/** JSONata's functions that flows do not have, and why. */
export const closedFunctions: Readonly<Record<string, string>> = {
  eval: "an expression stands in the flow, where it is checked, never in a payload",
  random: "the same payload must give the same plan",
  shuffle: "the same payload must give the same plan",
};

/** The names that an expression may use besides functions. */
export interface Scope {
  readonly names: ReadonlySet<string>;
  /** Names of the flow's settings, for `$settings.name`. */
  readonly settings: ReadonlySet<string>;
}

export interface Finding {
  readonly detail: string;
  readonly nearest?: string | undefined;
  readonly position?: number | undefined;
}

/** The first thing that is wrong with the parsed expression, or undefined. */
export function findingOf(ast: unknown, scope: Scope): Finding | undefined {
  const walk = new Walk();
  walk.visit(ast);
  for (const { source, position } of walk.patterns) {
    const refusal = refusalOfPattern(source);
    if (refusal !== undefined) return { detail: `The pattern /${source}/ ${refusal}`, position };
  }
  const known = [...scope.names, ...jsonataFunctions, ...Object.keys(flowFunctions)];
  const all = new Set([...known, ...walk.bound]);
  for (const { name, position } of walk.variables) {
    const closed = Object.hasOwn(closedFunctions, name) ? closedFunctions[name] : undefined;
    if (closed !== undefined) return { detail: `Flows have no $${name}: ${closed}`, position };
    if (all.has(name)) continue;
    const near = nearest(name, all);
    return { detail: `Nothing is called $${name} here`, nearest: near && `$${near}`, position };
  }
  for (const { name, position } of walk.settings)
    if (!scope.settings.has(name))
      return { detail: `There is no setting ${name}`, nearest: nearest(name, scope.settings), position };
  return undefined;
}

/** Every name that the expression uses, each once. */
export function namesUsed(ast: unknown): string[] {
  const walk = new Walk();
  walk.visit(ast);
  return [...new Set(walk.variables.map(({ name }) => name))];
}

interface Node {
  readonly [key: string]: unknown;
}

class Walk {
  readonly variables: { readonly name: string; readonly position: number | undefined }[] = [];
  readonly bound = new Set<string>();
  readonly patterns: { readonly source: string; readonly position: number | undefined }[] = [];
  readonly settings: { readonly name: string; readonly position: number | undefined }[] = [];

  /** JSONata's parser bounds the depth by its own recursion: a text of 4,000 characters nests less than that. */
  visit(value: unknown): void {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const inner of value) this.visit(inner);
      return;
    }
    const node = value as Node;
    this.note(node);
    for (const key of Object.keys(node)) if (key !== "slot") this.visit(node[key]);
  }

  private note(node: Node): void {
    const position = typeof node.position === "number" ? node.position : undefined;
    const name = node.value;
    // "$" alone is the context and "$$" the payload: their names are "" and "$".
    if (node.type === "variable" && typeof name === "string" && name !== "" && name !== "$")
      this.variables.push({ name, position });
    if (node.type === "bind") this.bind(node.lhs);
    if (node.type === "lambda" && Array.isArray(node.arguments)) for (const one of node.arguments) this.bind(one);
    if (node.type === "index") this.bind(node);
    if (node.type === "regex" && name instanceof RegExp) this.patterns.push({ source: name.source, position });
    // @$name and #$name of a step.
    for (const name of [node.focus, node.index]) if (typeof name === "string") this.bound.add(name);
    if (node.type === "path" && Array.isArray(node.steps)) this.noteSetting(node.steps);
  }

  private bind(node: unknown): void {
    const name = (node as Node | undefined)?.value;
    if (typeof name === "string") this.bound.add(name);
  }

  private noteSetting([first, second]: readonly unknown[]): void {
    const [variable, name] = [first as Node, second as Node | undefined];
    if (variable?.type !== "variable" || variable.value !== "settings" || name?.type !== "name") return;
    if (typeof name.value === "string")
      this.settings.push({
        name: name.value,
        position: typeof name.position === "number" ? name.position : undefined,
      });
  }
}
