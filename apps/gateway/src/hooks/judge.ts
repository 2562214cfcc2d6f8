/**
 * What follows from an attempt: done, tried again later, or dead. Pure.
 *
 * An event that failed is dead when trying again would fail again: the payload, the flow or a rule of Odoo is the
 * reason, and a person has to act. A conflict, a lock or a slow answer may be over next time, so the event is tried
 * again, later each time, and is dead at last only after some five hours of that. While Odoo is away nothing is
 * held against any event: see processor.ts.
 */
import { type CatalogueEntry, catalogue, OdoorwayError, type Problem, toProblem } from "@odoorway/core";
import type { FlowOutcome, RecordOutcome } from "@odoorway/flows";
import type { Settlement, StoredEvent } from "@odoorway/store";

/** Tries after which an event is given up. */
const mostAttempts = 25;
const firstPauseMs = 2_000;
const longestPauseMs = 15 * 60_000;

/** What is kept of an attempt that had an outcome, as JSON. */
interface KeptOutcome {
  readonly outcome: "created" | "updated" | "unchanged" | "skipped" | "failed";
  /** The primary record. */
  readonly id?: number;
  readonly records: readonly RecordOutcome[];
  readonly warnings: readonly string[];
}

/** Why an attempt failed, as JSON; the form of a problem without what belongs to a request. */
type KeptDiagnosis = Omit<Problem, "type" | "instance" | "request_id">;

/** @param random from 0 to 1: events that failed together are not tried again together */
export function judge(event: StoredEvent, result: FlowOutcome, random: () => number): Settlement {
  if (!("error" in result)) {
    const { outcome, id, records, warnings } = result;
    const kept: KeptOutcome = { outcome, ...(id === undefined ? {} : { id }), records, warnings };
    return { id: event.id, to: "done", outcome: JSON.stringify(kept) };
  }
  const { error, records, warnings } = result;
  const attempts = event.attempts + 1;
  if (mayPass(error) && attempts < mostAttempts) {
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(event.attempts, 20));
    const inMs = Math.max(pause * (0.5 + random() / 2), (error.retryAfter ?? 0) * 1000);
    return { id: event.id, to: "again", inMs, diagnosis: diagnosisOf(error) };
  }
  const last = mayPass(error)
    ? new OdoorwayError("hook_event_worn_out", { evidence: { count: attempts, detail: error.why }, cause: error })
    : error;
  const kept: KeptOutcome = { outcome: "failed", records, warnings };
  return { id: event.id, to: "dead", outcome: JSON.stringify(kept), diagnosis: diagnosisOf(last) };
}

/**
 * Whether the failure may be Odoo's being away, so that it has to be asked: the way to it, the login, or anything
 * that calls itself temporary. What the store says of itself belongs here too.
 */
export function mayBeAway(error: OdoorwayError): boolean {
  const { family }: CatalogueEntry = catalogue[error.code];
  return family === "transport" || family === "auth" || error.code.startsWith("store_") || error.retryable;
}

/** Flows write by external ids, so even a call whose end is unknown is repeated without doubling anything. */
function mayPass(error: OdoorwayError): boolean {
  const { family }: CatalogueEntry = catalogue[error.code];
  return error.retryable || (family === "transport" && error.code !== "response_too_large");
}

export function diagnosisOf(error: OdoorwayError): string {
  const { type: _type, ...diagnosis } = toProblem(error);
  return JSON.stringify(diagnosis satisfies KeptDiagnosis);
}
