/** Deletes any number of records in batches. */
import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { checkedId } from "../bad-argument.js";
import { itemsOf, runBatches, Source } from "./run.js";
import { readSettings, type Settings } from "./settings.js";
import { type Job, settle } from "./settle.js";
import { type BatchOptions, type BatchResult, type Input, type Item, report } from "./types.js";

/**
 * Deletes the records; a result for each id: `deleted`, `failed` or `unknown` with the error. One that must not
 * be deleted, or is not there, fails alone. After a lost reply Odoo is asked which are still there, and those
 * are deleted again. Throws `bad_arguments` for a wrong option.
 */
export function unlinkMany(
  caller: OdooCaller,
  model: string,
  ids: Input<number>,
  options: BatchOptions = {},
): AsyncGenerator<BatchResult, void> {
  const settings = readSettings(caller, model, options);
  return runBatches({
    settings,
    source: new Source(itemsOf(ids)),
    concurrency: settings.concurrency,
    take: (source) => source.take(settings.size.current),
    run: (items, stopped) => settle(settings, new Unlink(settings), items, stopped),
  });
}

class Unlink implements Job<number> {
  readonly done = "deleted";
  readonly #settings: Settings;
  /** Ids that were there after a lost reply; when they are gone later, that call took them along. */
  readonly #repeated = new Set<number>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async send(items: readonly Item<number>[]) {
    const ids = items.map(({ value }) => checkedId(value));
    try {
      await this.#settings.call("unlink", [ids]);
    } catch (error) {
      const [only, ...rest] = items;
      const gone = error instanceof OdoorwayError && error.code === "missing_record";
      if (!gone || only === undefined || rest.length > 0 || !this.#repeated.has(only.value)) throw error;
    }
    return { results: items.flatMap((item) => report(item, "deleted", { id: item.value })), again: [] };
  }

  async verify(items: readonly Item<number>[]) {
    const ids = items.map(({ value }) => value);
    const found = new Set((await this.#settings.ask("search", [[["id", "in", ids]]])) as number[]);
    const again = items.filter(({ value }) => found.has(value));
    for (const { value } of again) this.#repeated.add(value);
    const gone = items.filter(({ value }) => !found.has(value));
    return { results: gone.flatMap((item) => report(item, "deleted", { id: item.value })), again };
  }
}
