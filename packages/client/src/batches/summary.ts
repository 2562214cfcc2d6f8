/** All results of a batch function at once, for inputs that fit into memory. */
import type { BatchResult, BatchStatus } from "./types.js";

export interface BatchSummary {
  /** How many results of each kind. */
  readonly counts: Readonly<Record<BatchStatus, number>>;
  /** All results, in the order of the input. */
  readonly results: readonly BatchResult[];
}

/** Waits for every result. Rejects with what the iteration throws. */
export async function collectResults(results: AsyncIterable<BatchResult>): Promise<BatchSummary> {
  const all: BatchResult[] = [];
  const counts = { created: 0, updated: 0, deleted: 0, failed: 0, unknown: 0 };
  for await (const result of results) {
    all.push(result);
    counts[result.status]++;
  }
  return { counts, results: all.sort((a, b) => a.index - b.index) };
}
