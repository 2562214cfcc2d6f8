/**
 * Takes batches from the input, keeps at most `concurrency` of them under way, and gives their results as they
 * come. The input is taken only as the results are: whoever reads slowly is not overtaken by more than the
 * batches under way.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Settings } from "./settings.js";
import type { BatchResult, Input, Item } from "./types.js";

/** The input, one item after another, with a look at the next. */
export class Source<T> {
  readonly #iterator: AsyncIterator<Item<T>>;
  #next: Item<T> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(items: AsyncIterable<Item<T>>) {
    this.#iterator = items[Symbol.asyncIterator]();
  }

  /** Up to `count` items; ends early before an item that `fits` refuses, and with the input. */
  async take(count: number, fits: (item: Item<T>) => boolean = () => true): Promise<Item<T>[]> {
    const taken: Item<T>[] = [];
    while (taken.length < count) {
      const item = this.#next ?? (await this.#pull());
      this.#next = item;
      if (item === undefined || !fits(item)) break;
      taken.push(item);
      this.#next = undefined;
    }
    return taken;
  }

  /** Throws what the input threw; what came before it has been dealt with by then. */
  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async #pull(): Promise<Item<T> | undefined> {
    if (this.#failure !== undefined) return undefined;
    try {
      const next = await this.#iterator.next();
      return next.done ? undefined : next.value;
    } catch (error) {
      this.#failure = { error };
      return undefined;
    }
  }
}

/** Each value of the input as an item of its own. */
export async function* itemsOf<T>(input: Input<T>): AsyncGenerator<Item<T>, void> {
  let index = 0;
  for await (const value of input) yield { value, indexes: [index++] };
}

export interface Work<T> {
  readonly settings: Settings;
  readonly source: Source<T>;
  /** Batches at once. */
  readonly concurrency: number;
  take(source: Source<T>): Promise<Item<T>[]>;
  /** Results for each of the items. `stopped` says before each call whether to go on. */
  run(items: readonly Item<T>[], stopped: () => boolean): Promise<BatchResult[]>;
}

/** Throws `cancelled` by the signal and what the input throws, in both cases after the results of what was taken. */
export async function* runBatches<T>(work: Work<T>): AsyncGenerator<BatchResult, void> {
  const { signal } = work.settings;
  const underWay = new Map<number, Promise<{ readonly key: number; readonly results: BatchResult[] }>>();
  let left = false;
  const stopped = () => left || (signal?.aborted ?? false);
  let key = 0;
  try {
    for (let more = true; more || underWay.size > 0; ) {
      while (more && underWay.size < work.concurrency) {
        const items = stopped() ? [] : await work.take(work.source);
        more = items.length > 0;
        if (!more) break;
        const mine = key++;
        underWay.set(
          mine,
          work.run(items, stopped).then((results) => ({ key: mine, results })),
        );
      }
      if (underWay.size === 0) break;
      const done = await Promise.race(underWay.values());
      underWay.delete(done.key);
      yield* done.results;
    }
    work.source.rethrow();
    if (signal?.aborted) throw new OdoorwayError("cancelled", { happened: "unknown" });
  } finally {
    // A write that is under way is never left half-known: its call ends before this does.
    left = true;
    await Promise.allSettled(underWay.values());
    await work.source.close();
  }
}
