/** The client of runtimes that have fetch and nothing of Node's: Bun, Deno, browsers, workers. */
import { clientOver, type OdooClient } from "../client.js";
import type { AnyModels, ModelsLike } from "../models/types.js";
import { type CommonOptions, readOptions, refuse } from "../options.js";
import { type Fetch, overFetch } from "./exchange.js";

export interface FetchClientOptions extends CommonOptions {
  /** What carries the requests. @default the runtime's own `fetch` */
  readonly fetch?: Fetch;
}

const ofSockets = ["tls", "proxy", "connectTimeout"];

/**
 * Builds a client over fetch; asks at the first call. Throws configuration_error, for the options too that only
 * sockets can keep: certificates, proxies and the time to connect are the runtime's own matter.
 */
export function createFetchClient<Models extends ModelsLike<Models> = AnyModels>(
  options: FetchClientOptions,
): OdooClient<Models> {
  for (const name of ofSockets)
    if (Object.hasOwn(options, name))
      refuse(`${name} needs sockets, which fetch does not give; use createClient in Node`);
  const settings = readOptions(options, ["fetch"]);
  // Called by its name, since a browser's fetch must not be a method of something else.
  return clientOver(settings, overFetch(options.fetch ?? ((url, init) => fetch(url, init))));
}
