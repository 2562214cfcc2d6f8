/** Writes how attempts at claimed events ended, all in one transaction. What the node holds no more is left alone. */
import { sql } from "kysely";
import type { Settlement } from "../inbox-types.js";
import { spanNow, storeNow } from "../now.js";
import type { Db } from "../schema.js";

export async function settleEvents(db: Db, node: string, settlements: readonly Settlement[]): Promise<void> {
  await db.sql.transaction().execute(async (transaction) => {
    for (const settlement of settlements)
      await transaction
        .updateTable("hook_events")
        .set({ claimed_by: null, ...changesOf(db, settlement) })
        .where("id", "=", settlement.id)
        .where("claimed_by", "=", node)
        .where("state", "=", "waiting")
        .execute();
  });
}

function changesOf(db: Db, settlement: Settlement) {
  const tried = { attempts: sql<number>`attempts + 1` };
  switch (settlement.to) {
    case "done":
      return { ...tried, state: "done", outcome: settlement.outcome, diagnosis: null, finished_at: storeNow(db) };
    case "dead":
      return {
        ...tried,
        state: "dead",
        outcome: settlement.outcome,
        diagnosis: settlement.diagnosis,
        finished_at: storeNow(db),
      };
    case "again":
      return {
        ...tried,
        diagnosis: settlement.diagnosis,
        due_at: sql<number>`${spanNow(db)} + ${sql.lit(Math.round(settlement.inMs))}`,
      };
    case "release":
      return settlement.diagnosis === null ? {} : { diagnosis: settlement.diagnosis };
  }
}
