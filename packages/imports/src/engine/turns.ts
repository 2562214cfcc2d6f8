/**
 * Whose turn it is. Each import has a count of the time that was spent on it, divided by its weight; the one with the
 * lowest count goes next. So imports share the node's workers by their weights, however long their batches
 * take and however many rows they have. What a batch will take is charged when it begins, as long as the last
 * one took, and put right when it ends: otherwise all workers would choose the same import at once.
 */

export interface Candidate {
  readonly id: string;
  /** -1, 0 or 1: each step is twice the share. */
  readonly priority: number;
}

const firstGuessMs = 200;

interface Account {
  /** Time spent, by weight. */
  spent: number;
  /** What the last batch took. */
  last: number;
  weight: number;
}

export class Turns {
  readonly #accounts = new Map<string, Account>();

  /** The next of those that could be worked on; it is charged at once. Undefined when there is none. */
  next(candidates: readonly Candidate[]): string | undefined {
    // A new one starts where the others are, neither before them with all that they had, nor behind.
    const start = Math.min(...candidates.flatMap(({ id }) => this.#accounts.get(id)?.spent ?? []));
    let chosen: { id: string; account: Account } | undefined;
    for (const { id, priority } of candidates) {
      const account = this.#accounts.get(id) ?? {
        spent: Number.isFinite(start) ? start : 0,
        last: firstGuessMs,
        weight: 1,
      };
      account.weight = 2 ** priority;
      this.#accounts.set(id, account);
      if (!chosen || account.spent < chosen.account.spent) chosen = { id, account };
    }
    if (!chosen) return undefined;
    chosen.account.spent += chosen.account.last / chosen.account.weight;
    return chosen.id;
  }

  /** The turn that `next` gave has ended after `ms`. */
  ended(id: string, ms: number): void {
    const account = this.#accounts.get(id);
    if (!account) return;
    account.spent += (ms - account.last) / account.weight;
    account.last = ms;
  }

  /** Keeps what is open alone. */
  keep(open: ReadonlySet<string>): void {
    for (const id of this.#accounts.keys()) if (!open.has(id)) this.#accounts.delete(id);
  }
}
