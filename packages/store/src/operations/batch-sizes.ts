/** The batch size that fitted each model last, so that the next import does not start from the smallest. */
import type { Db } from "../schema.js";

export async function batchSizeOf(db: Db, model: string): Promise<number | undefined> {
  const row = await db.sql.selectFrom("batch_sizes").select("rows").where("model", "=", model).executeTakeFirst();
  return row?.rows;
}

export async function rememberBatchSize(db: Db, model: string, rows: number): Promise<void> {
  await db.sql
    .insertInto("batch_sizes")
    .values({ model, rows, at: db.now() })
    .onConflict((conflict) => conflict.column("model").doUpdateSet({ rows, at: db.now() }))
    .execute();
}
