/**
 * A flow as an import needs it: each row is a payload. What a flow is, how it is read and carried out, is not known
 * here; whoever puts the program together hands it in.
 */
import type { OdoorwayError } from "@odoorway/core";

export interface RowFlow {
  readonly name: string;
  /** Model of the record that decides what became of a row. */
  readonly model: string;
  /** What the flow says of its files. */
  readonly source: { readonly format?: "csv" | "ndjson" | "json"; readonly delimiter?: string };
  /** External id of the row's own record; undefined when the payload makes none. Rejects for a payload that is none. */
  keyOf(payload: unknown): Promise<string | undefined>;
  /** Carries out the flow on each payload, exactly once however often; one outcome a payload, in order. */
  run(
    payloads: readonly unknown[],
    options: { readonly dryRun: boolean; readonly signal: AbortSignal },
  ): Promise<readonly RowFlowOutcome[]>;
}

export type RowFlowOutcome =
  | { readonly outcome: "created" | "updated" | "unchanged" | "skipped"; readonly id?: number }
  | { readonly error: OdoorwayError };

/** The flows that an import may name. */
export interface RowFlows {
  get(name: string): RowFlow | undefined;
  names(): readonly string[];
}
