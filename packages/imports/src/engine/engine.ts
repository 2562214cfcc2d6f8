/**
 * Works off imports: one batch of each in turn, so that a large one does not keep small ones waiting.
 *
 *   receiving ──(last row durable)──> queued ──> running ──> done
 *       │ (broken off, or its                      │ ├─────> failed     it cannot go on (its model is gone)
 *       │  process died: deleted)                  │ └─────> cancelled
 *       x                                          └── waits and goes on by itself while Odoo is away
 *
 * done, failed, cancelled ──retry──> queued. An import is worked on by whoever holds its lease.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Lease } from "@odoorway/store";
import { fromError } from "../diagnosis.js";
import { compilePlan, readPlan } from "../mapping/plan.js";
import type { ImportLimits, ImportsParts } from "../types.js";
import { firstBatch } from "./batch-size.js";
import { Lookups } from "./lookups.js";
import { asError, Unreachable } from "./send.js";
import { type Run, step } from "./step.js";

/** How long an idle engine sleeps before it looks whether another process left something. */
const idleMs = 2000;
const longestWaitMs = 30_000;

interface Active {
  readonly run: Run;
  readonly lease: Lease;
  /** Not before this time; 0 is at once. */
  notBefore: number;
  failures: number;
}

export class Engine {
  readonly #parts: ImportsParts;
  readonly #limits: ImportLimits;
  readonly #active = new Map<string, Active>();
  #stop: AbortController | undefined;
  #wake = new AbortController();
  #loop: Promise<void> | undefined;
  #node = "";

  constructor(parts: ImportsParts, limits: ImportLimits) {
    this.#parts = parts;
    this.#limits = limits;
  }

  start(): void {
    if (this.#loop) return;
    const stop = new AbortController();
    this.#stop = stop;
    this.#loop = this.#work(stop.signal);
  }

  /** Something new is queued. */
  wake(): void {
    this.#wake.abort();
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.wake();
    await this.#loop;
    this.#loop = undefined;
    for (const { lease } of this.#active.values()) await lease.release();
    this.#active.clear();
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#node = `node_${this.#parts.random().toString(36).slice(2)}`;
    await this.#parts.store.registerNode(this.#node);
    await this.#tolerate("import.cleanup_failed", () => this.#cleanUp());
    while (!signal.aborted) {
      this.#wake = new AbortController();
      let worked = false;
      await this.#tolerate("import.store_failed", async () => {
        const open = await this.#parts.store.importsInState(["queued", "running"]);
        for (const [id, { lease }] of this.#active)
          if (!open.includes(id)) {
            // Cancelled.
            this.#active.delete(id);
            await lease.release();
          }
        for (const id of open) {
          if (signal.aborted) return;
          worked = (await this.#turn(id, signal)) || worked;
        }
      });
      if (!worked && !signal.aborted) await this.#parts.clock.sleep(this.#pause(), this.#wake.signal);
    }
  }

  #pause(): number {
    const now = this.#parts.clock.now();
    const waits = [...this.#active.values()].map((active) => Math.max(20, active.notBefore - now));
    return Math.min(idleMs, ...waits);
  }

  /** Uploads that broke off with their process. */
  async #cleanUp(): Promise<void> {
    for (const id of await this.#parts.store.importsInState(["receiving"])) {
      const lease = await this.#parts.store.lease(id);
      if (!lease) continue;
      await this.#parts.store.deleteImport(id);
      await lease.release();
    }
  }

  /** One batch of an import. False when there was nothing to do for it now. */
  async #turn(id: string, signal: AbortSignal): Promise<boolean> {
    const active = this.#active.get(id) ?? (await this.#take(id, signal));
    if (!active || active.notBefore > this.#parts.clock.now()) return false;
    if (!active.lease.held()) {
      this.#active.delete(id);
      return true;
    }
    const { store } = this.#parts;
    const sizeBefore = active.run.batchSize;
    try {
      const more = await step(this.#parts, this.#limits, active.run, this.#node);
      if (active.failures > 0) await store.noteProgress(id, { lastError: null });
      active.failures = 0;
      if (active.run.batchSize !== sizeBefore) await store.noteProgress(id, { batchSize: active.run.batchSize });
      if (more === "none") await this.#finish(id, active, "done");
    } catch (thrown) {
      await this.#afterFailure(id, active, thrown);
    }
    return true;
  }

  async #take(id: string, signal: AbortSignal): Promise<Active | undefined> {
    const { store, caller, explainLoad, clock } = this.#parts;
    const lease = await store.lease(id);
    if (!lease) return undefined;
    const stored = await store.getImport(id);
    if (!stored || (stored.state !== "queued" && stored.state !== "running")) {
      await lease.release();
      return undefined;
    }
    await store.startImport(id);
    const run: Run = {
      importId: id,
      plan: compilePlan(readPlan(stored.plan)),
      lookups: new Lookups(caller, (message, model) => fromError(explainLoad(message, model))),
      signal,
      onExisting: stored.onExisting,
      dryRun: stored.dryRun,
      batchSize: Math.min(this.#limits.batchRows, stored.batchSize || firstBatch),
      lost: 0,
      ready: new Map(),
      owed: [],
    };
    const active: Active = { run, lease, notBefore: 0, failures: 0 };
    this.#active.set(id, active);
    this.#parts.observe({ name: "import.started", at: clock.now(), facts: { import: id, rows: stored.read } });
    return active;
  }

  async #afterFailure(id: string, active: Active, thrown: unknown): Promise<void> {
    const { clock, observe, random, store } = this.#parts;
    const waits = thrown instanceof Unreachable;
    const error = waits ? thrown.error : asError(thrown);
    observe({ name: "import.interrupted", at: clock.now(), facts: { import: id, code: error.code } });
    active.run.ready.clear();
    active.failures += 1;
    const backoff = Math.min(longestWaitMs, 500 * 2 ** Math.min(active.failures, 10)) * (0.5 + random() / 2);
    active.notBefore = clock.now() + (error.retryAfter === undefined ? backoff : error.retryAfter * 1000);
    const { code, title, why: cause, fix } = error;
    await store.noteProgress(id, { lastError: JSON.stringify({ code, title, cause, fix }) });
    if (!waits && !error.retryable && !error.code.startsWith("store_")) await this.#finish(id, active, "failed");
  }

  async #finish(id: string, active: Active, state: "done" | "failed"): Promise<void> {
    await this.#parts.store.finishImport(id, state);
    this.#active.delete(id);
    await active.lease.release();
    this.#parts.observe({ name: `import.${state}`, at: this.#parts.clock.now(), facts: { import: id } });
  }

  /** The store may be away for a while; the engine outlives that. */
  async #tolerate(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const code = error instanceof OdoorwayError ? error.code : "internal_error";
      this.#parts.observe({ name, at: this.#parts.clock.now(), facts: { code } });
    }
  }
}
