/** A value that is asked for again and again while the page is in sight. */
import { useEffect, useState } from "preact/hooks";
import { ApiError, type Problem } from "./api.js";

export interface Polled<T> {
  readonly value: T | undefined;
  /** Why the last question failed; the value before it is kept. */
  readonly problem: Problem | undefined;
}

/**
 * @param ask a function that stays the same from one drawing to the next as long as it asks the same
 * @param pause milliseconds between an answer and the next question
 */
export function usePolling<T>(ask: (signal: AbortSignal) => Promise<T>, pause: number): Polled<T> {
  const [polled, setPolled] = useState<Polled<T>>({ value: undefined, problem: undefined });
  useEffect(() => {
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = async () => {
      if (!document.hidden) {
        try {
          const value = await ask(gone.signal);
          if (!gone.signal.aborted) setPolled({ value, problem: undefined });
        } catch (error) {
          if (gone.signal.aborted) return;
          if (!(error instanceof ApiError)) throw error;
          setPolled((before) => ({ ...before, problem: error.problem }));
        }
      }
      if (!gone.signal.aborted) timer = setTimeout(tick, pause);
    };
    void tick();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [ask, pause]);
  return polled;
}
