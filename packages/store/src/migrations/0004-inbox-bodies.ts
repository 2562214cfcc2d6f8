/** What tells a webhook's body again when it comes under another id: see bodyHash in inbox-types.ts. */
import type { SchemaModule } from "kysely";

export const name = "inbox-bodies";

export async function up(schema: SchemaModule): Promise<void> {
  await schema.alterTable("hook_events").addColumn("body_hash", "text").execute();
  // Where it is null, events are told apart by their ids alone: null equals nothing.
  await schema.createIndex("hook_events_body_once").on("hook_events").columns(["hook", "body_hash"]).unique().execute();
}
