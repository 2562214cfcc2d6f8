/** The nodes that share the work: known from registerNode until they leave, or are not seen for a lease. */
import { sql } from "kysely";
import { spanNow } from "../now.js";
import type { Db } from "../schema.js";

export async function registerNode(db: Db, node: string): Promise<void> {
  await db.sql
    .insertInto("nodes")
    .values({ id: node, started_at: spanNow(db), seen_at: spanNow(db) })
    .execute();
}

export async function heartbeat(db: Db, node: string): Promise<boolean> {
  const result = await db.sql
    .updateTable("nodes")
    .set({ seen_at: spanNow(db) })
    .where("id", "=", node)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function leaveNode(db: Db, node: string): Promise<void> {
  await endNodes(db, sql<boolean>`id = ${node}`);
}

export async function releaseLapsed(db: Db, leaseMs: number): Promise<string[]> {
  // Seen later than now: the server's clock was set back. Who is alive joins anew; who died would hold its claims until then.
  return endNodes(db, sql<boolean>`abs(${spanNow(db)} - seen_at) > ${leaseMs}`);
}

/** The node's row goes before its claims: from then on claimRecords refuses it, see there. */
async function endNodes(db: Db, which: ReturnType<typeof sql<boolean>>): Promise<string[]> {
  // Mostly there is none; that is seen without a transaction.
  const found = await db.sql.selectFrom("nodes").select("id").where(which).execute();
  if (found.length === 0) return [];
  return db.sql.transaction().execute(async (transaction) => {
    const ended = await transaction.deleteFrom("nodes").where(which).returning("id").execute();
    const ids = ended.map(({ id }) => id);
    if (ids.length === 0) return [];
    await transaction.updateTable("import_records").set({ claimed_by: null }).where("claimed_by", "in", ids).execute();
    return ids;
  });
}

/** Of the embedded store: whoever opens it is alone, so every node and claim in it is of an earlier process. */
export async function endAllNodes(db: Db): Promise<void> {
  await endNodes(db, sql<boolean>`1 = 1`);
  await db.sql.updateTable("import_records").set({ claimed_by: null }).where("claimed_by", "is not", null).execute();
}
