/**
 * Sends records through load() until each is in Odoo or refused for a reason of its own.
 *
 * load() saves all or nothing. What can come back, and what is done then:
 *
 *   ids                               all are saved.
 *   messages that name records        those are refused; the rest, which was rolled back, goes again at once.
 *                                     The first of several may be the whole batch's: Odoo (18.0, 19.0) puts
 *                                     what the batch met before what its records met one by one, in the name of
 *                                     the first record. So the first record goes again unless named twice.
 *   messages that name no record      the batch is halved until the one at fault stands alone.
 *   "could not serialize" everywhere  two writers met; the same batch goes again after a pause.
 *   an error, surely without effect,
 *     about access, reachability, ... the batch is given back: Unreachable is thrown, and tried later.
 *     about the values, or the size   halved, as above.
 *   an error of unknown effect        a reply was lost. Records that were to be created are looked up by
 *                                     external id: what is there was saved, what is not goes again, in
 *                                     halves. Records that were there before are given back (Unreachable),
 *                                     to be read and compared again.
 *
 * A record that is to be created goes with the context {mode: "update", noupdate: true}: Odoo files its
 * external id as not to be updated, and a load() in that mode leaves a record with such an id as it is, its
 * lines too, and answers its id. So a creation may be sent any number of times and in any overlap: it happens
 * once, whole (tried on 18.0 and 19.0: a second load with other values, and four at once; the loser of two
 * that overlap is refused by the unique index on external ids, as a conflict). Without the mode a second load
 * would write the values once more and add the lines again.
 *
 * A record that is there is named by its database id: should it be deleted meanwhile, the load is refused
 * instead of making a new one of a few fields.
 */
import type { Clock, ExternalIdSource, ModelMetadata, OdooCaller, OdoorwayError } from "@odoorway/core";
import type { LoadMessage } from "../types.js";
import { type Loadable, loadCall } from "./cells.js";
import { asError, type Fault, faultOfCode, faultOfError, isAboutValues, Unreachable } from "./wanted.js";

export interface Sending {
  readonly caller: OdooCaller;
  readonly externalIds: ExternalIdSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly explainLoad: (message: LoadMessage, model: string) => OdoorwayError;
  readonly model: ModelMetadata;
  /** How many records of the model are to be written in all, this batch included. */
  readonly many: number;
  /** Metadata of the lines, by the one2many field. */
  readonly lineModels: ReadonlyMap<string, ModelMetadata>;
  /** Told of every call: its rows, how long it took, and whether it was too much for the server. */
  readonly noteCall: (call: SentCall) => void;
}

export interface SentCall {
  readonly rows: number;
  /** Milliseconds. */
  readonly ms: number;
  /** Saved; refused for a row; met another writer; the reply was lost; too large for the server; one call too many. */
  readonly end: "saved" | "refused" | "conflict" | "lost" | "too-large" | "too-many";
}

/** Where results go; a Map is one. */
export interface Results<T> {
  set(item: T, result: SendResult): unknown;
}

export type SendResult = { readonly id: number } | { readonly fault: Fault };

/** Faults of the whole model, which every record of the batch would meet again. */
const ofTheModel = new Set(["access_model_denied", "access_field_denied", "method_not_found", "model_not_found"]);

/** The same records in smaller calls may do. */
function isTooLarge(error: OdoorwayError): boolean {
  return (
    ["payload_too_large", "memory_limit"].includes(error.code) ||
    error.odoo?.exception?.endsWith("MemoryError") === true
  );
}

const mostTries = 8;
const mostLost = 5;

/** The context in which a load() creates what is not there, and leaves alone what is. */
export const creating = { tz: "UTC", mode: "update", noupdate: true } as const;
const updating = { tz: "UTC", active_test: false } as const;

interface Group<T> {
  readonly items: readonly T[];
  readonly conflicts: number;
  readonly lost: number;
}

/** Sends items of one signature. `results` is filled as answers come, so that it tells what is done when this throws. */
export async function send<T extends { readonly loadable: Loadable }>(
  work: Sending,
  items: readonly T[],
  results: Results<T>,
): Promise<void> {
  const queue: Group<T>[] = [{ items, conflicts: 0, lost: 0 }];
  for (let group = queue.shift(); group; group = queue.shift())
    if (group.items.length > 0) queue.unshift(...(await sendOnce(work, group, results)));
}

const isCreation = (loadable: Loadable | undefined) => typeof loadable?.ref === "string";

async function sendOnce<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  results: Results<T>,
): Promise<Group<T>[]> {
  const records = group.items.map(({ loadable }) => loadable);
  const call = loadCall(records, work.model, work.lineModels);
  const context = isCreation(records[0]) ? creating : updating;
  const started = work.clock.now();
  const note = (end: SentCall["end"]) => work.noteCall({ rows: call.rows.length, ms: work.clock.now() - started, end });
  let answer: unknown;
  try {
    answer = await work.caller.call(work.model.model, "load", [call.fields, call.rows], { context });
  } catch (thrown) {
    const error = asError(thrown);
    note(error.happened !== "no" ? "lost" : isTooLarge(error) ? "too-large" : endOf(error));
    return afterError(work, group, error, results);
  }
  const { ids, messages } = readAnswer(answer);
  if (ids && ids.length === group.items.length) {
    note("saved");
    for (const [index, item] of group.items.entries()) results.set(item, { id: ids[index] ?? 0 });
    return [];
  }
  return afterMessages(work, group, messages, call.recordOf, results, note);
}

function endOf(error: OdoorwayError): SentCall["end"] {
  if (error.code === "rate_limited") return "too-many";
  return error.code === "serialization_failure" ? "conflict" : "refused";
}

async function afterError<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  error: OdoorwayError,
  results: Results<T>,
): Promise<Group<T>[]> {
  if (error.happened === "no") {
    if (error.code === "serialization_failure") return conflict(work, group, error, results);
    if (isTooLarge(error)) return halve(group, error, results);
    if (!isAboutValues(error)) throw new Unreachable(error, group.lost > 0);
    if (ofTheModel.has(error.code)) return refuseAll(group.items, error, results);
    return halve(group, error, results);
  }
  if (!isCreation(group.items[0]?.loadable)) throw new Unreachable(error, true);
  // The reply was lost: ask what is there, patiently at first, since the call may still be at work.
  const open = await settle(work, group, results);
  if (open.length === 0) return [];
  if (group.lost + 1 >= mostLost && open.length === 1) return refuseAll(open, error, results);
  return parts(open, { conflicts: 0, lost: group.lost + 1 });
}

/** Looks for the records of a lost call, each by its own external id; answers those that are not there. */
async function settle<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  results: Results<T>,
): Promise<T[]> {
  let open = [...group.items];
  for (const wait of [100, 400, 1500]) {
    await work.clock.sleep(wait, work.signal);
    let found: Awaited<ReturnType<ExternalIdSource["find"]>>;
    try {
      const refs = open.map((item) => String(item.loadable.ref));
      found = await work.externalIds.find(refs, { model: work.model.model, many: work.many });
    } catch (error) {
      throw new Unreachable(asError(error), true);
    }
    open = open.filter((item) => {
      const at = found.get(String(item.loadable.ref));
      if (at?.model !== work.model.model) return true;
      results.set(item, { id: at.id });
      return false;
    });
    // load() is all or nothing: what is there of a batch says that it is all there.
    if (open.length === 0) break;
  }
  return open;
}

async function conflict<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  error: OdoorwayError,
  results: Results<T>,
): Promise<Group<T>[]> {
  if (group.conflicts + 1 >= mostTries) {
    if (group.items.length === 1) return refuseAll(group.items, error, results);
    return halve({ ...group, conflicts: 0 }, error, results);
  }
  const pause = Math.min(5000, 50 * 2 ** group.conflicts) * (0.5 + work.random());
  await work.clock.sleep(pause, work.signal);
  return [{ ...group, conflicts: group.conflicts + 1 }];
}

/** In two, until the one at fault stands alone: log2 of the batch's size steps. */
function halve<T>(group: Group<T>, error: OdoorwayError, results: Results<T>): Group<T>[] {
  return group.items.length === 1 ? refuseAll(group.items, error, results) : parts(group.items, group);
}

function parts<T>(items: readonly T[], group: Omit<Group<T>, "items">): Group<T>[] {
  const middle = Math.ceil(items.length / 2);
  return [
    { ...group, items: items.slice(0, middle) },
    { ...group, items: items.slice(middle) },
  ];
}

function refuseAll<T>(items: readonly T[], error: OdoorwayError, results: Results<T>): [] {
  for (const item of items) results.set(item, { fault: faultOfError(error) });
  return [];
}

async function afterMessages<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  messages: readonly LoadMessage[],
  recordOf: readonly number[],
  results: Results<T>,
  note: (end: SentCall["end"]) => void,
): Promise<Group<T>[]> {
  const errors = messages.filter((message) => message.type !== "warning");
  const unexplained: LoadMessage = { type: "error", message: "load() saved nothing and did not say why" };
  const first = errors[0] ?? messages[0] ?? unexplained;
  const explained = (message: LoadMessage) => work.explainLoad(message, work.model.model);
  const conflicts = errors.filter((message) => explained(message).code === "serialization_failure");
  const met = conflicts.length > 0 && conflicts.length === errors.length;
  note(met ? "conflict" : "refused");
  if (met) return conflict(work, group, explained(first), results);
  if (errors.length > 0 && errors.every((message) => ofTheModel.has(explained(message).code)))
    return refuseAll(group.items, explained(first), results);
  const bad = new Map<number, LoadMessage>();
  for (const message of errors) {
    if (conflicts.includes(message)) continue;
    const index = message.rows ? recordOf[message.rows.from] : message.record;
    if (index !== undefined && index < group.items.length && !bad.has(index)) bad.set(index, message);
  }
  const [head, ...others] = errors;
  const ofFirst = (message: LoadMessage) => message.record === 0 || message.rows?.from === 0;
  if (bad.size > 1 && head && ofFirst(head) && !others.some(ofFirst)) bad.delete(0);
  if (bad.size === 0) return halve(group, explained(first), results);
  for (const [index, message] of bad) {
    const item = group.items[index];
    if (item) results.set(item, { fault: faultOf(work, item.loadable, message) });
  }
  return [{ ...group, items: group.items.filter((_item, index) => !bad.has(index)) }];
}

function faultOf(work: Sending, loadable: Loadable, message: LoadMessage): Fault {
  const other = /found record of different model (\S+)/.exec(message.message ?? "");
  if (other)
    return faultOfCode("key_of_other_model", {
      key: String(loadable.ref),
      received: other[1] ?? "?",
      model: work.model.model,
    });
  const error = work.explainLoad(message, work.model.model);
  return faultOfError(error, typeof message.field === "string" ? message.field : undefined);
}

function readAnswer(answer: unknown): { ids: readonly number[] | undefined; messages: readonly LoadMessage[] } {
  const { ids, messages } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  return {
    ids: Array.isArray(ids) ? (ids as number[]) : undefined,
    messages: Array.isArray(messages) ? (messages as LoadMessage[]) : [],
  };
}
