/** One run of a flow while it is carried out: what was written so far, and what there is to say of it. */
import { OdoorwayError } from "@odoorway/core";
import type { FlowPlan, PlannedRecord, RecordOutcome } from "../types.js";
import type { References } from "./ground.js";

export class RunState {
  readonly records: RecordOutcome[] = [];
  readonly warnings: string[] = [];
  /** Why the run ended early; nothing more is done for it. */
  failure: OdoorwayError | undefined;
  /** Whether an action changed something. */
  acted = false;
  /** Of a dry run: the plan with the ids that are known. */
  resolved: FlowPlan | undefined;
  private readonly ids = new Map<string, number>();

  constructor(readonly plan: FlowPlan) {
    this.warnings.push(...plan.report);
  }

  /** Notes a record as written (id 0: a dry run would create it). */
  made(record: PlannedRecord, id: number, outcome: RecordOutcome["outcome"]): void {
    this.ids.set(placeOf(record.name, record.item), id);
    this.records.push({ name: record.name, model: record.model, id, outcome });
  }

  readonly references: References = (name, item) => this.ids.get(placeOf(name, item));

  /** A record that was refused: the run ends, or goes on without it, as the record says. */
  refused(record: PlannedRecord, error: OdoorwayError): void {
    const told = inRecord(error, record);
    if (record.on_failure === undefined) this.failure ??= told;
    else if (record.on_failure === "warn") this.warnings.push(`${sayRecord(record)} was left out: ${reasonsOf(told)}`);
  }

  warn(sentence: string): void {
    if (!this.warnings.includes(sentence)) this.warnings.push(sentence);
  }
}

function placeOf(name: string, item: number | undefined): string {
  return item === undefined ? name : `${name}#${item}`;
}

export function sayRecord({ name, item }: Pick<PlannedRecord, "name" | "item">): string {
  return item === undefined ? name : `${name} ${item + 1}`;
}

/** The same error, with the record named in its evidence and in the pointers of its errors. */
function inRecord(error: OdoorwayError, record: PlannedRecord): OdoorwayError {
  const pointer = `/${record.name}${record.item === undefined ? "" : `/${record.item}`}`;
  return new OdoorwayError(error.code, {
    evidence: { record: sayRecord(record), ...error.evidence },
    errors: error.errors.map((problem) => ({ ...problem, pointer: `${pointer}${problem.pointer}` })),
    ...(error.odoo === undefined ? {} : { odoo: error.odoo }),
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    status: error.status,
    happened: error.happened,
    retryable: error.retryable,
    cause: error.below,
  });
}

/** Why, with the first values that were refused. */
function reasonsOf({ why, errors }: OdoorwayError): string {
  const [first, second] = errors.map(({ pointer, cause }) => `${pointer}: ${cause}`);
  return [why, first, second].filter((text) => text !== undefined).join(" ");
}
