/** What many nodes need to share the work of imports; priorities, schedules, pauses; what was sent last. */
import { type SchemaModule, sql } from "kysely";

export const name = "work-shared";

export async function up(schema: SchemaModule, kind: "sqlite" | "postgres"): Promise<void> {
  const time = kind === "sqlite" ? sql`integer` : sql`bigint`;

  // SQLite adds one column a statement.
  const imports = () => schema.alterTable("imports");
  await imports()
    .addColumn("priority", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await imports().addColumn("not_before", time).execute();
  await imports()
    .addColumn("on_existing", "text", (column) => column.notNull().defaultTo("update-changed"))
    .execute();
  await imports()
    .addColumn("dry_run", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await imports().addColumn("paused_by", "text").execute();
  await imports().addColumn("probe_at", time).execute();
  await schema.createIndex("imports_by_state").on("imports").columns(["state", "id"]).execute();

  await schema.alterTable("import_records").addColumn("claimed_by", "text").execute();
  await schema.alterTable("import_records").addColumn("deferred", "text").execute();
  // Claims read import_records_by_state, in its order, past the few that are held. With claimed_by in front of
  // first_row, PostgreSQL would sort everything that is pending each time: it takes "is null" for no equality.
  await schema
    .createIndex("import_records_claimed")
    .on("import_records")
    .columns(["claimed_by", "import_id"])
    .where("claimed_by" as never, "is not", null)
    .execute();

  await schema
    .createTable("nodes")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("started_at", time, (column) => column.notNull())
    .addColumn("seen_at", time, (column) => column.notNull())
    .execute();

  await schema
    .createTable("sent_values")
    .addColumn("external_id", "text", (column) => column.primaryKey())
    .addColumn("model", "text", (column) => column.notNull())
    .addColumn("odoo_id", "integer", (column) => column.notNull())
    .addColumn("fields", "text", (column) => column.notNull())
    .addColumn("at", time, (column) => column.notNull())
    .execute();

  await schema
    .createTable("batch_sizes")
    .addColumn("model", "text", (column) => column.primaryKey())
    .addColumn("rows", "integer", (column) => column.notNull())
    .addColumn("at", time, (column) => column.notNull())
    .execute();
}
