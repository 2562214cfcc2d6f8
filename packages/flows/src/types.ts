/** What a flow makes of a payload: the plan (pure, JSON), and the outcome once it was carried out. */
import type { Json, OdoorwayError } from "@odoorway/core";
import type { Flow } from "./language.js";

/** The plan of one run: what `odoorway flow test` compares and a dry run prints. */
export interface FlowPlan {
  /** The payload makes nothing, for this reason; then there are no records. */
  readonly skipped?: string;
  readonly records: readonly PlannedRecord[];
  readonly verify: readonly PlannedVerify[];
  /** What could not be mapped, in sentences. */
  readonly report: readonly string[];
}

export interface PlannedRecord {
  readonly name: string;
  /** Of a record with `each`: which of them, from 0. */
  readonly item?: number;
  readonly model: string;
  readonly external_id: string;
  /** Natural keys, tried in this order; those with empty values are left out. */
  readonly match: readonly PlannedTerms[];
  readonly existing: "update-changed" | "update" | "skip" | "fail";
  /** Records of the plan without which this one is passed over. */
  readonly needs?: readonly string[];
  /** Absent: made when it is not there. */
  readonly missing?: "fail" | "warn" | "skip";
  readonly values: PlannedValues;
  /** One entry a one2many field. */
  readonly lines?: readonly PlannedLines[];
  readonly then?: readonly PlannedAction[];
  /** Absent: a refusal of the record fails the flow. */
  readonly on_failure?: "warn" | "skip";
}

/** The lines of one one2many field; `others`: what is written to those that are not wanted any more. */
export interface PlannedLines {
  readonly field: string;
  readonly values: readonly PlannedValues[];
  readonly others?: { readonly [field: string]: number | boolean | null };
}

/** Any JSON, a look-up, or a record of the same plan; a list of these for many2many. */
export type PlannedValue = Json | PlannedFind | PlannedReference | readonly (PlannedFind | PlannedReference)[];
export type PlannedValues = { readonly [field: string]: PlannedValue };
export type PlannedTerms = {
  readonly [field: string]: string | number | boolean | PlannedFind | PlannedReference;
};

export interface PlannedFind {
  readonly $find: {
    readonly model: string;
    /** External id under which a flow made it: tried first. */
    readonly key?: string;
    /** What is tried, in this order: `by`, then each of `or`. */
    readonly by?: PlannedTerms;
    readonly or?: readonly PlannedTerms[];
    readonly missing: "warn" | "fail" | "skip" | "create";
    readonly create?: PlannedValues;
  };
  /** In the plans of a dry run: what was found. */
  readonly id?: number;
}

export interface PlannedReference {
  readonly $record: string;
  readonly item?: number;
  /** In the plans of a dry run: the record, when it is there already. */
  readonly id?: number;
}

export interface PlannedAction {
  readonly method: string;
  readonly only_if: { readonly [field: string]: readonly (string | number | boolean)[] };
  readonly args?: readonly Json[];
  readonly context?: { readonly [key: string]: Json };
}

export interface PlannedVerify {
  readonly record: string;
  readonly field: string;
  readonly equals: Json;
  readonly else: "warn" | "fail";
}

/** A flow with its expressions compiled and its settings fixed. */
export interface CompiledFlow {
  readonly flow: Flow;
  /**
   * One plan a run (`input` of the flow: a list makes several). Rejects with OdoorwayError alone: `flow_failed`
   * for an expression, `flow_payload_refused` for a payload that is too large, too deep or no JSON.
   */
  plan(payload: unknown): Promise<FlowPlan[]>;
  /** External id of the primary record (the last of `records`): orders events. Undefined when none is made. */
  keyOf(payload: unknown): Promise<string | undefined>;
}

export interface RecordOutcome {
  readonly name: string;
  readonly model: string;
  readonly id: number;
  readonly outcome: "created" | "updated" | "unchanged";
}

/** What became of one payload. */
export type FlowOutcome =
  | {
      readonly outcome: "created" | "updated" | "unchanged" | "skipped";
      /** The primary record. */
      readonly id?: number;
      readonly records: readonly RecordOutcome[];
      readonly warnings: readonly string[];
      /** Of a dry run: what would be written, one plan a run. */
      readonly plans?: readonly FlowPlan[];
    }
  | {
      readonly error: OdoorwayError;
      /** What was written before the failure; the next run finds it again. */
      readonly records: readonly RecordOutcome[];
      readonly warnings: readonly string[];
    };

export interface RunOptions {
  /** Nothing is written; the outcome says what would be. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
}

export interface FlowRunner {
  /** Carries out the flow on each payload; one outcome a payload, in order. One payload's failure harms no other. */
  run(flow: CompiledFlow, payloads: readonly unknown[], options?: RunOptions): Promise<FlowOutcome[]>;
}
