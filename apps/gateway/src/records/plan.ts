/**
 * A write as a plan: the exact calls, made from values that were checked, looked up and judged. The dry run shows the plan,
 * the routes execute it; neither decides anything that the other does not. `planWrite` is pure.
 */
import { type ModelMetadata, OdoorwayError } from "@odoorway/core";
import type { Resolved } from "@odoorway/schema";
import { loadRecord } from "./load-record.js";

export interface PlannedCall {
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly kwargs?: Readonly<Record<string, unknown>>;
}

export interface WritePlan {
  /** In order; none when nothing would change. */
  readonly calls: readonly PlannedCall[];
  /** Pointers of values that were sent back as the record has them, and that no call carries. */
  readonly unchanged: readonly string[];
}

/** What is to be done, of the operations that the routes have. */
export type WriteIntent =
  | { readonly operation: "create" }
  /** Without an id (a dry run) for any record: then each record of the body is a call of its own. */
  | { readonly operation: "update"; readonly id?: number }
  /** load() of a record under an external id that no record has yet. */
  | { readonly operation: "load"; readonly key: string }
  | { readonly operation: "delete"; readonly id: number }
  | { readonly operation: "action"; readonly id: number; readonly method: string };

/** Without it 16 to 18 answer the cancelling of an order with a window that asks, and cancel nothing. */
const unattended = { disable_cancel_warning: true };

/**
 * The calls of a write whose values are good.
 * @param related metadata of the models of one2many lines, by name
 * @throws OdoorwayError missing_record; record_state_conflict; validation_failed with every problem of every record at once
 */
export function planWrite(
  metadata: ModelMetadata,
  intent: WriteIntent,
  resolved: readonly Resolved[],
  related: (model: string) => ModelMetadata | undefined,
): WritePlan {
  const { model } = metadata;
  if ("id" in intent && intent.id !== undefined && resolved.some((record) => record.missing))
    throw new OdoorwayError("missing_record", { evidence: { model, id: intent.id } });
  refuse(model, resolved);
  const values = resolved.map((record) => record.values);
  const unchanged = resolved.flatMap((record) => record.unchanged);
  const plan = (...calls: PlannedCall[]): WritePlan => ({ calls, unchanged });
  switch (intent.operation) {
    case "create":
      return plan({ model, method: "create", args: [values] });
    case "update":
      return plan(
        ...values
          .filter((record) => Object.keys(record).length > 0)
          .map((record) => ({ model, method: "write", args: [[intent.id ?? "{id}"], record] })),
      );
    case "delete":
      return plan({ model, method: "unlink", args: [[intent.id]] });
    case "action":
      return plan({ model, method: intent.method, args: [[intent.id]], kwargs: { context: unattended } });
    case "load": {
      const { fields, rows, problems } = loadRecord(metadata, intent.key, values[0] ?? {}, related);
      if (problems.length > 0)
        throw new OdoorwayError("validation_failed", { evidence: { model, count: problems.length }, errors: problems });
      return plan({ model, method: "load", args: [fields, rows], kwargs: { context: { tz: "UTC" } } });
    }
  }
}

/** One kind of problem decides the status: 409 when only the state is in the way, else 422. */
function refuse(model: string, resolved: readonly Resolved[]): void {
  const errors = resolved.flatMap((record) => record.problems);
  if (errors.length === 0) return;
  const conflict = resolved.flatMap((record) => record.conflicts)[0];
  if (conflict !== undefined && errors.every((problem) => problem.code === "record_state_conflict"))
    throw new OdoorwayError("record_state_conflict", { evidence: conflict, errors });
  throw new OdoorwayError("validation_failed", { evidence: { model, count: errors.length }, errors });
}
