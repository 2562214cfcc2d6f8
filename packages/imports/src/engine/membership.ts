/**
 * This node among those that share the store.
 *
 *   out ──join──> in ──(not seen for the lease, or told so by the store)──> out
 *
 * Each time in, the node has a new id: claims under the old one were given to others, and what still runs in
 * its name must not pass for the new one. The node does not wait to be told: when its own heartbeats did not get
 * through for the length of the lease, it holds itself for replaced. From then on nothing that it began may
 * write to Odoo any more (`guard`), since others settle those records meanwhile; the time is a steady
 * one, and is looked at right before each call.
 */
import { type Clock, type OdooCaller, OdoorwayError, steady } from "@odoorway/core";
import type { Store } from "@odoorway/store";

export interface Session {
  readonly id: string;
  /** Aborts when the node is replaced. */
  readonly signal: AbortSignal;
  alive(): boolean;
}

export class Membership {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #newId: () => string;
  readonly #steady: () => number;
  #session: (Session & { readonly end: () => void }) | undefined;
  #seen = 0;

  constructor(store: Store, clock: Clock, leaseMs: number, newId: () => string) {
    this.#store = store;
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#newId = newId;
    this.#steady = steady(clock);
  }

  /** The session while the node is in; joins when it is out. Rejects when the store cannot be written to. */
  async session(): Promise<Session> {
    if (this.#session?.alive()) return this.#session;
    this.lost();
    const id = this.#newId();
    const asked = this.#steady();
    await this.#store.registerNode(id);
    // Two workers may have come here at once: one session is enough. Should it be over by the time that the second name
    // is given up, nothing that is begun in it reaches Odoo (guard), and the next turn joins anew.
    const other = this.#session;
    if (other?.alive()) {
      await this.#store.leaveNode(id);
      return other;
    }
    this.#seen = asked;
    const over = new AbortController();
    const session = {
      id,
      signal: over.signal,
      alive: (): boolean => this.#session === session && this.#steady() - this.#seen < this.#leaseMs,
      end: () => over.abort(),
    };
    this.#session = session;
    return session;
  }

  /** Says that the node is alive. When the store does not answer within the lease, the node is out. */
  async beat(signal: AbortSignal): Promise<void> {
    const session = this.#session;
    if (!session) return;
    const asked = this.#steady();
    const left = Math.max(1, this.#leaseMs - (asked - this.#seen));
    const waiting = new AbortController();
    const stop = AbortSignal.any([waiting.signal, signal]);
    const late = this.#clock.sleep(left, stop).then(() => undefined);
    try {
      const known = await Promise.race([this.#store.heartbeat(session.id), late]);
      if (known === true && this.#session === session) this.#seen = Math.max(this.#seen, asked);
      else if (known === false || !session.alive()) this.lost(session);
    } catch (error) {
      if (!session.alive()) this.lost(session);
      throw error;
    } finally {
      waiting.abort();
    }
  }

  /** The node was replaced; of `session`, if it is still that. */
  lost(session: Session | undefined = this.#session): void {
    if (session === undefined || this.#session !== session) return;
    this.#session.end();
    this.#session = undefined;
  }

  async leave(): Promise<void> {
    const session = this.#session;
    this.lost();
    if (session) await this.#store.leaveNode(session.id);
  }
}

/** A door to Odoo that closes when the session ends: what waits in it, or is under way, is broken off. */
export function guard(caller: OdooCaller, session: Session): OdooCaller {
  return {
    call: (model, method, args, kwargs, options) => {
      if (!session.alive()) return Promise.reject(new OdoorwayError("node_lapsed"));
      const signal = options?.signal ? AbortSignal.any([options.signal, session.signal]) : session.signal;
      return caller.call(model, method, args, kwargs, { ...options, signal });
    },
  };
}
