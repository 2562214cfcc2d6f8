/** Tokens, and imports with their rows and records. */
import { type SchemaModule, sql } from "kysely";

export const name = "start";

export async function up(schema: SchemaModule, kind: "sqlite" | "postgres"): Promise<void> {
  const time = kind === "sqlite" ? sql`integer` : sql`bigint`;

  await schema
    .createTable("tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("created_at", time, (column) => column.notNull())
    .addColumn("revoked_at", time)
    .addColumn("last_used_at", time)
    .execute();

  await schema
    .createTable("imports")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("mapping", "text")
    .addColumn("file_name", "text")
    .addColumn("plan", "text", (column) => column.notNull())
    .addColumn("entities", "text", (column) => column.notNull())
    .addColumn("primary_entity", "integer", (column) => column.notNull())
    .addColumn("created_at", time, (column) => column.notNull())
    .addColumn("started_at", time)
    .addColumn("finished_at", time)
    .addColumn("rows_read", "integer", (column) => column.notNull())
    .addColumn("rows_created", "integer", (column) => column.notNull())
    .addColumn("rows_updated", "integer", (column) => column.notNull())
    .addColumn("rows_unchanged", "integer", (column) => column.notNull())
    .addColumn("rows_failed", "integer", (column) => column.notNull())
    .addColumn("batch_size", "integer", (column) => column.notNull())
    .addColumn("last_error", "text")
    .execute();

  await schema
    .createTable("import_counts")
    .addColumn("import_id", "text", (column) => column.notNull())
    .addColumn("entity", "integer", (column) => column.notNull())
    .addColumn("total", "integer", (column) => column.notNull())
    .addColumn("created", "integer", (column) => column.notNull())
    .addColumn("updated", "integer", (column) => column.notNull())
    .addColumn("unchanged", "integer", (column) => column.notNull())
    .addColumn("failed", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("import_counts_pk", ["import_id", "entity"])
    .execute();

  await schema
    .createTable("import_rows")
    .addColumn("import_id", "text", (column) => column.notNull())
    .addColumn("seq", "integer", (column) => column.notNull())
    .addColumn("line", "integer", (column) => column.notNull())
    .addColumn("data", "text", (column) => column.notNull())
    .addColumn("record_key", "text")
    .addColumn("status", "text")
    .addColumn("diagnosis", "text")
    .addPrimaryKeyConstraint("import_rows_pk", ["import_id", "seq"])
    .execute();
  await schema
    .createIndex("import_rows_by_key")
    .on("import_rows")
    .columns(["import_id", "record_key", "seq"])
    .execute();

  await schema
    .createTable("import_records")
    .addColumn("import_id", "text", (column) => column.notNull())
    .addColumn("entity", "integer", (column) => column.notNull())
    .addColumn("record_key", "text", (column) => column.notNull())
    .addColumn("first_row", "integer", (column) => column.notNull())
    .addColumn("row_count", "integer", (column) => column.notNull())
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("intent", "text")
    .addColumn("odoo_id", "integer")
    .addColumn("diagnosis", "text")
    .addPrimaryKeyConstraint("import_records_pk", ["import_id", "entity", "record_key"])
    .execute();
  await schema
    .createIndex("import_records_by_state")
    .on("import_records")
    .columns(["import_id", "entity", "state", "first_row"])
    .execute();
}
