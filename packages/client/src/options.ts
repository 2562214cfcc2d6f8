/** The options that every client has, whatever carries its requests: checked once, completed with defaults, frozen. */
import { type Clock, ignoreObservations, nearest, type Observer, OdoorwayError, systemClock } from "@odoorway/core";
import type { BreakerOptions } from "./breaker.js";
import { headerFault, lowerCased } from "./headers.js";
import { createLimits, Limits } from "./limits.js";
import type { RetryBudgetOptions } from "./retry-budget.js";
import type { TransportName } from "./transports/transport.js";

const transports: readonly string[] = ["jsonrpc", "xmlrpc", "xmlrpc1", "session", "json2", "auto"];

export interface CommonOptions {
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
  /** Time from the sent request to the first byte of its answer, in milliseconds. @default as `timeout` */
  readonly firstByteTimeout?: number;
  /** Most calls a second, of all callers together; more wait their turn. @default Infinity */
  readonly rate?: number;
  /** Most calls at once; more wait their turn. @default 8 */
  readonly concurrency?: number;
  /** Rate and concurrency that several clients share, by `createLimits`; instead of the two above. */
  readonly limits?: Limits;
  /** When calls fail at once since Odoo was out of reach. @default `{failures: 10, pause: 5000}` */
  readonly breaker?: BreakerOptions;
  /** How many retries there are for all calls together. @default `{share: 0.2, least: 20, window: 10000}` */
  readonly retryBudget?: RetryBudgetOptions;
  /** Largest answer that is read, in bytes. @default 134217728 (128 MiB) */
  readonly maxResponseSize?: number;
  /** Further headers of every request, as a proxy in front of Odoo may want them. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Is told of each try (`odoo.call`) and of the circuit (`odoo.circuit`). What it throws is ignored. */
  readonly observe?: Observer;
  /** @default "odoorway" */
  readonly userAgent?: string;
}

/** The options with every default filled in; `url` is without a slash at its end. */
export type Settings = Readonly<
  Required<Omit<CommonOptions, "rate" | "concurrency" | "breaker" | "retryBudget">> & {
    readonly breaker: Required<BreakerOptions>;
    readonly retryBudget: Required<RetryBudgetOptions>;
  }
>;

const defaults = {
  transport: "jsonrpc",
  timeout: 120_000,
  firstByteTimeout: 2 ** 31 - 1,
  breaker: { failures: 10, pause: 5_000 },
  retryBudget: { share: 0.2, least: 20, window: 10_000 },
  maxResponseSize: 128 * 1024 * 1024,
  headers: {},
  clock: systemClock,
  observe: ignoreObservations,
  userAgent: "odoorway",
} as const;

const common = ["url", "database", "login", "apiKey", "rate", "concurrency", "limits", ...Object.keys(defaults)];

/** `further`: names of options that are read elsewhere. Throws configuration_error, which names the option and never its value. */
export function readOptions(options: CommonOptions, further: readonly string[]): Settings {
  const names = [...common, ...further];
  for (const name of Object.keys(options)) if (!names.includes(name)) refuseUnknown(name, names);
  const { rate, concurrency, limits, ...rest } = options;
  const given = Object.fromEntries(
    Object.entries(rest).filter(([name, value]) => common.includes(name) && value !== undefined),
  );
  const own = {
    url: readUrl(options.url),
    limits: readLimits(limits, rate, concurrency),
    breaker: completed("breaker", options.breaker, defaults.breaker),
    retryBudget: completed("retryBudget", options.retryBudget, defaults.retryBudget),
  };
  const { database, login, apiKey } = options;
  const settings: Settings = { ...defaults, database, login, apiKey, ...given, ...own };
  for (const name of ["database", "login", "apiKey", "userAgent"] as const)
    if (typeof settings[name] !== "string" || settings[name] === "") refuse(`${name} must be a text that is not empty`);
  if (/[^\t\x20-\x7e]/.test(settings.userAgent)) refuse("userAgent must be plain ASCII text");
  if (!transports.includes(settings.transport)) refuse(`transport must be one of ${transports.join(", ")}`);
  // JSON-2 says both in headers.
  if (settings.transport === "json2" || settings.transport === "auto")
    for (const name of ["database", "apiKey"] as const)
      if (/[^\x20-\x7e]/.test(settings[name])) refuse(`${name} must be plain ASCII text for JSON-2`);
  for (const name of ["timeout", "firstByteTimeout", "maxResponseSize"] as const) checkWhole(name, settings[name]);
  if (Math.max(settings.timeout, settings.firstByteTimeout) > 2 ** 31 - 1) refuse("timeout must be under 25 days");
  const fault = headerFault(settings.headers, true);
  if (fault !== undefined) refuse(fault);
  return Object.freeze({ ...settings, headers: lowerCased(settings.headers), observe: harmless(settings.observe) });
}

/** What an observer throws must not take the place of a call's outcome. */
function harmless(observe: Observer): Observer {
  return (observation) => {
    try {
      observe(observation);
    } catch {
      // The observer's own defect; of the call everything is known.
    }
  };
}

/** An option of several numbers with its defaults: whole and above 0, but for a share. */
function completed<T extends object>(option: string, given: object = {}, usual: T): T {
  const numbers = { ...usual, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  for (const [name, value] of Object.entries(numbers)) {
    if (!Object.hasOwn(usual, name)) refuse(`${option} has no ${name}, only ${Object.keys(usual).join(", ")}`);
    if (name === "share") {
      if (!(Number.isFinite(value) && value >= 0)) refuse(`${option}: share must be a number from 0 on`);
    } else if (name !== "least" || value !== 0) checkWhole(`${option}: ${name}`, value);
  }
  return numbers;
}

function readLimits(limits: unknown, rate: number | undefined, concurrency: number | undefined): Limits {
  if (limits === undefined)
    return createLimits({ ...(rate !== undefined && { rate }), ...(concurrency !== undefined && { concurrency }) });
  if (!(limits instanceof Limits)) return refuse("limits must come from createLimits");
  if (rate !== undefined || concurrency !== undefined)
    refuse("limits stand for rate and concurrency: give one or the other");
  return limits;
}

/** Refuses what is not a whole number above 0. */
export function checkWhole(name: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || Number(value) < 1) refuse(`${name} must be a whole number above 0`);
}

/** Refuses what is not an object of texts under the allowed names. */
export function onlyTexts(option: string, value: object, allowed: readonly string[]): void {
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

export function refuse(detail: string): never {
  throw new OdoorwayError("configuration_error", { evidence: { detail } });
}

function refuseUnknown(name: string, names: readonly string[]): never {
  const evidence = {
    detail: `there is no option called ${name}`,
    nearest: nearest(name, names),
    expected: `Options: ${names.join(", ")}.`,
  };
  throw new OdoorwayError("configuration_error", { evidence });
}
