/** Waiting for what others wait for too: one may give up without the others. */
import { OdoorwayError } from "@odoorway/core";

/** The promise, or `cancelled` as soon as the signal aborts; what is shared goes on for the others. */
export function abandonable<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return shared;
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new OdoorwayError("cancelled", { happened: "no" }));
    if (signal.aborted) return cancel();
    signal.addEventListener("abort", cancel, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener("abort", cancel));
  });
}
