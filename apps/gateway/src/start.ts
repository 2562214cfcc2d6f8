/** The gateway's start, loaded only by who starts one: commands that need the rest of this package do not wait for it. */
import type { GatewayConfig } from "./config.js";
import type { Gateway } from "./gateway.js";

/** @throws OdoorwayError configuration_error (a port that is taken too), store_locked, store_unavailable, mapping_invalid, flow_invalid */
export async function startGateway(config: GatewayConfig): Promise<Gateway> {
  const gateway = await import("./gateway.js");
  return gateway.startGateway(config);
}
