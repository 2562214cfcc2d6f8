/** The client with only fetch, and the same functions around it; imports nothing of Node's. */

export type { OdooClient } from "../client.js";
export type { Form, FormFile, FormValue, RouteBody } from "../controllers/body.js";
export type { Controller, ControllerOptions, RouteOptions, RouteRequest } from "../controllers/controller.js";
export type { RouteAnswer } from "../controllers/route-answer.js";
export { createExternalIds } from "../external-ids.js";
export { createLimits, type Limits } from "../limits.js";
export type { LoadAnswer } from "../models/answers.js";
export type { Model, ModelCallOptions, SearchOptions, SearchReadOptions } from "../models/model.js";
export type {
  AnyModel,
  AnyModels,
  DomainOf,
  FieldOf,
  ModelsLike,
  ModelTypes,
  OrderOf,
  RecordOf,
} from "../models/types.js";
export { createFetchClient, type FetchClientOptions } from "./create-fetch-client.js";
