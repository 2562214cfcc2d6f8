/** The options that need sockets, and so exist for Node's client alone: checked once, completed with defaults. */
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { type CommonOptions, checkWhole, onlyTexts, refuse } from "../options.js";

export interface ClientOptions extends CommonOptions {
  /** Time to reach the server, in milliseconds. @default 10000 */
  readonly connectTimeout?: number;
  /** Certificates in PEM: authorities to trust instead of the system's, and this client's own with its key. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly passphrase?: string };
  /** What HTTP_PROXY, HTTPS_PROXY and NO_PROXY hold elsewhere. The environment is not read. */
  readonly proxy?: { readonly http?: string; readonly https?: string; readonly no?: string };
}

export type SocketSettings = Readonly<Required<Pick<ClientOptions, "connectTimeout" | "tls" | "proxy">>>;

/** Throws configuration_error, which names the option and never its value. */
export function readSocketOptions(options: ClientOptions): SocketSettings {
  const { connectTimeout = 10_000, tls = {}, proxy = {} } = options;
  checkWhole("connectTimeout", connectTimeout);
  checkTls(tls);
  checkProxy(proxy);
  return { connectTimeout, tls, proxy };
}

function checkTls(tls: SocketSettings["tls"]): void {
  onlyTexts("tls", tls, ["ca", "cert", "key", "passphrase"]);
  if ((tls.cert === undefined) !== (tls.key === undefined)) refuse("tls: cert and key go together");
  try {
    // OpenSSL takes a text without a certificate for an empty list of authorities.
    if (tls.ca !== undefined) new X509Certificate(tls.ca);
    createSecureContext(tls);
  } catch {
    refuse("tls: ca, cert and key must be certificates and a key in PEM that fit together");
  }
}

function checkProxy(proxy: SocketSettings["proxy"]): void {
  onlyTexts("proxy", proxy, ["http", "https", "no"]);
  for (const url of [proxy.http, proxy.https])
    if (url !== undefined && url !== "" && !/^https?:\/\//.test(URL.canParse(url) ? url : ""))
      refuse("proxy: http and https must be addresses that begin with http:// or https://");
}
