/**
 * The rows of one model, with indexes that are built at the first search that needs them and kept from
 * then on. A row is never changed in place: a change puts another in its stead, so that the row before
 * is its own undo record.
 */
import type { Row, Value } from "./fields.js";

type Key = string | number | boolean;
/** One id, or several: most values of a key or a name have one record only. */
type Ids = number | Set<number>;

/** What a transaction needs to take back: the row as it was, or undefined where there was none. */
export type Remember = (table: Table, id: number, before: Row | undefined) => void;

export class Table {
  readonly rows = new Map<number, Row>();
  readonly #indexes = new Map<string, Map<Key, Ids>>();
  #lastId = 0;

  /** The next id; as a sequence of PostgreSQL, it is not given back by a rollback. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  get lastId(): number {
    return this.#lastId;
  }

  /** Puts these rows in place of all; ids go on after `lastId`. */
  replace(rows: Iterable<readonly [number, Row]>, lastId: number): void {
    this.rows.clear();
    this.#indexes.clear();
    for (const [id, row] of rows) this.put(id, row);
    this.#lastId = Math.max(this.#lastId, lastId);
  }

  /** Puts a row, or takes it away with undefined, and keeps the indexes. */
  put(id: number, row: Row | undefined, remember?: Remember): void {
    const before = this.rows.get(id);
    remember?.(this, id, before);
    for (const [field, index] of this.#indexes) {
      const old = before?.[field];
      const now = row?.[field];
      if (old === now) continue;
      if (old !== undefined) forKeys(old, (key) => removeFrom(index, key, id));
      if (now !== undefined) forKeys(now, (key) => addTo(index, key, id));
    }
    if (row === undefined) this.rows.delete(id);
    else this.rows.set(id, row);
    if (id > this.#lastId) this.#lastId = id;
  }

  /** Ids of the rows where a column holds the key (a many2many: contains it), in ascending order. */
  find(field: string, key: Key): readonly number[] {
    const ids = this.#index(field).get(key);
    if (ids === undefined) return [];
    return typeof ids === "number" ? [ids] : [...ids].sort((a, b) => a - b);
  }

  #index(field: string): Map<Key, Ids> {
    const known = this.#indexes.get(field);
    if (known) return known;
    const index = new Map<Key, Ids>();
    for (const [id, row] of this.rows) {
      const value = row[field];
      if (value !== undefined) forKeys(value, (key) => addTo(index, key, id));
    }
    this.#indexes.set(field, index);
    return index;
  }
}

function forKeys(value: Value, use: (key: Key) => void): void {
  if (typeof value === "object") for (const key of value) use(key);
  else use(value);
}

function addTo(index: Map<Key, Ids>, key: Key, id: number): void {
  const ids = index.get(key);
  if (ids === undefined) index.set(key, id);
  else if (typeof ids === "number") index.set(key, new Set([ids, id]));
  else ids.add(id);
}

function removeFrom(index: Map<Key, Ids>, key: Key, id: number): void {
  const ids = index.get(key);
  if (ids === id) index.delete(key);
  else if (typeof ids === "object") {
    ids.delete(id);
    if (ids.size === 0) index.delete(key);
  }
}
