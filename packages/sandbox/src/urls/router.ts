/**
 * Finds the route of a path as werkzeug does: parts in angle brackets are converted (`<int:id>`, `<path:rest>`,
 * `<model("res.partner"):partner>`, `<any(csv,xlsx):format>`, plain `<name>`), a slash at the end is no
 * difference, and the more exact path wins over the more general one.
 */

export type PathArguments = Readonly<Record<string, string | number>>;

export interface Routable {
  readonly path: string;
  /** Every method where left out; HEAD comes with GET, OPTIONS with all. */
  readonly methods?: readonly string[];
}
export type Found<R> = { readonly route: R; readonly args: PathArguments } | { readonly allow: readonly string[] };

/** How general a converter is; of two paths that fit, the less general one is taken. */
const kinds: Readonly<Record<string, { readonly pattern: string; readonly weight: number }>> = {
  int: { pattern: "\\d+", weight: 1 },
  model: { pattern: "\\d+", weight: 1 },
  float: { pattern: "\\d+\\.\\d+", weight: 1 },
  any: { pattern: "", weight: 2 },
  string: { pattern: "[^/]+", weight: 10 },
  path: { pattern: ".+?", weight: 1000 },
};
const part = /<(?:(\w+)(?:\(([^)]*)\))?:)?(\w+)>/g;

interface Compiled<R> {
  readonly route: R;
  readonly pattern: RegExp;
  readonly numbers: ReadonlySet<string>;
  readonly weight: number;
}

/** Returns what a path leads to: a route, the methods that it would have, or nothing. Throws for a converter that is not known. */
export function createRouter<R extends Routable>(
  routes: readonly R[],
): (path: string, method: string) => Found<R> | undefined {
  const isPlain = (route: R) => !route.path.includes("<");
  // Most requests are to plain paths, which need no search.
  const plain = new Map<string, R[]>();
  for (const route of routes.filter(isPlain)) plain.set(route.path, [...(plain.get(route.path) ?? []), route]);
  const compiled = routes
    .filter((route) => !isPlain(route))
    .map((route) => compile(route))
    .sort((a, b) => a.weight - b.weight);
  return (path, method) => {
    const asked = decoded(path.length > 1 ? path.replace(/\/$/, "") : path);
    if (asked === undefined) return undefined;
    const allow = new Set<string>();
    const allowed = (route: R) => {
      const methods = methodsOf(route);
      if (!methods || methods.includes(method)) return true;
      for (const name of methods) allow.add(name);
      return false;
    };
    for (const route of plain.get(asked) ?? []) if (allowed(route)) return { route, args: {} };
    for (const { route, pattern, numbers } of compiled) {
      const match = pattern.exec(asked);
      if (!match || !allowed(route)) continue;
      const args = Object.entries(match.groups ?? {}).map(([name, text]) => [
        name,
        numbers.has(name) ? Number(text) : text,
      ]);
      return { route, args: Object.fromEntries(args) as PathArguments };
    }
    return allow.size > 0 ? { allow: [...allow] } : undefined;
  };
}

function methodsOf({ methods }: Routable): readonly string[] | undefined {
  if (!methods) return undefined;
  return [
    ...methods,
    ...(methods.includes("GET") ? ["HEAD"] : []),
    ...(methods.includes("OPTIONS") ? [] : ["OPTIONS"]),
  ];
}

function compile<R extends Routable>(route: R): Compiled<R> {
  const numbers = new Set<string>();
  let weight = 0;
  let source = "";
  let at = 0;
  for (const match of route.path.matchAll(part)) {
    const [whole, kind = "string", choices, name = ""] = match;
    const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!known) throw new Error(`the path ${route.path} has an unknown converter ${kind}`);
    const pattern =
      kind === "any"
        ? (choices ?? "")
            .split(",")
            .map((one) => literal(one.trim()))
            .join("|")
        : known.pattern;
    source += `${literal(route.path.slice(at, match.index))}(?<${name}>${pattern})`;
    if (["int", "model", "float"].includes(kind)) numbers.add(name);
    weight += known.weight;
    at = match.index + whole.length;
  }
  return { route, pattern: new RegExp(`^${source}${literal(route.path.slice(at))}$`), numbers, weight };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
