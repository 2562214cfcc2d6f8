/** Node's client: undici's pooled sockets, with TLS and proxies. */
import { clientOver, type OdooClient } from "../client.js";
import type { AnyModels, ModelsLike } from "../models/types.js";
import { readOptions } from "../options.js";
import { connect } from "./connect.js";
import { overDispatcher } from "./exchange.js";
import { type ClientOptions, readSocketOptions } from "./socket-options.js";

/** Builds a client; connects at the first call. Throws configuration_error. */
export function createClient<Models extends ModelsLike<Models> = AnyModels>(
  options: ClientOptions,
): OdooClient<Models> {
  const settings = readOptions(options, ["connectTimeout", "tls", "proxy"]);
  const sockets = readSocketOptions(options);
  return clientOver(settings, overDispatcher(connect(settings.url, settings.limits.concurrency, sockets)));
}
