/** The client's options: checked once, completed with defaults, frozen. */
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
  /** Most calls at once; more wait their turn. @default 8 */
  readonly concurrency?: number;
  /** Largest answer that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxResponseSize?: number;
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
  concurrency: 8,
  maxResponseSize: 128 * 1024 * 1024,
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
  for (const name of ["timeout", "connectTimeout", "concurrency", "maxResponseSize"] as const)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1) refuse(`${name} must be a whole number above 0`);
  if (settings.timeout > 2 ** 31 - 1) refuse("timeout must be under 25 days");
  return Object.freeze(settings);
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
