/**
 * A batch made ready to be sent: what the rows say, what they refer to, what is in Odoo already, what the
 * model's metadata says of the values, and what remains to be written. Nothing is written here.
 */
import {
  type ExternalIdSource,
  type MetadataSource,
  type ModelMetadata,
  type OdooCaller,
  OdoorwayError,
  type RecordReference,
} from "@odoorway/core";
import { type Checked, checkRecord, planLookups, type Resolved, resolve } from "@odoorway/schema";
import type { Store, StoredRecord, StoredRow } from "@odoorway/store";
import { fromProblems, rowFault } from "../diagnosis.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { RowDiagnosis } from "../types.js";
import type { Builder, Built } from "./build.js";
import type { Loadable } from "./cells.js";
import { changedFields } from "./diff.js";
import { type Dependency, fill, wantedKeys, wantedLookups } from "./fill.js";
import { lineCommands } from "./lines.js";
import type { Lookups } from "./lookups.js";

type Values = Readonly<Record<string, unknown>>;

export interface Preparing {
  readonly store: Store;
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  readonly externalIds: ExternalIdSource;
  readonly lookups: Lookups;
  readonly importId: string;
  readonly plan: CompiledPlan;
  readonly entity: number;
  readonly model: ModelMetadata;
  readonly lineModel: ModelMetadata | undefined;
  readonly builder: Builder;
}

/** What is to be done with a record. */
export type Task =
  | {
      readonly do: "fail";
      readonly record: StoredRecord;
      readonly built: Built | undefined;
      readonly fault: RowDiagnosis;
    }
  /** It is in Odoo as wanted: found so, or done by an earlier call of this import whose reply was lost. */
  | { readonly do: "nothing"; readonly record: StoredRecord; readonly built: Built; readonly odooId: number }
  | ({ readonly do: "create" } & Writing)
  | ({ readonly do: "update"; readonly odooId: number; readonly changes: Values } & Writing);

export interface Writing {
  readonly record: StoredRecord;
  readonly built: Built;
  readonly loadable: Loadable;
}

/** Reads, asks and compares for a batch of records. Rejects when Odoo or the store cannot be asked. */
export async function prepare(work: Preparing, records: readonly StoredRecord[]): Promise<Task[]> {
  const built = await buildAll(work, records);
  const [dependencies, lookups, present] = await Promise.all([
    dependenciesOf(work, built),
    work.lookups.find(wantedLookups(built)),
    work.externalIds.find(built.map((one) => one.externalId)),
  ]);
  const tasks: Task[] = [];
  const open: Open[] = [];
  for (const one of built) {
    const at = present.get(one.externalId);
    const filled = fill(one, work.plan, dependencies, lookups);
    if (at && at.model !== work.model.model) tasks.push(failed(one, otherModel(work, one, at)));
    else if ("fault" in filled) tasks.push(failed(one, filled.fault));
    else open.push({ built: one, values: filled.values, at });
  }
  const known = new Set<string>();
  for (const { model, odooId } of dependencies.values()) known.add(`${model} ${odooId}`);
  for (const found of lookups.values()) if ("id" in found) known.add(`${found.model} ${found.id}`);
  const current = await readCurrent(work, open);
  const checked = await check(work, open, current);
  const resolved = await answer(work, checked, known);
  for (const [index, one] of open.entries()) {
    const result = resolved[index];
    if (!result) continue;
    if (result.problems.length > 0) tasks.push(failed(one.built, fromProblems(result.problems)));
    else tasks.push(decide(work, one.built, result.values, current.records.get(one.at?.id ?? 0), current.lines));
  }
  return tasks;
}

async function buildAll(work: Preparing, records: readonly StoredRecord[]): Promise<Built[]> {
  const primary = work.entity === work.plan.primary;
  const keyOf = (record: StoredRecord) => (primary ? record.key : String(record.firstRow));
  const rows = primary
    ? await work.store.rowsByKey(work.importId, records.map(keyOf))
    : await work.store.rowsBySeq(
        work.importId,
        records.map((record) => record.firstRow),
      );
  const grouped = new Map<string, StoredRow[]>();
  for (const row of rows) {
    const key = primary ? (row.key ?? "") : String(row.seq);
    const group = grouped.get(key);
    if (group) group.push(row);
    else grouped.set(key, [row]);
  }
  return records.map((record) => work.builder.build(record, grouped.get(keyOf(record)) ?? []));
}

async function dependenciesOf(work: Preparing, built: readonly Built[]): Promise<Map<string, Dependency>> {
  const found = new Map<string, Dependency>();
  for (const [entity, keys] of wantedKeys(built))
    for (const record of await work.store.recordsByKey(work.importId, entity, [...keys])) {
      const fault = record.diagnosis === null ? undefined : (JSON.parse(record.diagnosis) as RowDiagnosis);
      found.set(`${entity} ${record.key}`, {
        model: work.plan.entities[entity]?.model ?? "",
        odooId: record.odooId,
        detail: fault?.cause,
      });
    }
  return found;
}

interface Open {
  readonly built: Built;
  readonly values: Record<string, unknown>;
  readonly at: RecordReference | undefined;
}

interface Current {
  readonly records: ReadonlyMap<number, Values>;
  readonly lines: ReadonlyMap<number, readonly Values[]>;
}

/** What Odoo holds of the records that exist, in the fields that matter here. */
async function readCurrent(work: Preparing, open: readonly Open[]): Promise<Current> {
  const existing = open.filter((one) => one.at !== undefined);
  const ids = existing.flatMap((one) => (one.at ? [one.at.id] : []));
  if (ids.length === 0) return { records: new Map(), lines: new Map() };
  const lineField = existing.find((one) => one.built.lines)?.built.lines?.field;
  const fields = [...new Set(existing.flatMap((one) => Object.keys(one.values)))].filter(
    (name) => name !== lineField && Object.hasOwn(work.model.fields, name),
  );
  const rows = await searchRead(work.caller, work.model.model, ids, "id", fields);
  const records = new Map(rows.map((row) => [Number(row.id), row]));
  const lines = new Map<number, Values[]>();
  const back = lineField === undefined ? undefined : work.model.fields[lineField]?.relationField;
  if (!work.lineModel || back === undefined) return { records, lines };
  const lineFields = new Set(existing.flatMap((one) => (one.built.lines?.drafts ?? []).flatMap(Object.keys)));
  for (const line of await searchRead(work.caller, work.lineModel.model, ids, back, [back, ...lineFields])) {
    const owner = Array.isArray(line[back]) ? Number(line[back][0]) : Number(line[back]);
    const group = lines.get(owner);
    if (group) group.push(line);
    else lines.set(owner, [line]);
  }
  return { records, lines };
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
async function check(work: Preparing, open: readonly Open[], current: Current): Promise<Checked[]> {
  const models = new Map<string, ModelMetadata | undefined>([[work.model.model, work.model]]);
  if (work.lineModel) models.set(work.lineModel.model, work.lineModel);
  for (;;) {
    const checked = open.map((one) =>
      checkRecord(work.model, one.values, {
        mode: one.at && current.records.has(one.at.id) ? "write" : "create",
        metadata: (model) => models.get(model),
      }),
    );
    const missing = [...new Set(checked.flatMap((one) => one.missingModels))].filter((model) => !models.has(model));
    if (missing.length === 0) return checked;
    // A related model that this user may not see is for Odoo to judge.
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

/** Looks up what the records mention and is not known from this import itself. */
async function answer(work: Preparing, all: readonly Checked[], known: ReadonlySet<string>): Promise<Resolved[]> {
  const checked = all.map((one) => ({
    ...one,
    references: one.references.filter(
      ({ relation, target }) => target.kind !== "id" || !known.has(`${relation} ${target.id}`),
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
async function externalIdRows(work: Preparing, checked: readonly Checked[]): Promise<Values[]> {
  const wanted = checked.flatMap((one) =>
    one.references.flatMap(({ target }) => (target.kind === "external_id" ? [target.externalId] : [])),
  );
  const found = await work.externalIds.find(wanted);
  return [...found].map(([externalId, { model, id }]) => {
    const dot = externalId.indexOf(".");
    return { module: externalId.slice(0, dot), name: externalId.slice(dot + 1), model, res_id: id };
  });
}

function failed(built: Built, fault: RowDiagnosis): Task {
  return { do: "fail", record: built.record, built, fault };
}

function otherModel(work: Preparing, built: Built, at: RecordReference): RowDiagnosis {
  const evidence = { key: built.externalId, received: at.model, model: work.model.model };
  return rowFault("key_of_other_model", evidence);
}

function decide(
  work: Preparing,
  built: Built,
  values: Values,
  now: Values | undefined,
  linesNow: ReadonlyMap<number, readonly Values[]>,
): Task {
  const { record } = built;
  const lineField = built.lines?.field;
  const header = Object.fromEntries(Object.entries(values).filter(([name]) => name !== lineField));
  const lines = lineField === undefined ? [] : createdBy(values[lineField]);
  const loadable: Loadable = {
    externalId: built.externalId,
    values: header,
    lines: lineField === undefined ? undefined : { field: lineField, values: lines },
  };
  if (!now) return { do: "create", record, built, loadable };
  const odooId = Number(now.id);
  const changes: Record<string, unknown> = {};
  for (const name of changedFields(work.model, now, header)) changes[name] = header[name];
  if (lineField !== undefined && work.lineModel) {
    const commands = lineCommands(work.lineModel, linesNow.get(odooId) ?? [], lines);
    if (commands.length > 0) changes[lineField] = commands;
  }
  if (Object.keys(changes).length === 0) return { do: "nothing", record, built, odooId };
  return { do: "update", record, built, loadable, odooId, changes };
}

/** Values of the lines that commands create: `[[0, 0, values], ...]`. */
function createdBy(commands: unknown): Values[] {
  if (!Array.isArray(commands)) return [];
  return commands.flatMap((command) => (Array.isArray(command) && command[0] === 0 ? [command[2] as Values] : []));
}
