/** The time of one call, from its beginning to its end, whatever has to be waited for in between. */
import { after, type CallOptions, type Clock, OdoorwayError } from "@odoorway/core";
import { badArgument } from "./bad-argument.js";

export interface Deadline {
  readonly clock: Clock;
  /** The moment at which the call's time is over, and the whole time that it was given, in milliseconds. */
  readonly end: number;
  readonly whole: number;
  readonly signal: AbortSignal | undefined;
}

/** What a timer can hold: 24.8 days. */
const longest = 2 ** 31 - 1;

/**
 * The deadline of a call that begins now. Throws `bad_arguments` for a timeout that is none, and `cancelled` where
 * the signal has aborted already: then nothing is sent, a login neither.
 */
export function deadlineOf(
  options: CallOptions,
  settings: { readonly clock: Clock; readonly timeout: number },
): Deadline {
  const { signal, timeout: whole = settings.timeout } = options;
  if (typeof whole !== "number" || !(whole > 0 && whole <= longest)) {
    throw badArgument(`timeout must be a number of milliseconds above 0 and up to ${longest}`);
  }
  if (signal?.aborted) throw cancelled();
  const { clock } = settings;
  return { clock, end: clock.now() + whole, whole, signal };
}

/**
 * What the call waits for together with others: the promise, or `timeout` or `cancelled` as soon as this call
 * has no more time. Nothing of it was sent then; what is shared goes on for the others.
 */
export function within<T>({ clock, end, whole, signal }: Deadline, shared: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(cancelled());
    const stop = after(clock, Math.max(0, end - clock.now()), () => reject(late(whole)));
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) cancel();
    shared.then(resolve, reject).finally(() => {
      stop();
      signal?.removeEventListener("abort", cancel);
    });
  });
}

/** The time was over before anything was sent. */
export function late(whole: number): OdoorwayError {
  return new OdoorwayError("timeout", { evidence: { seconds: whole / 1000 }, happened: "no", retryable: true });
}

/** Given up before anything was sent. */
export function cancelled(): OdoorwayError {
  return new OdoorwayError("cancelled", { happened: "no" });
}
