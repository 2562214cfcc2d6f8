/**
 * How many batches of one import run at once on this node, learnt from how their calls end. All workers may be
 * at one import, until calls of it meet other writers, are lost, too large, or too many for the server: then
 * half as many may. Each good batch after that brings back a part of one, so that one more is tried after as
 * many good batches as run at once. One always may.
 */
import type { SentCall } from "../records/send.js";

const crowded: ReadonlySet<SentCall["end"]> = new Set(["conflict", "lost", "too-large", "too-many"]);

export class Abreast {
  readonly #most: number;
  #allowed: number;
  #underWay = 0;

  constructor(most: number) {
    this.#most = most;
    this.#allowed = most;
  }

  /** How many may run at once now. */
  get allowed(): number {
    return Math.floor(this.#allowed);
  }

  /** Whether one more may begin. */
  get free(): boolean {
    return this.#underWay < this.allowed;
  }

  began(): void {
    this.#underWay += 1;
  }

  ended(): void {
    this.#underWay -= 1;
  }

  /** After the calls of a batch. A refusal is a row's fault and says nothing. */
  learn(calls: readonly Pick<SentCall, "end">[]): void {
    if (calls.some(({ end }) => crowded.has(end))) this.#allowed = Math.max(1, this.#allowed / 2);
    else if (calls.some(({ end }) => end === "saved"))
      this.#allowed = Math.min(this.#most, this.#allowed + 1 / this.#allowed);
  }
}
