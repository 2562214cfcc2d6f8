/** Calls to Odoo over JSON-RPC and XML-RPC, with typed errors. */

export { createClient, type OdooClient } from "./client.js";
export { createExternalIds } from "./external-ids.js";
export type { ClientOptions } from "./options.js";
