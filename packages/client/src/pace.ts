/**
 * A rate for all callers of a client: each try takes the next free moment, in the order of asking. Odoo Online
 * asks for about one call a second and none in parallel: `{rate: 1, concurrency: 1}`.
 */
import { type Clock, OdoorwayError } from "@odoorway/core";

export class Pace {
  readonly #clock: Clock;
  /** Milliseconds between two calls. */
  readonly #gap: number;
  #next = 0;

  /** `rate`: calls a second; Infinity for no limit. */
  constructor(clock: Clock, rate: number) {
    this.#clock = clock;
    this.#gap = 1000 / rate;
  }

  /** Waits for this call's moment. A moment after `end` is not waited for: `timeout`, and nothing was sent. */
  async turn(end: number, whole: number, signal: AbortSignal): Promise<void> {
    if (this.#gap === 0) return;
    const now = this.#clock.now();
    const moment = Math.max(now, this.#next);
    if (moment > end)
      throw new OdoorwayError("timeout", { evidence: { seconds: whole / 1000 }, happened: "no", retryable: true });
    this.#next = moment + this.#gap;
    if (moment > now) await this.#clock.sleep(moment - now, signal);
  }
}
