/**
 * Creations whose relation to their own model (the parent of a contact) is written after them.
 *
 * On Odoo 18.0 and 19.0 a load() that creates a contact under another reads the contact's credit limit, which
 * users without accounting rights may not: it is refused for a field that nobody sent. A load() that changes the
 * parent of a contact that is there passes, as do create and write. So records that are refused that way, and
 * have such a relation, are created without it, and get it in a second call:
 *
 *   sent whole ──saved──> done
 *       └──access_field_denied──> created without ──saved──> relation written ──> done | failed
 *
 * A crash between the two leaves a record that differs from what is wanted, which the next comparison finds. What
 * was learned of a model holds as long as its metadata is the same object.
 */
import type { ModelMetadata } from "@odoorway/core";
import type { Loadable } from "./cells.js";
import type { Results, Sending, SendResult } from "./send.js";
import { type Create, Unreachable, type Values, type Wanted } from "./wanted.js";

type Send = <T extends { readonly loadable: Loadable }>(
  work: Sending,
  items: readonly T[],
  results: Results<T>,
) => Promise<void>;

interface Late<W extends Wanted> {
  readonly job: Create<W>;
  readonly loadable: Loadable;
  readonly rest: Values;
}

const refusesParents = new WeakSet<ModelMetadata>();

/** Sends creations; `results` is filled as answers come. Throws Unreachable. */
export async function createAll<W extends Wanted>(
  send: Send,
  work: Sending,
  jobs: readonly Create<W>[],
  results: Results<Create<W>>,
): Promise<void> {
  const late = (job: Create<W>) => lateOf(work.model, job);
  const known = refusesParents.has(work.model);
  const whole = known ? jobs.filter((job) => late(job) === undefined) : jobs;
  const split = known ? jobs.flatMap((job) => late(job) ?? []) : [];
  const seen: Results<Create<W>> = {
    set(job, result) {
      const one = "fault" in result && result.fault.row.code === "access_field_denied" ? late(job) : undefined;
      if (!one) return results.set(job, result);
      refusesParents.add(work.model);
      return split.push(one);
    },
  };
  await send(work, whole, seen);
  await createLate(send, work, split, results);
}

async function createLate<W extends Wanted>(
  send: Send,
  work: Sending,
  split: readonly Late<W>[],
  results: Results<Create<W>>,
): Promise<void> {
  const made = new Map<Late<W>, SendResult>();
  try {
    await send(work, split, made);
    const changes = [...made].flatMap(([{ job, rest }, result]) => {
      if ("fault" in result) results.set(job, result);
      return "id" in result ? [{ job, loadable: { ref: result.id, values: rest, lines: [] } }] : [];
    });
    const changed: Results<(typeof changes)[number]> = { set: ({ job }, result) => results.set(job, result) };
    await send(work, changes, changed);
  } catch (error) {
    // Some are there without their relation: whoever takes them up must know that they are this caller's own.
    const some = [...made.values()].some((result) => "id" in result);
    throw some && error instanceof Unreachable ? new Unreachable(error.error, true) : error;
  }
}

/** The creation without its relations to the own model; undefined when it has none. */
function lateOf<W extends Wanted>(model: ModelMetadata, job: Create<W>): Late<W> | undefined {
  const entries = Object.entries(job.loadable.values);
  const isLate = ([name, value]: readonly [string, unknown]) => {
    const field = Object.hasOwn(model.fields, name) ? model.fields[name] : undefined;
    return field?.type === "many2one" && field.relation === model.model && !field.required && Boolean(value);
  };
  const rest = entries.filter(isLate);
  if (rest.length === 0) return undefined;
  const values = Object.fromEntries(entries.filter((entry) => !isLate(entry)));
  return { job, loadable: { ...job.loadable, values }, rest: Object.fromEntries(rest) };
}
