/**
 * The circuit breaker: when Odoo cannot be reached, calls fail at once for a while instead of each waiting for
 * its own failure. What counts is the way to Odoo alone (nothing answers, the connection breaks, a proxy says
 * 500 and above); whatever Odoo itself answers, a refusal too, proves that the way is open. A call that ran out of
 * its caller's time or was cancelled says nothing of it.
 *
 * States: closed -> open, after so many failures in a row -> after the pause one call goes ahead, the others
 * wait for it -> open for another pause when it fails on the way, else closed, also when it says nothing of the way.
 */
import { type Clock, OdoorwayError } from "@odoorway/core";
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from "cockatiel";

export interface BreakerOptions {
  /** Failures in a row that open it; every try counts. @default 10 */
  readonly failures?: number;
  /** Milliseconds for which it stays open. @default 5000 */
  readonly pause?: number;
}

type Outcome<T> = { readonly value: T } | { readonly refusal: unknown };

export class Breaker {
  readonly #policy: CircuitBreakerPolicy;
  readonly #clock: Clock;
  readonly #url: string;
  /** The moment at which the pause is over. */
  #until = 0;
  /** No call has failed on the way since the last that did not: then only a failure is news to the policy. */
  #sound = true;

  /** `changed` is told when it opens and when it closes. */
  constructor(clock: Clock, url: string, options: Required<BreakerOptions>, changed: (state: string) => void) {
    this.#clock = clock;
    this.#url = url;
    // cockatiel compares a duration with the system's time; this one is over when the client's clock says so.
    const remaining = () => (clock.now() < this.#until ? Number.POSITIVE_INFINITY : -1);
    const backoff = {
      get duration() {
        return remaining();
      },
      next: () => {
        this.#until = clock.now() + options.pause;
        return backoff;
      },
    };
    const breaker = new ConsecutiveBreaker(options.failures);
    this.#policy = circuitBreaker(handleWhen(isOutage), { breaker, halfOpenAfter: backoff });
    this.#policy.onBreak(() => changed("open"));
    this.#policy.onReset(() => changed("closed"));
  }

  /** Throws `circuit_open` during a pause. */
  check(): void {
    if (this.#policy.state === CircuitState.Open && this.#clock.now() < this.#until) throw this.#open();
  }

  /** Runs the call, or rejects with `circuit_open` during a pause. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#sound) {
      try {
        const value = await call();
        if (!this.#sound) await this.#proved();
        return value;
      } catch (error) {
        if (isOutage(error)) await this.#failed(error);
        else if (!this.#sound && !(error instanceof OdoorwayError && saysNothing.includes(error.code)))
          await this.#proved();
        throw error;
      }
    }
    let outcome: Outcome<T>;
    try {
      outcome = await this.#policy.execute(() => judged(call));
    } catch (error) {
      throw error instanceof BrokenCircuitError ? this.#open() : error;
    }
    this.#sound = this.#policy.state === CircuitState.Closed;
    if ("value" in outcome) return outcome.value;
    throw outcome.refusal;
  }

  /** Has the policy count a failure of a call that it did not run. */
  async #failed(error: unknown): Promise<void> {
    this.#sound = false;
    await this.#policy.execute(() => Promise.reject(error)).catch(() => undefined);
  }

  /** A call that was under way while another failed has found the way open: the count begins anew. */
  async #proved(): Promise<void> {
    if (this.#policy.state !== CircuitState.Closed) return;
    await this.#policy.execute(() => Promise.resolve());
    this.#sound = true;
  }

  #open(): OdoorwayError {
    const retryAfter = Math.max(1, Math.ceil((this.#until - this.#clock.now()) / 1000));
    return new OdoorwayError("circuit_open", { evidence: { url: this.#url, seconds: retryAfter }, retryAfter });
  }
}

/** Resolves for what proves the way open, a refusal of Odoo's too; rejects for what breaks it or says nothing. */
async function judged<T>(call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof OdoorwayError) || isOutage(error) || saysNothing.includes(error.code)) throw error;
    return { refusal: error };
  }
}

const saysNothing: readonly string[] = ["timeout", "cancelled"];

function isOutage(error: unknown): boolean {
  if (!(error instanceof OdoorwayError)) return false;
  const { code, evidence } = error;
  if (code === "bad_gateway_or_proxy") return Number(evidence.status) >= 500;
  return ["connection_refused", "connection_lost", "dns_failure", "tls_failure"].includes(code);
}
