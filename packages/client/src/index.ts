/** Calls to Odoo over JSON-RPC, XML-RPC, JSON-2 and its session routes, with typed errors: Node's door. */

export * from "./both.js";
export { createClient } from "./undici/create-client.js";
export type { ClientOptions } from "./undici/socket-options.js";
