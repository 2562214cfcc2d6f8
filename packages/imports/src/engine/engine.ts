/**
 * Works off imports. Some workers take batches, each of the import whose turn it is (turns.ts); several may
 * work on one import, and so may any number of other nodes on the same store: what each holds is claimed there.
 *
 *   receiving ──(last row durable)──> queued ──(its time has come)──> running ──> done
 *       │ (broken off, or its            │  ↑                         ↑ │ ├─────> failed     it cannot go on (its model is gone)
 *       │  process died: deleted)        │  │resume            resume │ │ └─────> cancelled  (from paused and queued too)
 *       x                                └──┴────────> paused <───────┴─┘
 *
 * done, failed, cancelled ──retry──> queued. Paused by hand, an import waits for a person. Paused by the breaker,
 * because Odoo was out of reach several times in a row, it is tried again by one worker of one node at a time,
 * at growing intervals, and goes on with the first batch that gets through. A batch under way when an
 * import is paused or cancelled ends, and is accounted for.
 *
 * While the store cannot be written to, nothing is lost and nothing is sent: what was done and could not be
 * noted is found in Odoo by external id afterwards.
 */
import { type OdoorwayError, steady } from "@odoorway/core";
import type { OpenImport } from "@odoorway/store";
import { fromError } from "../diagnosis.js";
import { compilePlan, readPlan } from "../mapping/plan.js";
import { asError, Unreachable } from "../records/wanted.js";
import type { ImportLimits, ImportsParts } from "../types.js";
import { Abreast } from "./abreast.js";
import { firstBatch } from "./batch-size.js";
import { keep } from "./keeper.js";
import { Lookups } from "./lookups.js";
import { guard, Membership, type Session } from "./membership.js";
import { ClaimLost, ClaimUnknown, type Owed, type Run, step } from "./step.js";
import { Turns } from "./turns.js";

/** How long an idle worker sleeps before it looks whether there is something new in the store. */
const idleMs = 1000;
const longestWaitMs = 30_000;
/** Of waiting for the store, which a try costs little: work goes on soon after it is back. */
const longestStoreWaitMs = 5000;
/** Failures in a row to reach Odoo, after which the import is shown as paused. */
const failuresToPause = 3;
/** How long a worker waits that an import has no room for now. */
const keptOutMs = 100;
/** How long what others hold is waited for at most, before looking again. */
const longestHeldMs = 500;

interface Active {
  readonly run: Run;
  /** By the steady clock; 0 is at once. */
  notBefore: number;
  failures: number;
  /** When the last failure was. What began before that tells nothing new. */
  failedAt: number;
  /** Times in a row that others held what is open. */
  waited: number;
}

export class Engine {
  readonly #parts: ImportsParts;
  readonly #limits: ImportLimits;
  readonly #time: () => number;
  readonly #turns = new Turns();
  readonly #active = new Map<string, Active>();
  readonly #membership: Membership;
  readonly #owed: Owed[] = [];
  #stop: AbortController | undefined;
  #wake = new AbortController();
  #work: Promise<unknown> | undefined;
  #storeFailures = 0;
  #storeTrouble: OdoorwayError | undefined;

  constructor(parts: ImportsParts, limits: ImportLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#time = steady(parts.clock);
    const name = parts.nodeId ?? "node";
    const newId = () =>
      `${name}_${Math.floor(parts.random() * 36 ** 8).toString(36)}_${Math.floor(parts.random() * 36 ** 8).toString(36)}`;
    this.#membership = new Membership(parts.store, parts.clock, limits.leaseMs, newId);
  }

  /** What the store said when it was last used by the engine; undefined while it works. */
  get storeTrouble(): OdoorwayError | undefined {
    return this.#storeTrouble;
  }

  start(): void {
    if (this.#work) return;
    const stop = new AbortController();
    this.#stop = stop;
    const { store, clock } = this.#parts;
    const keeper = keep(
      {
        store,
        clock,
        limits: this.#limits,
        membership: this.#membership,
        time: this.#time,
        wake: () => this.wake(),
        failed: (error) => this.#observe("import.keeping_failed", { code: error.code }),
      },
      stop.signal,
    );
    const workers = Array.from({ length: this.#limits.workers }, () => this.#worker(stop.signal));
    this.#work = Promise.all([keeper, ...workers]);
  }

  /** Something changed: whoever sleeps looks again. */
  wake(): void {
    const before = this.#wake;
    this.#wake = new AbortController();
    before.abort();
  }

  async stop(): Promise<void> {
    this.#stop?.abort();
    this.wake();
    await this.#work;
    this.#work = undefined;
    this.#active.clear();
    await this.#membership.leave().catch(() => {});
  }

  async #worker(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wake = this.#wake.signal;
      let pause: number;
      try {
        pause = await this.#turn(signal);
        this.#storeFailures = 0;
        this.#storeTrouble = undefined;
      } catch (error) {
        pause = this.#storeFailed(asError(error));
      }
      if (pause > 0 && !signal.aborted) await this.#parts.clock.sleep(pause, AbortSignal.any([wake, signal]));
    }
  }

  /** The store may be away for a while; the engine outlives that. Answers how long to wait. */
  #storeFailed(error: OdoorwayError): number {
    this.#storeTrouble = error;
    this.#storeFailures += 1;
    this.#observe("import.store_failed", { code: error.code });
    return Math.min(longestStoreWaitMs, this.#backoff(this.#storeFailures));
  }

  #backoff(failures: number): number {
    return Math.min(longestWaitMs, 250 * 2 ** Math.min(failures, 10)) * (0.5 + this.#parts.random() / 2);
  }

  /** One batch of the import whose turn it is. Answers how long to wait before the next. Rejects when the store is away. */
  async #turn(signal: AbortSignal): Promise<number> {
    const open = await this.#parts.store.openImports();
    const ids = new Set(open.map(({ id }) => id));
    this.#turns.keep(ids);
    for (const id of this.#active.keys()) if (!ids.has(id)) this.#active.delete(id);
    const now = this.#time();
    const waits = open.map((one) => (one.pausedBy === "hand" ? idleMs : this.#waitOf(one, now)));
    const ready = open.filter((_one, index) => waits[index] === 0);
    const id = this.#turns.next(ready);
    const chosen = ready.find((one) => one.id === id);
    if (!chosen) return Math.max(5, Math.min(idleMs, ...waits));
    const abreast = this.#active.get(chosen.id)?.run.abreast;
    abreast?.began();
    try {
      await this.#batch(chosen, signal);
    } finally {
      abreast?.ended();
      this.#turns.ended(chosen.id, this.#time() - now);
    }
    return 0;
  }

  #waitOf(one: OpenImport, now: number): number {
    const active = this.#active.get(one.id);
    // Not woken when a batch ends: that would also wake who waits for the store or for Odoo to be back.
    if (active?.run.abreast.free === false) return keptOutMs;
    return Math.max(one.dueInMs, (active?.notBefore ?? 0) - now, 0);
  }

  async #batch(chosen: OpenImport, signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    const { id } = chosen;
    const session = await this.#membership.session();
    const active = this.#active.get(id) ?? (await this.#take(id, signal));
    if (!active) return;
    const probing = chosen.state === "paused";
    if (probing && !(await store.beginProbe(id, longestWaitMs))) return;
    const began = this.#time();
    const sizeBefore = active.run.batchSize;
    const parts = { ...this.#parts, caller: guard(this.#parts.caller, session) };
    try {
      const result = await step(parts, this.#limits, active.run, session.id);
      if (result === "worked") await this.#succeeded(id, active, probing, sizeBefore);
      else if (result === "wait") this.#wait(active);
      else await this.#finish(id, "done");
    } catch (thrown) {
      await this.#afterFailure(id, active, session, began, thrown);
    }
  }

  /** Others hold what is open; or its finish waits for them. */
  #wait(active: Active): void {
    active.waited += 1;
    active.notBefore = this.#time() + Math.min(longestHeldMs, 10 * 2 ** Math.min(active.waited, 6));
  }

  async #succeeded(id: string, active: Active, probing: boolean, sizeBefore: number): Promise<void> {
    const { store } = this.#parts;
    const { batchSize } = active.run;
    const mended = active.failures > 0 || probing;
    if (mended && (await store.resumeImport(id, "breaker"))) this.#observe("import.resumed", { import: id });
    active.failures = 0;
    active.notBefore = 0;
    // Whoever waited for what this batch held looks again.
    if (active.waited > 0) this.wake();
    active.waited = 0;
    await store.noteProgress(id, {
      ...(batchSize === sizeBefore ? {} : { batchSize }),
      ...(mended ? { lastError: null } : {}),
    });
  }

  async #take(id: string, signal: AbortSignal): Promise<Active | undefined> {
    const { store, caller, explainLoad } = this.#parts;
    await store.startImport(id);
    const stored = await store.getImport(id);
    if (!stored) return undefined;
    const known = this.#active.get(id);
    if (known) return known;
    const run: Run = {
      importId: id,
      plan: compilePlan(readPlan(stored.plan)),
      lookups: new Lookups(caller, (message, model) => fromError(explainLoad(message, model)), stored),
      signal,
      onExisting: stored.onExisting,
      dryRun: stored.dryRun,
      batchSize: Math.min(this.#limits.batchRows, stored.batchSize || firstBatch),
      claimSize: 0,
      abreast: new Abreast(this.#limits.workers),
      lost: 0,
      tookOver: false,
      ready: new Map(),
      owed: this.#owed,
    };
    const active: Active = { run, notBefore: 0, failures: 0, failedAt: 0, waited: 0 };
    this.#active.set(id, active);
    this.#observe("import.started", { import: id, rows: stored.read });
    return active;
  }

  async #afterFailure(id: string, active: Active, session: Session, began: number, thrown: unknown): Promise<void> {
    const { store } = this.#parts;
    if (thrown instanceof ClaimUnknown) {
      // Under its old name the node would wait for what it holds itself. It lapses, and that is given free.
      this.#membership.lost(session);
      throw thrown.error;
    }
    const waits = thrown instanceof Unreachable;
    const error = waits ? thrown.error : asError(thrown);
    if (thrown instanceof ClaimLost || error.code === "node_lapsed") {
      this.#observe("import.claims_lost", { import: id });
      this.#membership.lost(session);
      return;
    }
    if (error.code.startsWith("store_")) throw error;
    this.#observe("import.interrupted", { import: id, code: error.code });
    active.run.ready.clear();
    // Batches that were under way together fail together: that is one failure.
    if (began >= active.failedAt) {
      active.failures += 1;
      active.failedAt = this.#time();
    }
    const wait = error.retryAfter === undefined ? this.#backoff(active.failures) : error.retryAfter * 1000;
    active.notBefore = this.#time() + wait;
    const { code, title, why: cause, fix } = error;
    await store.noteProgress(id, { lastError: JSON.stringify({ code, title, cause, fix }) });
    if (!waits && !error.retryable) await this.#finish(id, "failed");
    else if (waits && (code === "circuit_open" || active.failures >= failuresToPause)) {
      if (await store.pauseImport(id, "breaker", wait)) this.#observe("import.paused", { import: id, code });
    }
  }

  async #finish(id: string, state: "done" | "failed"): Promise<void> {
    const active = this.#active.get(id);
    if (!(await this.#parts.store.finishImport(id, state))) {
      if (active) this.#wait(active);
      return;
    }
    this.#active.delete(id);
    this.#observe(`import.${state}`, { import: id });
  }

  #observe(name: string, facts: Readonly<Record<string, string | number>>): void {
    this.#parts.observe({ name, at: this.#parts.clock.now(), facts });
  }
}
