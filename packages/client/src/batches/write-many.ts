/** Changes any number of records; those that get equal values share a call. */
import type { OdooCaller } from "@odoorway/core";
import { badArgument, checkedId } from "../bad-argument.js";
import { itemsOf, runBatches, Source } from "./run.js";
import { readSettings, type Settings } from "./settings.js";
import { type Job, settle } from "./settle.js";
import { type BatchOptions, type BatchResult, type Input, type Item, report } from "./types.js";
import { isRepeatable, isStored } from "./written.js";

/** Values for one record. */
export interface RecordChange {
  readonly id: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Writes the changes; a result for each: `updated`, `failed` or `unknown` with the error. Up to `batchSize`
 * changes are looked at together, and those of equal values are one call; two changes of one record keep their
 * order. A bad change fails alone. After a lost reply the records are read back: what holds the values is
 * `updated`, the rest is written again, unless that would create lines twice, which is `unknown`. Throws
 * `bad_arguments` for a wrong option.
 */
export function writeMany(
  caller: OdooCaller,
  model: string,
  changes: Input<RecordChange>,
  options: BatchOptions = {},
): AsyncGenerator<BatchResult, void> {
  const settings = readSettings(caller, model, options);
  return runBatches({
    settings,
    source: new Source(itemsOf(changes)),
    // One window after another, since a later change of a record must not overtake an earlier one.
    concurrency: 1,
    take: (source) => {
      const ids = new Set<number>();
      return source.take(settings.batchSize, ({ value }) => {
        const isNew = !ids.has(value?.id);
        ids.add(value?.id);
        return isNew;
      });
    },
    run: async (items, stopped) => {
      const groups = byValues(items).values();
      const results: BatchResult[] = [];
      const worker = async () => {
        for (const group of groups) results.push(...(await writeGroup(settings, group, stopped)));
      };
      await Promise.all(Array.from({ length: settings.concurrency }, worker));
      return results.sort((a, b) => a.index - b.index);
    },
  });
}

/** The changes of equal values, in calls of the size that the server copes with. */
async function writeGroup(
  settings: Settings,
  group: readonly Item<RecordChange>[],
  stopped: () => boolean,
): Promise<BatchResult[]> {
  const results: BatchResult[] = [];
  for (let at = 0; at < group.length; ) {
    const items = group.slice(at, at + settings.size.current);
    at += items.length;
    results.push(...(await settle(settings, new Write(settings), items, stopped)));
  }
  return results;
}

function byValues(items: readonly Item<RecordChange>[]): Item<RecordChange>[][] {
  const groups = new Map<unknown, Item<RecordChange>[]>();
  for (const item of items) {
    const key = keyOf(item.value?.values) ?? item;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Equal for equal values; none where JSON would lose a difference (bytes, bigints, undefined). */
function keyOf(values: unknown): string | undefined {
  let plain = true;
  try {
    const text = JSON.stringify(values, (_name, value: unknown) => {
      if (value === undefined || typeof value === "bigint" || Number.isNaN(value)) plain = false;
      if (Object.is(value, -0) || value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
        plain = false;
      if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
      if (Object.getPrototypeOf(value) !== Object.prototype) plain = false;
      return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
    });
    return plain ? text : undefined;
  } catch {
    return undefined;
  }
}

class Write implements Job<RecordChange> {
  readonly done = "updated";
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async send(items: readonly Item<RecordChange>[]) {
    const values = valuesOf(items);
    await this.#settings.call("write", [items.map(({ value }) => checkedId(value.id)), values]);
    return { results: items.flatMap((item) => report(item, "updated", { id: item.value.id })), again: [] };
  }

  async verify(items: readonly Item<RecordChange>[], error: Parameters<Job<RecordChange>["verify"]>[1]) {
    const values = valuesOf(items);
    const ids = items.map(({ value }) => value.id);
    const answer = await this.#settings.ask("search_read", [[["id", "in", ids]]], { fields: Object.keys(values) });
    const rows = new Map((answer as { readonly id: number }[]).map((row) => [row.id, row]));
    const results: BatchResult[] = [];
    const again: Item<RecordChange>[] = [];
    for (const item of items) {
      const row = rows.get(item.value.id);
      if (row !== undefined && isStored(values, row)) results.push(...report(item, "updated", { id: item.value.id }));
      else if (isRepeatable(values)) again.push(item);
      else results.push(...report(item, "unknown", { error, id: item.value.id }));
    }
    return { results, again };
  }
}

function valuesOf(items: readonly Item<RecordChange>[]): RecordChange["values"] {
  const values = items[0]?.value?.values;
  if (typeof values !== "object" || values === null) throw badArgument("a change must be {id, values}");
  return values;
}
