/** For tests: imports over a store and the scripted Odoo, with a clock that never waits long. */
import { type Clock, OdoorwayError } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createImports } from "../imports.js";
import type { Mapping } from "../mapping/language.js";
import type { ImportLimits, ImportStatus, Imports } from "../types.js";
import type { FakeOdoo } from "./fake-odoo.js";

/** Real time, but no sleep longer than a few milliseconds. */
const hastyClock: Clock = {
  now: () => Date.now() * 100,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(3, ms / 100))),
};

export function importsOver(
  store: Store,
  odoo: FakeOdoo,
  options: { mappings?: [string, Mapping][]; limits?: Partial<ImportLimits>; clock?: Clock; nodeId?: string } = {},
): Imports {
  return createImports({
    store,
    caller: odoo,
    metadata: odoo,
    externalIds: odoo.externalIds,
    explainLoad: ({ message = "" }, model) =>
      message.startsWith("could not serialize")
        ? new OdoorwayError("serialization_failure")
        : new OdoorwayError("python_constraint", { evidence: { detail: message, model } }),
    mappings: new Map(options.mappings ?? []),
    clock: options.clock ?? hastyClock,
    observe: () => {},
    random: Math.random,
    ...(options.nodeId === undefined ? {} : { nodeId: options.nodeId }),
    // A hasty clock would find everything older than any time to keep it.
    limits: { retentionMs: 0, ...options.limits },
  });
}

/** A text as an upload of chunks of `size` bytes. */
export async function* upload(text: string | Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** The status once the import is over. */
export async function settled(imports: Imports, id: string): Promise<ImportStatus> {
  let last: ImportStatus | undefined;
  for await (const status of imports.watch(id, AbortSignal.timeout(20_000))) last = status;
  if (!last) throw new Error("no status");
  return last;
}

export async function text(chunks: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const chunk of chunks) all += chunk;
  return all;
}
