/** Time, passed in, so that every rule can be tested without waiting. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment of this process's life, which no setting of the clock changes; see `steady`. */
  elapsed?(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Acts after `ms` milliseconds, unless the function that it returns is called before; see `after`. */
  after?(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    }),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** The clock's own `after`, which costs less than a sleep that is broken off, or what amounts to it. */
export function after(clock: Clock, ms: number, act: () => void): () => void {
  if (clock.after !== undefined) return clock.after(ms, act);
  const stop = new AbortController();
  void clock.sleep(ms, stop.signal).then(() => {
    if (!stop.signal.aborted) act();
  });
  return () => stop.abort();
}

/**
 * Milliseconds that never go back, for spans within one process: the clock's own `elapsed`, or made of `now`, where
 * what that is set back by, and the time since it was last read, count as no time gone.
 */
export function steady(clock: Pick<Clock, "now" | "elapsed">): () => number {
  const { elapsed } = clock;
  if (elapsed !== undefined) return elapsed;
  let last = clock.now();
  let time = last;
  return () => {
    const read = clock.now();
    if (read > last) time += read - last;
    last = read;
    return time;
  };
}
