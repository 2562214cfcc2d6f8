/** odoorway start: the gateway until a signal comes; then it finishes what is under way, flushes, and ends with 0. */
import { setFlagsFromString } from "node:v8";
import { startGateway } from "@odoorway/gateway";
import { readConfiguration } from "../configuration.js";
import { type Terminal, whenAborted } from "../terminal.js";

export interface StartOptions {
  readonly port?: number;
  readonly config?: string;
}

/**
 * By how many percent the heap may outgrow what was alive at its last collection, before V8 collects again.
 * V8 takes up to 300 when much is allocated: a stream of half a million rows, of which next to nothing stays
 * alive, then piles up garbage past the memory that a small machine has. No hard limit of the heap: a file
 * with a large record in it should cost memory, not the process.
 */
const heapGrowingPercent = 30;

/** @returns the exit code */
export async function runStart(terminal: Terminal, options: StartOptions): Promise<number> {
  setFlagsFromString(`--heap-growing-percent=${heapGrowingPercent}`);
  const config = readConfiguration(terminal, options.config);
  const gateway = await startGateway(options.port === undefined ? config : { ...config, port: options.port });
  terminal.out(`Odoorway listens at ${gateway.url} (console: ${gateway.url}/console/)`);
  await whenAborted(terminal.interrupted);
  await gateway.close();
  return 0;
}
