/** `column in (keys)` as one parameter whatever their number, so that the statement stays the same and prepared. */
import { type RawBuilder, sql } from "kysely";
import type { Db } from "./schema.js";

export function isOneOf(db: Db, column: string, keys: readonly string[]): RawBuilder<boolean> {
  return db.kind === "sqlite"
    ? sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(keys)}))`
    : sql<boolean>`${sql.ref(column)} = any(${keys}::text[])`;
}
