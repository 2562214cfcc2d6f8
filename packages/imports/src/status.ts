/** An import as stored, to its status as people see it. */
import type { OutcomeCounts, StoredImport } from "@odoorway/store";
import type { ImportStatus } from "./types.js";

const windowMs = 30_000;

interface Sample {
  readonly at: number;
  readonly rows: number;
  readonly units: number;
}

/** Remembers how far imports were over the last half minute. */
export class RateMeter {
  readonly #samples = new Map<string, Sample[]>();

  /** Rows and units of work a second over the last half minute; zeros while nothing is known of it. */
  rate(id: string, now: Sample): { rows: number; units: number } {
    const { at } = now;
    const samples = (this.#samples.get(id) ?? []).filter((one) => at - one.at <= windowMs);
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

export function toStatus(stored: StoredImport, now: number, meter: RateMeter): ImportStatus {
  const done = stored.rows.created + stored.rows.updated + stored.rows.unchanged + stored.rows.failed;
  const unprocessed = stored.read - done;
  const over = stored.finishedAt !== null;
  const elapsed = stored.startedAt === null ? 0 : ((stored.finishedAt ?? now) - stored.startedAt) / 1000;
  const average = elapsed > 0 ? done / elapsed : 0;
  const running = stored.state === "running";
  if (over) meter.forget(stored.id);
  const work = workOf(stored, done);
  // Rows that were refused while receiving are done at once, so a running average of all rows would promise too much.
  const pace = running ? meter.rate(stored.id, { at: now, rows: done, units: work.done }) : { rows: average, units: 0 };
  return {
    id: stored.id,
    state: stored.state,
    model: stored.model,
    mapping: stored.mapping,
    file_name: stored.fileName,
    created_at: time(stored.createdAt),
    started_at: stored.startedAt === null ? null : time(stored.startedAt),
    finished_at: stored.finishedAt === null ? null : time(stored.finishedAt),
    counts: { read: stored.read, ...stored.rows, unprocessed },
    records: recordsByModel(stored),
    progress: work.whole === 0 ? 0 : Math.round((work.done / work.whole) * 1000) / 1000,
    rate: Math.round(pace.rows * 10) / 10,
    eta_seconds: pace.units > 0 ? Math.ceil((work.whole - work.done) / pace.units) : null,
    batch_size: stored.batchSize,
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
