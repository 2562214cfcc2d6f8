/** Connections to one server: kept alive, at most so many, directly or through a proxy, with TLS as told. */
import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import type { SocketSettings } from "./socket-options.js";

/** `connections`: how many at most. */
export function connect(url: string, connections: number, settings: SocketSettings): Dispatcher {
  const { connectTimeout, proxy, tls } = settings;
  const options = {
    connections,
    pipelining: 1,
    connect: { timeout: connectTimeout, ...tls },
    // The whole call has one deadline of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const { http = "", https = "", no = "" } = proxy;
  if (http === "" && https === "") return new Pool(new URL(url).origin, options);
  // All three are given, since the agent looks for one that is missing in the environment.
  return new EnvHttpProxyAgent({ ...options, requestTls: tls, httpProxy: http, httpsProxy: https, noProxy: no });
}
