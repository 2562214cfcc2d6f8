/**
 * Answers of Odoo kept by name. One life of an answer:
 *
 *   fresh   served as it is, until its time is over or it is doubted
 *   old     asked again, once for all who wait; the new answer is fresh
 *   held    Odoo could not be asked: the last good answer serves on, marked so, and Odoo is asked again after a pause
 *
 * An answer of another kind than an outage (there is no such model any more) replaces nothing and is told.
 */
import { type Clock, OdoorwayError } from "@odoorway/core";

/** How an answer came to be served. */
export interface Freshness {
  /** Milliseconds of the epoch at which Odoo gave the answer. */
  readonly readAt: number;
  /** Why Odoo could not be asked since, when it was due. */
  readonly held?: OdoorwayError;
}

interface Answer<T> {
  readonly value: T;
  readonly readAt: number;
  until: number;
  held?: OdoorwayError | undefined;
}

export class Kept<T> {
  readonly #answers = new Map<string, Answer<T>>();
  readonly #underWay = new Map<string, Promise<T>>();

  /**
   * @param ttl milliseconds that an answer is fresh
   * @param pause milliseconds before Odoo is asked again after an outage
   */
  constructor(
    private readonly clock: Clock,
    private readonly ttl: number,
    private readonly pause: number,
  ) {}

  async get(name: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#answers.get(name);
    if (kept && kept.until > this.clock.now()) return kept.value;
    try {
      return await (this.#underWay.get(name) ?? this.#start(name, ask));
    } catch (error) {
      if (!kept || !(error instanceof OdoorwayError) || !outage(error)) throw error;
      kept.held = error;
      kept.until = this.clock.now() + this.pause;
      return kept.value;
    }
  }

  freshness(name: string): Freshness | undefined {
    const kept = this.#answers.get(name);
    return kept && { readAt: kept.readAt, ...(kept.held ? { held: kept.held } : {}) };
  }

  /** The answers that serve on because Odoo could not be asked, by name. */
  held(): readonly (readonly [name: string, Freshness])[] {
    return [...this.#answers].flatMap(([name, { readAt, held }]) => (held ? [[name, { readAt, held }] as const] : []));
  }

  /** Whether an answer is older than this and can be asked for anew; then the next `get` asks. */
  doubt(name: string, olderThan: number): boolean {
    const kept = this.#answers.get(name);
    if (!kept || kept.held || this.clock.now() - kept.readAt < olderThan) return false;
    kept.until = 0;
    return true;
  }

  /** Everything is asked for anew when next needed. */
  doubtAll(): void {
    for (const kept of this.#answers.values()) kept.until = 0;
  }

  #start(name: string, ask: () => Promise<T>): Promise<T> {
    const asking = ask()
      .then((value) => {
        const now = this.clock.now();
        this.#answers.set(name, { value, readAt: now, until: now + this.ttl });
        return value;
      })
      .finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, asking);
    return asking;
  }
}

/** Whether Odoo could not be asked, rather than having answered something else than before. */
function outage(error: OdoorwayError): boolean {
  return error.status >= 502 || error.status === 429;
}
