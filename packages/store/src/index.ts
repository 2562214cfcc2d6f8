/** The one place with SQL: the same operations on embedded SQLite and on PostgreSQL. */

export { openStore } from "./store.js";
export type {
  Completion,
  ImportState,
  Intent,
  Lease,
  NewImport,
  NewRecord,
  NewRow,
  NewToken,
  Outcome,
  OutcomeCounts,
  RecordState,
  RowResult,
  RowStatus,
  Store,
  StoredImport,
  StoredRecord,
  StoredRow,
  StoreOptions,
  Token,
} from "./types.js";
