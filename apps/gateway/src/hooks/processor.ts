/**
 * Works off what hooks have received. Any number of nodes do so together, each with a few workers:
 *
 *   working ──(nothing is due)──> idle ──(an arrival here, or a second later)──> working
 *      │
 *      └──(Odoo does not answer)──> away ──(it answers again)──> working
 *
 * A worker claims events (at most one a lane, claim-events.ts), runs each flow on its events together, and
 * settles them all: done, again later, or dead (judge.ts). When a failure may be Odoo's being away, Odoo is asked:
 * if it does not answer, the events go back as they were, no attempt is counted, and nobody here claims until it
 * answers; if it does, the failure is the event's own. So an outage of days kills no event, and one event that
 * Odoo always chokes on holds nobody else up for long.
 *
 * The door goes first: while many webhooks come in at once, a worker only takes a few events now and then, since
 * a sender waits five seconds for its 200 and the events wait in the store.
 *
 * A process that is killed leaves claims behind. On the embedded store the next process takes them over at
 * once; on PostgreSQL the other nodes do when the node's lease is over. What the dead process had written is
 * found in Odoo by external id, so doing it again changes nothing.
 */
import type { Clock, Observer } from "@odoorway/core";
import { OdoorwayError, parseWithLongIntegers } from "@odoorway/core";
import type { CompiledFlow, FlowOutcome, FlowRunner } from "@odoorway/flows";
import type { Settlement, Store, StoredEvent } from "@odoorway/store";
import { diagnosisOf, judge, mayBeAway } from "./judge.js";
import type { Hook } from "./settings.js";

export interface ProcessorParts {
  readonly store: Pick<
    Store,
    | "claimEvents"
    | "countEvents"
    | "settleEvents"
    | "forgetEvents"
    | "registerNode"
    | "heartbeat"
    | "leaveNode"
    | "releaseLapsed"
  >;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly flow: (name: string) => CompiledFlow;
  readonly runner: FlowRunner;
  /** Webhooks that have come here and are not answered yet. */
  underWay(): number;
  /** Resolves when Odoo answers this connection's user; rejects when it does not. */
  askOdoo(): Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observe: Observer;
  /** Milliseconds for which finished events are remembered. */
  readonly retention: number;
}

/** What hinders all events at present. */
interface Hindrance {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly error: OdoorwayError;
}

export interface HookProcessor {
  start(): void;
  /** Ends what is under way and lets go of the rest. */
  stop(): Promise<void>;
  /** Something new waits. */
  wake(): void;
  hindrance(): Hindrance | undefined;
}

/** Events of one claim: enough to share look-ups, few enough to be over soon. */
const batch = 50;
const workers = 2;
/** Webhooks under way that make a crowd at the door, what is taken meanwhile, and how often. */
const crowd = 8;
const crowdedBatch = 5;
const crowdedPauseMs = 1_000;
const crowdedIdleMs = 50;
const idleMs = 1_000;
const heartbeatMs = 5_000;
/** A node that was not seen for so long is dead: its claims go to others. */
const leaseMs = 30_000;
const awayFirstMs = 1_000;
const awayMostMs = 30_000;
const forgetEveryMs = 10 * 60_000;
/** How long a stop waits for the batches under way before it breaks them off. */
const graceMs = 8_000;

export function createHookProcessor(parts: ProcessorParts): HookProcessor {
  return new Processor(parts);
}

class Processor implements HookProcessor {
  readonly #parts: ProcessorParts;
  readonly #stopping = new AbortController();
  readonly #broken = new AbortController();
  #lastClaim = 0;
  #wake = new AbortController();
  #node: string | undefined;
  #running: Promise<unknown> | undefined;
  #away: (Hindrance & { readonly tries: number; readonly notBefore: number }) | undefined;

  constructor(parts: ProcessorParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#running) return;
    const left = this.#tellLeftBehind();
    const own = () => [this.#live(), ...Array.from({ length: workers }, () => this.#work()), this.#forget()];
    this.#running = Promise.all([left, ...(this.#parts.hooks.size === 0 ? [] : own())]);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    const { clock } = this.#parts;
    const over = new AbortController();
    const running = (this.#running ?? Promise.resolve()).then(() => over.abort());
    await clock.sleep(graceMs, over.signal);
    this.#broken.abort();
    await running;
    await this.#renounce();
  }

  wake(): void {
    const woken = this.#wake;
    this.#wake = new AbortController();
    woken.abort();
  }

  hindrance(): Hindrance | undefined {
    return this.#away;
  }

  /** Events that wait for a hook which was renamed or taken away: no node works them off, so somebody has to know. */
  async #tellLeftBehind(): Promise<void> {
    const { store, hooks, clock, observe } = this.#parts;
    await this.#tolerate("hooks.store_failed", async () => {
      for (const { hook, waiting } of await store.countEvents()) {
        if (waiting === 0 || hooks.has(hook)) continue;
        const fix = `Configure a hook named ${hook} until they are worked off, or discard them: POST /v1/hooks/events/{id}/discard.`;
        observe({ name: "hooks.left_behind", at: clock.now(), facts: { hook, waiting, fix } });
      }
    });
  }

  /** Keeps this node known, and ends those that fell silent. */
  async #live(): Promise<void> {
    const { store, clock, random } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      await this.#tolerate("hooks.heartbeat_failed", async () => {
        if (this.#node === undefined || !(await store.heartbeat(this.#node))) {
          const node = `hooks_${Math.floor(random() * 36 ** 10).toString(36)}${clock.now().toString(36)}`;
          await store.registerNode(node);
          this.#node = node;
          this.wake();
        }
        await store.releaseLapsed(leaseMs);
      });
      await clock.sleep(heartbeatMs, this.#stopping.signal);
    }
  }

  async #work(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      const woken = this.#wake.signal;
      let worked = false;
      const node = this.#node;
      const isWell = await this.#tolerate("hooks.store_failed", async () => {
        worked = node !== undefined && (await this.#turn(node));
      });
      // Nobody knows what this node holds now: it takes another name, and what it held is done once more.
      if (!isWell && node === this.#node) await this.#renounce();
      if (worked || this.#stopping.signal.aborted) continue;
      if (this.#isCrowded()) await clock.sleep(crowdedIdleMs, this.#stopping.signal);
      else await clock.sleep(idleMs, woken);
    }
  }

  /** Where the store does not answer, the claims end with the lease. */
  async #renounce(): Promise<void> {
    const node = this.#node;
    this.#node = undefined;
    if (node !== undefined) await this.#parts.store.leaveNode(node).catch(() => {});
  }

  /** One claim and what follows from it. False when there was nothing to do now. */
  async #turn(node: string): Promise<boolean> {
    const { store, hooks, clock } = this.#parts;
    if (this.#away !== undefined && !(await this.#isBack())) return false;
    const isCrowded = this.#isCrowded();
    if (isCrowded && clock.now() - this.#lastClaim < crowdedPauseMs) return false;
    this.#lastClaim = clock.now();
    const events = await store.claimEvents(node, [...hooks.keys()], isCrowded ? crowdedBatch : batch);
    if (events === "lapsed" || events.length === 0) return false;
    const settlements: Settlement[] = [];
    for (const [flow, group] of this.#byFlow(events)) settlements.push(...(await this.#attempt(flow, group)));
    await store.settleEvents(node, settlements);
    for (const { id, to } of settlements)
      this.#parts.observe({ name: "hooks.attempt", at: clock.now(), facts: { event: id, outcome: to } });
    return true;
  }

  #isCrowded(): boolean {
    return this.#parts.underWay() >= crowd;
  }

  #byFlow(events: readonly StoredEvent[]): Map<string, StoredEvent[]> {
    const groups = new Map<string, StoredEvent[]>();
    for (const event of events) {
      const flow = this.#parts.hooks.get(event.hook)?.flow ?? "";
      const group = groups.get(flow);
      if (group) group.push(event);
      else groups.set(flow, [event]);
    }
    return groups;
  }

  async #attempt(flow: string, events: readonly StoredEvent[]): Promise<Settlement[]> {
    // Known to be away by now, from another group or worker: nothing is tried.
    if (this.#away !== undefined) return events.map(({ id }) => ({ id, to: "release", diagnosis: null }));
    const results = await this.#run(flow, events);
    const suspect = results.find((result) => "error" in result && mayBeAway(result.error));
    const isAway = suspect !== undefined && "error" in suspect && (await this.#isAway(suspect.error));
    return events.map((event, index): Settlement => {
      const result = results[index] ?? failed(new OdoorwayError("internal_error"));
      if (isAway && "error" in result && mayBeAway(result.error))
        return { id: event.id, to: "release", diagnosis: diagnosisOf(result.error) };
      return judge(event, result, this.#parts.random);
    });
  }

  /** One outcome an event. What fails as a whole is tried one by one, so that nobody suffers for another. */
  async #run(flow: string, events: readonly StoredEvent[]): Promise<FlowOutcome[]> {
    const { runner } = this.#parts;
    try {
      const payloads = events.map(({ payload, edited }) => parseWithLongIntegers(edited ?? payload));
      return await runner.run(this.#parts.flow(flow), payloads, { signal: this.#broken.signal });
    } catch (thrown) {
      const error = thrown instanceof OdoorwayError ? thrown : new OdoorwayError("internal_error", { cause: thrown });
      if (events.length === 1 || mayBeAway(error)) return events.map(() => failed(error));
      const results: FlowOutcome[] = [];
      for (const event of events) results.push(...(await this.#run(flow, [event])));
      return results;
    }
  }

  /** Asks Odoo whether it is there, and pauses everything when it is not. */
  async #isAway(error: OdoorwayError): Promise<boolean> {
    if (this.#broken.signal.aborted) return true;
    if (error.code.startsWith("store_")) {
      this.#pause(error, 0);
      return true;
    }
    const { askOdoo, clock, observe } = this.#parts;
    try {
      await askOdoo();
      return false;
    } catch (thrown) {
      const cause = thrown instanceof OdoorwayError ? thrown : error;
      this.#pause(cause, 0);
      observe({ name: "hooks.odoo_away", at: clock.now(), facts: { code: cause.code } });
      return true;
    }
  }

  async #isBack(): Promise<boolean> {
    const { askOdoo, clock, observe } = this.#parts;
    const away = this.#away;
    if (away === undefined) return true;
    if (clock.now() < away.notBefore) return false;
    // Only one worker asks; the other finds the pause prolonged.
    this.#pause(away.error, away.tries + 1);
    try {
      await askOdoo();
    } catch (thrown) {
      if (thrown instanceof OdoorwayError) this.#pause(thrown, away.tries + 1);
      return false;
    }
    this.#away = undefined;
    observe({ name: "hooks.odoo_back", at: clock.now(), facts: { seconds: (clock.now() - away.since) / 1000 } });
    this.wake();
    return true;
  }

  #pause(error: OdoorwayError, tries: number): void {
    const { clock, random } = this.#parts;
    const pause = Math.min(awayMostMs, awayFirstMs * 2 ** Math.min(tries, 10)) * (0.5 + random() / 2);
    const wanted = Math.max(pause, (error.retryAfter ?? 0) * 1000);
    this.#away = { since: this.#away?.since ?? clock.now(), error, tries, notBefore: clock.now() + wanted };
  }

  async #forget(): Promise<void> {
    const { store, clock, retention } = this.#parts;
    while (!this.#stopping.signal.aborted) {
      await this.#tolerate("hooks.forgetting_failed", async () => {
        while (!this.#stopping.signal.aborted && (await store.forgetEvents(retention)) > 0);
      });
      await clock.sleep(forgetEveryMs, this.#stopping.signal);
    }
  }

  /** The store may be away for a while; the processor outlives that. */
  async #tolerate(name: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      const code = error instanceof OdoorwayError ? error.code : "internal_error";
      this.#parts.observe({ name, at: this.#parts.clock.now(), facts: { code } });
      return false;
    }
  }
}

function failed(error: OdoorwayError): FlowOutcome {
  return { error, records: [], warnings: [] };
}
