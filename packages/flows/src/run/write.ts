/**
 * One record of the flow, for all runs of a batch at once.
 *
 * 1. A record that needs one which was not made is passed over: nothing that it would look up is made for it either.
 *    Look-ups that had to wait for records before are made for the others.
 * 2. A record whose external id is unknown is looked for by its natural keys; one that has to be there and is not
 *    ends its run, or is passed over, as `missing` says.
 * 3. What is to be written goes through Upserts in one put. The same external id twice in a batch (two orders of one
 *    customer) goes in puts one after the other, so that the later one finds what the earlier made.
 */
import {
  OdoorwayError,
  type RecordReference,
  type UpsertOptions,
  type UpsertRecord,
  type UpsertResult,
} from "@odoorway/core";
import type { PlannedRecord } from "../types.js";
import { type Filled, fillRecord } from "./fill.js";
import { describe, type Finder, type FinderParts } from "./finder.js";
import { findsIn, groundAll, groundFind } from "./ground.js";
import { groupBy } from "./group.js";
import { findByKeys, type Hit } from "./lookup.js";
import { type RunState, sayRecord } from "./state.js";

export interface Step {
  readonly state: RunState;
  readonly record: PlannedRecord;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
}

/** External ids that Odoo has, as far as asked. */
export type KnownIds = ReadonlyMap<string, RecordReference>;

/** Writes; each run's state notes what became of its record. Rejects with nothing but our own defects. */
export async function writeStep(
  all: readonly Step[],
  known: KnownIds,
  finder: Finder,
  parts: FinderParts,
  options: WriteOptions,
): Promise<void> {
  const steps = all.filter(({ state, record }) => state.failure === undefined && hasNeeds(state, record));
  try {
    await finder.prepare(
      steps.flatMap(({ state, record }) =>
        findsIn([record.values, record.lines?.map(({ values }) => values), record.match]).map((find) =>
          groundFind(find, state.references),
        ),
      ),
    );
    const ids = await matched(steps, known, finder, parts, options);
    await put(steps, ids, known, finder, parts, options);
  } catch (error) {
    // Odoo cannot be used: no run of the batch can go on, whatever it says of failures.
    if (!(error instanceof OdoorwayError)) throw error;
    for (const { state } of steps) state.failure ??= error;
  }
}

/** Whether every record that this one needs was made. */
function hasNeeds(state: RunState, { needs = [] }: PlannedRecord): boolean {
  return needs.every((name) => state.references(name, undefined) !== undefined);
}

/** Ids by natural key, of the records whose external id is unknown. */
async function matched(
  steps: readonly Step[],
  known: KnownIds,
  finder: Finder,
  parts: FinderParts,
  { signal }: WriteOptions,
): Promise<Map<Step, number>> {
  const ids = new Map<Step, number>();
  const unknown = steps.filter(({ record }) => !known.has(record.external_id) && record.match.length > 0);
  for (const [model, list] of groupBy(unknown, ({ record }) => record.model)) {
    const requests = list.map(({ state, record }) => finder.groundAll(groundAll(record.match, state.references)));
    const hits = await findByKeys(parts, model, requests, signal === undefined ? {} : { signal });
    list.forEach((step, index) => {
      noteMatch(step, hits[index], ids);
    });
  }
  return ids;
}

function noteMatch(step: Step, hit: Hit | OdoorwayError | undefined, ids: Map<Step, number>): void {
  if (hit instanceof OdoorwayError) step.state.refused(step.record, hit);
  else if (hit !== undefined) {
    ids.set(step, hit.id);
    if (hit.several > 1)
      step.state.warn(
        `${sayRecord(step.record)}: ${hit.several} records of ${step.record.model} have ${describe(hit.terms)}; ${hit.id} was taken.`,
      );
  }
}

interface Ready extends Step {
  readonly filled: Filled;
  readonly id: number | undefined;
}

async function put(
  steps: readonly Step[],
  ids: ReadonlyMap<Step, number>,
  known: KnownIds,
  finder: Finder,
  { upserts }: FinderParts,
  options: WriteOptions,
): Promise<void> {
  const ready = steps.flatMap((step) => prepared(step, ids.get(step), known, finder) ?? []);
  const alike = ({ record }: Ready) => `${record.model} ${record.existing} ${JSON.stringify(otherLines(record) ?? "")}`;
  for (const group of groupBy(ready, alike).values())
    for (const round of rounds(group)) {
      const [first] = round;
      if (first === undefined) continue;
      const { model, existing } = first.record;
      const others = otherLines(first.record);
      const results = await upserts.put(model, round.map(toUpsert), {
        onExisting: existing,
        ...(others === undefined ? {} : { otherLines: others }),
        ...options,
      });
      round.forEach((one, index) => {
        const result = results[index];
        if (result === undefined) throw new TypeError("one result a record");
        settle(one, result);
      });
    }
}

/** What can be put; undefined when the record is passed over, refused, or only had to be there. */
function prepared(step: Step, id: number | undefined, known: KnownIds, finder: Finder): Ready | undefined {
  const { state, record } = step;
  if (state.failure !== undefined) return undefined;
  const there = known.get(record.external_id)?.id ?? id;
  if (there === undefined && record.missing !== undefined) {
    passOver(state, record);
    return undefined;
  }
  let filled: Filled;
  try {
    filled = fillRecord(record, finder, state.references);
  } catch (error) {
    if (!(error instanceof OdoorwayError)) throw error;
    state.refused(record, error);
    return undefined;
  }
  for (const warning of filled.warnings) state.warn(warning);
  if (there !== undefined && record.missing !== undefined && Object.keys(filled.values).length === 0) {
    state.made(record, there, "unchanged");
    return undefined;
  }
  return { ...step, filled, id: known.has(record.external_id) ? undefined : id };
}

function passOver(state: RunState, record: PlannedRecord): void {
  const evidence = { record: sayRecord(record), model: record.model, key: record.external_id };
  if (record.missing === "fail") state.refused(record, new OdoorwayError("flow_record_missing", { evidence }));
  else if (record.missing === "warn")
    state.warn(`${sayRecord(record)} (${record.model}) is not in Odoo and was passed over.`);
}

function toUpsert({ record, filled, id }: Ready): UpsertRecord {
  return { externalId: record.external_id, values: filled.values, ...(id === undefined ? {} : { id }) };
}

/** What is written to lines that are not wanted any more, by their field. */
function otherLines({ lines = [] }: PlannedRecord): UpsertOptions["otherLines"] {
  const fields = lines.flatMap(({ field, others }) => (others === undefined ? [] : [[field, others] as const]));
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** Each external id (and each record matched) at most once in a put. */
function rounds(ready: readonly Ready[]): Ready[][] {
  const made: Ready[][] = [];
  const seen = new Map<string, number>();
  for (const one of ready) {
    const names = [one.record.external_id, ...(one.id === undefined ? [] : [`#${one.id}`])];
    const round = Math.max(...names.map((name) => seen.get(name) ?? 0));
    for (const name of names) seen.set(name, round + 1);
    const list = made[round] ?? [];
    made[round] = list;
    list.push(one);
  }
  return made;
}

function settle({ state, record, filled }: Ready, result: UpsertResult): void {
  if (!("error" in result)) {
    for (const warning of result.warnings ?? []) state.warn(`${sayRecord(record)}: ${warning}`);
    state.made(record, result.id, result.outcome);
  } else if (isPendingAlone(result.error, filled.pending)) state.made(record, 0, "created");
  else state.refused(record, result.error);
}

/** In a dry run: the check misses nothing but what points to records that the dry run did not create. */
function isPendingAlone(error: OdoorwayError, pending: ReadonlySet<string>): boolean {
  return (
    error.errors.length > 0 &&
    error.errors.every(
      ({ code, pointer }) =>
        code === "missing_required_field" && pending.has(pointer.slice(pointer.lastIndexOf("/") + 1)),
    )
  );
}
