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
import type { ModelMetadata, OdoorwayError, OnExisting } from "@odoorway/core";
import type { Completion, Outcome, StoredRecord } from "@odoorway/store";
import { rowFault } from "../diagnosis.js";
import { workByFlow } from "../flow/flow-work.js";
import { flowNamed } from "../flow/placing.js";
import { type OtherEntity, othersOf } from "../group/others.js";
import { relatedTo } from "../mapping/columns.js";
import type { CompiledPlan } from "../mapping/plan.js";
import { rowsOf } from "../records/cells.js";
import { byHalves } from "../records/halves.js";
import type { SendResult, SentCall } from "../records/send.js";
import { asError, type Create, faultOfError, Unreachable, type Update } from "../records/wanted.js";
import { write } from "../records/write.js";
import type { ImportLimits, ImportsParts, RowDiagnosis } from "../types.js";
import type { Abreast } from "./abreast.js";
import { afterDeath, firstBatch, nextBatchSize, nextClaimSize } from "./batch-size.js";
import { type Builder, createBuilder } from "./build.js";
import type { Lookups } from "./lookups.js";
import { type Item, type Prepared, prepare } from "./prepare.js";

/** An import at work, in memory, shared by its batches; all of it can be had again from the store. */
export interface Run {
  readonly importId: string;
  readonly plan: CompiledPlan;
  readonly lookups: Lookups;
  readonly signal: AbortSignal;
  readonly onExisting: OnExisting;
  /** Everything is checked and nothing written. */
  readonly dryRun: boolean;
  /** Rows that a call may have. */
  batchSize: number;
  /** Rows that a claim may have. */
  claimSize: number;
  /** How many batches of it run at once. */
  readonly abreast: Abreast;
  /** Replies lost one after another. */
  lost: number;
  /** Whether the last batch was what a dead process had been sending. */
  tookOver: boolean;
  /** By entity. */
  readonly ready: Map<number, Ready>;
  /** Batches that broke off while the store was away: still to be given back. */
  readonly owed: Owed[];
}

/** Records whose claim is still to be ended. It is kept by the engine: an import that is cancelled, or waits, has no run. */
export interface Owed {
  readonly importId: string;
  readonly node: string;
  readonly entity: number;
  readonly keys: readonly string[];
}

/** Records that a node holds, all of one entity. */
interface Batch {
  readonly run: Run;
  readonly node: string;
  readonly entity: number;
}

/** The node was not seen for the length of its lease: what it held is others' now. */
export class ClaimLost extends Error {}

/** The store was lost while it claimed: the node may hold records without knowing which, until its name is given up. */
export class ClaimUnknown extends Error {
  readonly error: OdoorwayError;

  constructor(error: OdoorwayError) {
    super(error.message);
    this.error = error;
  }
}

/** What an entity needs once. */
interface Ready {
  readonly model: ModelMetadata;
  readonly builder: Builder;
  /** Records of the entity in all. */
  readonly many: number;
  readonly others: readonly OtherEntity[];
}

type Job = Create<Item> | Update<Item>;

/** After so many lost replies in a row the record of a batch of one is given up. */
const mostLost = 6;

/**
 * Does one batch in the name of a node. "wait": what is open is held by others. "none": nothing is left to do. Throws
 * Unreachable, ClaimLost, ClaimUnknown, or OdoorwayError when the import cannot go on.
 */
export async function step(
  parts: ImportsParts,
  limits: ImportLimits,
  run: Run,
  node: string,
): Promise<"worked" | "wait" | "none"> {
  for (let owed = run.owed.shift(); owed; owed = run.owed.shift())
    try {
      await parts.store.releaseRecords(owed.importId, owed.node, owed.entity, owed.keys, false);
    } catch (error) {
      run.owed.push(owed);
      throw error;
    }
  if (run.ready.size === 0) await sizeOf(parts, limits, run, run.plan.entities[0]?.model);
  const size = Math.min(Math.max(run.batchSize, run.claimSize), limits.batchRows);
  const shares = limits.workers === 1 ? 1 : limits.workers * 2;
  const wanted = { records: size, rows: size, shares };
  const claim = await parts.store.claimRecords(run.importId, node, wanted).catch((thrown: unknown) => {
    const error = asError(thrown);
    throw error.code === "store_unavailable" ? new ClaimUnknown(error) : error;
  });
  if (claim === "lapsed") throw new ClaimLost();
  if (typeof claim === "string") return claim;
  const batch = { run, node, entity: claim.entity };
  try {
    if (claim.state === "sending") await takeOver(parts, batch);
    else run.tookOver = false;
    await work(parts, limits, batch, claim.records);
  } catch (error) {
    await giveBack(parts, batch, claim.records);
    throw error;
  }
  return "worked";
}

/**
 * What a dead process was sending is sent in smaller calls: what killed it may have been their size, and a process that
 * is killed again and again before a call ends gets on all the same.
 */
async function takeOver(parts: ImportsParts, { run, entity }: Batch): Promise<void> {
  if (run.tookOver) return;
  run.tookOver = true;
  const model = run.plan.entities[entity]?.model ?? "";
  const fitted = (await parts.store.batchSizeOf(model)) ?? firstBatch;
  run.batchSize = afterDeath(fitted);
  await parts.store.rememberBatchSize(model, run.batchSize);
}

/** Ends the claims of a batch that broke off; what is over already is left alone by the store. */
async function giveBack(parts: ImportsParts, { run, node, entity }: Batch, records: readonly StoredRecord[]) {
  const keys = records.map((record) => record.key);
  try {
    await parts.store.releaseRecords(run.importId, node, entity, keys, false);
  } catch {
    run.owed.push({ importId: run.importId, node, entity, keys });
  }
}

async function work(
  parts: ImportsParts,
  limits: ImportLimits,
  batch: Batch,
  records: readonly StoredRecord[],
): Promise<void> {
  const { run } = batch;
  const { plan } = run.plan;
  if (plan.kind === "flow") {
    const flow = flowNamed(parts.flows, plan.flow);
    const lost = () => {
      throw new ClaimLost();
    };
    return workByFlow(parts, { ...run, ...batch, flow, lost }, records);
  }
  const started = parts.clock.now();
  const ready = await getReady(parts, limits, batch);
  const done: Completion[] = [];
  const large = records.filter((record) => record.rows > limits.recordRows && batch.entity === run.plan.primary);
  for (const record of large) {
    const evidence = { count: record.rows, key: record.key, limit: limits.recordRows };
    done.push(failure(record, [], rowFault("row_group_too_large", evidence)));
  }
  const fitting = records.filter((record) => !large.includes(record));
  let comesLater = false;
  const prepared = await prepareBatch(parts, batch, ready, fitting, () => {
    comesLater = true;
  });
  if (comesLater) {
    // They have their turn again when the other file is done: at once, should it be so by now.
    await parts.store.yieldImport(run.importId);
    return giveBack(parts, batch, records);
  }
  const jobs: Job[] = [];
  for (const one of prepared) {
    const { record, built } = one.wanted;
    if (one.do === "fail") done.push(failure(record, built.ownRows, one.fault.row));
    else if (one.do === "nothing") done.push(completion(run, one, one.odooId));
    else if (run.dryRun) done.push(completion(run, one, one.do === "update" ? one.odooId : null));
    else jobs.push(one);
  }
  await parts.store.completeRecords(run.importId, batch.node, done);
  try {
    for (const part of partsOf(jobs, run)) await sendPart(parts, limits, batch, ready, part);
  } finally {
    const rows = records.reduce((sum, record) => sum + (batch.entity === run.plan.primary ? record.rows : 1), 0);
    const sent = jobs.reduce((sum, job) => sum + rowsOfJob(job), 0);
    const claimed = { rows, ms: parts.clock.now() - started, sent };
    run.claimSize = nextClaimSize(claimed, run.batchSize, limits);
  }
}

async function getReady(parts: ImportsParts, limits: ImportLimits, { run, entity: index }: Batch): Promise<Ready> {
  const known = run.ready.get(index);
  if (known) return known;
  const entity = run.plan.entities[index];
  const model = await parts.metadata.model(entity?.model ?? "");
  const lineField = entity?.spec?.lines?.field;
  const paths = lineField === undefined ? (entity?.direct?.columns ?? []) : [`${lineField}/*`];
  const related = await relatedTo(model, paths, parts.metadata);
  const stored = await parts.store.getImport(run.importId);
  const many = stored?.records[index]?.total ?? 0;
  const others = stored ? await othersOf(parts.store, stored) : [];
  const ready = { model, builder: createBuilder(run.plan, index, model, related), many, others };
  run.ready.set(index, ready);
  await sizeOf(parts, limits, run, model.model);
  return ready;
}

/** Each model has a size of its own, which is remembered across imports. */
async function sizeOf(parts: ImportsParts, limits: ImportLimits, run: Run, model = ""): Promise<void> {
  const fitted = await parts.store.batchSizeOf(model);
  run.batchSize = Math.min(limits.batchRows, fitted ?? firstBatch);
}

/** Prepares a batch. An error about its values comes down to the records that it is about. */
function prepareBatch(
  parts: ImportsParts,
  { run, entity }: Batch,
  ready: Ready,
  records: readonly StoredRecord[],
  comesLater: () => void,
): Promise<readonly Prepared[]> {
  const { store, caller, metadata, externalIds, decimals } = parts;
  const { importId, plan, lookups, onExisting, dryRun } = run;
  const sources = { store, caller, metadata, externalIds, lookups, decimals };
  const work = { ...sources, ...ready, importId, plan, entity, onExisting, dryRun, comesLater };
  return byHalves(
    records,
    (some) => prepare(work, some),
    (record, error) => {
      const built = ready.builder.build(record, []);
      const wanted = { record, built, externalId: built.externalId, values: {}, intent: null, deferred: undefined };
      return { do: "fail", wanted, fault: faultOfError(error) };
    },
  );
}

/** In parts of the size that calls may have now: it changes as they are answered. */
function* partsOf(jobs: readonly Job[], run: Run): Generator<Job[]> {
  let part: Job[] = [];
  let rows = 0;
  for (const job of jobs) {
    const size = rowsOfJob(job);
    if (part.length > 0 && rows + size > run.batchSize) {
      yield part;
      part = [];
      rows = 0;
    }
    part.push(job);
    rows += size;
  }
  if (part.length > 0) yield part;
}

function rowsOfJob(job: Job): number {
  if (job.do === "create") return rowsOf(job.loadable);
  return Math.max(1, ...job.lines.map(({ adds }) => adds.length));
}

/** Journals, sends, and writes down what became of it. */
async function sendPart(
  parts: ImportsParts,
  limits: ImportLimits,
  batch: Batch,
  ready: Ready,
  jobs: readonly Job[],
): Promise<void> {
  const { run } = batch;
  await journal(parts, batch, jobs);
  const { caller, metadata, externalIds, clock, random, explainLoad } = parts;
  const calls: SentCall[] = [];
  const noteCall = (call: SentCall) => {
    calls.push(call);
  };
  const { signal } = run;
  const { model, many } = ready;
  const sending = { caller, metadata, externalIds, clock, random, explainLoad, signal, model, many, noteCall };
  const results = new Map<Job, SendResult>();
  let stopped: Unreachable | undefined;
  try {
    await write(sending, jobs, results);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    stopped = error;
  }
  run.abreast.learn(calls);
  const size = nextBatchSize(run.batchSize, calls, limits);
  // Set before the store is waited for: another batch may set it meanwhile.
  const changed = size !== run.batchSize;
  run.batchSize = size;
  if (changed) await parts.store.rememberBatchSize(ready.model.model, size);
  const lost = calls.some(({ end }) => end === "lost") || (stopped?.unknown ?? false);
  run.lost = lost && results.size === 0 ? run.lost + 1 : 0;
  if (stopped && run.lost >= mostLost && jobs.length === 1) {
    for (const job of jobs) results.set(job, { fault: faultOfError(stopped.error) });
    stopped = undefined;
  }
  await settle(parts, batch, jobs, results, stopped?.unknown ?? false);
  if (stopped) throw stopped;
}

async function journal(parts: ImportsParts, batch: Batch, jobs: readonly Job[]): Promise<void> {
  for (const intent of ["create", "update"] as const) {
    const keys = jobs.filter((job) => (job.wanted.intent ?? job.do) === intent).map((job) => job.wanted.record.key);
    if (keys.length === 0) continue;
    if (!(await parts.store.journalSending(batch.run.importId, batch.node, batch.entity, keys, intent)))
      throw new ClaimLost();
  }
}

/** Writes down what became of everything that was journaled. */
async function settle(
  parts: ImportsParts,
  { run, node, entity }: Batch,
  jobs: readonly Job[],
  results: ReadonlyMap<Job, SendResult>,
  unknown: boolean,
): Promise<void> {
  const done: Completion[] = [];
  const back: string[] = [];
  const backForgotten: string[] = [];
  for (const job of jobs) {
    const result = results.get(job);
    const { record, built } = job.wanted;
    if (result && "fault" in result) done.push(failure(record, built.ownRows, result.fault.row));
    else if (result) done.push(completion(run, job, result.id));
    else if (unknown || record.intent !== null) back.push(record.key);
    else backForgotten.push(record.key);
  }
  await parts.store.completeRecords(run.importId, node, done);
  if (back.length > 0) await parts.store.releaseRecords(run.importId, node, entity, back, false);
  if (backForgotten.length > 0) await parts.store.releaseRecords(run.importId, node, entity, backForgotten, true);
}

/** What an earlier call was to do counts: it did it, if its reply was lost. */
function outcomeOf(record: StoredRecord, done: Prepared["do"]): Outcome {
  const did = record.intent ?? done;
  return did === "create" ? "created" : did === "update" ? "updated" : "unchanged";
}

/** `odooId` is null for what a dry run would create. */
function completion(run: Run, task: Exclude<Prepared, { do: "fail" }>, odooId: number | null): Completion {
  const { record, built, externalId, deferred } = task.wanted;
  const model = run.plan.entities[record.entity]?.model ?? "";
  const kept = task.hashes === undefined;
  const sent =
    kept || run.dryRun || odooId === null ? {} : { sent: { externalId, model, odooId, fields: task.hashes } };
  const outcome = outcomeOf(record, task.do);
  const rest = deferred === undefined || kept || run.dryRun ? sent : { deferred };
  return { record, outcome, odooId, diagnosis: null, ownRows: built.ownRows, ...rest };
}

/** Repeated rows of a failed record fail with it, but those that failed by themselves keep their reason. */
function failure(record: StoredRecord, ownRows: NonNullable<Completion["ownRows"]>, fault: RowDiagnosis): Completion {
  const own = ownRows.filter((row) => row.outcome === "failed");
  return { record, outcome: "failed", odooId: null, diagnosis: JSON.stringify(fault), ownRows: own };
}
