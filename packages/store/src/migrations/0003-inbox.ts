/** Events that webhooks brought. */
import { type SchemaModule, sql } from "kysely";

export const name = "inbox";

export async function up(schema: SchemaModule, kind: "sqlite" | "postgres"): Promise<void> {
  const time = kind === "sqlite" ? sql`integer` : sql`bigint`;

  await schema
    .createTable("hook_events")
    .addColumn("seq", time, (column) =>
      kind === "sqlite" ? column.primaryKey().autoIncrement() : column.generatedAlwaysAsIdentity().primaryKey(),
    )
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("hook", "text", (column) => column.notNull())
    .addColumn("event_id", "text", (column) => column.notNull())
    .addColumn("topic", "text")
    .addColumn("lane", "text", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addColumn("edited", "text")
    .addColumn("state", "text", (column) => column.notNull())
    .addColumn("claimed_by", "text")
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("due_at", time, (column) => column.notNull())
    .addColumn("received_at", time, (column) => column.notNull())
    .addColumn("finished_at", time)
    .addColumn("outcome", "text")
    .addColumn("diagnosis", "text")
    .execute();

  const index = (named: string) => schema.createIndex(named).on("hook_events");
  await index("hook_events_once").columns(["hook", "event_id"]).unique().execute();
  // What waits is a small part of all that is kept.
  const waiting = ["state" as never, "=", sql.lit("waiting")] as const;
  await index("hook_events_waiting")
    .columns(["seq"])
    .where(...waiting)
    .execute();
  await index("hook_events_lane").columns(["lane", "state", "seq"]).execute();
  // Never two events of one lane at once, whatever two nodes see of each other.
  await index("hook_events_claimed")
    .columns(["lane"])
    .unique()
    .where("claimed_by" as never, "is not", null)
    .execute();
  await index("hook_events_by_state").columns(["state", "finished_at"]).execute();
  await index("hook_events_by_hook").columns(["hook", "state", "seq"]).execute();
}
