/**
 * Takes events for a node.
 *
 * The life of an event:
 *
 *   (arrives) ──appendEvents──> waiting ──settleEvents──> done
 *                                 │  ^ └──settleEvents──> dead ──discardEvent──> discarded
 *                                 │  │
 *                                 │  └──reopenEvent── done | dead | discarded
 *                                 └──settleEvents──> waiting, due later (to be tried again)
 *
 * While it waits, the node that works on it stands in `claimed_by`. A node that ends or lapses (nodes.ts) takes
 * its name out of the table of nodes, and with that its claims are void: the next claim of anybody takes
 * such names off first. Settling touches only what bears the name of its caller, so a node that comes back
 * late changes nothing. What the dead node had done in Odoo is found again there by external id.
 *
 * The order: events of one lane one after the other. An event is taken only when no earlier one of its lane
 * waits, and one that is to be tried again later holds up its lane until then; a dead one does not. One that was
 * brought back while a later one is at work waits for that. A unique index over the claimed events' lanes
 * holds that rule even where two nodes do not see each other's work yet: the second one's claim fails then, and it
 * takes nothing this time.
 */
import { sql } from "kysely";
import type { StoredEvent } from "../inbox-types.js";
import { isOneOf } from "../keys.js";
import { spanNow } from "../now.js";
import type { Db } from "../schema.js";
import { eventColumns, toEvent } from "./get-event.js";

const uniqueViolation = "23505";

export async function claimEvents(
  db: Db,
  node: string,
  hooks: readonly string[],
  limit: number,
): Promise<StoredEvent[] | "lapsed"> {
  try {
    return await db.sql.transaction().execute(async (transaction) => {
      const lock = db.kind === "postgres" ? sql`for share` : sql``;
      const alive = await sql`select id from nodes where id = ${node} ${lock}`.execute(transaction);
      if (alive.rows.length === 0) return "lapsed";
      await transaction
        .updateTable("hook_events")
        .set({ claimed_by: null })
        .where("claimed_by", "is not", null)
        .where("claimed_by", "not in", (eb) => eb.selectFrom("nodes").select("id"))
        .execute();
      const due = transaction
        .selectFrom("hook_events as e")
        .select("e.seq")
        // As a literal: the index over what waits is of no use to a parameter.
        .where("e.state", "=", sql.lit("waiting"))
        .where("e.claimed_by", "is", null)
        .where("e.due_at", "<=", spanNow(db))
        .where(isOneOf(db, "e.hook", hooks))
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("hook_events as f")
                .select("f.seq")
                .whereRef("f.lane", "=", "e.lane")
                .whereRef("f.seq", "<", "e.seq")
                .where("f.state", "=", "waiting"),
            ),
          ),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("hook_events as g")
                .select("g.seq")
                .whereRef("g.lane", "=", "e.lane")
                .where("g.claimed_by", "is not", null),
            ),
          ),
        )
        .orderBy("e.seq")
        .limit(limit);
      const taken = await transaction
        .with("due", () => (db.kind === "postgres" ? due.forUpdate().skipLocked() : due))
        .updateTable("hook_events")
        .set({ claimed_by: node })
        .where("seq", "in", (eb) => eb.selectFrom("due").select("due.seq"))
        .returning(eventColumns(db))
        .execute();
      return taken.map(toEvent).sort((a, b) => a.seq - b.seq);
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === uniqueViolation) return [];
    throw error;
  }
}
