/** A model's metadata to validation, normalisation, look-ups, contract JSON and OpenAPI. No I/O. */

export { checkOperation, checkRecord } from "./check.js";
export { toContractRecord, toContractValue } from "./contract.js";
export { isDate } from "./dates.js";
export { describeReceived } from "./describe.js";
export { readFieldsGet, requiredToAsk } from "./fields-get.js";
export { commonSchemas, type JsonSchema, modelSchemas } from "./json-schema.js";
export { idsOfCommands, loadCell, loadColumn } from "./load-cells.js";
export { planLookups } from "./lookups.js";
export type { KnownModels } from "./query/condition.js";
export { parseDomain } from "./query/domain.js";
export { parseFieldList, parseOrder } from "./query/fields.js";
export { filterOperators, parseFilters } from "./query/filters.js";
export { resolve } from "./resolve.js";
export { roundedTo } from "./scalar.js";
export type {
  CheckContext,
  Checked,
  Decimals,
  ExternalIdLookup,
  ExternalIdsLookup,
  KeyValue,
  Lookup,
  RecordsLookup,
  Reference,
  ReferenceTarget,
  Resolved,
} from "./types.js";
export { isModelsFile, modelsFile } from "./typescript/models-file.js";
