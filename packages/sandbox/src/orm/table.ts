/**
 * The rows of one model, with indexes that are built at the first search that needs them and kept from
 * then on. A row is never changed in place: a change puts another in its stead, so that the row before
 * is its own undo record. Rows that come with a version are put when the table is first looked at, for
 * most clients look at few of its models.
 */
import type { Row, Value } from "./fields.js";
import { OrderedIds } from "./ordered-ids.js";

type Key = string | number | boolean;
/** One id, or several: most values of a key or a name have one record only. */
type Ids = number | Set<number>;

/** What a transaction needs to take back: the row as it was, or undefined where there was none. */
export type Remember = (table: Table, id: number, before: Row | undefined) => void;

/** Orders and columns that are kept; the one asked for longest ago goes first. */
const mostOrders = 8;
const mostColumns = 12;

export class Table {
  readonly #rows = new Map<number, Row>();
  readonly #indexes = new Map<string, Map<Key, Ids>>();
  readonly #orders = new Map<string, OrderedIds>();
  readonly #columns = new Map<string, (Value | undefined)[]>();
  #byId: OrderedIds | undefined;
  #pending: (() => void)[] = [];
  #lastId = 0;

  get rows(): ReadonlyMap<number, Row> {
    if (this.#pending.length > 0) this.#settle();
    return this.#rows;
  }

  /** The next id; as a sequence of PostgreSQL, it is not given back by a rollback. */
  nextId(): number {
    if (this.#pending.length > 0) this.#settle();
    this.#lastId += 1;
    return this.#lastId;
  }

  get lastId(): number {
    if (this.#pending.length > 0) this.#settle();
    return this.#lastId;
  }

  /** Has `fill` put rows before anything else is done with the table, in the order of the calls. */
  fillLater(fill: () => void): void {
    this.#pending.push(fill);
  }

  #settle(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const fill of pending) fill();
  }

  /** Puts these rows in place of all; ids go on after `lastId`. */
  replace(rows: Iterable<readonly [number, Row]>, lastId: number): void {
    this.#pending = [];
    this.#rows.clear();
    this.#indexes.clear();
    this.#orders.clear();
    this.#columns.clear();
    this.#byId = undefined;
    for (const [id, row] of rows) this.put(id, row);
    this.#lastId = Math.max(this.#lastId, lastId);
  }

  /** Puts a row, or takes it away with undefined, and keeps the indexes. */
  put(id: number, row: Row | undefined, remember?: Remember): void {
    const { rows } = this;
    const before = rows.get(id);
    remember?.(this, id, before);
    for (const [field, index] of this.#indexes) {
      const old = before?.[field];
      const now = row?.[field];
      if (old === now) continue;
      if (old !== undefined) forKeys(old, (key) => removeFrom(index, key, id));
      if (now !== undefined) forKeys(now, (key) => addTo(index, key, id));
    }
    for (const [field, column] of this.#columns) column[id] = row?.[field];
    this.#byId?.put(id, before, row);
    for (const order of this.#orders.values()) order.put(id, before, row);
    if (row === undefined) this.#rows.delete(id);
    else this.#rows.set(id, row);
    if (id > this.#lastId) this.#lastId = id;
  }

  /** Ids of the rows where a column holds the key (a many2many: contains it), in ascending order. */
  find(field: string, key: Key): readonly number[] {
    const ids = this.#index(field).get(key);
    if (ids === undefined) return [];
    if (typeof ids === "number") return [ids];
    const list = [...ids];
    return isAscending(list) ? list : list.sort((a, b) => a - b);
  }

  /** How many `find` would give, without making the list. */
  count(field: string, key: Key): number {
    const ids = this.#index(field).get(key);
    return ids === undefined ? 0 : typeof ids === "number" ? 1 : ids.size;
  }

  /** All ids in ascending order; the list is the table's own and good until the next change. */
  ids(): readonly number[] {
    const { rows } = this;
    this.#byId ??= new OrderedIds(rows.keys(), [], (a, b) => a - b);
    return this.#byId.list(rows);
  }

  /**
   * All ids in an order that depends on these columns alone, and is told from others by its name. The
   * list is the table's own and good until the next change.
   */
  ordered(name: string, columns: readonly string[], compare: (a: number, b: number) => number): readonly number[] {
    const { rows } = this;
    const order = this.#orders.get(name) ?? new OrderedIds(rows.keys(), columns, compare);
    keep(this.#orders, name, order, mostOrders);
    return order.list(rows);
  }

  /** The values of a column by id: what goes through all rows reads them several times as fast from here. */
  column(name: string): readonly (Value | undefined)[] {
    let column = this.#columns.get(name);
    if (!column) {
      column = [];
      for (const [id, row] of this.rows) column[id] = row[name];
    }
    keep(this.#columns, name, column, mostColumns);
    return column;
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

/** Puts a value last in a map that holds so many of them. */
function keep<T>(map: Map<string, T>, name: string, value: T, most: number): void {
  map.delete(name);
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

function isAscending(ids: readonly number[]): boolean {
  let last = 0;
  for (const id of ids) {
    if (id < last) return false;
    last = id;
  }
  return true;
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
