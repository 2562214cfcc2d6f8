/** The client's options: checked once, completed with defaults, frozen. */
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { type Clock, ignoreObservations, nearest, type Observer, OdoorwayError, systemClock } from "@odoorway/core";
import type { TransportName } from "./transports/transport.js";

const transports: readonly string[] = ["jsonrpc", "xmlrpc", "session", "json2", "auto"];

export interface ClientOptions {
  /** Odoo's address: `https://shop.example`, with a path only if a proxy puts one in front. */
  readonly url: string;
  readonly database: string;
  readonly login: string;
  /** API key (14 and later) or password; a session takes a password alone. Never logged, never in an error. */
  readonly apiKey: string;
  /** How to speak to Odoo; "auto" asks the server and takes the fastest that it serves. @default "jsonrpc" */
  readonly transport?: TransportName | "auto";
  /** Whole time of a call, its retries included, in milliseconds. @default 120000 */
  readonly timeout?: number;
  /** Time to reach the server, in milliseconds. @default 10000 */
  readonly connectTimeout?: number;
  /** Time from the sent request to the first byte of its answer, in milliseconds. @default as `timeout` */
  readonly firstByteTimeout?: number;
  /** Most calls a second, of all callers together; more wait their turn. @default Infinity */
  readonly rate?: number;
  /** Most calls at once; more wait their turn. @default 8 */
  readonly concurrency?: number;
  /** Largest answer that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxResponseSize?: number;
  /** Further headers of every request, as a proxy in front of Odoo may want them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates in PEM: authorities to trust instead of the system's, and this client's own with its key. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string; readonly passphrase?: string };
  /** What HTTP_PROXY, HTTPS_PROXY and NO_PROXY hold elsewhere. The environment is not read. */
  readonly proxy?: { readonly http?: string; readonly https?: string; readonly no?: string };
  readonly clock?: Clock;
  readonly observe?: Observer;
  /** @default "odoorway" */
  readonly userAgent?: string;
}

/** The options with every default filled in; `url` is without a slash at its end. */
export type Settings = Readonly<Required<ClientOptions>>;

const defaults = {
  transport: "jsonrpc",
  timeout: 120_000,
  connectTimeout: 10_000,
  firstByteTimeout: 2 ** 31 - 1,
  rate: Number.POSITIVE_INFINITY,
  concurrency: 8,
  maxResponseSize: 128 * 1024 * 1024,
  headers: {},
  tls: {},
  proxy: {},
  clock: systemClock,
  observe: ignoreObservations,
  userAgent: "odoorway",
} as const;

const names = ["url", "database", "login", "apiKey", ...Object.keys(defaults)];

/** Throws configuration_error, which names the option and never its value. */
export function readOptions(options: ClientOptions): Settings {
  for (const name of Object.keys(options)) if (!names.includes(name)) refuseUnknown(name);
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...defaults, ...options, ...given, url: readUrl(options.url) };
  for (const name of ["database", "login", "apiKey", "userAgent"] as const)
    if (typeof settings[name] !== "string" || settings[name] === "") refuse(`${name} must be a text that is not empty`);
  if (/[^\t\x20-\x7e]/.test(settings.userAgent)) refuse("userAgent must be plain ASCII text");
  if (!transports.includes(settings.transport)) refuse(`transport must be one of ${transports.join(", ")}`);
  // JSON-2 says both in headers.
  if (settings.transport === "json2" || settings.transport === "auto")
    for (const name of ["database", "apiKey"] as const)
      if (/[^\x20-\x7e]/.test(settings[name])) refuse(`${name} must be plain ASCII text for JSON-2`);
  for (const name of ["timeout", "connectTimeout", "firstByteTimeout", "concurrency", "maxResponseSize"] as const)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1) refuse(`${name} must be a whole number above 0`);
  if (Math.max(settings.timeout, settings.firstByteTimeout) > 2 ** 31 - 1) refuse("timeout must be under 25 days");
  if (typeof settings.rate !== "number" || !(settings.rate > 0)) refuse("rate must be a number above 0");
  checkHeaders(settings.headers);
  checkTls(settings.tls);
  checkProxy(settings.proxy);
  return Object.freeze(settings);
}

/** Headers that the client itself sets, or that HTTP's framing rests on. */
const reserved =
  /^(?:accept-encoding|authorization|connection|content-length|content-type|cookie|expect|host|te|trailer|transfer-encoding|upgrade|user-agent|x-odoo-database)$/i;

function checkHeaders(headers: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) refuse("headers: a name is not one of HTTP's");
    if (reserved.test(name)) refuse(`headers: ${name} is set by the client itself`);
    if (typeof value !== "string" || /[^\t\x20-\x7e]/.test(value)) refuse(`headers: ${name} must be plain ASCII text`);
  }
}

function checkTls(tls: Settings["tls"]): void {
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

function checkProxy(proxy: Settings["proxy"]): void {
  onlyTexts("proxy", proxy, ["http", "https", "no"]);
  for (const url of [proxy.http, proxy.https])
    if (url !== undefined && url !== "" && !/^https?:\/\//.test(URL.canParse(url) ? url : ""))
      refuse("proxy: http and https must be addresses that begin with http:// or https://");
}

function onlyTexts(option: string, value: object, allowed: readonly string[]): void {
  for (const [name, text] of Object.entries(value)) {
    if (!allowed.includes(name)) refuse(`${option} has no ${name}, only ${allowed.join(", ")}`);
    if (text !== undefined && typeof text !== "string") refuse(`${option}: ${name} must be a text`);
  }
}

function readUrl(text: unknown): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol))
    return refuse("url must be an address that begins with http:// or https://");
  if (url.username !== "" || url.password !== "") return refuse("url must hold no login or password");
  if (url.search !== "" || url.hash !== "") return refuse("url must hold neither ? nor #");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function refuse(detail: string): never {
  throw new OdoorwayError("configuration_error", { evidence: { detail } });
}

function refuseUnknown(name: string): never {
  const evidence = {
    detail: `there is no option called ${name}`,
    nearest: nearest(name, names),
    expected: `Options: ${names.join(", ")}.`,
  };
  throw new OdoorwayError("configuration_error", { evidence });
}
