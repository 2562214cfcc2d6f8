/** Turns a received import over to the engine: from now on it is there, whatever happens. */
import { sql } from "kysely";
import type { Db } from "../schema.js";

export async function finishReceiving(db: Db, importId: string): Promise<void> {
  // PostgreSQL plans the claims of records by statistics; without fresh ones it reads the whole table each time.
  if (db.kind === "postgres") {
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
