/**
 * A row that takes the place of one that failed or was not processed: data, key and records. The record that it
 * leaves is counted down, and goes when it has no row left; the record that it joins is to be done (again),
 * and is counted as what it was before when nothing else comes of it.
 */
import { sql, type Transaction } from "kysely";
import type { Tables } from "../schema.js";
import type { RowEdit } from "../types.js";

export async function replaceRow(
  transaction: Transaction<Tables>,
  importId: string,
  primary: number,
  edit: RowEdit,
): Promise<void> {
  const row = await transaction
    .selectFrom("import_rows as r")
    .leftJoin("import_records as c", (join) =>
      join
        .onRef("c.import_id", "=", "r.import_id")
        .on("c.entity", "=", primary)
        .onRef("c.record_key", "=", "r.record_key"),
    )
    .select(["r.record_key", "r.status", "c.state"])
    .where("r.import_id", "=", importId)
    .where("r.seq", "=", edit.seq)
    .executeTakeFirst();
  const open =
    row?.status === "failed" || (row?.status === null && ["pending", "sending", "deferred"].includes(row.state ?? ""));
  if (!row || !open) return;
  await transaction
    .updateTable("import_rows")
    .set({
      data: edit.data,
      record_key: edit.key,
      status: edit.key === null ? "failed" : null,
      diagnosis: edit.diagnosis,
    })
    .where("import_id", "=", importId)
    .where("seq", "=", edit.seq)
    .execute();
  if (row.record_key !== null) await leave(transaction, importId, primary, row.record_key, edit.seq);
  for (const { entity, key, firstRow } of edit.moved)
    await move(transaction, importId, edit.seq, entity, key, firstRow);
  for (const record of edit.records)
    await sql`insert into import_records (import_id, entity, record_key, first_row, row_count, state)
      values (${importId}, ${record.entity}, ${record.key}, ${record.firstRow}, ${record.rows}, 'pending')
      on conflict (import_id, entity, record_key) do update set
        row_count = import_records.row_count + excluded.row_count,
        intent = case import_records.state when 'created' then 'create' when 'updated' then 'update'
          else import_records.intent end,
        state = case when import_records.state in ('created', 'updated', 'unchanged') and excluded.entity = ${primary}
          then 'pending' else import_records.state end`.execute(transaction);
}

/** The row is not the record's any more. */
async function leave(
  transaction: Transaction<Tables>,
  importId: string,
  primary: number,
  key: string,
  seq: number,
): Promise<void> {
  const { first } = await transaction
    .selectFrom("import_rows")
    .select((eb) => eb.fn.min<number | null>("seq").as("first"))
    .where("import_id", "=", importId)
    .where("record_key", "=", key)
    .where("seq", "!=", seq)
    .executeTakeFirstOrThrow();
  if (first === null) {
    await transaction
      .deleteFrom("import_records")
      .where("import_id", "=", importId)
      .where("entity", "=", primary)
      .where("record_key", "=", key)
      .where("state", "in", ["pending", "sending", "deferred"])
      .execute();
    return;
  }
  await transaction
    .updateTable("import_records")
    .set((eb) => ({ row_count: eb("row_count", "-", 1), first_row: first }))
    .where("import_id", "=", importId)
    .where("entity", "=", primary)
    .where("record_key", "=", key)
    .execute();
}

/** A record besides the primary one whose values came from the row: another row gives them, or it goes. */
async function move(
  transaction: Transaction<Tables>,
  importId: string,
  seq: number,
  entity: number,
  key: string,
  firstRow: number | null,
): Promise<void> {
  const which = sql`import_id = ${importId} and entity = ${entity} and record_key = ${key} and first_row = ${seq}
    and state in ('pending', 'sending', 'deferred')`;
  if (firstRow === null) await sql`delete from import_records where ${which}`.execute(transaction);
  else await sql`update import_records set first_row = ${firstRow} where ${which}`.execute(transaction);
}
