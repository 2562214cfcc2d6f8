/** Sends messages: within the limits of all callers, one deadline a call, retries where they are safe, typed errors. */
import { ignoreObservations, OdoorwayError } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { WireError } from "@odoorway/wire";
import { Breaker } from "./breaker.js";
import { type Deadline, deadlineOf } from "./deadline.js";
import type { Answer, Exchange } from "./exchange.js";
import type { Settings } from "./options.js";
import { withRetries } from "./retries.js";
import { RetryBudget } from "./retry-budget.js";
import type { Ask, Message } from "./transports/transport.js";
import { unreadable } from "./unreadable.js";
import { withoutSecret } from "./without-secret.js";

export class Sender {
  readonly #settings: Settings;
  readonly #http: Exchange;
  readonly #breaker: Breaker;
  readonly #budget: RetryBudget;
  readonly #origin: string;
  readonly #prefix: string;
  /** Those of every request; what a message says itself goes before them. */
  readonly #headers: Readonly<Record<string, string>>;
  #lastId = 0;

  constructor(settings: Settings, http: Exchange) {
    this.#settings = settings;
    this.#http = http;
    const { clock, observe, breaker, retryBudget } = settings;
    const changed = (state: string) => observe({ name: "odoo.circuit", at: clock.now(), facts: { state } });
    this.#breaker = new Breaker(clock, settings.url, breaker, changed);
    this.#budget = new RetryBudget(clock, retryBudget);
    this.#headers = { ...settings.headers, "user-agent": settings.userAgent };
    const url = new URL(settings.url);
    this.#origin = url.origin;
    this.#prefix = url.pathname === "/" ? "" : url.pathname;
  }

  /** Runs a call to its end: encoded once, tried as often as is safe, within one deadline. */
  async send(ask: Ask, deadline: Deadline = deadlineOf({}, this.#settings)): Promise<unknown> {
    const { clock, limits } = this.#settings;
    const message = ask.message(++this.#lastId);
    return withRetries(
      async (attempt) => {
        this.#breaker.check();
        await limits.enter(deadline);
        const started = clock.now();
        let outcome = "ok";
        try {
          return await this.#breaker.run(() => this.#attempt(ask, message, deadline));
        } catch (error) {
          outcome = error instanceof OdoorwayError ? error.code : "internal_error";
          throw error;
        } finally {
          limits.leave();
          this.#observe(ask, attempt, outcome, started);
        }
      },
      deadline,
      this.#budget,
    );
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #attempt(ask: Ask, message: Message, deadline: Deadline): Promise<unknown> {
    const { maxResponseSize, firstByteTimeout: firstByte } = this.#settings;
    const { clock, end, whole, signal } = deadline;
    const left = Math.max(0, end - clock.now());
    const path = `${this.#prefix}${message.path}`;
    const headers = { ...this.#headers, ...message.headers };
    const origin = this.#origin;
    const { verb: method, body, raw: binary = false } = message;
    const request = { url: `${origin}${path}`, origin, method, path, body, headers, binary };
    try {
      const answer = await this.#http.exchange(request, { clock, maxResponseSize, firstByte, left, whole, signal });
      return this.#read(ask, message, request.url, answer);
    } catch (error) {
      throw ask.reads && error instanceof OdoorwayError ? withoutEffect(error) : error;
    }
  }

  #read({ facts }: Ask, message: Message, url: string, answer: Answer): unknown {
    const { apiKey } = this.#settings;
    const http = () => toError(diagnose({ kind: "http", url, ...withoutSecret(answer, apiKey) }, facts));
    if (message.raw) {
      const reply = message.read(answer);
      if ("value" in reply) return reply.value;
      throw toError(diagnose(withoutSecret(reply.failure, apiKey), facts));
    }
    if (answer.status !== 200 || /^text\/html\b/i.test(answer.headers["content-type"] ?? "")) throw http();
    try {
      const reply = message.read(answer);
      if ("value" in reply) return reply.value;
      throw toError(diagnose(withoutSecret(reply.failure, apiKey), facts));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      if (/^\s*<(?:!doctype html|html)\b/i.test(answer.body)) throw http();
      throw unreadable(this.#settings.url, error.message, error);
    }
  }

  #observe({ facts, transport }: Ask, attempt: number, outcome: string, started: number): void {
    const { clock, observe } = this.#settings;
    if (observe === ignoreObservations) return;
    const at = clock.now();
    const { model, method } = facts;
    observe({
      name: "odoo.call",
      at,
      facts: { model, method, transport, attempt, outcome, milliseconds: at - started },
    });
  }
}

/** A read that failed on its way changed nothing, and may be tried again where a write must be verified. */
function withoutEffect(error: OdoorwayError): OdoorwayError {
  if (error.happened !== "unknown") return error;
  const { code, evidence, errors, status, retryAfter, odoo, below } = error;
  const lost = code === "timeout" || code === "connection_lost";
  return new OdoorwayError(code, {
    evidence,
    errors,
    status,
    happened: "no",
    retryable: error.retryable || lost,
    cause: below,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(odoo === undefined ? {} : { odoo }),
  });
}
