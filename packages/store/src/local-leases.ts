/** Leases where one process has the store to itself. */
import type { Lease } from "./types.js";

/** Leases of the embedded store, which one process has to itself. */
export class LocalLeases {
  readonly #own = new Set<string>();

  async take(importId: string): Promise<Lease | undefined> {
    if (this.#own.has(importId)) return undefined;
    this.#own.add(importId);
    let held = true;
    return {
      held: () => held,
      release: async () => {
        if (held) this.#own.delete(importId);
        held = false;
      },
    };
  }

  async close(): Promise<void> {
    this.#own.clear();
  }
}
