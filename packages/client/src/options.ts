/** The client's options: checked once, completed with defaults, frozen. */
import type { Clock, Observer } from "@odoorway/core";

export interface ClientOptions {
  /** Odoo's address: `https://shop.example`, with a path only if a proxy puts one in front. */
  readonly url: string;
  readonly database: string;
  readonly login: string;
  /** API key (14 and later) or password. Never logged, never in an error. */
  readonly apiKey: string;
  /** @default "jsonrpc" */
  readonly transport?: "jsonrpc" | "xmlrpc";
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
