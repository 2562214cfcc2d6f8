/**
 * Several files in one import: each is an import of its own, a part of the group, at a place.
 *
 * A part that is queued begins when no part before it is open any more (queued, running, paused): that is decided where
 * the queue is read and again where the part is started, and stands in the store alone, so it holds for every node and
 * after any death. Rows that failed before keep no part from running: what refers to them fails with its reason, the rest
 * goes through. A part that is cancelled, or failed as a whole, takes along those that wait for it: they were to find
 * its records, and would fail row by row. Nothing of them was sent; retrying the group takes all of it up again, in order.
 *
 *   part 0:  queued ──> running ──> done             part 1:  queued ──(0 is over)──> running ──> done
 *                          └──> cancelled, failed             └──(0 cancelled or failed)──> cancelled
 *
 * A part whose records wait for those of a later part goes behind it (yieldImport): it is queued at the last place, and
 * finds them there when it has its turn again.
 */
import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";
import type { StoredImport } from "../types.js";
import { withCounts } from "./get-import.js";

const open = sql`('queued', 'running', 'paused')`;

/** That the import at hand, of the table `imports`, is queued behind a part that is open. */
export const waitsForPart: RawBuilder<boolean> = sql<boolean>`(imports.state = 'queued' and imports.group_id is not null
  and exists (select 1 from imports p where p.group_id = imports.group_id and p.place < imports.place
    and p.state in ${open}))`;

/** That the import at hand goes first of its group, or has none. */
export const leadsGroup: RawBuilder<boolean> = sql<boolean>`(imports.group_id is null or not exists (
  select 1 from imports p where p.group_id = imports.group_id and p.place < imports.place))`;

/** The parts of groups, in the order in which they have their turns; none for an id that is no group's. */
export async function importsOfGroups(db: Db, groupIds: readonly string[]): Promise<StoredImport[]> {
  if (groupIds.length === 0) return [];
  const rows = await db.sql
    .selectFrom("imports")
    .selectAll()
    .where("group_id", "in", groupIds)
    .where("state", "!=", "receiving")
    .orderBy("place")
    .execute();
  return withCounts(db, rows);
}

/** Cancels what waits for a part that will not be done. */
export async function cancelWaiting(transaction: Transaction<Tables>, importId: string, now: number): Promise<void> {
  await transaction
    .updateTable("imports")
    .set({ state: "cancelled", finished_at: now, paused_by: null, probe_at: null })
    .where("state", "in", ["queued", "paused"])
    .where("started_at", "is", null)
    .where(
      sql<boolean>`exists (select 1 from imports p where p.id = ${importId} and p.group_id = imports.group_id
        and p.place < imports.place)`,
    )
    .execute();
}

/** Puts a part behind the last of its group that is open. False when none is behind it: it goes on. */
export async function yieldImport(db: Db, importId: string): Promise<boolean> {
  const result = await db.sql
    .updateTable("imports")
    .set({
      state: "queued",
      place: sql<number>`(select max(p.place) + 1 from imports p where p.group_id = imports.group_id)`,
    })
    .where("id", "=", importId)
    .where("state", "=", "running")
    .where(
      sql<boolean>`exists (select 1 from imports p where p.group_id = imports.group_id and p.place > imports.place
        and p.state in ${open})`,
    )
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
