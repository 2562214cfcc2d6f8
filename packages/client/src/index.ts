/** Calls to Odoo over JSON-RPC, XML-RPC, JSON-2 and its session routes, with typed errors. */

export { createClient, type OdooClient } from "./client.js";
export { createExternalIds } from "./external-ids.js";
export type { ClientOptions } from "./options.js";
