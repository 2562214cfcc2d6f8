/** The gateway: HTTP in front of Odoo. */

export { type GatewayConfig, loadConfig, type OdooConnection } from "./config.js";
export { type Gateway, startGateway } from "./gateway.js";
export { nextFreePort } from "./listening.js";
export { createMetadata, type GatewayMetadata } from "./metadata.js";
export { createToken, listTokens, revokeToken, type TokenInfo, type TokenStore } from "./tokens.js";
