/**
 * The ids of a table in an order that is kept: what changes is noted, and put into its place when the
 * list is next asked for.
 */
import type { Row } from "./fields.js";

/** Changes that are worked in one by one; more of them are sorted and merged. */
const fewChanges = 40;

export class OrderedIds {
  readonly #columns: readonly string[];
  readonly #compare: (a: number, b: number) => number;
  readonly #changed = new Set<number>();
  #ids: number[];

  /** The order is that of `compare`, which looks at these columns and at the ids, and never says 0 of two ids. */
  constructor(ids: Iterable<number>, columns: readonly string[], compare: (a: number, b: number) => number) {
    this.#columns = columns;
    this.#compare = compare;
    this.#ids = [...ids].sort(compare);
  }

  put(id: number, before: Row | undefined, row: Row | undefined): void {
    if (before === undefined || row === undefined || this.#columns.some((name) => before[name] !== row[name]))
      this.#changed.add(id);
  }

  /** The ids of these rows in order. */
  list(rows: ReadonlyMap<number, Row>): readonly number[] {
    const changed = [...this.#changed];
    if (changed.length === 0) return this.#ids;
    this.#changed.clear();
    const present = changed.filter((id) => rows.has(id));
    if (changed.length <= fewChanges) {
      for (const id of changed) this.#takeOut(id);
      for (const id of present) this.#ids.splice(this.#placeOf(id), 0, id);
    } else {
      const gone = new Set(changed);
      const kept = this.#ids.filter((id) => !gone.has(id));
      this.#ids = merged(kept, present.sort(this.#compare), this.#compare);
    }
    return this.#ids;
  }

  #takeOut(id: number): void {
    const at = this.#ids.indexOf(id);
    if (at >= 0) this.#ids.splice(at, 1);
  }

  #placeOf(id: number): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#ids[middle] ?? 0, id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function merged(a: readonly number[], b: readonly number[], compare: (a: number, b: number) => number): number[] {
  const [endOfA, startOfB] = [a.at(-1), b[0]];
  if (endOfA === undefined || startOfB === undefined || compare(endOfA, startOfB) < 0) return [...a, ...b];
  const ids: number[] = [];
  let at = 0;
  for (const id of a) {
    for (let other = b[at]; other !== undefined && compare(other, id) < 0; other = b[at]) {
      ids.push(other);
      at += 1;
    }
    ids.push(id);
  }
  for (; at < b.length; at += 1) ids.push(b[at] ?? 0);
  return ids;
}
