/** Time, passed in, so that every rule can be tested without waiting. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Acts after `ms` milliseconds, unless the function that it returns is called before; see `after`. */
  after?(ms: number, act: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
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
 * A clock made of another that never goes back: what that one is set back by counts as no time gone. Its values tell
 * spans within one process, and nothing else.
 */
export function steady(now: () => number): () => number {
  let last = now();
  let time = last;
  return () => {
    const read = now();
    if (read > last) time += read - last;
    last = read;
    return time;
  };
}
