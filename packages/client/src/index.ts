/** Calls to Odoo over JSON-RPC, XML-RPC, JSON-2 and its session routes, with typed errors. */

export type { OdooClient } from "./client.js";
export { createExternalIds } from "./external-ids.js";
export { createLimits, type Limits } from "./limits.js";
export type { LoadAnswer } from "./models/answers.js";
export type { Model, ModelCallOptions, SearchOptions, SearchReadOptions } from "./models/model.js";
export type {
  AnyModel,
  AnyModels,
  DomainOf,
  FieldOf,
  ModelsLike,
  ModelTypes,
  OrderOf,
  RecordOf,
} from "./models/types.js";
export { type Change, type ChangeCursor, type ChangesOptions, iterateChanges } from "./paging/changes.js";
export { findDeleted } from "./paging/find-deleted.js";
export { iterate, iterateIds } from "./paging/iterate.js";
export type { Domain, IterateIdsOptions, IterateOptions, OdooRecord, PagingOptions } from "./paging/options.js";
export { createClient } from "./undici/create-client.js";
export type { ClientOptions } from "./undici/socket-options.js";
