/** What the package promises: the shapes that the gateway and the command line speak. */
import type {
  Clock,
  ErrorCode,
  ExternalIdSource,
  MetadataSource,
  Observer,
  OdooCaller,
  OdoorwayError,
  OnExisting,
} from "@odoorway/core";
import type { Decimals } from "@odoorway/schema";
import type { ImportState, OutcomeCounts, RowStatus, Store } from "@odoorway/store";
import type { RowFlows } from "./flow/row-flow.js";
import type { Mapping } from "./mapping/language.js";

export type Format = "csv" | "ndjson" | "json" | "xlsx";

/** One message of Odoo's load(), as it came. */
export interface LoadMessage {
  readonly type?: string;
  readonly message?: string;
  readonly field?: string | false;
  readonly record?: number;
  readonly rows?: { readonly from: number; readonly to: number };
}

export interface ImportsParts {
  readonly store: Store;
  /** The door to Odoo. Must reject with OdoorwayError, whose `happened` and `retryable` steer what is done. */
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  /** Where records are found by external id (createExternalIds of the client). */
  readonly externalIds: ExternalIdSource;
  /** Explains one message of load() about a record of `model`. */
  readonly explainLoad: (message: LoadMessage, model: string) => OdoorwayError;
  /** Mappings by name, for `receive({mapping: "name"})`. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** Flows by name, whose payloads the rows are: what `receive({mapping: "name"})` looks through after the mappings. */
  readonly flows?: RowFlows;
  readonly clock: Clock;
  readonly observe: Observer;
  /** A number from 0 up to 1, as Math.random gives. */
  readonly random: () => number;
  /** Name of this node in the store's list; made by chance when left out. Claims bear it, with a part that is new each time. */
  readonly nodeId?: string;
  readonly limits?: Partial<ImportLimits>;
  /** What becomes of more decimals than a field has. Default "refuse". */
  readonly decimals?: Decimals;
}

export interface ImportLimits {
  /** Longest row, in characters; a longer one fails by itself, one of 16 times as much refuses the file. Default 1 MiB. */
  readonly lineBytes: number;
  /** Most bytes that a compressed file, or a part of a workbook, may expand to. Default 16 GiB. */
  readonly expandedBytes: number;
  /** Largest workbook (.xlsx), in bytes: it is held in memory while it is received. Default 64 MiB. */
  readonly workbookBytes: number;
  /** Most rows of one load() call, lines of x2many fields included. Default 1000. */
  readonly batchRows: number;
  /** Most rows that one record may collect. Default 5000. */
  readonly recordRows: number;
  /** Time that a load() call should take at most, in milliseconds; batches grow and shrink by it. Default 5000. */
  readonly targetMs: number;
  /** Batches that this node has under way at once, over all imports. Default 2. */
  readonly workers: number;
  /** Time after which a node that was not seen is replaced by others, in milliseconds. Default 15,000. */
  readonly leaseMs: number;
  /** Time that imports are kept after they are over, in milliseconds; 0 is for ever. Default 30 days. */
  readonly retentionMs: number;
}

export interface ReceiveInput {
  readonly source: AsyncIterable<Uint8Array>;
  /** Found from the file's first bytes when it is left out; compressed files and workbooks are known by those in any case. */
  readonly format?: Format;
  /** What the sender says that the bytes are compressed with; found from the first bytes else. */
  readonly compression?: "gzip" | "zstd";
  /** Of text: a label of the WHATWG encoding standard. Default UTF-8; UTF-16 is found. */
  readonly encoding?: string;
  /** Of a workbook: the name of the sheet. Default the first that is shown. */
  readonly sheet?: string;
  /** Direct import: the columns are fields of this model. */
  readonly model?: string;
  /** Direct import: the column that tells rows apart. May be left out when there is a column `id` (external id). */
  readonly key?: string;
  readonly mapping?: string | Mapping;
  /** Of CSV; default is the mapping's, else the one that is found. */
  readonly delimiter?: string;
  readonly fileName?: string;
  readonly priority?: ImportPriority;
  /** Nothing is sent before this time (milliseconds since the epoch). Default null: at once. */
  readonly notBefore?: number | null;
  /** What is done with records that are in Odoo already. Default "update-changed". */
  readonly onExisting?: OnExisting;
  /** Everything is checked and nothing written; `run` does it for real afterwards. Default false. */
  readonly dryRun?: boolean;
}

/** Of several imports, one of high priority has twice the time of a normal one, and that twice the time of a low one. */
export type ImportPriority = "high" | "normal" | "low";

/** Rows of one status, or all that are in Odoo. */
export type RowFilter = RowStatus | "successful";

/** A file of rows that were mended. */
export type EditedInput = Pick<ReceiveInput, "source" | "format" | "compression" | "encoding" | "delimiter">;

/** A row as corrected; `seq` counts rows, `line` lines of the file, from 1: one of them says which is meant. */
export interface EditedRow {
  readonly seq?: number;
  readonly line?: number;
  /** Column to cell. Columns that are left out become empty. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The values are cells of a table: texts all of them, whatever the row's own were. */
  readonly ofTable?: boolean;
}

/** An import, as GET /v1/imports/{id} answers it. created + updated + unchanged + failed + unprocessed = read, always. */
export interface ImportStatus {
  readonly id: string;
  /** The import of several files that this one's file came with; null for one that came alone, and for that import itself. */
  readonly group: string | null;
  readonly state: ImportState;
  /** Of an import of several files: those of all, between commas; so are mappings and file names. */
  readonly model: string;
  readonly mapping: string | null;
  readonly file_name: string | null;
  /** RFC 3339, UTC. */
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly counts: OutcomeCounts & { readonly read: number; readonly unprocessed: number };
  /** Records in Odoo, by model. */
  readonly records: Readonly<Record<string, OutcomeCounts & { readonly unprocessed: number }>>;
  /** Part of the work that is done, from 0 to 1: of the rows, and of the records that they need besides their own. */
  readonly progress: number;
  /** Rows a second: over the whole run when finished, else over the last half minute. */
  readonly rate: number;
  readonly eta_seconds: number | null;
  readonly batch_size: number;
  /** Nodes that have records of it in hand at this moment. */
  readonly nodes: number;
  /** Who paused, while the state is "paused": a person; the engine, while Odoo or the store is out of reach. */
  readonly paused_by: "hand" | "breaker" | "store" | null;
  readonly priority: ImportPriority;
  /** RFC 3339, UTC; null: at once. */
  readonly not_before: string | null;
  /** Nothing is written: the counts tell what would come of it. */
  readonly dry_run: boolean;
  readonly on_existing: OnExisting;
  readonly last_error: {
    readonly code: ErrorCode;
    readonly title: string;
    readonly cause: string;
    readonly fix: string;
  } | null;
  /** Of an import of several files: the import of each, in the order of their turns. */
  readonly parts?: readonly ImportStatus[];
}

/** Why a row failed. `field` is the field or column; `errors` holds all of them when there are several. */
export interface RowDiagnosis {
  readonly code: string;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
  readonly field?: string;
  readonly errors?: readonly { code: string; cause: string; fix: string; field?: string }[];
  readonly odoo?: { readonly exception?: string; readonly message: string };
}

export interface Imports {
  /**
   * Takes a file in. Resolves when every row is durable (state "queued"); rejects with a code
   * `import_*`, `mapping_*`, `model_not_found` or `invalid_parameter` and keeps nothing otherwise.
   * Reads from `source` only as fast as rows can be kept.
   */
  receive(input: ReceiveInput): Promise<ImportStatus>;
  /**
   * Takes several files in, as one import: each becomes a part of it, and all of them have their turns in the order
   * of their models, or none is kept. A single file is received as by `receive`. The id that is answered stands for all
   * parts wherever an id is asked for; each part has an id too.
   */
  receiveAll(inputs: AsyncIterable<ReceiveInput>): Promise<ImportStatus>;
  /** Rejects with `import_not_found`. */
  get(id: string): Promise<ImportStatus>;
  /** Newest first; `before` is the id of the last one seen. Default limit 50. */
  list(page?: { limit?: number; before?: string }): Promise<ImportStatus[]>;
  /**
   * The rows in order of the file, as NDJSON lines or CSV text, in chunks. Acceptable again as input. Of several files
   * the rows of all, each with the id of its import; not as CSV, since their columns differ: `invalid_parameter`.
   */
  rows(id: string, options: { status?: RowFilter; format: "ndjson" | "csv" }): AsyncIterable<string>;
  /** Reads rows that were mended, for `retry`. Rejects as receiving a file does, and with `invalid_body`. */
  readEdited(input: EditedInput): Promise<EditedRow[]>;
  /**
   * Sends what failed again, and what a cancelled import left; `edited` rows take the place of the failed or
   * unprocessed ones of their number. Rejects with `import_not_finished` while the import is at work, with
   * `invalid_parameter` when a row is not there, was not open to edits, or has unknown columns, and when rows are sent
   * for an import of several files: they are a part's.
   */
  retry(id: string, options?: { readonly edited?: readonly EditedRow[] }): Promise<ImportStatus>;
  /**
   * Starts a finished dry run for real, or one that waits for its time at once. Rejects with `import_not_finished`
   * while a dry run is at work, with `import_not_startable` when there is nothing to start.
   */
  run(id: string): Promise<ImportStatus>;
  /** Pauses until `resume`, after the batches under way. Rejects with `import_over` when it is done, failed or cancelled. */
  pause(id: string): Promise<ImportStatus>;
  /** Ends any pause. Rejects with `import_over` when it is over; an import that is not paused goes on. */
  resume(id: string): Promise<ImportStatus>;
  /** Changes when and how soon an import has its turn. Rejects with `import_over`. */
  reschedule(id: string, changes: { priority?: ImportPriority; notBefore?: number | null }): Promise<ImportStatus>;
  /** Stops an import after the batch under way; what was not sent stays unprocessed. */
  cancel(id: string): Promise<ImportStatus>;
  /** Deletes a finished import and its rows from the store (nothing in Odoo). */
  remove(id: string): Promise<void>;
  /** The status now and after every change, at most some four a second, until the import is over or the signal aborts. */
  watch(id: string, signal: AbortSignal): AsyncIterable<ImportStatus>;
  /** Goes on with everything unfinished and works until stopped. */
  start(): void;
  /** Ends after the batch under way. Nothing is lost: start() of this or another process goes on. */
  stop(): Promise<void>;
}
