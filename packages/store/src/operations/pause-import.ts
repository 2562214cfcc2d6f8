/**
 * queued, running ──pause──> paused ──resume──> running, or queued when it never ran.
 *
 * A pause is a person's ("hand"), which lasts until a person ends it, or the breaker's: Odoo is out of reach.
 * The latter says when to try again; whoever comes first after that has the try (beginProbe), and resumes the
 * import when it succeeds. A person's pause takes the place of the breaker's, not the other way round.
 */
import { sql } from "kysely";
import { spanNow } from "../now.js";
import type { Db } from "../schema.js";
import type { PausedBy, Priority } from "../types.js";

export async function pauseImport(db: Db, importId: string, by: PausedBy, probeInMs = 0): Promise<boolean> {
  const result = await db.sql
    .updateTable("imports")
    .set({
      state: "paused",
      paused_by: by,
      probe_at: by === "hand" ? null : sql<number>`${spanNow(db)} + ${Math.round(probeInMs)}`,
    })
    .where("id", "=", importId)
    .where((eb) =>
      eb.or([
        eb("state", "in", by === "hand" ? ["queued", "running"] : ["running"]),
        eb.and([eb("state", "=", "paused"), eb("paused_by", "=", "breaker")]),
      ]),
    )
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function resumeImport(db: Db, importId: string, by?: PausedBy): Promise<boolean> {
  let query = db.sql
    .updateTable("imports")
    .set({
      state: sql<string>`case when started_at is null then 'queued' else 'running' end`,
      paused_by: null,
      probe_at: null,
    })
    .where("id", "=", importId)
    .where("state", "=", "paused");
  if (by !== undefined) query = query.where("paused_by", "=", by);
  return (await query.executeTakeFirst()).numUpdatedRows > 0n;
}

export async function beginProbe(db: Db, importId: string, againInMs: number): Promise<boolean> {
  const result = await db.sql
    .updateTable("imports")
    .set({ probe_at: sql<number>`${spanNow(db)} + ${Math.round(againInMs)}` })
    .where("id", "=", importId)
    .where("state", "=", "paused")
    .where("paused_by", "=", "breaker")
    .where((eb) => eb("probe_at", "<=", spanNow(db)))
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Of the embedded store, when it is opened: Odoo is tried at once, whatever the clock said to an earlier process. */
export async function endAllPauses(db: Db): Promise<void> {
  await db.sql
    .updateTable("imports")
    .set({ probe_at: spanNow(db) })
    .where("state", "=", "paused")
    .where("paused_by", "=", "breaker")
    .execute();
}

export async function rescheduleImport(
  db: Db,
  importId: string,
  changes: { priority?: Priority; notBefore?: number | null },
): Promise<boolean> {
  const { priority, notBefore } = changes;
  const result = await db.sql
    .updateTable("imports")
    .set({
      id: importId,
      ...(priority === undefined ? {} : { priority }),
      ...(notBefore === undefined ? {} : { not_before: notBefore }),
    })
    .where("id", "=", importId)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
