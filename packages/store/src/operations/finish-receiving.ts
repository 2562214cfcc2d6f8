/** Turns what was received over to the engine, all files of it at once: from now on it is there, whatever happens. */
import { sql, type Transaction } from "kysely";
import type { Db, Tables } from "../schema.js";

export async function finishReceiving(
  db: Db,
  imports: string | { readonly group: string; readonly parts: readonly string[] },
): Promise<void> {
  const { group, parts } = typeof imports === "string" ? { group: null, parts: [imports] } : imports;
  // PostgreSQL plans the claims of records by statistics; without fresh ones it reads the whole table each time. A
  // small import changes little of them, and what it does its autovacuum notices.
  if (db.kind === "postgres" && (await isLarge(db, parts))) {
    await sql`analyze import_rows`.execute(db.sql);
    await sql`analyze import_records`.execute(db.sql);
  }
  await db.sql.transaction().execute(async (transaction) => {
    for (const [place, id] of parts.entries()) {
      await countRecords(transaction, id);
      await transaction
        .updateTable("imports")
        .set({ state: "queued", group_id: group, place })
        .where("id", "=", id)
        .where("state", "=", "receiving")
        .execute();
    }
  });
}

async function countRecords(transaction: Transaction<Tables>, importId: string): Promise<void> {
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
}

async function isLarge(db: Db, ids: readonly string[]): Promise<boolean> {
  const rows = await db.sql.selectFrom("imports").select("rows_read").where("id", "in", ids).execute();
  return rows.reduce((sum, row) => sum + row.rows_read, 0) >= 500;
}
