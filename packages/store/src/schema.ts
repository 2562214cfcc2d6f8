/** The tables, as Kysely needs to know them. Migrations make them; names are SQL's. */
import type { Generated, Kysely } from "kysely";

interface TokensTable {
  id: string;
  name: string;
  hash: string;
  /** JSON list of texts. */
  scopes: string;
  created_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
}

interface ImportsTable {
  id: string;
  state: string;
  model: string;
  mapping: string | null;
  file_name: string | null;
  plan: string;
  /** JSON list of model names. */
  entities: string;
  primary_entity: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  rows_read: number;
  rows_created: number;
  rows_updated: number;
  rows_unchanged: number;
  rows_failed: number;
  batch_size: number;
  last_error: string | null;
  /** 1 high, 0 normal, -1 low. */
  priority: number;
  not_before: number | null;
  on_existing: string;
  /** 0 or 1. */
  dry_run: number;
  /** Set while the state is "paused". */
  paused_by: string | null;
  /** Of a pause that ends by itself: when the next try is due. */
  probe_at: number | null;
  /** Of a file that came with others. */
  group_id: string | null;
  /** In the group: what stands before is over before this begins. */
  place: number;
}

interface ImportCountsTable {
  import_id: string;
  entity: number;
  /** Records of the entity; 0 until all rows are received. */
  total: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

interface ImportRowsTable {
  import_id: string;
  seq: number;
  line: number;
  data: string;
  record_key: string | null;
  /** Null: the row has the status of its record. */
  status: string | null;
  diagnosis: string | null;
}

interface ImportRecordsTable {
  import_id: string;
  entity: number;
  record_key: string;
  first_row: number;
  row_count: number;
  state: string;
  intent: string | null;
  odoo_id: number | null;
  diagnosis: string | null;
  /** The node that works on it now. */
  claimed_by: string | null;
  /** JSON of values that wait for a second pass. */
  deferred: string | null;
}

interface NodesTable {
  id: string;
  started_at: number;
  seen_at: number;
}

interface SentValuesTable {
  external_id: string;
  model: string;
  odoo_id: number;
  /** JSON object of field -> short hash of the value that was sent. */
  fields: string;
  at: number;
}

interface HookEventsTable {
  seq: Generated<number>;
  id: string;
  hook: string;
  event_id: string;
  body_hash: string | null;
  topic: string | null;
  lane: string;
  payload: string;
  /** Takes the place of the payload when a person edited it. */
  edited: string | null;
  state: string;
  /** The node that works on it now. */
  claimed_by: string | null;
  attempts: number;
  due_at: number;
  received_at: number;
  finished_at: number | null;
  outcome: string | null;
  diagnosis: string | null;
}

export interface Tables {
  tokens: TokensTable;
  imports: ImportsTable;
  import_counts: ImportCountsTable;
  import_rows: ImportRowsTable;
  import_records: ImportRecordsTable;
  nodes: NodesTable;
  sent_values: SentValuesTable;
  batch_sizes: { model: string; rows: number; at: number };
  hook_events: HookEventsTable;
  schema_migrations: { number: number; name: string; applied_at: number };
}

/** What every operation is handed: the database and the clock. */
export interface Db {
  readonly kind: "sqlite" | "postgres";
  readonly sql: Kysely<Tables>;
  now(): number;
  /** As `now` when the store was opened; from then on it does not go back. */
  steady(): number;
  /** Rejects with `store_full` when the embedded store's disk has too little room to take in more. */
  requireRoom(): Promise<void>;
}
