/**
 * The queue: every import that is queued, running or paused and waits for no other part of its group, oldest first, with
 * how far off its turn is.
 */
import { sql } from "kysely";
import { spanNow, storeNow } from "../now.js";
import type { Db } from "../schema.js";
import type { OpenImport, PausedBy, Priority } from "../types.js";
import { waitsForPart } from "./groups.js";

export async function openImports(db: Db): Promise<OpenImport[]> {
  const rows = await db.sql
    .selectFrom("imports")
    .select([
      "id",
      "state",
      "priority",
      "paused_by",
      "not_before",
      "probe_at",
      storeNow(db).as("now"),
      spanNow(db).as("span"),
    ])
    .where("state", "in", ["queued", "running", "paused"])
    .where(sql<boolean>`not ${waitsForPart}`)
    .orderBy("id")
    .execute();
  return rows.map((row) => {
    const [due, now] = row.state === "paused" ? [row.probe_at, row.span] : [row.not_before, row.now];
    const waits = due !== null && row.state !== "running";
    return {
      id: row.id,
      state: row.state as OpenImport["state"],
      priority: row.priority as Priority,
      pausedBy: row.paused_by as PausedBy | null,
      dueInMs: waits ? Math.max(0, due - Number(now)) : 0,
    };
  });
}

/** Imports that were over before a time, with their whole group, oldest first: what housekeeping removes, some at a time. */
export async function importsOverBefore(db: Db, time: number): Promise<string[]> {
  const rows = await db.sql
    .selectFrom("imports")
    .select("id")
    .where("state", "in", ["done", "failed", "cancelled"])
    .where("finished_at", "<", sql<number>`${time}`)
    .where(
      sql<boolean>`(imports.group_id is null or not exists (select 1 from imports p
        where p.group_id = imports.group_id and (p.finished_at is null or p.finished_at >= ${time})))`,
    )
    .orderBy("id")
    .limit(20)
    .execute();
  return rows.map((row) => row.id);
}
