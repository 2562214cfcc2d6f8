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
 *     about the values                halved, as above.
 *   an error of unknown effect        a reply was lost. Records that were to be created are looked up by
 *                                     external id: what is there was saved, what is not goes again, in
 *                                     halves. Records that were there before are given back (Unreachable),
 *                                     to be read and compared again.
 *
 * A record with lines must not be loaded twice: Odoo would add its lines again. So after a lost reply it
 * is loaded without lines first, which is the same however often it is done; and since two transactions
 * cannot both make one external id, the lost call can no longer commit once that has succeeded. Then
 * the record is given back, and the lines that it lacks are written as changes of an existing record.
 */
import type { Clock, ExternalIdSource, ModelMetadata, OdooCaller } from "@odoorway/core";
import { catalogue, OdoorwayError } from "@odoorway/core";
import { fromError } from "../diagnosis.js";
import type { LoadMessage, RowDiagnosis } from "../types.js";
import { type Loadable, loadCall } from "./cells.js";

export interface Sending {
  readonly caller: OdooCaller;
  readonly externalIds: ExternalIdSource;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** What the items are to Odoo: not there, or there and different. */
  readonly intent: "create" | "update";
  readonly model: ModelMetadata;
  readonly lineModel: ModelMetadata | undefined;
  readonly explainLoad: (message: LoadMessage, model: string) => OdoorwayError;
}

/** `linesOpen`: the record is there, but perhaps without its lines. */
export type SendResult = { readonly id: number; readonly linesOpen: boolean } | { readonly fault: RowDiagnosis };

/** Odoo cannot be used now. What was not answered for goes back to pending. */
export class Unreachable extends Error {
  readonly error: OdoorwayError;
  /** Whether the call may have happened. */
  readonly unknown: boolean;

  constructor(error: OdoorwayError, unknown: boolean) {
    super(error.message);
    this.error = error;
    this.unknown = unknown;
  }
}

/** Faults of the whole model, which every record of the batch would meet again. */
const ofTheModel = new Set(["access_model_denied", "access_field_denied", "method_not_found", "model_not_found"]);

/** Whether an error is about what was sent, and not about the way to Odoo. */
export function isAboutValues(error: OdoorwayError): boolean {
  if (error.code === "db_not_found") return false;
  return !error.retryable && !["transport", "auth", "internal"].includes(catalogue[error.code].family);
}

const mostTries = 8;
const mostLost = 5;

interface Group<T> {
  readonly items: readonly T[];
  readonly conflicts: number;
  readonly lost: number;
  /** Whether an earlier call with these may have been carried out or may still be. */
  readonly unsettled: boolean;
}

/** Sends items of one signature. `results` is filled as answers come, so that it tells what is done when this throws. */
export async function send<T extends { readonly loadable: Loadable }>(
  work: Sending,
  items: readonly T[],
  unsettled: boolean,
  results: Map<T, SendResult>,
): Promise<{ lost: boolean }> {
  const queue: Group<T>[] = [{ items, conflicts: 0, lost: 0, unsettled }];
  let anyLost = false;
  for (let group = queue.shift(); group; group = queue.shift()) {
    if (group.items.length === 0) continue;
    const next = await sendOnce(work, group, results);
    anyLost ||= next.some((one) => one.lost > group.lost);
    queue.unshift(...next);
  }
  return { lost: anyLost };
}

async function sendOnce<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  results: Map<T, SendResult>,
): Promise<Group<T>[]> {
  const records = group.items.map(({ loadable }) => (group.unsettled ? { ...loadable, lines: undefined } : loadable));
  const call = loadCall(records, work.model, work.lineModel);
  let answer: unknown;
  try {
    answer = await work.caller.call(work.model.model, "load", [call.fields, call.rows], { context: { tz: "UTC" } });
  } catch (error) {
    return afterError(work, group, asError(error), results);
  }
  const { ids, messages } = readAnswer(answer);
  if (ids && ids.length === group.items.length) {
    for (const [index, item] of group.items.entries())
      results.set(item, { id: ids[index] ?? 0, linesOpen: group.unsettled && item.loadable.lines !== undefined });
    return [];
  }
  return afterMessages(work, group, messages, call.recordOf, results);
}

async function afterError<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  error: OdoorwayError,
  results: Map<T, SendResult>,
): Promise<Group<T>[]> {
  if (error.happened === "no") {
    if (error.code === "serialization_failure") return conflict(work, group, error, results);
    if (!isAboutValues(error)) throw new Unreachable(error, group.unsettled);
    if (ofTheModel.has(error.code)) return refuseAll(group.items, error, results);
    return halve(group, error, results);
  }
  if (work.intent === "update") throw new Unreachable(error, true);
  // The reply was lost: ask what is there, patiently at first, since the call may still be at work.
  const open = await settle(work, group, results);
  if (open.length === 0) return [];
  if (group.lost + 1 >= mostLost && open.length === 1) return refuseAll(open, error, results);
  const again = { conflicts: 0, lost: group.lost + 1, unsettled: true };
  if (open.length === 1) return [{ items: open, ...again }];
  const middle = Math.ceil(open.length / 2);
  return [
    { items: open.slice(0, middle), ...again },
    { items: open.slice(middle), ...again },
  ];
}

/** Looks for the records of a lost call; answers those that are not there. */
async function settle<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  results: Map<T, SendResult>,
): Promise<T[]> {
  let open = [...group.items];
  for (const wait of [100, 400, 1500]) {
    await work.clock.sleep(wait, work.signal);
    let found: Awaited<ReturnType<ExternalIdSource["find"]>>;
    try {
      found = await work.externalIds.find(open.map((item) => item.loadable.externalId));
    } catch (error) {
      throw new Unreachable(asError(error), true);
    }
    open = open.filter((item) => {
      const at = found.get(item.loadable.externalId);
      if (at?.model !== work.model.model) return true;
      results.set(item, { id: at.id, linesOpen: item.loadable.lines !== undefined });
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
  results: Map<T, SendResult>,
): Promise<Group<T>[]> {
  if (group.conflicts + 1 >= mostTries) {
    if (group.items.length === 1) return refuseAll(group.items, error, results);
    return halve({ ...group, conflicts: 0 }, error, results);
  }
  const pause = Math.min(5000, 50 * 2 ** group.conflicts) * (0.5 + work.random());
  await work.clock.sleep(pause, work.signal);
  return [{ ...group, conflicts: group.conflicts + 1 }];
}

function halve<T>(group: Group<T>, error: OdoorwayError, results: Map<T, SendResult>): Group<T>[] {
  if (group.items.length === 1) return refuseAll(group.items, error, results);
  const middle = Math.ceil(group.items.length / 2);
  return [
    { ...group, items: group.items.slice(0, middle) },
    { ...group, items: group.items.slice(middle) },
  ];
}

function refuseAll<T>(items: readonly T[], error: OdoorwayError, results: Map<T, SendResult>): [] {
  for (const item of items) results.set(item, { fault: fromError(error) });
  return [];
}

async function afterMessages<T extends { readonly loadable: Loadable }>(
  work: Sending,
  group: Group<T>,
  messages: readonly LoadMessage[],
  recordOf: readonly number[],
  results: Map<T, SendResult>,
): Promise<Group<T>[]> {
  const errors = messages.filter((message) => message.type !== "warning");
  const unexplained: LoadMessage = { type: "error", message: "load() saved nothing and did not say why" };
  const first = errors[0] ?? messages[0] ?? unexplained;
  const explained = (message: LoadMessage) => work.explainLoad(message, work.model.model);
  const conflicts = errors.filter((message) => explained(message).code === "serialization_failure");
  if (conflicts.length > 0 && conflicts.length === errors.length)
    return conflict(work, group, explained(first), results);
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
    if (item) results.set(item, { fault: faultOf(explained(message), message) });
  }
  return [{ ...group, items: group.items.filter((_item, index) => !bad.has(index)) }];
}

function faultOf(error: OdoorwayError, message: LoadMessage): RowDiagnosis {
  return fromError(error, typeof message.field === "string" ? message.field : undefined);
}

function readAnswer(answer: unknown): { ids: readonly number[] | undefined; messages: readonly LoadMessage[] } {
  const { ids, messages } = (typeof answer === "object" && answer !== null ? answer : {}) as Record<string, unknown>;
  return {
    ids: Array.isArray(ids) ? (ids as number[]) : undefined,
    messages: Array.isArray(messages) ? (messages as LoadMessage[]) : [],
  };
}

/** Callers reject with OdoorwayError only; anything else is our own defect and is not a row's fault. */
export function asError(error: unknown): OdoorwayError {
  return error instanceof OdoorwayError ? error : new OdoorwayError("internal_error", { cause: error });
}
