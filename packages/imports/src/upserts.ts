/**
 * Records written exactly once without an import: what flows and the gateway do with a handful of records, by
 * the same comparison and the same calls as the engine's batches.
 *
 * A record's life in a put: wanted -> compared -> failed | unchanged | sent -> created | updated | failed. There
 * is no journal: who is interrupted puts again, and what was written by then is found by its external id. A
 * change whose reply was lost is read and compared once more before it is sent again.
 */
import type {
  Clock,
  ExternalIdSource,
  MetadataSource,
  ModelMetadata,
  OdooCaller,
  OdoorwayError,
  UpsertOptions,
  UpsertRecord,
  UpsertResult,
  Upserts,
} from "@odoorway/core";
import type { Decimals } from "@odoorway/schema";
import { type Comparing, compare } from "./records/compare.js";
import { byHalves } from "./records/halves.js";
import type { Sent, SentMemory } from "./records/memory.js";
import type { SendResult } from "./records/send.js";
import {
  type Create,
  type Fault,
  faultOfError,
  type Hashes,
  type Task,
  Unreachable,
  type Update,
  type Wanted,
} from "./records/wanted.js";
import { type Writing, write } from "./records/write.js";
import type { LoadMessage } from "./types.js";

export interface UpsertsParts {
  /** The door to Odoo. Must reject with OdoorwayError, whose `happened` and `retryable` steer what is done. */
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  readonly externalIds: ExternalIdSource;
  /** Explains one message of load() about a record of `model`. */
  readonly explainLoad: (message: LoadMessage, model: string) => OdoorwayError;
  readonly clock: Clock;
  /** A number from 0 up to 1, as Math.random gives. */
  readonly random: () => number;
  /** What was sent last, for `update-changed`; a store is one. Without it every field that differs is written. */
  readonly memory?: SentMemory;
  /** What becomes of more decimals than a field has. Default "refuse". */
  readonly decimals?: Decimals;
}

/** Records of one call at most, lines counted by their record. */
const mostAtOnce = 200;
/** How often what may have happened, its reply being lost, is compared and sent. */
const mostTries = 3;
const pauseMs = 500;

interface Item extends Wanted {
  readonly index: number;
}

/** Writes records exactly once, by external id. */
export function createUpserts(parts: UpsertsParts): Upserts {
  return {
    async put(model, records, options) {
      const results: UpsertResult[] = [];
      if (records.length === 0) return results;
      const metadata = await parts.metadata.model(model);
      for (const wave of waves(records)) await putWave(parts, metadata, wave, options, results);
      return results;
    },
  };
}

/** Parts small enough for a call, in each of which no external id comes twice: of two, the later one is last. */
function waves(records: readonly UpsertRecord[]): Item[][] {
  const made: { items: Item[]; names: Set<string> }[] = [];
  let from = 0;
  for (const [index, { externalId, values, id }] of records.entries()) {
    const last = made.at(-1);
    if (!last || last.names.has(externalId) || index - from >= mostAtOnce) {
      made.push({ items: [], names: new Set() });
      from = index;
    }
    const wave = made.at(-1);
    wave?.items.push({ index, externalId, values, id, intent: null });
    wave?.names.add(externalId);
  }
  return made.map(({ items }) => items);
}

async function putWave(
  parts: UpsertsParts,
  model: ModelMetadata,
  items: readonly Item[],
  options: UpsertOptions,
  results: UpsertResult[],
): Promise<void> {
  let open = items;
  const begun = new Set<number>();
  for (let tries = 1; open.length > 0; tries += 1)
    try {
      await putOnce(parts, model, open, options, results, begun);
      return;
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      if (!error.unknown || tries >= mostTries || options.signal?.aborted) throw error.error;
      await parts.clock.sleep(pauseMs * tries, options.signal);
      // What was to be created and is there now is this caller's own, whatever is said of existing records.
      open = items
        .filter(({ index }) => results[index] === undefined)
        .map((item) => (begun.has(item.index) ? { ...item, intent: "create" } : item));
    }
}

type Job = Create<Item> | Update<Item>;

async function putOnce(
  parts: UpsertsParts,
  model: ModelMetadata,
  items: readonly Item[],
  options: UpsertOptions,
  results: UpsertResult[],
  begun: Set<number>,
): Promise<void> {
  const { caller, metadata, externalIds, memory, decimals } = parts;
  const { onExisting, dryRun = false, otherLines } = options;
  const known = new Set<string>();
  const many = items.length;
  const sources = { caller, metadata, externalIds, memory, decimals };
  const work: Comparing = { ...sources, model, onExisting, otherLines, known, many };
  const tasks = await byHalves(
    items,
    (some) => compare(work, some),
    (wanted, error): Task<Item> => ({ do: "fail", wanted, fault: faultOfError(error) }),
  );
  const sent: Sent[] = [];
  const jobs: Job[] = [];
  const end = (item: Item, did: "created" | "updated" | "unchanged", id: number, hashes: Hashes | undefined) => {
    results[item.index] = { outcome: item.intent === "create" ? "created" : did, id };
    if (hashes) sent.push({ externalId: item.externalId, model: model.model, odooId: id, fields: hashes });
  };
  for (const task of tasks)
    if (task.do === "fail") results[task.wanted.index] = failure(task.fault);
    else if (task.do === "nothing") end(task.wanted, "unchanged", task.odooId, task.hashes);
    else if (dryRun) end(task.wanted, wouldBe(task), task.do === "update" ? task.odooId : 0, undefined);
    else jobs.push(task);
  const ended = new Map<Job, SendResult>();
  for (const job of jobs) if (job.do === "create") begun.add(job.wanted.index);
  try {
    if (jobs.length > 0) await write(sending(parts, model, jobs.length, options), jobs, ended);
  } finally {
    for (const [job, result] of ended)
      if ("fault" in result) results[job.wanted.index] = failure(result.fault);
      else end(job.wanted, wouldBe(job), result.id, job.hashes);
    if (memory && !dryRun && sent.length > 0) await memory.rememberSent(sent);
  }
}

function wouldBe(job: Job): "created" | "updated" {
  return job.do === "create" ? "created" : "updated";
}

function failure(fault: Fault): UpsertResult {
  return { error: fault.error() };
}

function sending(
  { caller, metadata, externalIds, clock, random, explainLoad }: UpsertsParts,
  model: ModelMetadata,
  many: number,
  { signal = new AbortController().signal }: UpsertOptions,
): Writing {
  return { caller, metadata, externalIds, clock, random, explainLoad, signal, model, many, noteCall: () => {} };
}
