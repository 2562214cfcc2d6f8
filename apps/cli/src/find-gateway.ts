/** The gateway that a command works with: the one that runs, or one of its own for as long as it takes. */
import { type ConnectionOptions, findToken, gatewayUrl } from "./connection.js";
import { createGatewayApi, type GatewayApi, Unreachable } from "./gateway-api.js";
import type { Terminal } from "./terminal.js";

export interface FoundGateway {
  readonly api: GatewayApi;
  readonly own: boolean;
  close(): Promise<void>;
}

/** The gateway that runs; else, when ODOO_URL names an Odoo, one for the length of this command. */
export async function findGateway(terminal: Terminal, options: ConnectionOptions): Promise<FoundGateway> {
  const api = createGatewayApi(gatewayUrl(terminal, options), findToken(terminal, options));
  try {
    await api.request("/healthz", { signal: AbortSignal.timeout(10_000) });
    return { api, own: false, close: async () => {} };
  } catch (error) {
    const named = options.gateway ?? terminal.env.ODOORWAY_URL;
    if (!(error instanceof Unreachable) || named !== undefined || !terminal.env.ODOO_URL) throw error;
    // Loaded when it is needed: a gateway is a whole program, and most commands find one running.
    const { startOwnGateway } = await import("./own-gateway.js");
    const own = await startOwnGateway(terminal);
    return { api: createGatewayApi(own.url, own.token), own: true, close: own.close };
  }
}
