/** An import as stored, to its status as people see it. */
import type { OutcomeCounts, StoredImport } from "@odoorway/store";
import type { ImportStatus } from "./types.js";

const windowMs = 30_000;

/** Remembers how far imports were over the last half minute. */
export class RateMeter {
  readonly #samples = new Map<string, { at: number; rows: number }[]>();

  /** Rows a second over the last half minute; undefined when nothing is known of it. */
  rate(id: string, at: number, rows: number): number | undefined {
    const samples = (this.#samples.get(id) ?? []).filter((one) => at - one.at <= windowMs);
    const last = samples.at(-1);
    if (!last || at - last.at >= 500) samples.push({ at, rows });
    this.#samples.set(id, samples);
    const [first] = samples;
    return first && at - first.at >= 1000 ? (rows - first.rows) / ((at - first.at) / 1000) : undefined;
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
  // Rows that were refused while receiving are done at once, so a running average of all rows would promise too much.
  const rate = running ? (meter.rate(stored.id, now, done) ?? 0) : average;
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
    rate: Math.round(rate * 10) / 10,
    eta_seconds: running && rate > 0 ? Math.ceil(unprocessed / rate) : null,
    batch_size: stored.batchSize,
    last_error: stored.lastError === null ? null : (JSON.parse(stored.lastError) as ImportStatus["last_error"]),
  };
}

function recordsByModel(stored: StoredImport): Record<string, OutcomeCounts> {
  const models: Record<string, OutcomeCounts> = {};
  for (const [index, model] of stored.entities.entries()) {
    const one = stored.records[index];
    if (!one) continue;
    const sum = models[model];
    models[model] = sum
      ? {
          created: sum.created + one.created,
          updated: sum.updated + one.updated,
          unchanged: sum.unchanged + one.unchanged,
          failed: sum.failed + one.failed,
        }
      : one;
  }
  return models;
}

function time(ms: number): string {
  return new Date(ms).toISOString();
}
