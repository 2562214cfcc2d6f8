/** queued -> running, unless a part of its group that goes before is open. An import that runs already goes on. */
import { sql } from "kysely";
import type { Db } from "../schema.js";
import { waitsForPart } from "./groups.js";

export async function startImport(db: Db, importId: string): Promise<void> {
  await db.sql
    .updateTable("imports")
    .set({ state: "running", started_at: sql<number>`coalesce(started_at, ${db.now()})` })
    .where("id", "=", importId)
    .where("state", "=", "queued")
    .where(sql<boolean>`not ${waitsForPart}`)
    .execute();
}
