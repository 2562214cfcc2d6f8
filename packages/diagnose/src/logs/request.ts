/** The line that ends a request in the log: werkzeug's, with the counts and times that Odoo adds. */
import type { LogEntry } from "./entries.js";

export interface LoggedRequest {
  readonly method: string;
  /** Without its query, which may hold what is nobody's business. */
  readonly path: string;
  readonly status: number;
  readonly address: string;
  readonly queries?: number;
  /** Seconds in all: of the database and of everything else (12.0 and later). */
  readonly seconds?: number;
}

const access = /^(\S+) - - \[[^\]]*\] "([A-Z]+) (\S+)[^"]*" (\d{3}) \S+(?: (\d+|-) ([\d.]+|-) ([\d.]+|-))?/;

export function requestOf(entry: LogEntry): LoggedRequest | undefined {
  if (entry.logger !== "werkzeug") return undefined;
  const match = access.exec(entry.message);
  if (match === null) return undefined;
  const [, address = "", method = "", target = "", status, queries, sql, rest] = match;
  const seconds = Number(sql) + Number(rest);
  return {
    method,
    path: target.split("?", 1)[0] ?? target,
    status: Number(status),
    address,
    ...(queries === undefined || queries === "-" ? {} : { queries: Number(queries) }),
    ...(Number.isFinite(seconds) ? { seconds: Math.round(seconds * 1000) / 1000 } : {}),
  };
}

/** The call that an address names by itself: call_kw and JSON-2. */
export function callInPath(path: string): { readonly model?: string; readonly method?: string } {
  const match = /^\/(?:web\/dataset\/call_(?:kw|button)|json\/2)\/([\w.]+)\/(\w+)\/?$/.exec(path);
  return match === null ? {} : { model: match[1] as string, method: match[2] as string };
}
