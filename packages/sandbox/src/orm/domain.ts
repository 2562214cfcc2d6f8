/** Domains: from the list that a client sends to a tree, refused in the words of each version. */
import type { Profile } from "../versions/profile.js";
import { assertionError, indexError, typeError, valueError } from "./exceptions.js";
import { repr } from "./python.js";

export interface Leaf {
  readonly kind: "leaf";
  readonly left: string;
  readonly operator: string;
  readonly right: unknown;
}
export type Node =
  | Leaf
  | { readonly kind: "and" | "or"; readonly nodes: readonly Node[] }
  | { readonly kind: "not"; readonly node: Node }
  | { readonly kind: "constant"; readonly value: boolean };

const operators = new Set([
  ...["=", "!=", "<>", "<=", "<", ">", ">=", "=?", "=like", "=ilike", "like", "not like", "ilike", "not ilike"],
  ...["in", "not in", "child_of", "parent_of", "any", "not any"],
]);
const operators19 = new Set([...operators, "not =like", "not =ilike", "any!", "not any!"]);

/** Parses a domain in prefix notation; terms without an operator before them are joined by `&`. */
export function parseDomain(domain: unknown, profile: Profile): Node {
  if (!Array.isArray(domain)) {
    if (profile.version === 18) {
      if (domain === false || domain === null || domain === undefined) return { kind: "constant", value: true };
      throw assertionError("Domains to normalize must have a 'domain' form: a list or tuple of domain components");
    }
    if (domain === null || domain === undefined) return { kind: "constant", value: true };
    if (typeof domain === "boolean") return { kind: "constant", value: domain };
    throw typeError(`Domain() invalid argument type for domain: ${repr(domain)}`);
  }
  const stack: Node[] = [];
  if (profile.version === 18) refuseOddTerms(domain);
  for (let at = domain.length - 1; at >= 0; at -= 1) {
    const item: unknown = domain[at];
    if (item === "&" || item === "|") {
      const [a, b] = [stack.pop(), stack.pop()];
      if (!a || !b) throw malformed(domain, profile);
      stack.push({ kind: item === "&" ? "and" : "or", nodes: [a, b] });
    } else if (item === "!") {
      const node = stack.pop();
      if (!node) throw malformed(domain, profile);
      stack.push({ kind: "not", node });
    } else stack.push(parseTerm(item, profile));
  }
  const nodes = stack.reverse();
  const [only] = nodes;
  if (!only) return { kind: "constant", value: true };
  return nodes.length === 1 ? only : { kind: "and", nodes };
}

/** 18.0 unpacks whatever stands in a domain and says what Python says. */
function refuseOddTerms(domain: readonly unknown[]): void {
  if (domain.some((item) => typeof item === "string" && item.length === 1 && !"&|!".includes(item)))
    throw indexError("string index out of range");
  for (const item of domain) {
    if (item === "&" || item === "|" || item === "!") continue;
    if (typeof item === "string" && item.length < 2) throw indexError("string index out of range");
    if (Array.isArray(item) && item.length < 2) throw indexError("list index out of range");
    if (typeof item !== "string" && !Array.isArray(item)) {
      const type =
        repr(item) === "None"
          ? "NoneType"
          : typeof item === "number"
            ? "int"
            : typeof item === "boolean"
              ? "bool"
              : "dict";
      if (type === "dict") throw valueError(`Invalid leaf ${repr(item)}`);
      throw typeError(`'${type}' object is not subscriptable`);
    }
    if (item.length === 2) throw valueError("not enough values to unpack (expected 3, got 2)");
    if (item.length > 3) throw valueError("too many values to unpack (expected 3)");
  }
}

function parseTerm(item: unknown, profile: Profile): Node {
  if (!Array.isArray(item) || item.length !== 3) {
    if (profile.version === 18)
      throw valueError(`Invalid leaf ${repr(typeof item === "string" ? [...item] : item, true)}`);
    throw valueError(`Domain() invalid item in domain: ${repr(item)}`);
  }
  const [left, operator, right] = item as [unknown, unknown, unknown];
  const known = profile.version === 18 ? operators : operators19;
  if ((left === 1 || left === 0) && operator === "=" && right === 1) return { kind: "constant", value: left === 1 };
  const lower = typeof operator === "string" ? operator.toLowerCase() : "";
  if (typeof left !== "string" || !known.has(lower)) throw valueError(profile.says.badOperator(repr(item, true)));
  const leaf: Leaf = { kind: "leaf", left, operator: lower === "<>" ? "!=" : lower.replace("any!", "any"), right };
  if ((lower === "in" || lower === "not in") && !Array.isArray(right) && typeof right !== "boolean") {
    if (profile.version === 18) throw valueError(`Invalid domain term ${repr(item, true)}`);
    return { ...leaf, right: [right] };
  }
  return leaf;
}

function malformed(domain: readonly unknown[], profile: Profile): Error {
  return profile.version === 18
    ? valueError(`Domain ${repr(domain)} is syntactically not correct.`)
    : valueError(`Domain() malformed domain ${repr(domain)}`);
}

export function leafText(leaf: Leaf): string {
  return repr([leaf.left, leaf.operator, leaf.right], true);
}

/** Fields that a domain names at its first level, e.g. to see whether it speaks of `active`. */
export function* fieldsNamed(node: Node): Generator<string> {
  if (node.kind === "leaf") yield node.left;
  else if (node.kind === "not") yield* fieldsNamed(node.node);
  else if (node.kind !== "constant") for (const inner of node.nodes) yield* fieldsNamed(inner);
}
