/** The gateway: HTTP in front of Odoo. */

export { type GatewayConfig, loadConfig, type OdooConnection } from "./config.js";
export { examine } from "./doctor/doctor.js";
export { type Step, type Target, worst } from "./doctor/types.js";
export { type FurtherExplanation, lookFurtherAt } from "./explain/further.js";
export type { Gateway } from "./gateway.js";
export { nextFreePort } from "./listening.js";
export { createMetadata, type GatewayMetadata } from "./metadata.js";
export { startGateway } from "./start.js";
export { createToken, listTokens, revokeToken, type TokenInfo, type TokenStore } from "./tokens.js";
