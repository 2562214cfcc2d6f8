/**
 * How many rows the next call may have, learnt from how long calls take. It starts small (or at what fitted the
 * model before). While full calls take less than half of the target, it grows towards what would nearly take all of it at
 * their rate, at most fourfold at a time. It shrinks in proportion when a call takes longer, and is cut to a quarter
 * when the server could not cope (a body too large, no memory, a reply that was lost, unless a call of more rows got
 * through beside it) and when the process died that sent them. A conflict says that another writer is at the same
 * records, a refusal that a row is bad, and neither anything of the size. A server that asks for a pause (429) is
 * paused for by the engine.
 */
import type { SentCall } from "../records/send.js";

export const firstBatch = 50;

const mostGrowth = 4;
/** Calls of the same size differ: a little is left. */
const shareOfTarget = 0.8;

interface SizeLimits {
  readonly batchRows: number;
  readonly targetMs: number;
}

/** After the calls of a batch: each may be too much, all together say whether there could be more. */
export function nextBatchSize(current: number, calls: readonly SentCall[], limits: SizeLimits): number {
  const fit = (size: number) => Math.max(1, Math.min(limits.batchRows, Math.floor(size)));
  const saved = calls.filter((call) => call.end === "saved");
  const smaller = calls.flatMap((call) => {
    if (call.end === "too-large") return [call.rows / 4];
    if (call.end === "lost") return saved.some(({ rows }) => rows > call.rows) ? [] : [current / 4];
    return call.end === "saved" && call.ms > limits.targetMs ? [(call.rows * limits.targetMs) / call.ms] : [];
  });
  if (smaller.length > 0) return fit(Math.min(current, ...smaller));
  const rows = saved.reduce((sum, call) => sum + call.rows, 0);
  const ms = saved.reduce((sum, call) => sum + call.ms, 0);
  // A batch that was not full says nothing about a larger one.
  if (ms >= limits.targetMs / 2 || rows < current / 2) return fit(current);
  const inTarget = (rows * limits.targetMs * shareOfTarget) / Math.max(1, ms);
  return fit(Math.min(current * mostGrowth, Math.max(current, inTarget)));
}

/** After a process died while calls of this size were under way. */
export function afterDeath(size: number): number {
  return Math.max(1, Math.floor(size / 4));
}

/**
 * How many rows the next claim may have: what fits a call, or more while what has to be sent of them does not fill one.
 * Comparing is cheap beside writing, so a second run of a file, in which little or nothing differs, goes through in
 * large steps; and calls that are never full could never grow.
 */
export function nextClaimSize(claimed: { rows: number; ms: number; sent: number }, call: number, limits: SizeLimits) {
  if (claimed.sent > call) return call;
  const grows = claimed.sent < call / 2 && claimed.ms < limits.targetMs / 2;
  return Math.max(call, Math.min(limits.batchRows, grows ? claimed.rows * 2 : claimed.rows));
}
