/**
 * Transactions that overlap in time, in a database that does one thing at a time.
 *
 * A call's work is done in one go, so that two calls meet only where a fault holds one's transaction open. Such a
 * held transaction has done its work, and its changes are taken aside: nobody sees them, but the rows are
 * locked. Another call that writes one of them, or inserts a row with the same unique values, is blocked:
 * it is taken back and waits until the holder ends. Where the holder rolled back, it starts again as if
 * nothing had been. Where the holder committed, its view of the database is older than those rows, and as
 * under PostgreSQL's REPEATABLE READ each write to one of them fails with a serialization failure: a call is
 * then tried again as Odoo does, while `load` catches it and tells it as the message of every row.
 *
 *     open -> held -> committed
 *                  -> rolled back
 */
import { serializationFailure } from "./exceptions.js";
import type { Row } from "./fields.js";
import type { Table } from "./table.js";

/** Rows by table and id; undefined is a row that was deleted. */
export type Changes = ReadonlyMap<Table, ReadonlyMap<number, Row | undefined>>;

/** A transaction that has done its work and is neither committed nor rolled back. */
export interface Held {
  readonly changes: Changes;
  /** Resolves at its end: whether it was committed. */
  readonly ended: Promise<boolean>;
}

/** Thrown where a call needs a row that a held transaction has; no Python code catches it. */
export class Blocked extends Error {
  readonly by: Held;
  constructor(by: Held) {
    super("blocked by another transaction");
    this.by = by;
  }
}

/** What an attempt may not write. */
export interface Hindrance {
  /** Every write fails so. */
  readonly failing?: (() => Error) | undefined;
  /** What others committed since the attempt's view of the database. */
  readonly stale?: Changes | undefined;
}

/**
 * Refuses the write of a row that the hindrance or a held transaction forbids. `unique` are the columns that
 * must be unique in the row's table, in groups.
 */
export function checkLocks(
  { failing, stale }: Hindrance,
  held: Iterable<Held>,
  table: Table,
  id: number,
  row: Row | undefined,
  unique: readonly (readonly string[])[],
): void {
  if (failing) throw failing();
  if (stale?.get(table)?.has(id)) throw serializationFailure();
  for (const holder of held) {
    const rows = holder.changes.get(table);
    if (!rows) continue;
    if (rows.has(id)) throw new Blocked(holder);
    if (row === undefined) continue;
    for (const other of rows.values())
      if (
        other &&
        unique.some((columns) => columns.every((name) => row[name] !== undefined && row[name] === other[name]))
      )
        throw new Blocked(holder);
  }
}
