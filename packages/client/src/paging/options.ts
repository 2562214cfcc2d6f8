/** What the iterators of this folder take and give. */
import type { Clock } from "@odoorway/core";

/** A record as Odoo answers it: its id and the fields that were asked for. */
export interface OdooRecord {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** A search domain in Odoo's Polish notation. */
export type Domain = readonly unknown[];

export interface PagingOptions {
  /** Which records; all that the user may see where left out. */
  readonly domain?: Domain;
  /** Records of the first page (default 500); later pages adapt to how long the server takes, up to ten times as many. */
  readonly pageSize?: number;
  /** Odoo's context: language, time zone, companies. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Ends the iteration with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the call for a page counts as lost; the client's own timeout where left out. */
  readonly timeout?: number;
  /** Whether archived records come too. */
  readonly includeArchived?: boolean;
  /** Time; the system's where left out. */
  readonly clock?: Clock;
}

export interface IterateIdsOptions extends PagingOptions {
  /** As Odoo's search takes it: `"date_order desc, name"`. By id where left out. */
  readonly order?: string;
  /** Most records that are given. */
  readonly limit?: number;
}

export interface IterateOptions extends IterateIdsOptions {
  /** Fields to read; every field of the model where left out, which is slow. `id` comes always. */
  readonly fields?: readonly string[];
}
