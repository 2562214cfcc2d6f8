/** Durable bulk work: files in, records in Odoo, nothing lost, nothing doubled, every failure explained. */

export type { RowFlow, RowFlowOutcome, RowFlows } from "./flow/row-flow.js";
export { createImports } from "./imports.js";
export type { Mapping } from "./mapping/language.js";
export { parseMapping } from "./mapping/parse.js";
export type {
  EditedRow,
  Format,
  ImportLimits,
  ImportPriority,
  ImportStatus,
  Imports,
  ImportsParts,
  LoadMessage,
  ReceiveInput,
  RowDiagnosis,
} from "./types.js";
export { createUpserts, type UpsertsParts } from "./upserts.js";
