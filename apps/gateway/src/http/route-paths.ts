/** Which methods an address takes, read from the route table, for 405, Allow and OPTIONS. */
import type { Route } from "./route.js";

/** Methods of the routes whose pattern matches the path, HEAD with GET, OPTIONS last; none for an unknown path. */
export function allowedMethods(routes: readonly Pick<Route, "method" | "path">[], path: string): string[] {
  const methods = new Set<string>();
  for (const route of routes) {
    if (!patternOf(route.path).test(path)) continue;
    methods.add(route.method);
    if (route.method === "GET") methods.add("HEAD");
  }
  return methods.size === 0 ? [] : [...methods, "OPTIONS"];
}

const patterns = new Map<string, RegExp>();

/** `{name}` is one segment, a `*` at the end is any rest. */
function patternOf(path: string): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  const source = path
    .split(/(\{\w+\}|\*$)/)
    .map((part) =>
      part.startsWith("{") ? "[^/]+" : part === "*" ? ".*" : part.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&"),
    )
    .join("");
  const pattern = new RegExp(`^${source}$`);
  patterns.set(path, pattern);
  return pattern;
}
