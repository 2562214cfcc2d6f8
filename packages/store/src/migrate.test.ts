/** Stores of every released schema, with work half done in them, are brought up to date and go on. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { createTestStore, type TestStore, testStoreKinds } from "./testing.js";

const url = process.env.TEST_DATABASE_URL;

/** The tables of schema 1 as it was released, and an import of it: p0 created, p1 being sent, p2 and p3 to be done. */
const schema1 = (time: "integer" | "bigint") => `
create table schema_migrations (number integer primary key, name text not null, applied_at ${time} not null);
insert into schema_migrations values (1, 'start', 1000);
create table tokens (id text primary key, name text not null, hash text not null unique, scopes text not null,
  created_at ${time} not null, revoked_at ${time}, last_used_at ${time});
create table imports (id text primary key, state text not null, model text not null, mapping text, file_name text,
  plan text not null, entities text not null, primary_entity integer not null, created_at ${time} not null,
  started_at ${time}, finished_at ${time}, rows_read integer not null, rows_created integer not null,
  rows_updated integer not null, rows_unchanged integer not null, rows_failed integer not null,
  batch_size integer not null, last_error text);
create table import_counts (import_id text not null, entity integer not null, total integer not null,
  created integer not null, updated integer not null, unchanged integer not null, failed integer not null,
  constraint import_counts_pk primary key (import_id, entity));
create table import_rows (import_id text not null, seq integer not null, line integer not null, data text not null,
  record_key text, status text, diagnosis text, constraint import_rows_pk primary key (import_id, seq));
create index import_rows_by_key on import_rows (import_id, record_key, seq);
create table import_records (import_id text not null, entity integer not null, record_key text not null,
  first_row integer not null, row_count integer not null, state text not null, intent text, odoo_id integer,
  diagnosis text, constraint import_records_pk primary key (import_id, entity, record_key));
create index import_records_by_state on import_records (import_id, entity, state, first_row);
insert into tokens values ('t1', 'shop', 'aa', '["read"]', 1000, null, null);
insert into imports values ('imp_1', 'running', 'res.partner', null, 'a.csv', '{"kind":"direct"}', '["res.partner"]', 0,
  1000, 2000, null, 4, 1, 0, 0, 0, 100, null);
insert into import_counts values ('imp_1', 0, 4, 1, 0, 0, 0);
insert into import_rows values ('imp_1', 1, 2, '["p0"]', 'p0', null, null), ('imp_1', 2, 3, '["p1"]', 'p1', null, null),
  ('imp_1', 3, 4, '["p2"]', 'p2', null, null), ('imp_1', 4, 5, '["p3"]', 'p3', null, null);
insert into import_records values ('imp_1', 0, 'p0', 1, 1, 'created', null, 7, null),
  ('imp_1', 0, 'p1', 2, 1, 'sending', 'create', null, null), ('imp_1', 0, 'p2', 3, 1, 'pending', null, null, null),
  ('imp_1', 0, 'p3', 4, 1, 'pending', null, null, null);
`;

async function writeSchema1(place: TestStore): Promise<void> {
  if (place.options.kind === "sqlite") {
    mkdirSync(place.options.folder, { recursive: true });
    const database = new Database(join(place.options.folder, "odoorway.db"));
    database.exec(schema1("integer"));
    database.close();
    return;
  }
  const client = new pg.Client({
    connectionString: place.options.url,
    options: `-c search_path=${place.options.schema}`,
  });
  await client.connect();
  await client.query(schema1("bigint"));
  await client.end();
}

describe.each(testStoreKinds(url))("a store of schema 1 on %s", (kind) => {
  it("is brought up to date, and the import that was half done goes on", async () => {
    const place = await createTestStore(kind, url);
    await writeSchema1(place);
    const store = await place.open();
    expect((await store.listTokens()).map(({ id }) => id)).toEqual(["t1"]);
    expect(await store.openImports()).toEqual([
      { id: "imp_1", state: "running", priority: 0, pausedBy: null, dueInMs: 0 },
    ]);
    expect(await store.getImport("imp_1")).toMatchObject({
      onExisting: "update-changed",
      dryRun: false,
      priority: 0,
      notBefore: null,
      rows: { created: 1 },
    });
    await store.registerNode("n1");
    for (const keys of [["p1"], ["p2", "p3"]]) {
      const claimed = await store.claimRecords("imp_1", "n1", { records: 10, rows: 10 });
      if (typeof claimed === "string") throw new Error(claimed);
      expect(claimed.records.map(({ key }) => key)).toEqual(keys);
      await store.completeRecords(
        "imp_1",
        "n1",
        claimed.records.map((record) => ({ record, outcome: "created", odooId: 9, diagnosis: null })),
      );
    }
    expect(await store.finishImport("imp_1", "done")).toBe(true);
    expect((await store.getImport("imp_1"))?.rows.created).toBe(4);
    await store.close();
    const again = await place.open();
    expect(await again.getImport("imp_1")).toMatchObject({ state: "done" });
    await again.close();
    await place.dispose();
  });

  it("is refused when a newer version wrote it, and is left as it is", async () => {
    const place = await createTestStore(kind, url);
    const store = await place.open();
    await store.close();
    const statement = "insert into schema_migrations values (99, 'later', 1)";
    if (place.options.kind === "sqlite") {
      const database = new Database(join(place.options.folder, "odoorway.db"));
      database.exec(statement);
      database.close();
    } else {
      const client = new pg.Client({
        connectionString: place.options.url,
        options: `-c search_path=${place.options.schema}`,
      });
      await client.connect();
      await client.query(statement);
      await client.end();
    }
    await expect(place.open()).rejects.toMatchObject({ code: "store_unavailable", retryable: false });
    await place.dispose();
  });
});
