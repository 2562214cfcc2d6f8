/** Domains: from the list that a client sends to a tree, refused in the words of each version. */
import type { Profile } from "../versions/profile.js";
import { valueError } from "./exceptions.js";
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

/** Parses a domain in prefix notation; terms without an operator before them are joined by `&`. */
export function parseDomain(domain: unknown, profile: Profile): Node {
  if (!Array.isArray(domain)) return { kind: "constant", value: profile.domains.whole(domain) };
  const stack: Node[] = [];
  profile.domains.refuseTerms(domain);
  for (let at = domain.length - 1; at >= 0; at -= 1) {
    const item: unknown = domain[at];
    if (item === "&" || item === "|") {
      const [a, b] = [stack.pop(), stack.pop()];
      if (!a || !b) throw profile.domains.malformed(domain);
      stack.push({ kind: item === "&" ? "and" : "or", nodes: [a, b] });
    } else if (item === "!") {
      const node = stack.pop();
      if (!node) throw profile.domains.malformed(domain);
      stack.push({ kind: "not", node });
    } else stack.push(parseTerm(item, profile));
  }
  const nodes = stack.reverse();
  const [only] = nodes;
  if (!only) return { kind: "constant", value: true };
  return nodes.length === 1 ? only : { kind: "and", nodes };
}

function parseTerm(item: unknown, profile: Profile): Node {
  const { domains } = profile;
  if (!Array.isArray(item) || item.length !== 3) throw domains.badTerm(item);
  const [left, operator, right] = item as [unknown, unknown, unknown];
  if ((left === 1 || left === 0) && operator === "=" && right === 1) return { kind: "constant", value: left === 1 };
  const lower = typeof operator === "string" ? operator.toLowerCase() : "";
  if (typeof left !== "string" || !domains.operators.has(lower))
    throw valueError(profile.says.badOperator(repr(item, true)));
  const leaf: Leaf = { kind: "leaf", left, operator: lower === "<>" ? "!=" : lower.replace("any!", "any"), right };
  if ((lower === "in" || lower === "not in") && !Array.isArray(right) && typeof right !== "boolean") {
    if (!domains.listsSingle) throw valueError(`Invalid domain term ${repr(item, true)}`);
    return { ...leaf, right: [right] };
  }
  return leaf;
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
