/** The nouns of the store as its callers see them: camelCase, times in milliseconds since the epoch. */

import type { OnExisting } from "@odoorway/core";
import type { InboxStore } from "./inbox-types.js";

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

export type ImportState = "receiving" | "queued" | "running" | "paused" | "done" | "failed" | "cancelled";

/** Who paused: a person, or the engine because Odoo is out of reach; the latter ends by itself. */
export type PausedBy = "hand" | "breaker";

/** What became of a row or record in the end. */
export type Outcome = "created" | "updated" | "unchanged" | "failed";

/** Where a record stands: see the state machine in operations/claim-records.ts. */
export type RecordState = "pending" | "sending" | "deferred" | Outcome;

/** What a record still to be worked on may be in. */
export type OpenState = "sending" | "pending" | "deferred";

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
  /** 1 high, 0 normal (default), -1 low. */
  readonly priority?: Priority;
  /** Nothing is sent before this time. Default null: at once. */
  readonly notBefore?: number | null;
  /** What is done with records that are in Odoo already. Default "update-changed". */
  readonly onExisting?: OnExisting;
  /** Everything is checked and nothing written. Default false. */
  readonly dryRun?: boolean;
}

export type Priority = -1 | 0 | 1;

export interface StoredImport extends Required<NewImport> {
  readonly state: ImportState;
  /** Set while the state is "paused". */
  readonly pausedBy: PausedBy | null;
  /** Of a pause by the breaker: when the next try is due. */
  readonly probeAt: number | null;
  /** The group that it is a part of: files that came together. */
  readonly group: string | null;
  /** In the group: it begins when what stands before is over. */
  readonly place: number;
  /** Nodes that hold records of it at this moment. */
  readonly nodes: number;
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
  /** JSON of the values that wait for the second pass. */
  readonly deferred: string | null;
}

/** Records that a node took for itself; all of one entity and one state. */
export interface Claim {
  readonly entity: number;
  readonly state: OpenState;
  readonly records: readonly StoredRecord[];
}

/** How much a claim may take: the first record is always taken. */
export interface ClaimLimits {
  readonly records: number;
  /** Rows of the taken records, where they are the primary entity's. */
  readonly rows: number;
  /** One part in so many of the records that are open is enough, unless that is very few; absent: no matter how many. */
  readonly shares?: number;
}

/** What Odoorway sent last for an external id, as short hashes by field. */
export interface SentValues {
  readonly externalId: string;
  readonly model: string;
  readonly odooId: number;
  readonly fields: Readonly<Record<string, string>>;
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
  /**
   * JSON of values that wait for the second pass: the record is in Odoo and not complete. It becomes `deferred`
   * and is not counted yet; `outcome` is kept as its intent ("unchanged" as none).
   */
  readonly deferred?: string;
  readonly odooId: number | null;
  readonly diagnosis: string | null;
  /** Remembered with the outcome, in the same transaction. */
  readonly sent?: SentValues;
  /** Rows of this record whose outcome is their own (repeated rows), by seq. */
  readonly ownRows?: readonly { seq: number; outcome: "unchanged" | "failed"; diagnosis: string | null }[];
}

/** An import in the queue, as the engine chooses by. Times are of the store's one clock: milliseconds from now. */
export interface OpenImport {
  readonly id: string;
  readonly state: "queued" | "running" | "paused";
  readonly priority: Priority;
  readonly pausedBy: PausedBy | null;
  /** 0: nothing hinders it. More: its schedule, or the next try after a pause by the breaker, is so far off. */
  readonly dueInMs: number;
}

/** A row that takes the place of a failed one, by its number. */
export interface RowEdit {
  readonly seq: number;
  readonly data: string;
  readonly key: string | null;
  readonly diagnosis: string | null;
  /** The records that it belongs to now. */
  readonly records: readonly NewRecord[];
  /** Records besides the primary one that took their values from this row: the row that gives them now, null for none. */
  readonly moved: readonly { readonly entity: number; readonly key: string; readonly firstRow: number | null }[];
}

/** The right to work on one import, until released or until the store's connection is lost. */
export interface Lease {
  held(): boolean;
  release(): Promise<void>;
}

export type StoreOptions =
  | {
      readonly kind: "sqlite";
      readonly folder: string;
      /** Most that the database may grow to, in bytes; more is refused with `store_full`. Default: what the disk has. */
      readonly mostBytes?: number;
    }
  | { readonly kind: "postgres"; readonly url: string; readonly schema?: string };

/** The one place where anything is kept. Every operation rejects with `store_unavailable` when it cannot. */
export interface Store extends InboxStore {
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
  /** receiving -> queued: an import, or the parts of a group, in the order of their turns, all at once. */
  finishReceiving(imports: string | { readonly group: string; readonly parts: readonly string[] }): Promise<void>;
  deleteImport(importId: string): Promise<void>;
  getImport(importId: string): Promise<StoredImport | undefined>;
  /** Newest first, of each group the part that goes first. `before`: the id of the last one seen, of its group if it has one. */
  listImports(page: { limit: number; before?: string }): Promise<StoredImport[]>;
  /** The parts of groups, in the order of their turns. */
  importsOfGroups(groupIds: readonly string[]): Promise<StoredImport[]>;
  /** Puts a running part behind the last of its group. False when no open part is behind it. */
  yieldImport(importId: string): Promise<boolean>;
  importsInState(states: readonly ImportState[]): Promise<string[]>;
  /** Imports that are queued, running or paused, oldest first, but for parts that wait for others of their group. */
  openImports(): Promise<OpenImport[]>;
  startImport(importId: string): Promise<void>;
  /** "done" only when nothing is open anywhere, "failed" whatever is. False when it did not come to that. */
  finishImport(importId: string, state: "done" | "failed"): Promise<boolean>;
  /** With the parts of its group that wait for it, as when it fails. */
  cancelImport(importId: string): Promise<boolean>;
  /** queued or running -> paused; a person's pause also takes the place of the breaker's. False: neither. */
  pauseImport(importId: string, by: PausedBy, probeInMs?: number): Promise<boolean>;
  /** paused -> running (queued when it never ran). With `by`, only when paused by that. False: it was not. */
  resumeImport(importId: string, by?: PausedBy): Promise<boolean>;
  /** The right to try an import that the breaker paused, when that is due; the next try is in `againInMs`. */
  beginProbe(importId: string, againInMs: number): Promise<boolean>;
  /** Changes how an import is queued, whatever its state. False when there is none. */
  rescheduleImport(importId: string, changes: { priority?: Priority; notBefore?: number | null }): Promise<boolean>;
  /** done, failed or cancelled -> queued, with what failed (and, in place of it, what was edited) to be done again. */
  retryImport(importId: string, edits?: readonly RowEdit[]): Promise<number>;
  /** A finished dry run -> queued for real, every record to be done. False when it is none. */
  restartImport(importId: string): Promise<boolean>;
  /** Imports that were over before a time, oldest first, some at a time. */
  importsOverBefore(time: number): Promise<string[]>;
  noteProgress(importId: string, progress: { batchSize?: number; lastError?: string | null }): Promise<void>;

  /** Makes a node known; its claims hold while it is seen. */
  registerNode(node: string): Promise<void>;
  /** Notes that the node is alive. False: it lapsed, its claims are gone and its id is spent. */
  heartbeat(node: string): Promise<boolean>;
  /** Ends a node, by its own word; its claims are given back. */
  leaveNode(node: string): Promise<void>;
  /** Ends the nodes that were not seen for so long, by the store's one clock; their claims are given back. */
  releaseLapsed(leaseMs: number): Promise<string[]>;

  /**
   * Takes records for a node, in one atomic step. "wait": what is open is held by others, or must come after
   * it. "none": nothing is open, or the import is not at work. "lapsed": the node is not known any more.
   */
  claimRecords(importId: string, node: string, limits: ClaimLimits): Promise<Claim | "wait" | "none" | "lapsed">;
  recordsByKey(importId: string, entity: number, keys: readonly string[]): Promise<StoredRecord[]>;
  rowsByKey(importId: string, keys: readonly string[]): Promise<StoredRow[]>;
  rowsBySeq(importId: string, seqs: readonly number[]): Promise<StoredRow[]>;
  rowsByLine(importId: string, lines: readonly number[]): Promise<StoredRow[]>;
  /** Claimed -> sending. False, and nothing is noted, when the node holds one of them no more. */
  journalSending(
    importId: string,
    node: string,
    entity: number,
    keys: readonly string[],
    intent: Intent,
  ): Promise<boolean>;
  /** Gives claimed records back. What the node holds no more is left alone. */
  releaseRecords(
    importId: string,
    node: string,
    entity: number,
    keys: readonly string[],
    forget: boolean,
  ): Promise<void>;
  /** Writes what became of claimed records and lets go of them. What the node holds no more is left alone. */
  completeRecords(importId: string, node: string, completions: readonly Completion[]): Promise<void>;
  pageOfRows(importId: string, page: { after: number; limit: number; status?: RowStatus }): Promise<RowResult[]>;

  /** What was sent last, for those external ids of which it is known. */
  sentValues(externalIds: readonly string[]): Promise<SentValues[]>;
  rememberSent(sent: readonly SentValues[]): Promise<void>;
  /** The batch size that fitted a model last; undefined while none is known. */
  batchSizeOf(model: string): Promise<number | undefined>;
  rememberBatchSize(model: string, rows: number): Promise<void>;

  /** The right to receive the import, or undefined when another process has it. */
  lease(importId: string): Promise<Lease | undefined>;

  /** Answers when the store can be written to. */
  ping(): Promise<void>;
  /** Writes out everything and lets go of files and connections. */
  close(): Promise<void>;
}
