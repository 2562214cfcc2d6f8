/**
 * Migrations: numbered, forward only, each run once, in a transaction, recorded in a table. On
 * PostgreSQL an advisory lock makes processes that start together wait for each other.
 */
import { OdoorwayError } from "@odoorway/core";
import { sql } from "kysely";
import * as start from "./migrations/0001-start.js";
import * as workShared from "./migrations/0002-work-shared.js";
import * as inbox from "./migrations/0003-inbox.js";
import * as inboxBodies from "./migrations/0004-inbox-bodies.js";
import * as groups from "./migrations/0005-groups.js";
import type { Db } from "./schema.js";

const migrations = [start, workShared, inbox, inboxBodies, groups];
const migrationLock = 7_203_461_015;

/** Brings the tables up to date. Rejects when the store was written by a newer version. */
export async function migrate(db: Db): Promise<void> {
  await db.sql.transaction().execute(async (transaction) => {
    if (db.kind === "postgres") await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction);
    await transaction.schema
      .createTable("schema_migrations")
      .ifNotExists()
      .addColumn("number", "integer", (column) => column.primaryKey())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("applied_at", db.kind === "sqlite" ? sql`integer` : sql`bigint`, (column) => column.notNull())
      .execute();
    const applied = await transaction.selectFrom("schema_migrations").select("number").execute();
    const latest = Math.max(0, ...applied.map((row) => row.number));
    if (latest > migrations.length)
      throw new OdoorwayError("store_unavailable", {
        retryable: false,
        evidence: { detail: "it was written by a newer version of Odoorway; start that version" },
      });
    for (const [index, migration] of migrations.entries()) {
      const number = index + 1;
      if (number <= latest) continue;
      await migration.up(transaction.schema, db.kind);
      await transaction
        .insertInto("schema_migrations")
        .values({ number, name: migration.name, applied_at: db.now() })
        .execute();
    }
  });
}
