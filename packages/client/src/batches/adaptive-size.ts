/**
 * How many records a call carries, learnt from how long calls take: it starts small, doubles while full calls
 * take less than half of the target, shrinks in proportion when one takes longer, and is cut to a quarter when
 * the server could not cope (time limit, body or answer too large, conflict).
 */

export interface SizeLimits {
  /** Records of the first call. */
  readonly start: number;
  /** Most records of any call. */
  readonly max: number;
  /** Milliseconds that a call should take at most. */
  readonly targetTime: number;
}

export class AdaptiveSize {
  readonly #limits: SizeLimits;
  #current: number;

  constructor(limits: SizeLimits) {
    this.#limits = limits;
    this.#current = this.#fit(limits.start);
  }

  /** Records that the next call should carry: 1 to `max`. */
  get current(): number {
    return this.#current;
  }

  /** A call for `count` records took `milliseconds`. One that was not full says nothing about a larger one. */
  took(count: number, milliseconds: number): void {
    const { targetTime } = this.#limits;
    if (milliseconds > targetTime)
      this.#current = this.#fit(Math.min(this.#current, (count * targetTime) / milliseconds));
    else if (milliseconds < targetTime / 2 && count >= this.#current) this.#current = this.#fit(this.#current * 2);
  }

  /** A call for `count` records was too much. */
  tooMuch(count: number): void {
    this.#current = this.#fit(Math.min(this.#current, count / 4));
  }

  #fit(size: number): number {
    return Math.max(1, Math.min(this.#limits.max, Math.floor(size)));
  }
}
