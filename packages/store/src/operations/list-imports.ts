/** A page of imports, newest first. Ids sort by time, so the id of the last one seen is the cursor. */
import type { Db } from "../schema.js";
import type { StoredImport } from "../types.js";
import { toImport } from "./get-import.js";

export async function listImports(db: Db, page: { limit: number; before?: string }): Promise<StoredImport[]> {
  let query = db.sql.selectFrom("imports").selectAll().where("state", "!=", "receiving");
  if (page.before !== undefined) query = query.where("id", "<", page.before);
  const rows = await query.orderBy("id", "desc").limit(page.limit).execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const counts = await db.sql.selectFrom("import_counts").selectAll().where("import_id", "in", ids).execute();
  return rows.map((row) =>
    toImport(
      row,
      counts.filter((count) => count.import_id === row.id),
    ),
  );
}
