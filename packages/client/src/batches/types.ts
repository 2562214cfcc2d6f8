/** What the batch functions of this folder take and give. */
import type { Clock, OdoorwayError } from "@odoorway/core";

/** `unknown`: the reply was lost and nothing tells whether it happened. Verify before sending it again. */
export type BatchStatus = "created" | "updated" | "deleted" | "failed" | "unknown";

/** What became of one record of the input. There is exactly one for each that was taken. */
export interface BatchResult {
  /** Its place in the input, from 0. */
  readonly index: number;
  readonly status: BatchStatus;
  /** Its id in the database, where it is known. */
  readonly id?: number;
  /** Why it failed, or why nobody knows. */
  readonly error?: OdoorwayError;
}

export interface BatchOptions {
  /** Odoo's context: language, time zone, companies. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Stops: what was not sent comes as failed, what was under way as unknown; then the iteration throws `cancelled`. */
  readonly signal?: AbortSignal;
  /** Most records of one call (default 1000). The first has 20 at most; then it depends on how long calls take. */
  readonly batchSize?: number;
  /** Milliseconds that a call should take at most (default 5000). */
  readonly targetTime?: number;
  /** Calls at once (default 1). With more than one the results come in the order of the answers. */
  readonly concurrency?: number;
  /** Milliseconds after which a call counts as lost; the client's own timeout where left out. */
  readonly timeout?: number;
  /** Time; the system's where left out. */
  readonly clock?: Clock;
}

/** Records, rows or ids from anywhere. They are taken as calls need them, never all at once. */
export type Input<T> = Iterable<T> | AsyncIterable<T>;

/** Part of the input that is sent or refused as one: a record, or the rows of one. */
export interface Item<T> {
  readonly value: T;
  readonly indexes: readonly number[];
}

/** One result for each place of the input that the item stands for. */
export function report(
  { indexes }: Item<unknown>,
  status: BatchStatus,
  facts: Pick<BatchResult, "id" | "error"> = {},
): BatchResult[] {
  return indexes.map((index) => ({ index, status, ...facts }));
}
