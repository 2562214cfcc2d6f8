/**
 * Carries out what a comparison found: creations and changes, and the lines of records that are there.
 *
 *   creation                  load() that leaves alone what is there (send.ts): header and lines at once, or neither;
 *                             where Odoo refuses the parent on creation, that comes after (parent-last.ts).
 *   change of fields          load() by database id, records of the same changed fields together: the values
 *                             are absolute, so that a second time changes nothing.
 *   change that reaches into  one write of the record with commands [1, id, values], absolute too: the fields
 *   lines                     and the lines at once, or neither.
 *   lines that are added      last; a load() that leaves alone what is there, on the lines' own model, with the
 *                             record in the field that points back and an external id of its own for each.
 *
 * A record whose change fails gets no new lines. One that fails in a later step has the earlier ones behind it;
 * done again, they change nothing.
 */
import type { MetadataSource, ModelMetadata, RecordReference } from "@odoorway/core";
import { type Loadable, signature } from "./cells.js";
import { type LineToAdd, lineExternalId } from "./lines.js";
import { createAll } from "./parent-last.js";
import { type Results, type Sending, type SendResult, send } from "./send.js";
import {
  asError,
  type Create,
  faultOfError,
  isAboutValues,
  Unreachable,
  type Update,
  type Values,
  type Wanted,
} from "./wanted.js";

type Job<W extends Wanted> = Create<W> | Update<W>;

export type Writing = Omit<Sending, "lineModels"> & { readonly metadata: MetadataSource };

/** Fills `results` as answers come, so that it tells what is done when this throws. Throws Unreachable. */
export async function write<W extends Wanted>(
  writing: Writing,
  jobs: readonly Job<W>[],
  results: Results<Job<W>>,
): Promise<void> {
  const work: Sending = { ...writing, lineModels: await lineModelsOf(writing, jobs) };
  const creates = jobs.filter((job): job is Create<W> => job.do === "create");
  await createAll(sendGroups, work, creates, results);
  const updates = jobs.filter((job): job is Update<W> => job.do === "update");
  const halfway = new Map<Update<W>, SendResult>();
  try {
    await change(work, updates, halfway);
    await addLines(work, updates, halfway, results);
  } finally {
    // A record without new lines is done with its change, whatever became of the others.
    for (const [job, result] of halfway)
      if ("fault" in result || job.lines.every(({ adds }) => adds.length === 0)) results.set(job, result);
  }
}

/** Metadata of the lines that are sent, by their field; the comparison has asked for it before. */
async function lineModelsOf(
  { metadata, model }: Writing,
  jobs: readonly Job<Wanted>[],
): Promise<ReadonlyMap<string, ModelMetadata>> {
  const found = new Map<string, ModelMetadata>();
  const fields = jobs.flatMap((job) =>
    job.do === "create" ? job.loadable.lines.map(({ field }) => field) : job.lines.map(({ field }) => field),
  );
  for (const field of new Set(fields)) {
    const relation = model.fields[field]?.relation;
    if (relation === undefined) continue;
    try {
      found.set(field, await metadata.model(relation));
    } catch (error) {
      throw new Unreachable(asError(error), false);
    }
  }
  return found;
}

async function sendGroups<T extends { readonly loadable: Loadable }>(
  work: Sending,
  items: readonly T[],
  results: Results<T>,
): Promise<void> {
  for (const group of groupBy(items, (item) => signature(item.loadable)).values()) await send(work, group, results);
}

async function change<W extends Wanted>(
  work: Sending,
  updates: readonly Update<W>[],
  results: Results<Update<W>>,
): Promise<void> {
  const loads: { job: Update<W>; loadable: Loadable }[] = [];
  for (const job of updates) {
    const { odooId, changes, lines } = job;
    const reachesIn = lines.some(({ updates: changed }) => changed.length > 0);
    if (reachesIn) continue;
    if (Object.keys(changes).length === 0) results.set(job, { id: odooId });
    else loads.push({ job, loadable: { ref: odooId, values: changes, lines: [] } });
  }
  const done = new Map<{ job: Update<W>; loadable: Loadable }, SendResult>();
  try {
    await sendGroups(work, loads, done);
  } finally {
    for (const [{ job }, result] of done) results.set(job, result);
  }
  for (const job of updates)
    if (job.lines.some(({ updates: changed }) => changed.length > 0)) results.set(job, await writeOne(work, job));
}

async function writeOne<W extends Wanted>(work: Sending, { odooId, changes, lines }: Update<W>): Promise<SendResult> {
  const values: Record<string, unknown> = { ...changes };
  for (const { field, updates } of lines)
    if (updates.length > 0) values[field] = updates.map(({ id, values: line }) => [1, id, line]);
  const started = work.clock.now();
  try {
    await work.caller.call(work.model.model, "write", [[odooId], values], { context: { tz: "UTC" } });
    work.noteCall({ rows: 1, ms: work.clock.now() - started, end: "saved" });
    return { id: odooId };
  } catch (thrown) {
    const error = asError(thrown);
    const retryable = error.happened !== "no" || !isAboutValues(error);
    if (retryable) throw new Unreachable(error, error.happened !== "no");
    return { fault: faultOfError(error) };
  }
}

interface Addition<W extends Wanted> {
  readonly job: Update<W>;
  readonly field: string;
  readonly line: LineToAdd;
  readonly present: ReadonlySet<number>;
  readonly loadable: Loadable;
}

async function addLines<W extends Wanted>(
  work: Sending,
  updates: readonly Update<W>[],
  changed: ReadonlyMap<Update<W>, SendResult>,
  results: Results<Update<W>>,
): Promise<void> {
  const ready = updates.filter((job) => {
    const result = changed.get(job);
    return result !== undefined && "id" in result && job.lines.some(({ adds }) => adds.length > 0);
  });
  const open = ready.flatMap((job) =>
    job.lines.flatMap(({ field, adds, present }) => {
      const ids = new Set(present);
      return adds.map((line) => ({ job, field, line, present: ids }));
    }),
  );
  const additions = await named(work, open);
  const done = new Map<Addition<W>, SendResult>();
  try {
    for (const [field, group] of groupBy(additions, (one) => one.field)) {
      const model = work.lineModels.get(field);
      const many = Math.max(work.many, additions.length);
      if (model) await sendGroups({ ...work, model, many, lineModels: new Map() }, group, done);
    }
  } finally {
    for (const [job, group] of groupBy(additions, (one) => one.job)) {
      const ends = group.map((one) => done.get(one));
      const fault = ends.find((end) => end !== undefined && "fault" in end);
      if (fault) results.set(job, fault);
      else if (ends.every((end) => end !== undefined)) results.set(job, { id: job.odooId });
    }
  }
}

/**
 * Lines with the external ids that they are added under. A name that stands for a line that was there when the
 * record was read is taken: that line is another one by now, or is wanted besides. One that stands for a line
 * that was not there yet is this very line, added since by a call whose reply was lost: adding it once more
 * leaves it as it is.
 */
async function named<W extends Wanted>(
  work: Sending,
  lines: readonly Omit<Addition<W>, "loadable">[],
): Promise<Addition<W>[]> {
  const additions: Addition<W>[] = [];
  let open = lines;
  const used = new Set<string>();
  for (let skip = 0; open.length > 0; skip += 1) {
    const found = await findNames(work, open, skip);
    const next: Omit<Addition<W>, "loadable">[] = [];
    for (const one of open) {
      const ref = lineExternalId(one.line, skip);
      const at = found.get(ref);
      if ((at && one.present.has(at.id)) || used.has(ref)) next.push(one);
      else {
        used.add(ref);
        additions.push({ ...one, loadable: { ref, values: withOwner(work.model, one), lines: [] } });
      }
    }
    open = next;
  }
  return additions;
}

async function findNames<W extends Wanted>(
  work: Sending,
  lines: readonly Omit<Addition<W>, "loadable">[],
  skip: number,
): Promise<ReadonlyMap<string, RecordReference>> {
  const found = new Map<string, RecordReference>();
  try {
    for (const [field, group] of groupBy(lines, (one) => one.field)) {
      const model = work.lineModels.get(field)?.model;
      const options = model === undefined ? {} : { model, many: Math.max(work.many, group.length) };
      const names = group.map(({ line }) => lineExternalId(line, skip));
      for (const [name, at] of await work.externalIds.find(names, options)) found.set(name, at);
    }
  } catch (error) {
    throw new Unreachable(asError(error), false);
  }
  return found;
}

function withOwner<W extends Wanted>(
  model: ModelMetadata,
  { job, field, line }: Omit<Addition<W>, "loadable">,
): Values {
  return { ...line.values, [model.fields[field]?.relationField ?? ""]: job.odooId };
}

function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
