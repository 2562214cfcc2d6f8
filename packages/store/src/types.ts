/** The nouns of the store as its callers see them: camelCase, times in milliseconds since the epoch. */

/** A token that the gateway gave out. Its secret is never stored, only the SHA-256 of it. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  readonly revokedAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface NewToken {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret, in hexadecimal. The secret must be random, of at least 128 bits. */
  readonly hash: string;
  readonly scopes: readonly string[];
}

export type ImportState = "receiving" | "queued" | "running" | "done" | "failed" | "cancelled";

/** What became of a row or record in the end. */
export type Outcome = "created" | "updated" | "unchanged" | "failed";

/** Where a record stands: see the state machine in operations/journal-sending.ts. */
export type RecordState = "pending" | "sending" | Outcome;

/** What a call under way does to a record. */
export type Intent = "create" | "update";

export interface OutcomeCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
}

/** Of one entity. `total` is 0 until all rows are received. */
export interface RecordCounts extends OutcomeCounts {
  readonly total: number;
}

export interface NewImport {
  readonly id: string;
  readonly model: string;
  readonly mapping: string | null;
  readonly fileName: string | null;
  /** How rows become records, as JSON that the imports package understands. */
  readonly plan: string;
  /** Model of each entity, in order of sending; the last place in a record's address is its index here. */
  readonly entities: readonly string[];
  /** Index of the entity that the status of a row follows. */
  readonly primary: number;
}

export interface StoredImport extends NewImport {
  readonly state: ImportState;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly read: number;
  /** Rows by outcome. What is missing to `read` is unprocessed. */
  readonly rows: OutcomeCounts;
  /** Records by outcome, one entry an entity. */
  readonly records: readonly RecordCounts[];
  readonly batchSize: number;
  readonly lastError: string | null;
}

/** A row as received. */
export interface NewRow {
  /** Count of the row in its file, from 1. */
  readonly seq: number;
  /** Physical line where the row starts, from 1. */
  readonly line: number;
  /** The row's cells or object, as JSON. */
  readonly data: string;
  /** Key of the primary record that the row belongs to; null when the row failed on receiving. */
  readonly key: string | null;
  /** Diagnosis (JSON) of a row that failed on receiving. */
  readonly diagnosis: string | null;
}

/** Rows of one key, seen while receiving. Sent again for the same key, `rows` adds up and the first row stays. */
export interface NewRecord {
  readonly entity: number;
  readonly key: string;
  readonly firstRow: number;
  readonly rows: number;
}

export interface StoredRecord {
  readonly entity: number;
  readonly key: string;
  readonly firstRow: number;
  readonly rows: number;
  readonly state: RecordState;
  readonly intent: Intent | null;
  readonly odooId: number | null;
  readonly diagnosis: string | null;
}

/** A row with the status that it has by itself or through its record. */
export interface StoredRow {
  readonly seq: number;
  readonly line: number;
  readonly data: string;
  readonly key: string | null;
}

export type RowStatus = Outcome | "unprocessed";

export interface RowResult extends StoredRow {
  readonly status: RowStatus;
  readonly odooId: number | null;
  readonly diagnosis: string | null;
}

/** What became of a record, to be written together with its rows' counts. */
export interface Completion {
  readonly record: StoredRecord;
  readonly outcome: Outcome;
  readonly odooId: number | null;
  readonly diagnosis: string | null;
  /** Rows of this record whose outcome is their own (repeated rows), by seq. */
  readonly ownRows?: readonly { seq: number; outcome: "unchanged" | "failed"; diagnosis: string | null }[];
}

/** The right to work on one import, until released or until the store's connection is lost. */
export interface Lease {
  held(): boolean;
  release(): Promise<void>;
}

export type StoreOptions =
  | { readonly kind: "sqlite"; readonly folder: string }
  | { readonly kind: "postgres"; readonly url: string; readonly schema?: string };

/** The one place where anything is kept. Every operation rejects with `store_unavailable` when it cannot. */
export interface Store {
  readonly kind: "sqlite" | "postgres";

  /** Keeps a new token. */
  createToken(token: NewToken): Promise<Token>;
  /** The living token with this hash; undefined when there is none or it was revoked. Notes its use, to the minute. */
  findTokenByHash(hash: string): Promise<Token | undefined>;
  /** All tokens, oldest first, revoked ones too. */
  listTokens(): Promise<Token[]>;
  /** Revokes a token by its id; false when there is no such living token. */
  revokeToken(id: string): Promise<boolean>;

  createImport(created: NewImport): Promise<void>;
  appendRows(importId: string, rows: readonly NewRow[], records: readonly NewRecord[]): Promise<void>;
  finishReceiving(importId: string): Promise<void>;
  deleteImport(importId: string): Promise<void>;
  getImport(importId: string): Promise<StoredImport | undefined>;
  listImports(page: { limit: number; before?: string }): Promise<StoredImport[]>;
  importsInState(states: readonly ImportState[]): Promise<string[]>;
  startImport(importId: string): Promise<void>;
  finishImport(importId: string, state: "done" | "failed"): Promise<boolean>;
  cancelImport(importId: string): Promise<boolean>;
  retryImport(importId: string): Promise<number>;
  noteProgress(importId: string, progress: { batchSize?: number; lastError?: string | null }): Promise<void>;

  nextRecords(importId: string, entity: number, state: "pending" | "sending", limit: number): Promise<StoredRecord[]>;
  recordsByKey(importId: string, entity: number, keys: readonly string[]): Promise<StoredRecord[]>;
  rowsByKey(importId: string, keys: readonly string[]): Promise<StoredRow[]>;
  rowsBySeq(importId: string, seqs: readonly number[]): Promise<StoredRow[]>;
  journalSending(importId: string, entity: number, keys: readonly string[], intent: Intent): Promise<void>;
  releaseRecords(importId: string, entity: number, keys: readonly string[], forget: boolean): Promise<void>;
  completeRecords(importId: string, completions: readonly Completion[]): Promise<void>;
  pageOfRows(importId: string, page: { after: number; limit: number; status?: RowStatus }): Promise<RowResult[]>;

  /** The right to work on the import, or undefined when another process has it. */
  lease(importId: string): Promise<Lease | undefined>;

  /** Answers when the store can be written to. */
  ping(): Promise<void>;
  /** Writes out everything and lets go of files and connections. */
  close(): Promise<void>;
}
