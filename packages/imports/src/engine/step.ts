/**
 * One batch of one import: claim records, prepare them, journal what will be done, do it, write down what
 * became of them. Whatever ends a step early, every record is left in a state that the next step, of
 * this or another process, goes on from:
 *
 *   not yet journaled          still pending.
 *   journaled, no answer       sending: the next step takes these first, looks whether they are in Odoo,
 *                              and treats them as what the journal says that they were to become.
 *   given back                 pending, with its intent kept when the call may have had an effect.
 *
 * Any number of batches of an import run at once, in this process and in others. What a batch holds nobody else
 * touches; a node that lost its claims is told so at the latest when it journals, before anything is sent.
 */
import { type ModelMetadata, OdoorwayError, type OnExisting } from "@odoorway/core";
import type { Completion, Intent, Outcome, StoredRecord } from "@odoorway/store";
import { fromError, rowFault } from "../diagnosis.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { ImportLimits, ImportsParts, RowDiagnosis } from "../types.js";
import { nextBatchSize } from "./batch-size.js";
import { type Builder, type Built, createBuilder } from "./build.js";
import { signature } from "./cells.js";
import type { Lookups } from "./lookups.js";
import { prepare, type Task, type Writing } from "./prepare.js";
import { asError, isAboutValues, type SendResult, send, Unreachable } from "./send.js";

/** An import at work, in memory, shared by its batches; all of it can be had again from the store. */
export interface Run {
  readonly importId: string;
  readonly plan: CompiledPlan;
  readonly lookups: Lookups;
  readonly signal: AbortSignal;
  readonly onExisting: OnExisting;
  /** Everything is checked and nothing written. */
  readonly dryRun: boolean;
  batchSize: number;
  /** Replies lost one after another. */
  lost: number;
  /** By entity. */
  readonly ready: Map<number, Ready>;
  /** Batches that broke off while the store was away: still to be given back. */
  readonly owed: { readonly node: string; readonly entity: number; readonly keys: readonly string[] }[];
}

/** Records that a node holds, all of one entity. */
interface Batch {
  readonly run: Run;
  readonly node: string;
  readonly entity: number;
}

/** The node was not seen for the length of its lease: what it held is others' now. */
export class ClaimLost extends Error {}

/** What an entity needs once. */
interface Ready {
  readonly model: ModelMetadata;
  readonly lineModel: ModelMetadata | undefined;
  readonly builder: Builder;
}

type Create = Extract<Task, { do: "create" }>;
type Update = Extract<Task, { do: "update" }>;

/** After so many lost replies in a row the record of a batch of one is given up. */
const mostLost = 6;

/**
 * Does one batch in the name of a node. "wait": what is open is held by others. "none": nothing is left to do. Throws
 * Unreachable, ClaimLost, or OdoorwayError when the import cannot go on.
 */
export async function step(
  parts: ImportsParts,
  limits: ImportLimits,
  run: Run,
  node: string,
): Promise<"worked" | "wait" | "none"> {
  for (let batch = run.owed[0]; batch; batch = run.owed[0]) {
    await parts.store.releaseRecords(run.importId, batch.node, batch.entity, batch.keys, false);
    run.owed.splice(run.owed.indexOf(batch), 1);
  }
  const size = Math.min(run.batchSize, limits.batchRows);
  const claim = await parts.store.claimRecords(run.importId, node, { records: size, rows: size });
  if (claim === "lapsed") throw new ClaimLost();
  if (typeof claim === "string") return claim;
  const batch = { run, node, entity: claim.entity };
  try {
    await work(parts, limits, batch, claim.records);
  } catch (error) {
    await giveBack(parts, batch, claim.records);
    throw error;
  }
  return "worked";
}

/** Ends the claims of a batch that broke off; what is over already is left alone by the store. */
async function giveBack(parts: ImportsParts, { run, node, entity }: Batch, records: readonly StoredRecord[]) {
  const keys = records.map((record) => record.key);
  try {
    await parts.store.releaseRecords(run.importId, node, entity, keys, false);
  } catch {
    run.owed.push({ node, entity, keys });
  }
}

async function work(
  parts: ImportsParts,
  limits: ImportLimits,
  batch: Batch,
  records: readonly StoredRecord[],
): Promise<void> {
  const { run } = batch;
  const ready = await getReady(parts, batch);
  const done: Completion[] = [];
  const large = records.filter((record) => record.rows > limits.recordRows && batch.entity === run.plan.primary);
  for (const record of large) {
    const evidence = { count: record.rows, key: record.key, limit: limits.recordRows };
    done.push(completion(record, undefined, { fault: rowFault("row_group_too_large", evidence) }));
  }
  const fitting = records.filter((record) => !large.includes(record));
  const tasks = await prepareBatch(parts, batch, ready, fitting);
  for (const task of tasks) {
    if (task.do === "fail") done.push(completion(task.record, task.built, { fault: task.fault }));
    if (task.do === "nothing")
      done.push(completion(task.record, task.built, { outcome: outcomeOf(task.record, undefined), id: task.odooId }));
  }
  await parts.store.completeRecords(run.importId, batch.node, done);
  await write(parts, limits, batch, ready, tasks);
}

async function getReady(parts: ImportsParts, { run, entity: index }: Batch): Promise<Ready> {
  const known = run.ready.get(index);
  if (known) return known;
  const entity = run.plan.entities[index];
  const model = await parts.metadata.model(entity?.model ?? "");
  const lineField = entity?.spec?.lines?.field;
  const relation = lineField === undefined ? undefined : model.fields[lineField]?.relation;
  const lineModel = relation === undefined ? undefined : await parts.metadata.model(relation);
  const ready = { model, lineModel, builder: createBuilder(run.plan, index, model, lineModel) };
  run.ready.set(index, ready);
  return ready;
}

/**
 * Prepares a batch. An error about its values comes down, by halves, to the records that it is about; met in
 * both halves alike, it is about what they have in common and is every record's.
 */
async function prepareBatch(
  parts: ImportsParts,
  batch: Batch,
  ready: Ready,
  records: readonly StoredRecord[],
): Promise<Task[]> {
  const prepared = await tryPrepare(parts, batch, ready, records);
  if (!(prepared instanceof OdoorwayError)) return prepared;
  const middle = Math.ceil(records.length / 2);
  const halves = [records.slice(0, middle), records.slice(middle)].filter((half) => half.length > 0);
  const again: (Task[] | OdoorwayError)[] = [];
  if (records.length > 1) for (const half of halves) again.push(await tryPrepare(parts, batch, ready, half));
  if (again.every((one) => one instanceof OdoorwayError && one.code === prepared.code))
    return records.map((record) => ({ do: "fail", record, built: undefined, fault: fromError(prepared) }));
  const tasks: Task[] = [];
  for (const [index, half] of halves.entries()) {
    const one = again[index];
    tasks.push(...(one instanceof OdoorwayError ? await prepareBatch(parts, batch, ready, half) : (one ?? [])));
  }
  return tasks;
}

async function tryPrepare(
  parts: ImportsParts,
  batch: Batch,
  ready: Ready,
  records: readonly StoredRecord[],
): Promise<Task[] | OdoorwayError> {
  if (records.length === 0) return [];
  const { store, caller, metadata, externalIds } = parts;
  const { entity } = batch;
  const { importId, plan, lookups } = batch.run;
  try {
    return await prepare({ store, caller, metadata, externalIds, lookups, importId, plan, ...ready, entity }, records);
  } catch (thrown) {
    const error = asError(thrown);
    if (error.code.startsWith("store_") || error.code === "internal_error") throw error;
    if (!isAboutValues(error)) throw new Unreachable(error, false);
    return error;
  }
}

async function write(
  parts: ImportsParts,
  limits: ImportLimits,
  batch: Batch,
  ready: Ready,
  tasks: readonly Task[],
): Promise<void> {
  const { run } = batch;
  const creates = tasks.filter((task): task is Create => task.do === "create");
  const updates = tasks.filter((task): task is Update => task.do === "update");
  if (creates.length + updates.length === 0) return;
  await journal(parts, batch, [...creates, ...updates]);
  const results = new Map<Create | Update, SendResult>();
  const sent = [...creates, ...updates];
  const started = parts.clock.now();
  let stopped: Unreachable | undefined;
  let lost = false;
  try {
    const plain = updates.filter((task) => task.loadable.lines === undefined);
    for (const group of bySignature(creates))
      lost = (await sendGroup(parts, batch, ready, "create", group, results)).lost || lost;
    for (const group of bySignature(plain))
      lost = (await sendGroup(parts, batch, ready, "update", group, results)).lost || lost;
    for (const task of updates) if (task.loadable.lines !== undefined) await writeOne(parts, ready, task, results);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    stopped = error;
  }
  lost ||= stopped?.unknown ?? false;
  run.lost = lost && results.size === 0 ? run.lost + 1 : 0;
  if (stopped && run.lost >= mostLost && sent.length === 1) {
    for (const task of sent) results.set(task, { fault: fromError(stopped.error) });
    stopped = undefined;
  }
  await settle(parts, batch, sent, results, stopped?.unknown ?? false);
  const rows = sent.reduce((sum, task) => sum + Math.max(1, task.loadable.lines?.values.length ?? 1), 0);
  run.batchSize = nextBatchSize(run.batchSize, { rows, ms: parts.clock.now() - started, lost }, limits);
  if (stopped) throw stopped;
}

async function journal(parts: ImportsParts, batch: Batch, tasks: readonly (Create | Update)[]): Promise<void> {
  for (const intent of ["create", "update"] as const) {
    const keys = tasks.filter((task) => (task.record.intent ?? task.do) === intent).map((task) => task.record.key);
    if (keys.length === 0) continue;
    if (!(await parts.store.journalSending(batch.run.importId, batch.node, batch.entity, keys, intent)))
      throw new ClaimLost();
  }
}

/** Creates whose earlier end is unknown go apart from the others: they are sent in another way. */
function bySignature<T extends Writing>(tasks: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const task of tasks) {
    const key = `${task.record.intent ?? ""} ${signature(task.loadable)}`;
    const group = groups.get(key);
    if (group) group.push(task);
    else groups.set(key, [task]);
  }
  return [...groups.values()];
}

function sendGroup(
  parts: ImportsParts,
  batch: Batch,
  ready: Ready,
  intent: Intent,
  group: readonly (Create | Update)[],
  results: Map<Create | Update, SendResult>,
): Promise<{ lost: boolean }> {
  const { caller, externalIds, clock, random, explainLoad } = parts;
  const { model, lineModel } = ready;
  const { signal } = batch.run;
  const work = { caller, externalIds, clock, random, explainLoad, signal, intent, model, lineModel };
  return send(work, group, intent === "create" && group[0]?.record.intent === "create", results);
}

/** Changes of a record with lines: one write, since load() would add the lines once more. */
async function writeOne(
  parts: ImportsParts,
  ready: Ready,
  task: Update,
  results: Map<Create | Update, SendResult>,
): Promise<void> {
  try {
    await parts.caller.call(ready.model.model, "write", [[task.odooId], task.changes], { context: { tz: "UTC" } });
    results.set(task, { id: task.odooId, linesOpen: false });
  } catch (thrown) {
    const error = asError(thrown);
    if (error.happened !== "no" || !isAboutValues(error)) throw new Unreachable(error, error.happened !== "no");
    results.set(task, { fault: fromError(error) });
  }
}

/** Writes down what became of everything that was journaled. */
async function settle(
  parts: ImportsParts,
  { run, node, entity }: Batch,
  sent: readonly (Create | Update)[],
  results: ReadonlyMap<Create | Update, SendResult>,
  unknown: boolean,
): Promise<void> {
  const done: Completion[] = [];
  const back: string[] = [];
  const backForgotten: string[] = [];
  for (const task of sent) {
    const result = results.get(task);
    const { record, built } = task;
    if (result && "fault" in result) done.push(completion(record, built, result));
    else if (result && !result.linesOpen)
      done.push(completion(record, built, { outcome: outcomeOf(record, task.do), id: result.id }));
    else if (result || unknown || record.intent !== null) back.push(record.key);
    else backForgotten.push(record.key);
  }
  await parts.store.completeRecords(run.importId, node, done);
  if (back.length > 0) await parts.store.releaseRecords(run.importId, node, entity, back, false);
  if (backForgotten.length > 0) await parts.store.releaseRecords(run.importId, node, entity, backForgotten, true);
}

/** What an earlier call was to do counts: it did it, if its reply was lost. */
function outcomeOf(record: StoredRecord, done: "create" | "update" | undefined): Outcome {
  const did = record.intent ?? done;
  return did === "create" ? "created" : did === "update" ? "updated" : "unchanged";
}

function completion(
  record: StoredRecord,
  built: Built | undefined,
  end: { fault: RowDiagnosis } | { outcome: Outcome; id: number },
): Completion {
  if ("fault" in end)
    // Repeated rows of a failed record fail with it, but those that failed by themselves keep their reason.
    return {
      record,
      outcome: "failed",
      odooId: null,
      diagnosis: JSON.stringify(end.fault),
      ownRows: (built?.ownRows ?? []).filter((row) => row.outcome === "failed"),
    };
  return { record, outcome: end.outcome, odooId: end.id, diagnosis: null, ownRows: built?.ownRows ?? [] };
}
