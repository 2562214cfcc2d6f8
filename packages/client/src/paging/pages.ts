/**
 * One page after another of one search: the size adapts to the server, a page that was too much is asked again
 * with a quarter of the records. Reading changes nothing, so asking again is always safe.
 */
import { type CallOptions, type Clock, type OdooCaller, OdoorwayError, systemClock } from "@odoorway/core";
import { onlyOptions, wholeFromOne } from "../bad-argument.js";
import { AdaptiveSize } from "../batches/adaptive-size.js";
import type { Domain, OdooRecord, PagingOptions } from "./options.js";

/** Milliseconds that a page should take: far below any time limit, long enough to be worth its round trip. */
const targetTime = 2_000;

const defaultPageSize = 500;

/** What a smaller page may cure. The client has repeated the lost ones already. */
const tooMuch: ReadonlySet<string> = new Set([
  "timeout",
  "connection_lost",
  "bad_gateway_or_proxy",
  "response_too_large",
]);

const names = ["clock", "context", "domain", "includeArchived", "pageSize", "signal", "timeout"];

export class Pages {
  readonly #caller: OdooCaller;
  readonly #model: string;
  readonly #options: CallOptions;
  readonly #clock: Clock;
  readonly #context: Readonly<Record<string, unknown>>;
  readonly #size: AdaptiveSize;

  /** `own`: names of the options that the function has beside those of all. Throws `bad_arguments` for a wrong option. */
  constructor(
    caller: OdooCaller,
    model: string,
    options: PagingOptions,
    archivedToo: boolean,
    own: readonly string[] = [],
  ) {
    onlyOptions(options, [...names, ...own]);
    const { pageSize = defaultPageSize, signal, timeout, clock = systemClock, context = {} } = options;
    wholeFromOne("pageSize", pageSize);
    this.#caller = caller;
    this.#model = model;
    this.#options = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
    this.#clock = clock;
    this.#context = archivedToo ? { ...context, active_test: false } : context;
    this.#size = new AdaptiveSize({ start: pageSize, max: pageSize * 10, targetTime });
  }

  /** Records that the next page may hold. */
  get size(): number {
    return this.#size.current;
  }

  /** Runs `read` with the size of the page, and again with smaller ones while the server cannot cope. */
  async sized<T>(most: number, read: (size: number) => Promise<T>): Promise<T> {
    for (;;) {
      const size = Math.min(most, this.#size.current);
      const started = this.#clock.now();
      try {
        const page = await read(size);
        this.#size.took(size, this.#clock.now() - started);
        return page;
      } catch (error) {
        if (size === 1 || !(error instanceof OdoorwayError) || !tooMuch.has(error.code)) throw error;
        this.#size.tooMuch(size);
      }
    }
  }

  /** The records of one page. Rejects with OdoorwayError. */
  async records(
    domain: Domain,
    fields: readonly string[] | undefined,
    order: string,
    limit?: number,
  ): Promise<OdooRecord[]> {
    const rows = await this.#call("search_read", domain, { order, ...(fields && { fields }), ...(limit && { limit }) });
    if (rows.every(isRecord)) return rows;
    throw this.#unreadable();
  }

  /** The ids of one page. Rejects with OdoorwayError. */
  async ids(domain: Domain, order: string, limit?: number): Promise<number[]> {
    const ids = await this.#call("search", domain, { order, ...(limit && { limit }) });
    if (ids.every((id) => typeof id === "number")) return ids;
    throw this.#unreadable();
  }

  async #call(method: string, domain: Domain, kwargs: Readonly<Record<string, unknown>>): Promise<unknown[]> {
    if (this.#options.signal?.aborted) throw new OdoorwayError("cancelled", { happened: "no" });
    const context = Object.keys(this.#context).length === 0 ? {} : { context: this.#context };
    const answer = await this.#caller.call(this.#model, method, [domain], { ...kwargs, ...context }, this.#options);
    if (Array.isArray(answer)) return answer;
    throw this.#unreadable();
  }

  #unreadable(): OdoorwayError {
    const detail = `a search of ${this.#model} was not answered with a list of records`;
    return new OdoorwayError("invalid_json_or_xml", { evidence: { url: "Odoo", detail }, happened: "no" });
  }
}

function isRecord(row: unknown): row is OdooRecord {
  return typeof row === "object" && row !== null && "id" in row && typeof row.id === "number";
}
