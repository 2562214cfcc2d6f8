/** The nouns of Odoorway. No I/O, no environment. */

export { after, type Clock, steady, systemClock } from "./clock.js";
export { catalogue, type ErrorCode, isErrorCode } from "./errors/catalogue.js";
export type { CatalogueEntry, ErrorFamily, Happened } from "./errors/entry.js";
export {
  type FieldProblem,
  fieldProblem,
  OdoorwayError,
  type OdoorwayErrorOptions,
  type OdooSaid,
} from "./errors/odoorway-error.js";
export { errorFacts, errorIndex, errorPage, exampleProblem } from "./errors/page.js";
export { type Problem, toProblem } from "./errors/problem.js";
export { type Evidence, renderTemplate } from "./errors/render.js";
export { decodeKey, defaultNamespace, externalIdFor, isExternalId } from "./external-id.js";
export { parseWithLongIntegers } from "./long-integers.js";
export { nearest } from "./nearest.js";
export { ignoreObservations, type Observation, type Observer } from "./observation.js";
export type {
  CallOptions,
  ExternalIdSource,
  FieldMetadata,
  FieldType,
  FindExternalIds,
  Json,
  MetadataSource,
  ModelMetadata,
  OdooCaller,
  RecordReference,
} from "./odoo.js";
export type { OnExisting, UpsertOptions, UpsertRecord, UpsertResult, Upserts } from "./upserts.js";
