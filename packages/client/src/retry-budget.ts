/**
 * How much of the traffic may be retries, so that an outage is not multiplied by everybody's second and third
 * try: a share of the calls of the last while, and a few for a client that makes but few calls.
 *
 * Counted in two halves of the window, the running one and the one before it, so that the past fades in steps.
 */
import type { Clock } from "@odoorway/core";

export interface RetryBudgetOptions {
  /** Retries for each call, at most. @default 0.2 */
  readonly share?: number;
  /** Retries that are allowed in a window whatever the number of calls. @default 20 */
  readonly least?: number;
  /** Milliseconds over which calls and retries are counted. @default 10000 */
  readonly window?: number;
}

interface Half {
  readonly since: number;
  calls: number;
  retries: number;
}

export class RetryBudget {
  readonly #clock: Clock;
  readonly #options: Required<RetryBudgetOptions>;
  #now: Half;
  #before: Half;

  constructor(clock: Clock, options: Required<RetryBudgetOptions>) {
    this.#clock = clock;
    this.#options = options;
    this.#now = { since: clock.now(), calls: 0, retries: 0 };
    this.#before = { ...this.#now };
  }

  /** A call begins. */
  call(): void {
    this.#turn();
    this.#now.calls++;
  }

  /** Whether one more retry is within the budget; if so it is spent. */
  spend(): boolean {
    this.#turn();
    const { share, least } = this.#options;
    const calls = this.#now.calls + this.#before.calls;
    const retries = this.#now.retries + this.#before.retries;
    if (retries >= Math.max(least, calls * share)) return false;
    this.#now.retries++;
    return true;
  }

  #turn(): void {
    const at = this.#clock.now();
    const half = this.#options.window / 2;
    const age = at - this.#now.since;
    // A clock that was set back must not hold the counts for ever.
    if (age >= 0 && age < half) return;
    this.#before = age >= 0 && age < 2 * half ? this.#now : { since: at, calls: 0, retries: 0 };
    this.#now = { since: at, calls: 0, retries: 0 };
  }
}
