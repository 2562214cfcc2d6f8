/** Creates any number of records in batches. */
import type { OdooCaller } from "@odoorway/core";
import { badArgument } from "../bad-argument.js";
import { itemsOf, runBatches, Source } from "./run.js";
import { highestId, readSettings, type Settings, unexpectedAnswer } from "./settings.js";
import { type Job, settle } from "./settle.js";
import { type BatchOptions, type BatchResult, type Input, type Item, report } from "./types.js";

export interface CreateManyOptions extends BatchOptions {
  /**
   * A stored field whose value tells the records apart, such as `ref`. With it records whose reply was lost are
   * looked for; without it they are `unknown`.
   */
  readonly key?: string;
  /** How long such records are looked for, in milliseconds (default 15 000): the lost call may still be at work. */
  readonly verifyFor?: number;
}

type Values = Readonly<Record<string, unknown>>;

/**
 * Creates the records; a result for each: `created` with its id, `failed` or `unknown` with the error. A bad
 * record fails alone. A record is never sent again after a lost reply: a create that is still at work would
 * double it, and only an external id prevents that (see `loadMany`). Throws `bad_arguments` for a wrong option.
 */
export function createMany(
  caller: OdooCaller,
  model: string,
  records: Input<Values>,
  options: CreateManyOptions = {},
): AsyncGenerator<BatchResult, void> {
  const settings = readSettings(caller, model, options, ["key", "verifyFor"]);
  const { key, verifyFor = 15_000 } = options;
  return runBatches({
    settings,
    source: new Source(itemsOf(records)),
    concurrency: settings.concurrency,
    take: (source) => source.take(settings.size.current),
    run: (items, stopped) => settle(settings, new Create(settings, key, verifyFor), items, stopped),
  });
}

class Create implements Job<Values> {
  readonly done = "created";
  readonly #settings: Settings;
  readonly #key: string | undefined;
  readonly #verifyFor: number;
  #highest: number | undefined;

  constructor(settings: Settings, key: string | undefined, verifyFor: number) {
    this.#settings = settings;
    this.#key = key;
    this.#verifyFor = verifyFor;
  }

  async send(items: readonly Item<Values>[]) {
    // Odoo takes a single record too, and would answer it with a single id.
    if (items.some(({ value }) => typeof value !== "object" || value === null || Array.isArray(value)))
      throw badArgument("a record must be an object of fields and values");
    if (this.#key !== undefined) this.#highest ??= await highestId(this.#settings);
    const ids = await this.#settings.call("create", [items.map(({ value }) => value)]);
    if (!Array.isArray(ids) || ids.length !== items.length || !ids.every(Number.isSafeInteger))
      throw unexpectedAnswer("create was not answered with an id for each record");
    return { results: items.flatMap((item, at) => report(item, "created", { id: ids[at] })), again: [] };
  }

  /** A call creates all of its records or none, so one look that finds any has found them all. */
  async verify(items: readonly Item<Values>[], error: Parameters<Job<Values>["verify"]>[1]) {
    const { clock, signal } = this.#settings;
    const until = clock.now() + this.#verifyFor;
    let found = new Map<unknown, number>();
    for (let pause = 500; this.#key !== undefined; pause *= 2) {
      found = await this.#find(this.#key, items);
      if (found.size > 0 || clock.now() + pause > until || signal?.aborted) break;
      await clock.sleep(pause, signal);
    }
    const results = items.flatMap((item) => {
      const id = this.#key === undefined ? undefined : found.get(item.value[this.#key]);
      return id === undefined ? report(item, "unknown", { error }) : report(item, "created", { id });
    });
    return { results, again: [] };
  }

  /** Records of those keys that are newer than the call. A key that stands twice says nothing. */
  async #find(key: string, items: readonly Item<Values>[]): Promise<Map<unknown, number>> {
    const keys = items.map(({ value }) => value[key]).filter((value) => value !== undefined && value !== false);
    const domain = [
      ["id", ">", this.#highest ?? 0],
      [key, "in", keys],
    ];
    const rows = await this.#settings.ask("search_read", [domain], { fields: [key], order: "id" });
    const found = new Map<unknown, number>();
    const twice = new Set(keys.filter((value, at) => keys.indexOf(value) !== at));
    for (const row of rows as Values[]) {
      if (found.has(row[key])) twice.add(row[key]);
      found.set(row[key], Number(row.id));
    }
    for (const value of twice) found.delete(value);
    return found;
  }
}
