/** odoorway start: the gateway until a signal comes; then it finishes what is under way, flushes, and ends with 0. */
import { startGateway } from "@odoorway/gateway";
import { readConfiguration } from "../configuration.js";
import { type Terminal, whenAborted } from "../terminal.js";

export interface StartOptions {
  readonly port?: number;
  readonly config?: string;
}

/** @returns the exit code */
export async function runStart(terminal: Terminal, options: StartOptions): Promise<number> {
  const config = readConfiguration(terminal, options.config);
  const gateway = await startGateway(options.port === undefined ? config : { ...config, port: options.port });
  terminal.out(`Odoorway listens at ${gateway.url} (console: ${gateway.url}/console/)`);
  await whenAborted(terminal.interrupted);
  await gateway.close();
  return 0;
}
