/**
 * What a node does besides working: it says that it is alive, gives others' lapsed claims free, removes what
 * uploads left that broke off with their process, and what is over for longer than it is kept.
 */
import type { Clock, OdoorwayError } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { asError } from "../records/wanted.js";
import type { ImportLimits } from "../types.js";
import type { Membership } from "./membership.js";

/** How often what is over is looked for. */
const tidyMs = 10 * 60_000;

export interface Keeping {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: ImportLimits;
  readonly membership: Membership;
  /** Steady milliseconds. */
  readonly time: () => number;
  /** Something was given free. */
  readonly wake: () => void;
  readonly failed: (error: OdoorwayError) => void;
}

/** Works until the signal aborts. */
export async function keep(keeping: Keeping, signal: AbortSignal): Promise<void> {
  const { store, clock, limits, membership, time, wake } = keeping;
  const tolerate = (work: Promise<unknown>) => work.catch((error: unknown) => keeping.failed(asError(error)));
  let tidied = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    await tolerate(membership.beat(signal));
    if (signal.aborted) return;
    await tolerate(
      store.releaseLapsed(limits.leaseMs).then((lapsed) => {
        if (lapsed.length > 0) wake();
      }),
    );
    if (time() - tidied >= tidyMs) {
      tidied = time();
      await tolerate(removeBrokenUploads(store));
      if (limits.retentionMs > 0) await tolerate(removeOld(store, clock.now() - limits.retentionMs, signal));
    }
    await clock.sleep(limits.leaseMs / 3, signal);
  }
}

/** Whoever receives an import holds its lease, so one without is nobody's any more. */
async function removeBrokenUploads(store: Store): Promise<void> {
  for (const id of await store.importsInState(["receiving"])) {
    const lease = await store.lease(id);
    if (!lease) continue;
    await store.deleteImport(id);
    await lease.release();
  }
}

async function removeOld(store: Store, before: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const ids = await store.importsOverBefore(before);
    for (const id of ids) {
      if (signal.aborted) return;
      await store.deleteImport(id);
    }
    if (ids.length === 0) return;
  }
}
