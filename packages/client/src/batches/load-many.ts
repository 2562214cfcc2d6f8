/** Loads any number of rows in batches, as the import screen of Odoo does: texts, names and external ids. */
import { type ExternalIdSource, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { diagnose, toError } from "@odoorway/diagnose";
import { badArgument } from "../bad-argument.js";
import { createExternalIds } from "../external-ids.js";
import { type Columns, externalIdOf, type Row, readColumns, recordsOf } from "./load-rows.js";
import { runBatches, Source } from "./run.js";
import { highestId, readSettings, type Settings, unexpectedAnswer } from "./settings.js";
import { type Job, settle } from "./settle.js";
import { type BatchOptions, type BatchResult, type Input, type Item, report } from "./types.js";

export interface LoadManyOptions extends BatchOptions {
  /** Where external ids are looked up after a lost reply; through `caller` where left out. */
  readonly externalIds?: ExternalIdSource;
}

type LoadMessage = Extract<Parameters<typeof diagnose>[0], { kind: "load" }>["message"];

/**
 * Loads the rows under the columns; a result for each row: `created` or `updated` with the id of its record,
 * `failed` or `unknown` with the error. A row that continues the record above it (lines) shares its result.
 * Rows that Odoo names as bad fail, and the others of their batch go again. With external ids (a column `id`)
 * a lost reply is settled: what is there was loaded, and the rest is loaded again, which two transactions cannot
 * both do under one external id; but rows with lines are not, since Odoo would add the lines twice. Without
 * external ids a lost reply is `unknown`. Throws `bad_arguments` for a wrong option or column.
 */
export async function* loadMany(
  caller: OdooCaller,
  model: string,
  fields: readonly string[],
  rows: Input<Row>,
  options: LoadManyOptions = {},
): AsyncGenerator<BatchResult, void> {
  const settings = readSettings(caller, model, options, ["externalIds"]);
  if (fields.length === 0 || new Set(fields).size < fields.length)
    throw badArgument("the columns must be names of fields, each once");
  const columns = readColumns(fields, await oneToMany(settings, fields));
  const externalIds = options.externalIds ?? createExternalIds(caller);
  yield* runBatches({
    settings,
    source: new Source(recordsOf(rows, columns)),
    concurrency: settings.concurrency,
    take: (source) => source.take(settings.size.current),
    run: (items, stopped) => settle(settings, new Load(settings, model, columns, externalIds), items, stopped),
  });
}

/** Odoo is asked only where a path could lead to lines. */
async function oneToMany({ ask }: Settings, fields: readonly string[]): Promise<Set<string>> {
  const first = fields.filter((field) => field.includes("/")).map((field) => field.split("/")[0] ?? "");
  if (first.length === 0) return new Set();
  const described = await ask("fields_get", [[...new Set(first)]], { attributes: ["type"] });
  const known = (described ?? {}) as Readonly<Record<string, { readonly type?: unknown }>>;
  return new Set(first.filter((field) => Object.hasOwn(known, field) && known[field]?.type === "one2many"));
}

class Load implements Job<readonly Row[]> {
  readonly done = "updated";
  readonly #settings: Settings;
  readonly #model: string;
  readonly #columns: Columns;
  readonly #externalIds: ExternalIdSource;
  /** Highest id before the first call of this batch: what is above it was created here. */
  #highest: number | undefined;

  constructor(settings: Settings, model: string, columns: Columns, externalIds: ExternalIdSource) {
    this.#settings = settings;
    this.#model = model;
    this.#columns = columns;
    this.#externalIds = externalIds;
  }

  async send(items: readonly Item<readonly Row[]>[]) {
    const { fields } = this.#columns;
    if (!items.every(({ value }) => value.every((row) => Array.isArray(row) && row.length === fields.length)))
      throw badArgument(`a row must be a list of ${fields.length} cells, as many as there are columns`);
    this.#highest ??= await highestId(this.#settings);
    const rows = items.flatMap(({ value }) => value);
    const answer = await this.#settings.call("load", [fields, rows]);
    const { ids, messages } = (answer ?? {}) as { ids?: unknown; messages?: unknown };
    if (Array.isArray(ids) && ids.length === items.length && ids.every(Number.isSafeInteger))
      return { results: items.flatMap((item, at) => this.#loaded(item, Number(ids[at]))), again: [] };
    if (ids !== false || !Array.isArray(messages))
      throw unexpectedAnswer("load was answered with neither ids nor messages");
    return this.#refused(items, messages);
  }

  /** All was rolled back. Rows that a message names are bad; without any the batch is to be halved. */
  #refused(items: readonly Item<readonly Row[]>[], messages: readonly LoadMessage[]) {
    const ends: number[] = [];
    for (const { value } of items) ends.push((ends.at(-1) ?? 0) + value.length);
    const errors = new Map<Item<readonly Row[]>, OdoorwayError>();
    let unnamed: OdoorwayError | undefined;
    for (const message of messages) {
      if (message.type === "warning") continue;
      const error = this.#explain(message);
      if (error.code === "serialization_failure") throw error;
      const row = message.rows?.from;
      const item = row === undefined ? undefined : items[ends.findIndex((end) => row < end)];
      if (item === undefined) unnamed ??= error;
      else if (!errors.has(item)) errors.set(item, error);
    }
    if (errors.size === 0) throw unnamed ?? badArgument("load refused the rows without saying why");
    const results = [...errors].flatMap(([item, error]) => report(item, "failed", { error }));
    return { results, again: items.filter((item) => !errors.has(item)) };
  }

  #explain(message: LoadMessage): OdoorwayError {
    // Two calls made the same external id at once: the later one finds it when it goes again.
    if (/ir_model_data_module_name_uniq/.test(message.message)) return new OdoorwayError("serialization_failure");
    return toError(diagnose({ kind: "load", message }, { model: this.#model, method: "load" }));
  }

  async verify(items: readonly Item<readonly Row[]>[], error: OdoorwayError) {
    const wanted = items.flatMap((item) => externalIdOf(item, this.#columns) ?? []);
    const found = await this.#externalIds.find(wanted, this.#settings.limits);
    const repeatable = !this.#columns.ofLines.includes(true);
    const results: BatchResult[] = [];
    const again: Item<readonly Row[]>[] = [];
    for (const item of items) {
      const externalId = externalIdOf(item, this.#columns);
      const there = externalId === undefined ? undefined : found.get(externalId);
      if (there?.model === this.#model && there.id > (this.#highest ?? Number.POSITIVE_INFINITY))
        results.push(...report(item, "created", { id: there.id }));
      else if (externalId !== undefined && repeatable) again.push(item);
      else results.push(...report(item, "unknown", { error }));
    }
    return { results, again };
  }

  #loaded(item: Item<readonly Row[]>, id: number): BatchResult[] {
    return report(item, id > (this.#highest ?? 0) ? "created" : "updated", { id });
  }
}
