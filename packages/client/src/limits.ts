/**
 * A rate and a number of calls at once, for all callers of a client and for every client that is given the
 * same object. Odoo Online asks for about one call a second and none in parallel: `{rate: 1, concurrency: 1}`.
 *
 * States of a try: waiting for a place -> waiting for its moment -> under way -> left. Places are given in the
 * order of asking, moments in the order of places. Until it is under way nothing was sent.
 */
import { after, OdoorwayError } from "@odoorway/core";
import { cancelled, type Deadline, late } from "./deadline.js";

export interface LimitsOptions {
  /** Most calls a second. @default Infinity */
  readonly rate?: number;
  /** Most calls at once. @default 8 */
  readonly concurrency?: number;
}

/** Limits that several clients of one server may share: hand the same object to each. Throws configuration_error. */
export function createLimits({ rate = Number.POSITIVE_INFINITY, concurrency = 8 }: LimitsOptions = {}): Limits {
  if (typeof rate !== "number" || !(rate > 0)) throw refused("rate must be a number above 0");
  if (!Number.isSafeInteger(concurrency) || concurrency < 1)
    throw refused("concurrency must be a whole number above 0");
  return new Limits(rate, concurrency);
}

export class Limits {
  readonly concurrency: number;
  /** Milliseconds between two calls. */
  readonly #gap: number;
  readonly #waiting = new Set<() => void>();
  #free: number;
  #next = 0;

  constructor(rate: number, concurrency: number) {
    this.concurrency = concurrency;
    this.#free = concurrency;
    this.#gap = 1000 / rate;
  }

  /** Waits for a place and a moment. Rejects with `timeout` or `cancelled`, and nothing was sent. */
  async enter(deadline: Deadline): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await this.#place(deadline);
    if (this.#gap === 0) return;
    try {
      await this.#moment(deadline);
    } catch (error) {
      this.leave();
      throw error;
    }
  }

  /** Gives the place to the next; once for every `enter` that resolved. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else next();
  }

  #place({ clock, end, whole, signal }: Deadline): Promise<void> {
    if (signal?.aborted) return Promise.reject(cancelled());
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#waiting.delete(take);
        stop();
        signal?.removeEventListener("abort", cancel);
        act();
      };
      const take = () => settle(resolve);
      const cancel = () => settle(() => reject(cancelled()));
      this.#waiting.add(take);
      signal?.addEventListener("abort", cancel, { once: true });
      const stop = after(clock, Math.max(0, end - clock.now()), () => settle(() => reject(late(whole))));
    });
  }

  /** A moment after the end is not waited for. */
  async #moment({ clock, end, whole, signal }: Deadline): Promise<void> {
    const now = clock.now();
    const moment = Math.max(now, this.#next);
    if (moment > end) throw late(whole);
    this.#next = moment + this.#gap;
    if (moment > now) await clock.sleep(moment - now, signal);
  }
}

function refused(detail: string): OdoorwayError {
  return new OdoorwayError("configuration_error", { evidence: { detail } });
}
