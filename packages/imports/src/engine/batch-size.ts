/**
 * How many rows the next batch may have. It starts small, doubles while calls are quick, shrinks when
 * one takes longer than it should, and is cut to a quarter when a reply was lost.
 */

export const firstBatch = 50;

export interface Sent {
  readonly rows: number;
  readonly ms: number;
  /** Whether the reply was lost: a worker killed by its time limit, a timeout. */
  readonly lost: boolean;
}

export function nextBatchSize(current: number, sent: Sent, limits: { batchRows: number; targetMs: number }): number {
  const fit = (size: number) => Math.max(1, Math.min(limits.batchRows, Math.floor(size)));
  if (sent.lost) return fit(current / 4);
  if (sent.ms > limits.targetMs) return fit((current * limits.targetMs) / sent.ms);
  // A batch that was not full says nothing about a larger one.
  if (sent.ms < limits.targetMs / 2 && sent.rows >= current / 2) return fit(current * 2);
  return fit(current);
}
