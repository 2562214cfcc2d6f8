/**
 * One batch of one import: take records, prepare them, journal what will be done, do it, write down what
 * became of them. Whatever ends a step early, every record is left in a state that the next step, of
 * this or another process, goes on from:
 *
 *   not yet journaled          still pending.
 *   journaled, no answer       sending: the next step takes these first, looks whether they are in Odoo,
 *                              and treats them as what the journal says that they were to become.
 *   given back                 pending, with its intent kept when the call may have had an effect.
 */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
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

/** An import at work, in memory; all of it can be had again from the store. */
export interface Run {
  readonly importId: string;
  readonly plan: CompiledPlan;
  readonly lookups: Lookups;
  readonly signal: AbortSignal;
  /** The entity being sent. */
  entity: number;
  batchSize: number;
  /** Replies lost one after another. */
  lost: number;
  ready: Ready | undefined;
}

/** What an entity needs once. */
interface Ready {
  readonly entity: number;
  readonly model: ModelMetadata;
  readonly lineModel: ModelMetadata | undefined;
  readonly builder: Builder;
}

type Create = Extract<Task, { do: "create" }>;
type Update = Extract<Task, { do: "update" }>;

/** After so many lost replies in a row the record of a batch of one is given up. */
const mostLost = 6;

/** Does one batch. False: nothing is left to do. Throws Unreachable, or OdoorwayError when the import cannot go on. */
export async function step(parts: ImportsParts, limits: ImportLimits, run: Run): Promise<boolean> {
  const records = await takeRecords(parts, limits, run);
  if (records.length === 0) return false;
  const ready = await getReady(parts, run);
  const done: Completion[] = [];
  const large = records.filter((record) => record.rows > limits.recordRows && run.entity === run.plan.primary);
  for (const record of large) {
    const evidence = { count: record.rows, key: record.key, limit: limits.recordRows };
    done.push(completion(record, undefined, { fault: rowFault("row_group_too_large", evidence) }));
  }
  const batch = records.filter((record) => !large.includes(record));
  const tasks = await prepareBatch(parts, run, ready, batch);
  for (const task of tasks) {
    if (task.do === "fail") done.push(completion(task.record, task.built, { fault: task.fault }));
    if (task.do === "nothing")
      done.push(completion(task.record, task.built, { outcome: outcomeOf(task.record, undefined), id: task.odooId }));
  }
  await parts.store.completeRecords(run.importId, done);
  await write(parts, limits, run, ready, tasks);
  return true;
}

async function takeRecords(parts: ImportsParts, limits: ImportLimits, run: Run): Promise<StoredRecord[]> {
  // Always from the first entity on: a retry may have made records of an earlier one pending again.
  for (run.entity = 0; run.entity < run.plan.entities.length; run.entity += 1)
    for (const state of ["sending", "pending"] as const) {
      const found = await parts.store.nextRecords(run.importId, run.entity, state, run.batchSize);
      const size = Math.min(run.batchSize, limits.batchRows);
      let rows = 0;
      const taken = found.filter((record, index) => {
        rows += run.entity === run.plan.primary ? Math.min(record.rows, limits.recordRows) : 1;
        return index === 0 || rows <= size;
      });
      if (taken.length > 0) return taken;
    }
  return [];
}

async function getReady(parts: ImportsParts, run: Run): Promise<Ready> {
  if (run.ready?.entity === run.entity) return run.ready;
  const entity = run.plan.entities[run.entity];
  const model = await parts.metadata.model(entity?.model ?? "");
  const lineField = entity?.spec?.lines?.field;
  const relation = lineField === undefined ? undefined : model.fields[lineField]?.relation;
  const lineModel = relation === undefined ? undefined : await parts.metadata.model(relation);
  const builder = createBuilder(run.plan, run.entity, model, lineModel);
  run.ready = { entity: run.entity, model, lineModel, builder };
  return run.ready;
}

/**
 * Prepares a batch. An error about its values comes down, by halves, to the records that it is about; met in
 * both halves alike, it is about what they have in common and is every record's.
 */
async function prepareBatch(
  parts: ImportsParts,
  run: Run,
  ready: Ready,
  records: readonly StoredRecord[],
): Promise<Task[]> {
  const prepared = await tryPrepare(parts, run, ready, records);
  if (!(prepared instanceof OdoorwayError)) return prepared;
  const middle = Math.ceil(records.length / 2);
  const halves = [records.slice(0, middle), records.slice(middle)].filter((half) => half.length > 0);
  const again: (Task[] | OdoorwayError)[] = [];
  if (records.length > 1) for (const half of halves) again.push(await tryPrepare(parts, run, ready, half));
  if (again.every((one) => one instanceof OdoorwayError && one.code === prepared.code))
    return records.map((record) => ({ do: "fail", record, built: undefined, fault: fromError(prepared) }));
  const tasks: Task[] = [];
  for (const [index, half] of halves.entries()) {
    const one = again[index];
    tasks.push(...(one instanceof OdoorwayError ? await prepareBatch(parts, run, ready, half) : (one ?? [])));
  }
  return tasks;
}

async function tryPrepare(
  parts: ImportsParts,
  run: Run,
  ready: Ready,
  records: readonly StoredRecord[],
): Promise<Task[] | OdoorwayError> {
  if (records.length === 0) return [];
  const { store, caller, metadata, externalIds } = parts;
  const { importId, plan, entity, lookups } = run;
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
  run: Run,
  ready: Ready,
  tasks: readonly Task[],
): Promise<void> {
  const creates = tasks.filter((task): task is Create => task.do === "create");
  const updates = tasks.filter((task): task is Update => task.do === "update");
  if (creates.length + updates.length === 0) return;
  await journal(parts, run, [...creates, ...updates]);
  const results = new Map<Create | Update, SendResult>();
  const sent = [...creates, ...updates];
  const started = parts.clock.now();
  let stopped: Unreachable | undefined;
  let lost = false;
  try {
    const plain = updates.filter((task) => task.loadable.lines === undefined);
    for (const group of bySignature(creates))
      lost = (await sendGroup(parts, run, ready, "create", group, results)).lost || lost;
    for (const group of bySignature(plain))
      lost = (await sendGroup(parts, run, ready, "update", group, results)).lost || lost;
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
  await settle(parts, run, sent, results, stopped?.unknown ?? false);
  const rows = sent.reduce((sum, task) => sum + Math.max(1, task.loadable.lines?.values.length ?? 1), 0);
  run.batchSize = nextBatchSize(run.batchSize, { rows, ms: parts.clock.now() - started, lost }, limits);
  if (stopped) throw stopped;
}

async function journal(parts: ImportsParts, run: Run, tasks: readonly (Create | Update)[]): Promise<void> {
  for (const intent of ["create", "update"] as const) {
    const keys = tasks.filter((task) => (task.record.intent ?? task.do) === intent).map((task) => task.record.key);
    if (keys.length > 0) await parts.store.journalSending(run.importId, run.entity, keys, intent);
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
  run: Run,
  ready: Ready,
  intent: Intent,
  group: readonly (Create | Update)[],
  results: Map<Create | Update, SendResult>,
): Promise<{ lost: boolean }> {
  const { caller, externalIds, clock, random, explainLoad } = parts;
  const { model, lineModel } = ready;
  const work = { caller, externalIds, clock, random, explainLoad, signal: run.signal, intent, model, lineModel };
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
  run: Run,
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
  await parts.store.completeRecords(run.importId, done);
  if (back.length > 0) await parts.store.releaseRecords(run.importId, run.entity, back, false);
  if (backForgotten.length > 0) await parts.store.releaseRecords(run.importId, run.entity, backForgotten, true);
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
