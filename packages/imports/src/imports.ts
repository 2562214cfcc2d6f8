/** Puts the parts together: receiving, the engine, results. */
import type { Imports, ImportsParts } from "./types.js";

export function createImports(parts: ImportsParts): Imports {
  throw new TypeError(`not built yet: ${parts.mappings.size} mappings`);
}
