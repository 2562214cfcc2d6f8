/** An Odoo 18 or 19 to a client's eyes, in memory, for tests and first steps. */

export type { LoggedCall } from "./control/call-log.js";
export type { FaultOrder } from "./control/faults.js";
export { createSandbox, type Sandbox, type SandboxOptions } from "./sandbox.js";
export type { SandboxSeed, SeedKey, SeedUser } from "./seed.js";
export type { OdooVersion } from "./versions/facts.js";
