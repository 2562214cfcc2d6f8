/**
 * The rows numbered after+1 to after+limit, each with the status that it has by itself or through its
 * record; with `status`, those of that status alone (perhaps none: the page is a stretch of the file).
 */
import { sql } from "kysely";
import type { Db } from "../schema.js";
import type { RowResult, RowStatus } from "../types.js";

export async function pageOfRows(
  db: Db,
  importId: string,
  page: { after: number; limit: number; status?: RowStatus },
): Promise<RowResult[]> {
  const status = sql<RowStatus>`coalesce(r.status, case when c.state in ('pending', 'sending', 'deferred') then 'unprocessed' else c.state end)`;
  let query = db.sql
    .selectFrom("import_rows as r")
    .innerJoin("imports as i", "i.id", "r.import_id")
    .leftJoin("import_records as c", (join) =>
      join
        .onRef("c.import_id", "=", "r.import_id")
        .onRef("c.entity", "=", "i.primary_entity")
        .onRef("c.record_key", "=", "r.record_key"),
    )
    .select([
      "r.seq",
      "r.line",
      "r.data",
      "r.record_key as key",
      status.as("status"),
      "c.odoo_id as odooId",
      sql<string | null>`case when r.status is null then c.diagnosis else r.diagnosis end`.as("diagnosis"),
    ])
    .where("r.import_id", "=", importId)
    .where("r.seq", ">", page.after)
    .where("r.seq", "<=", page.after + page.limit);
  if (page.status !== undefined) query = query.where(status, "=", page.status);
  return query.orderBy("r.seq").execute();
}
