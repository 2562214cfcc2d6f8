/** How often each of a few names occurred; names beyond the bound are counted as one. */

const mostNames = 20;

export class Tally {
  readonly #counts = new Map<string, number>();

  add(name: string): void {
    const known = this.#counts.has(name) || this.#counts.size < mostNames;
    const key = known ? name.slice(0, 200) : "others";
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** The names with their counts, the most frequent first. */
  names(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort((a, b) => b[1] - a[1]));
  }
}
