/** Deletes an import and all of it, in short transactions; the import itself goes last, so that it can be taken up again. */
import { setImmediate } from "node:timers/promises";
import type { Db } from "../schema.js";

const rowsPerTransaction = 2000;

export async function deleteImport(db: Db, importId: string): Promise<void> {
  for (const table of ["import_rows", "import_records"] as const) {
    const column = table === "import_rows" ? "seq" : "first_row";
    for (;;) {
      const range = await db.sql
        .selectFrom(table)
        .select((eb) => [eb.fn.min<number | null>(column).as("from")])
        .where("import_id", "=", importId)
        .executeTakeFirst();
      if (!range || range.from === null) break;
      await db.sql
        .deleteFrom(table)
        .where("import_id", "=", importId)
        .where(column, "<", range.from + rowsPerTransaction)
        .execute();
      // SQLite works within this process: others have their turn between two transactions.
      await setImmediate();
    }
  }
  await db.sql.transaction().execute(async (transaction) => {
    await transaction.deleteFrom("import_counts").where("import_id", "=", importId).execute();
    await transaction.deleteFrom("imports").where("id", "=", importId).execute();
  });
}
