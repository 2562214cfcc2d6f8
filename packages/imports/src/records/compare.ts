/**
 * Wanted records beside what Odoo holds: which are there, whether the values can be had, what differs, and so
 * what is to be done with each. Nothing is written here, so it is the whole of a dry run.
 *
 * A record that is there:
 *
 *   skip             is left as it is, unread.
 *   fail             is refused.
 *   update           every field that differs is written.
 *   update-changed   of those, the fields whose wanted value is another than the one remembered as sent last;
 *                    without a memory of the field it is written. Lines of a one2many are one such field.
 *
 * An earlier call of unknown end that was to create the record makes it this caller's own: it is compared,
 * whatever is said of existing ones.
 */
import {
  type ExternalIdSource,
  type MetadataSource,
  type ModelMetadata,
  type OdooCaller,
  OdoorwayError,
  type OnExisting,
  type RecordReference,
} from "@odoorway/core";
import { type Checked, checkRecord, type Decimals, planLookups, type Resolved, resolve } from "@odoorway/schema";
import { changedFields } from "./diff.js";
import { type LinesPlan, planLines } from "./lines.js";
import { hashesOf, type Sent, type SentMemory } from "./memory.js";
import { settleRelations } from "./relations.js";
import { faultOfCode, faultOfProblems, type Hashes, type Task, type Values, type Wanted } from "./wanted.js";

export interface Comparing {
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  readonly externalIds: ExternalIdSource;
  /** What was sent before; undefined: nothing is remembered. */
  readonly memory: SentMemory | undefined;
  readonly model: ModelMetadata;
  readonly onExisting: OnExisting;
  /** What becomes of more decimals than a field has. */
  readonly decimals: Decimals | undefined;
  /** What is written to lines that are there and not wanted, by the field of the lines. */
  readonly otherLines?: Readonly<Record<string, Values>> | undefined;
  /** Records that are known to be there, as `model id`: they are not looked up. */
  readonly known: ReadonlySet<string>;
  /** How many records of the model will be asked for in all. */
  readonly many: number;
}

/** A record that is to be compared, with the place where it was found. */
interface Open<W> {
  readonly wanted: W;
  readonly at: number | undefined;
}

/** What is to be done with each; in no particular order. Rejects when Odoo cannot be asked. */
export async function compare<W extends Wanted>(work: Comparing, all: readonly W[]): Promise<Task<W>[]> {
  if (all.length === 0) return [];
  const { model } = work.model;
  const present = await work.externalIds.find(
    all.map((one) => one.externalId),
    { model, many: work.many },
  );
  const tasks: Task<W>[] = [];
  const open: Open<W>[] = [];
  for (const wanted of all) {
    const found = present.get(wanted.externalId);
    const at = found?.id ?? wanted.id;
    const kept = at !== undefined && wanted.intent === null && wanted.only === undefined;
    if (found && found.model !== model) tasks.push(otherModel(work, wanted, found));
    else if (kept && work.onExisting === "skip") tasks.push({ do: "nothing", wanted, odooId: at, hashes: undefined });
    else if (kept && work.onExisting === "fail") tasks.push(exists(work, wanted, at));
    else open.push({ wanted, at });
  }
  const lineModels = await lineModelsOf(work, open);
  const current = await readCurrent(work, open, lineModels);
  const checked = await check(work, open, current, lineModels);
  const resolved = await answer(work, checked);
  const sent = await remembered(work, open, current);
  for (const [index, { wanted, at }] of open.entries()) {
    const result = resolved[index];
    if (!result) continue;
    const now = at === undefined ? undefined : current.records.get(at);
    if (result.problems.length > 0) tasks.push({ do: "fail", wanted, fault: faultOfProblems(model, result.problems) });
    else tasks.push(decide({ work, lineModels, current, sent }, wanted, result.values, now));
  }
  return tasks;
}

type LineModels = ReadonlyMap<string, ModelMetadata>;

/** Metadata of the lines' models, by the field. A model that this user may not see is for Odoo to judge. */
async function lineModelsOf(work: Comparing, open: readonly Open<Wanted>[]): Promise<LineModels> {
  const found = new Map<string, ModelMetadata>();
  for (const name of new Set(open.flatMap(({ wanted }) => Object.keys(wanted.values)))) {
    const field = Object.hasOwn(work.model.fields, name) ? work.model.fields[name] : undefined;
    if (field?.type !== "one2many" || field.relation === undefined) continue;
    const metadata = await unlessRefused(work.metadata.model(field.relation));
    if (metadata) found.set(name, metadata);
  }
  return found;
}

interface Current {
  readonly records: ReadonlyMap<number, Values>;
  /** Lines by field and record. */
  readonly lines: ReadonlyMap<string, ReadonlyMap<number, readonly Values[]>>;
}

/** What Odoo holds of the records that exist, in the fields that matter here. */
async function readCurrent(work: Comparing, open: readonly Open<Wanted>[], lineModels: LineModels): Promise<Current> {
  const existing = open.filter(({ at }) => at !== undefined);
  const ids = [...new Set(existing.flatMap(({ at }) => at ?? []))];
  if (ids.length === 0) return { records: new Map(), lines: new Map() };
  const names = [...new Set(existing.flatMap(({ wanted }) => Object.keys(wanted.values)))].filter((name) =>
    Object.hasOwn(work.model.fields, name),
  );
  const plain = names.filter((name) => work.model.fields[name]?.type !== "one2many");
  const rows = await searchRead(work.caller, work.model.model, ids, "id", plain);
  const lines = new Map<string, Map<number, Values[]>>();
  for (const [field, lineModel] of lineModels) {
    const back = work.model.fields[field]?.relationField;
    if (back === undefined || !names.includes(field)) continue;
    const wanted = existing.flatMap((one) => lineNames(one.wanted.values[field]));
    const fields = [...new Set([...wanted, ...Object.keys(work.otherLines?.[field] ?? {})])].filter((name) =>
      Object.hasOwn(lineModel.fields, name),
    );
    const groups = new Map<number, Values[]>();
    for (const line of await searchRead(work.caller, lineModel.model, ids, back, [back, ...fields])) {
      const owner = Array.isArray(line[back]) ? Number(line[back][0]) : Number(line[back]);
      const group = groups.get(owner);
      if (group) group.push(line);
      else groups.set(owner, [line]);
    }
    lines.set(field, groups);
  }
  return { records: new Map(rows.map((row) => [Number(row.id), row])), lines };
}

/** Fields of the lines that `{create: [...]}` names; other forms are refused later. */
function lineNames(value: unknown): string[] {
  const create = typeof value === "object" && value !== null && "create" in value ? value.create : value;
  const commands = Array.isArray(create) ? create : [];
  return commands.flatMap((one: unknown) => Object.keys((Array.isArray(one) ? one[2] : one) ?? {}));
}

async function searchRead(
  caller: OdooCaller,
  model: string,
  ids: readonly number[],
  field: string,
  fields: readonly string[],
): Promise<Values[]> {
  const options = { order: "id", context: { active_test: false } };
  return (await caller.call(model, "search_read", [[[field, "in", ids]], ["id", ...fields]], options)) as Values[];
}

/** Checks every record against the metadata, fetching that of related models as it turns out to be needed. */
async function check(
  work: Comparing,
  open: readonly Open<Wanted>[],
  current: Current,
  lineModels: LineModels,
): Promise<Checked[]> {
  const models = new Map<string, ModelMetadata | undefined>([[work.model.model, work.model]]);
  for (const lineModel of lineModels.values()) models.set(lineModel.model, lineModel);
  for (;;) {
    const checked = open.map(({ wanted, at }) =>
      checkRecord(work.model, wanted.values, {
        mode: at !== undefined && current.records.has(at) ? "write" : "create",
        ...(work.decimals === undefined ? {} : { decimals: work.decimals }),
        metadata: (model) => models.get(model),
      }),
    );
    const missing = [...new Set(checked.flatMap((one) => one.missingModels))].filter((model) => !models.has(model));
    if (missing.length === 0) return checked;
    for (const model of missing) models.set(model, await unlessRefused(work.metadata.model(model)));
  }
}

async function unlessRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const refused = error instanceof OdoorwayError && /^(access_|model_not_found)/.test(error.code);
    if (refused) return undefined;
    throw error;
  }
}

/** Looks up what the records mention and is not known already. */
async function answer(work: Comparing, all: readonly Checked[]): Promise<Resolved[]> {
  const checked = all.map((one) => ({
    ...one,
    references: one.references.filter(
      ({ relation, target }) => target.kind !== "id" || !work.known.has(`${relation} ${target.id}`),
    ),
  }));
  const lookups = planLookups(checked);
  const answers: unknown[] = [];
  for (const lookup of lookups)
    answers.push(
      lookup.purpose === "external_ids"
        ? await externalIdRows(work, checked)
        : await unlessRefused(work.caller.call(lookup.model, lookup.method, lookup.args, lookup.kwargs)),
    );
  return resolve(checked, lookups, answers);
}

/** The answer that a search of ir.model.data would give, from the source that every user may ask. */
async function externalIdRows(work: Comparing, checked: readonly Checked[]): Promise<Values[]> {
  const wanted = checked.flatMap((one) =>
    one.references.flatMap(({ target }) => (target.kind === "external_id" ? [target.externalId] : [])),
  );
  const found = await work.externalIds.find(wanted);
  return [...found].map(([externalId, { model, id }]) => {
    const dot = externalId.indexOf(".");
    return { module: externalId.slice(0, dot), name: externalId.slice(dot + 1), model, res_id: id };
  });
}

/** What was sent before to the records that are there, as far as it is the same record still. */
async function remembered(
  work: Comparing,
  open: readonly Open<Wanted>[],
  current: Current,
): Promise<ReadonlyMap<string, Sent>> {
  const there = open.filter(({ at }) => at !== undefined && current.records.has(at));
  if (!work.memory || work.onExisting !== "update-changed" || there.length === 0) return new Map();
  const sent = await work.memory.sentValues(there.map(({ wanted }) => wanted.externalId));
  return new Map(sent.map((one) => [one.externalId, one]));
}

interface Known {
  readonly work: Comparing;
  readonly lineModels: LineModels;
  readonly current: Current;
  readonly sent: ReadonlyMap<string, Sent>;
}

/** `values`: as create and write take them. `now`: the record as it is, undefined when it is not there. */
function decide<W extends Wanted>(known: Known, wanted: W, values: Values, now: Values | undefined): Task<W> {
  const { work, lineModels } = known;
  const settled = settleRelations(work.model, lineModels, values, now);
  if ("row" in settled) return { do: "fail", wanted, fault: settled };
  const { header, lines } = settled;
  const hashes = hashesOf(values);
  if (!now) return { do: "create", wanted, hashes, loadable: { ref: wanted.externalId, values: header, lines } };
  const odooId = Number(now.id);
  const memory = known.sent.get(wanted.externalId);
  const before: Hashes = memory?.odooId === odooId ? memory.fields : {};
  const matters = (name: string) =>
    (wanted.only?.has(name) ?? true) && (before[name] === undefined || before[name] !== hashes[name]);
  const changes: Record<string, unknown> = {};
  for (const name of changedFields(work.model, now, header)) if (matters(name)) changes[name] = header[name];
  const plans: LinesPlan[] = [];
  for (const { field, values: list } of lines) {
    if (!matters(field)) continue;
    const lineModel = lineModels.get(field);
    const there = known.current.lines.get(field);
    if (!lineModel || !there) return unreadableLines(work, wanted, field);
    const plan = planLines(
      lineModel,
      wanted.externalId,
      field,
      there.get(odooId) ?? [],
      list,
      work.otherLines?.[field],
    );
    if (plan.updates.length + plan.adds.length > 0) plans.push(plan);
  }
  if (Object.keys(changes).length + plans.length === 0) return { do: "nothing", wanted, odooId, hashes };
  return { do: "update", wanted, odooId, changes, lines: plans, hashes };
}

function otherModel<W extends Wanted>(work: Comparing, wanted: W, at: RecordReference): Task<W> {
  const evidence = { key: wanted.externalId, received: at.model, model: work.model.model };
  return { do: "fail", wanted, fault: faultOfCode("key_of_other_model", evidence) };
}

/** Lines that cannot be compared could only be added again at every run. */
function unreadableLines<W extends Wanted>(work: Comparing, wanted: W, field: string): Task<W> {
  const { model } = work.model;
  const received = "lines that this user may not read, for a record that is there";
  const evidence = { model, field, expected: "the record without them", received };
  return { do: "fail", wanted, fault: faultOfCode("x2many_command_syntax", evidence, field) };
}

function exists<W extends Wanted>(work: Comparing, wanted: W, id: number): Task<W> {
  const evidence = { key: wanted.externalId, model: work.model.model, id };
  return { do: "fail", wanted, fault: faultOfCode("record_exists", evidence) };
}
