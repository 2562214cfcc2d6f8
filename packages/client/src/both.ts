/** What both doors of the package give, whatever carries the requests: the functions and types around a client. */

export { type CreateManyOptions, createMany } from "./batches/create-many.js";
export { type LoadManyOptions, loadMany } from "./batches/load-many.js";
export { type BatchSummary, collectResults } from "./batches/summary.js";
export type { BatchOptions, BatchResult, BatchStatus } from "./batches/types.js";
export { unlinkMany } from "./batches/unlink-many.js";
export { type RecordChange, writeMany } from "./batches/write-many.js";
export type { OdooClient } from "./client.js";
export type { Form, FormFile, FormValue, RouteBody } from "./controllers/body.js";
export type { Controller, ControllerOptions, RouteOptions, RouteRequest } from "./controllers/controller.js";
export type { RouteAnswer } from "./controllers/route-answer.js";
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
export { readBinary, streamBinary } from "./values/binary.js";
export { type Command, x2many } from "./values/commands.js";
export { fromOdooDatetime, inTimeZone, type ToOdooOptions, toOdooDate, toOdooDatetime } from "./values/datetimes.js";
export { decodeRecord, type FieldTypes, type ModelRecord, type NamedRecord } from "./values/decode.js";
export { encodeValues, float } from "./values/encode.js";
