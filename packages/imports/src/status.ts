/**
 * An import as stored, to its status as people see it. What was seen last is remembered, so that an import can be told
 * of while the store is away, or says that its disk is full: paused by the store.
 */
import { OdoorwayError, steady } from "@odoorway/core";
import type { ImportState, OutcomeCounts, Priority, StoredImport } from "@odoorway/store";
import { sumOf } from "./group/sum.js";
import type { ImportPriority, ImportStatus, ImportsParts } from "./types.js";

const windowMs = 30_000;
const remembered = 200;

export function isOver(state: ImportState): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** The statuses of a store's imports. `trouble`: what the store said when the engine used it last. */
export class StatusBook {
  readonly #parts: Pick<ImportsParts, "store" | "clock">;
  readonly #trouble: () => OdoorwayError | undefined;
  readonly #meter = new RateMeter();
  readonly #time: () => number;
  readonly #last = new Map<string, readonly StoredImport[]>();

  constructor(parts: Pick<ImportsParts, "store" | "clock">, trouble: () => OdoorwayError | undefined) {
    this.#parts = parts;
    this.#trouble = trouble;
    this.#time = steady(parts.clock);
  }

  /** An import, or the parts of one of several files, in the order of their turns. Rejects with `import_not_found`. */
  readonly find = async (id: string): Promise<[StoredImport, ...StoredImport[]]> => {
    const { store } = this.#parts;
    const stored = await store.getImport(id);
    const [first, ...others] = stored ? [stored] : await store.importsOfGroups([id]);
    if (!first || first.state === "receiving") throw new OdoorwayError("import_not_found", { evidence: { id } });
    this.#remember(id, [first, ...others]);
    return [first, ...others];
  };

  /** The status; while the store is away, of when it was seen last. */
  readonly get = async (id: string): Promise<ImportStatus> => {
    try {
      return this.#statusOf(id, await this.find(id), this.#trouble());
    } catch (error) {
      const last = this.#last.get(id);
      if (!last || !(error instanceof OdoorwayError) || !error.code.startsWith("store_")) throw error;
      return this.#statusOf(id, last, error);
    }
  };

  /** @param all of an import of several files its first part */
  async statuses(all: readonly StoredImport[]): Promise<ImportStatus[]> {
    const parts = await this.#parts.store.importsOfGroups(all.flatMap(({ group }) => group ?? []));
    return all.map((stored) => {
      const own = stored.group === null ? [stored] : parts.filter(({ group }) => group === stored.group);
      return this.#statusOf(stored.group ?? stored.id, own, this.#trouble());
    });
  }

  #statusOf(id: string, parts: readonly StoredImport[], trouble: OdoorwayError | undefined): ImportStatus {
    const [first, ...others] = parts.map((stored) => this.#status(stored, trouble));
    if (!first) throw new OdoorwayError("import_not_found", { evidence: { id } });
    return first.id === id ? first : sumOf(id, [first, ...others]);
  }

  #status(stored: StoredImport, trouble: OdoorwayError | undefined): ImportStatus {
    const status = toStatus(stored, { wall: this.#parts.clock.now(), steady: this.#time() }, this.#meter);
    if (!trouble || (status.state !== "running" && status.state !== "queued")) return status;
    const { code, title, why: cause, fix } = trouble;
    return { ...status, state: "paused", paused_by: "store", last_error: { code, title, cause, fix } };
  }

  #remember(id: string, parts: readonly StoredImport[]): void {
    this.#last.delete(id);
    // One that is over does not change any more, so it need not be told of from memory.
    if (parts.every(({ state }) => isOver(state))) return;
    this.#last.set(id, parts);
    for (const oldest of this.#last.keys()) {
      if (this.#last.size <= remembered) break;
      this.#last.delete(oldest);
    }
  }
}

interface Sample {
  readonly at: number;
  readonly rows: number;
  readonly units: number;
}

/** Remembers how far imports were over the last half minute. */
class RateMeter {
  readonly #samples = new Map<string, Sample[]>();

  /** Rows and units of work a second over the last half minute; zeros while nothing is known of it. */
  rate(id: string, now: Sample): { rows: number; units: number } {
    const { at } = now;
    // What is further than now was before a retry, which another node may have begun.
    const samples = (this.#samples.get(id) ?? []).filter(
      (one) => at - one.at <= windowMs && one.rows <= now.rows && one.units <= now.units,
    );
    const last = samples.at(-1);
    if (!last || at - last.at >= 500) samples.push(now);
    this.#samples.set(id, samples);
    const [first] = samples;
    const seconds = first ? (at - first.at) / 1000 : 0;
    if (!first || seconds < 1) return { rows: 0, units: 0 };
    return { rows: (now.rows - first.rows) / seconds, units: (now.units - first.units) / seconds };
  }

  forget(id: string): void {
    this.#samples.delete(id);
  }
}

function toStatus(stored: StoredImport, now: { wall: number; steady: number }, meter: RateMeter): ImportStatus {
  const done = stored.rows.created + stored.rows.updated + stored.rows.unchanged + stored.rows.failed;
  const unprocessed = stored.read - done;
  const { createdAt } = stored;
  // A clock that was set back meanwhile must not tell that the end was before the beginning.
  const startedAt = stored.startedAt === null ? null : Math.max(stored.startedAt, createdAt);
  const finishedAt = stored.finishedAt === null ? null : Math.max(stored.finishedAt, startedAt ?? createdAt);
  const elapsed = startedAt === null ? 0 : ((finishedAt ?? now.wall) - startedAt) / 1000;
  const average = elapsed > 0 ? done / elapsed : 0;
  const running = stored.state === "running";
  if (finishedAt !== null) meter.forget(stored.id);
  const work = workOf(stored, done);
  // Rows that were refused while receiving are done at once, so a running average of all rows would promise too much.
  const pace = running
    ? meter.rate(stored.id, { at: now.steady, rows: done, units: work.done })
    : { rows: average, units: 0 };
  return {
    id: stored.id,
    group: stored.group,
    state: stored.state,
    model: stored.model,
    mapping: stored.mapping,
    file_name: stored.fileName,
    created_at: time(createdAt),
    started_at: startedAt === null ? null : time(startedAt),
    finished_at: finishedAt === null ? null : time(finishedAt),
    counts: { read: stored.read, ...stored.rows, unprocessed },
    records: recordsByModel(stored),
    progress: work.whole === 0 ? 0 : Math.round((work.done / work.whole) * 1000) / 1000,
    rate: Math.round(pace.rows * 10) / 10,
    eta_seconds: pace.units > 0 ? Math.ceil((work.whole - work.done) / pace.units) : null,
    batch_size: stored.batchSize,
    nodes: stored.nodes,
    paused_by: stored.pausedBy,
    priority: stored.priority === 1 ? "high" : stored.priority === -1 ? "low" : "normal",
    not_before: stored.notBefore === null ? null : time(stored.notBefore),
    dry_run: stored.dryRun,
    on_existing: stored.onExisting,
    last_error: stored.lastError === null ? null : (JSON.parse(stored.lastError) as ImportStatus["last_error"]),
  };
}

/** Rows, and records of the entities that go before them: while customers are sent no row is done yet. */
function workOf(stored: StoredImport, rowsDone: number): { done: number; whole: number } {
  let done = rowsDone;
  let whole = stored.read;
  for (const [entity, { total, created, updated, unchanged, failed }] of stored.records.entries()) {
    if (entity === stored.primary) continue;
    done += created + updated + unchanged + failed;
    whole += total;
  }
  return { done, whole };
}

/** As the store keeps it. */
export function priorityNumber(priority: ImportPriority = "normal"): Priority {
  return priority === "high" ? 1 : priority === "low" ? -1 : 0;
}

type ModelCounts = OutcomeCounts & { readonly unprocessed: number };

function recordsByModel(stored: StoredImport): Record<string, ModelCounts> {
  const models: Record<string, ModelCounts> = {};
  for (const [index, model] of stored.entities.entries()) {
    const one = stored.records[index];
    if (!one) continue;
    const { total, created, updated, unchanged, failed } = one;
    const unprocessed = total - created - updated - unchanged - failed;
    const sum = models[model] ?? { created: 0, updated: 0, unchanged: 0, failed: 0, unprocessed: 0 };
    models[model] = {
      created: sum.created + created,
      updated: sum.updated + updated,
      unchanged: sum.unchanged + unchanged,
      failed: sum.failed + failed,
      unprocessed: sum.unprocessed + unprocessed,
    };
  }
  return models;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
