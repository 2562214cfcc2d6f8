/** Several files in one import: the import of each file says which group it is a part of, and its place there. */
import type { SchemaModule } from "kysely";

export const name = "groups";

export async function up(schema: SchemaModule): Promise<void> {
  await schema.alterTable("imports").addColumn("group_id", "text").execute();
  await schema
    .alterTable("imports")
    .addColumn("place", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema
    .createIndex("imports_by_group")
    .on("imports")
    .columns(["group_id", "place"])
    .where("group_id" as never, "is not", null)
    .execute();
}
