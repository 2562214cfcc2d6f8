/**
 * A batch of an import whose rows are payloads of a flow. The records of a row are the flow's affair, which writes
 * each exactly once; here the row's own record alone is journaled, claimed and counted:
 *
 *   not there     journaled as to be created, then run. After a crash it is there, or it is not, and the run
 *                 goes on where it was; either way the journal says that this import created it.
 *   there         run. It is compared with Odoo anyway, so nothing has to be journaled.
 *   several rows  of one record go one after the other, in the order of the file. The record has the first
 *                 outcome that wrote something; a row that failed, or changed nothing, has its own.
 */
import { OdoorwayError } from "@odoorway/core";
import type { Completion, Outcome, StoredRecord, StoredRow } from "@odoorway/store";
import { fromError } from "../diagnosis.js";
import type { CompiledPlan } from "../mapping/plan.js";
import type { Row } from "../mapping/row.js";
import { asError, isAboutValues, Unreachable } from "../records/wanted.js";
import type { ImportsParts } from "../types.js";
import type { RowFlow, RowFlowOutcome } from "./row-flow.js";

/** Payloads of one run: look-ups are shared, and a crash repeats no more than these. */
const payloadsAtOnce = 100;

export interface FlowBatch {
  readonly importId: string;
  readonly node: string;
  readonly entity: number;
  readonly plan: CompiledPlan;
  readonly flow: RowFlow;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  /** Told when the node lost its claims; throws. */
  lost(): never;
}

/** What has become of the rows of one record so far. */
interface Progress {
  readonly record: StoredRecord;
  readonly rows: readonly StoredRow[];
  readonly ends: { readonly row: StoredRow; readonly end: RowFlowOutcome }[];
}

/** The payload that a row is: its object, or its cells by column. */
export function payloadOf(row: Row): Record<string, unknown> {
  return Object.fromEntries(row.keys().map((column) => [column, row.value(column)]));
}

/** Works off the records of a claim. Throws Unreachable when Odoo cannot be used now. */
export async function workByFlow(
  parts: ImportsParts,
  batch: FlowBatch,
  records: readonly StoredRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += payloadsAtOnce)
    await workPart(parts, batch, records.slice(at, at + payloadsAtOnce));
}

async function workPart(parts: ImportsParts, batch: FlowBatch, records: readonly StoredRecord[]): Promise<void> {
  const { store } = parts;
  const rows = await store.rowsByKey(
    batch.importId,
    records.map((record) => record.key),
  );
  const progress = records.map(
    (record): Progress => ({ record, rows: rows.filter((row) => row.key === record.key), ends: [] }),
  );
  if (!batch.dryRun) await journal(parts, batch, records);
  const most = Math.max(0, ...progress.map((one) => one.rows.length));
  let away: OdoorwayError | undefined;
  for (let turn = 0; turn < most && !away; turn += 1) away = await runTurn(batch, progress, turn);
  const done = progress.filter((one) => one.ends.length === one.rows.length && one.rows.length > 0);
  await store.completeRecords(
    batch.importId,
    batch.node,
    done.map((one) => completion(batch, one)),
  );
  // What was not run to its end is given back by the step, its intent kept.
  if (away) throw new Unreachable(away, true);
}

/** Names what is not there yet as to be created by this import. */
async function journal(parts: ImportsParts, batch: FlowBatch, records: readonly StoredRecord[]): Promise<void> {
  const fresh = records.filter((record) => record.intent === null);
  const named = fresh.filter((record) => !isNameless(record.key));
  const wanted = named.map((record) => record.key);
  const present = await parts.externalIds
    .find(wanted, { model: batch.flow.model, many: named.length })
    .catch((error: unknown) => {
      throw new Unreachable(asError(error), false);
    });
  const keys = named.filter((record) => !present.has(record.key)).map((record) => record.key);
  if (keys.length === 0) return;
  if (!(await parts.store.journalSending(batch.importId, batch.node, batch.entity, keys, "create"))) batch.lost();
}

/** The turn-th row of each record, all in one run. Answers the failure that ends the batch, if Odoo is away. */
async function runTurn(
  batch: FlowBatch,
  progress: readonly Progress[],
  turn: number,
): Promise<OdoorwayError | undefined> {
  const due = progress.flatMap((one) => {
    const row = one.rows[turn];
    return row && one.ends.length === turn ? [{ one, row }] : [];
  });
  const payloads = due.map(({ row }) => payloadOf(batch.plan.read(row.data)));
  let ends: readonly RowFlowOutcome[];
  try {
    ends = await batch.flow.run(payloads, { dryRun: batch.dryRun, signal: batch.signal });
  } catch (error) {
    // A defect of ours is not waited for: it ends the import, with its rows unprocessed.
    if (error instanceof OdoorwayError && error.code !== "internal_error") return error;
    throw error;
  }
  let away: OdoorwayError | undefined;
  for (const [index, { one, row }] of due.entries()) {
    const end = ends[index];
    if (!end) continue;
    if ("error" in end && isAway(end.error)) away ??= end.error;
    else one.ends.push({ row, end });
  }
  return away;
}

/** Whether Odoo cannot be used now. A defect that one payload brings to light is that row's failure. */
function isAway(error: OdoorwayError): boolean {
  return !isAboutValues(error) && error.code !== "internal_error";
}

function completion(batch: FlowBatch, { record, ends }: Progress): Completion {
  const whole = ends.map(({ end }) => outcomeOf(end));
  // An earlier run of this import made it, whatever the last one found.
  const first = whole.findIndex((one) => one !== "failed");
  if (record.intent === "create" && first >= 0) whole[first] = "created";
  const outcome =
    whole.find((one) => one === "created" || one === "updated") ?? whole.find((one) => one === "unchanged") ?? "failed";
  const ownRows = ends.flatMap(({ row, end }, index) => {
    const own = whole[index];
    if (own === outcome || (own !== "failed" && own !== "unchanged")) return [];
    return [{ seq: row.seq, outcome: own, diagnosis: diagnosisOf(end) }];
  });
  const last = ends.at(-1);
  const found = ends.flatMap(({ end }) => ("id" in end && end.id !== undefined ? [end.id] : []));
  return {
    record,
    outcome,
    odooId: outcome === "failed" || batch.dryRun ? null : (found.at(-1) ?? null),
    diagnosis: outcome === "failed" && last ? diagnosisOf(last.end) : null,
    ownRows,
  };
}

function outcomeOf(end: RowFlowOutcome): Outcome {
  if ("error" in end) return "failed";
  return end.outcome === "skipped" ? "unchanged" : end.outcome;
}

function diagnosisOf(end: RowFlowOutcome): string | null {
  return "error" in end ? JSON.stringify(fromError(end.error)) : null;
}

/** Key of a row that makes no record: it is counted by its number. No external id looks like it. */
export function namelessKey(seq: number): string {
  return `#${seq}`;
}

function isNameless(key: string): boolean {
  return key.startsWith("#");
}
