/** How many events that came after this one, in its lane, are done. */
import type { Db } from "../schema.js";

export async function laterDone(db: Db, id: string): Promise<number> {
  const row = await db.sql
    .selectFrom("hook_events as e")
    .innerJoin("hook_events as f", (join) => join.onRef("f.lane", "=", "e.lane").onRef("f.seq", ">", "e.seq"))
    .select(({ fn }) => fn.countAll<number>().as("later"))
    .where("e.id", "=", id)
    .where("f.state", "=", "done")
    .executeTakeFirst();
  return row?.later ?? 0;
}
