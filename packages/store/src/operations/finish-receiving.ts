/** Turns a received import over to the engine: from now on it is there, whatever happens. */
import { sql } from "kysely";
import type { Db } from "../schema.js";

export async function finishReceiving(db: Db, importId: string): Promise<void> {
  // PostgreSQL plans the claims of records by statistics; without fresh ones it reads the whole table each time. A
  // small import changes little of them, and what it does its autovacuum notices.
  if (db.kind === "postgres" && (await isLarge(db, importId))) {
    await sql`analyze import_rows`.execute(db.sql);
    await sql`analyze import_records`.execute(db.sql);
  }
  await db.sql.transaction().execute(async (transaction) => {
    const totals = await transaction
      .selectFrom("import_records")
      .select((eb) => ["entity", eb.fn.countAll<number>().as("total")])
      .where("import_id", "=", importId)
      .groupBy("entity")
      .execute();
    for (const { entity, total } of totals)
      await transaction
        .updateTable("import_counts")
        .set({ total: Number(total) })
        .where("import_id", "=", importId)
        .where("entity", "=", entity)
        .execute();
    await transaction
      .updateTable("imports")
      .set({ state: "queued" })
      .where("id", "=", importId)
      .where("state", "=", "receiving")
      .execute();
  });
}

async function isLarge(db: Db, importId: string): Promise<boolean> {
  const row = await db.sql.selectFrom("imports").select("rows_read").where("id", "=", importId).executeTakeFirst();
  return (row?.rows_read ?? 0) >= 500;
}
