/**
 * The one clock of a store, in milliseconds since the epoch. On PostgreSQL it is the server's, since clocks of
 * nodes differ. The embedded store has one process, whose clock may be set back: see `steady`.
 */
import { type RawBuilder, sql } from "kysely";
import type { Db } from "./schema.js";

export function storeNow(db: Db): RawBuilder<number> {
  return db.kind === "sqlite"
    ? sql<number>`${db.now()}`
    : sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
}

/**
 * As `storeNow`, for spans: how long something did not happen, when it is to be tried again. On SQLite it does not go
 * back when the clock is set back.
 */
export function spanNow(db: Db): RawBuilder<number> {
  return db.kind === "sqlite" ? sql<number>`${db.steady()}` : storeNow(db);
}
