/** An Odoo 18 or 19 to a client's eyes, in memory, for tests and first steps. */

export type { LoggedCall } from "./control/call-log.js";
export type { SandboxControl } from "./control/control.js";
export type { FaultOrder } from "./control/faults.js";
export { orderApi } from "./modules/order-api.js";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
export type { SandboxSeed, SeedKey, SeedUser } from "./seed.js";
export {
  abort,
  type Controller,
  type ControllerEnv,
  type ControllerRequest,
  type ControllerResponse,
  type RouteOptions,
  raise,
  redirect,
  response,
  route,
  type SandboxModule,
} from "./urls/controllers.js";
export type { OdooVersion } from "./versions/facts.js";
