/**
 * What Odoorway sent last for each external id, as short hashes by field: by it a later import tells what people
 * changed in Odoo from what the file changed. A field that is not sent this time keeps its hash,
 * unless the external id stands for another record by now.
 */
import { type Kysely, sql } from "kysely";
import { isOneOf } from "../keys.js";
import type { Db, Tables } from "../schema.js";
import type { SentValues } from "../types.js";

export async function sentValues(db: Db, externalIds: readonly string[]): Promise<SentValues[]> {
  if (externalIds.length === 0) return [];
  const rows = await db.sql
    .selectFrom("sent_values")
    .selectAll()
    .where(isOneOf(db, "external_id", externalIds))
    .execute();
  return rows.map((row) => ({
    externalId: row.external_id,
    model: row.model,
    odooId: row.odoo_id,
    fields: JSON.parse(row.fields) as Record<string, string>,
  }));
}

export async function rememberSent(db: Db, sent: readonly SentValues[]): Promise<void> {
  await writeSent(db, db.sql, sent);
}

export async function writeSent(db: Db, on: Kysely<Tables>, sent: readonly SentValues[]): Promise<void> {
  if (sent.length === 0) return;
  // One of an external id, and in one order, so that two writers wait for each other instead of blocking both.
  const byId = new Map(sent.map((one) => [one.externalId, one]));
  const sorted = [...byId.values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const given = JSON.stringify(
    sorted.map(({ externalId, model, odooId, fields }) => ({
      id: externalId,
      model,
      odoo_id: odooId,
      fields: JSON.stringify(fields),
    })),
  );
  const at = db.now();
  if (db.kind === "sqlite")
    await sql`insert into sent_values (external_id, model, odoo_id, fields, at)
      select value ->> 'id', value ->> 'model', value ->> 'odoo_id', value ->> 'fields', ${at} from json_each(${given})
      where true on conflict (external_id) do update set model = excluded.model, odoo_id = excluded.odoo_id,
        fields = case when sent_values.odoo_id = excluded.odoo_id
          then json_patch(sent_values.fields, excluded.fields) else excluded.fields end, at = excluded.at`.execute(on);
  else
    await sql`insert into sent_values (external_id, model, odoo_id, fields, at)
      select id, model, odoo_id, fields, ${at} from json_to_recordset(${given}::json)
        as v(id text, model text, odoo_id int, fields text)
      on conflict (external_id) do update set model = excluded.model, odoo_id = excluded.odoo_id,
        fields = case when sent_values.odoo_id = excluded.odoo_id
          then (sent_values.fields::jsonb || excluded.fields::jsonb)::text else excluded.fields end, at = excluded.at`.execute(
      on,
    );
}
