/**
 * How many rows the next call may have, learnt from how long calls take. It starts small (or at what fitted the
 * model before), doubles while full calls take less than half of the target, shrinks in proportion when one takes
 * longer, and is cut to a quarter when the server could not cope: a reply that was lost, a body too large, no
 * memory. A conflict says that another writer is at the same records, a refusal that a row is bad, and neither
 * anything of the size. A server that asks for a pause (429) is paused for by the engine.
 */
import type { SentCall } from "../records/send.js";

export const firstBatch = 50;

interface SizeLimits {
  readonly batchRows: number;
  readonly targetMs: number;
}

/** After the calls of a batch: each may be too much, all together say whether there could be more. */
export function nextBatchSize(current: number, calls: readonly SentCall[], limits: SizeLimits): number {
  const fit = (size: number) => Math.max(1, Math.min(limits.batchRows, Math.floor(size)));
  const smaller = calls.flatMap((call) => {
    if (call.end === "lost" || call.end === "too-large") return [call.rows / 4];
    return call.end === "saved" && call.ms > limits.targetMs ? [(call.rows * limits.targetMs) / call.ms] : [];
  });
  if (smaller.length > 0) return fit(Math.min(current, ...smaller));
  const saved = calls.filter((call) => call.end === "saved");
  const rows = saved.reduce((sum, call) => sum + call.rows, 0);
  const ms = saved.reduce((sum, call) => sum + call.ms, 0);
  // A batch that was not full says nothing about a larger one.
  return fit(ms < limits.targetMs / 2 && rows >= current / 2 ? current * 2 : current);
}

/**
 * How many rows the next claim may have: what fits a call, or more while nothing has to be sent. Comparing is
 * cheap beside writing, so a second run of a file goes through in large steps.
 */
export function nextClaimSize(claimed: { rows: number; ms: number; sent: boolean }, call: number, limits: SizeLimits) {
  const grown = claimed.ms < limits.targetMs / 2 ? claimed.rows * 2 : claimed.rows;
  return claimed.sent ? call : Math.max(call, Math.min(limits.batchRows, grown));
}
