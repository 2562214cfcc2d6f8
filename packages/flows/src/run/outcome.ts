/** The outcome of a payload from those of its runs. */
import type { Flow } from "../language.js";
import { primaryOf } from "../names.js";
import type { FlowOutcome, FlowPlan, RecordOutcome } from "../types.js";
import type { RunState } from "./state.js";

/**
 * `created` when the primary record was, `updated` when it was or when anything else was written or done,
 * else `unchanged`; `skipped` when every run was. The first failure of a run is the payload's.
 */
export function outcomeOf(flow: Flow, states: readonly RunState[], dryRun: boolean): FlowOutcome {
  const records = states.flatMap((state) => state.records);
  const warnings = [...new Set(states.flatMap((state) => state.warnings))];
  const failed = states.find(({ failure }) => failure !== undefined)?.failure;
  if (failed !== undefined) return { error: failed, records, warnings };
  const plans = dryRun ? { plans: states.map(({ plan, resolved }): FlowPlan => resolved ?? plan) } : {};
  if (states.every(({ plan }) => plan.skipped !== undefined)) {
    const reasons = states.flatMap(({ plan }) => plan.skipped ?? []);
    return { outcome: "skipped", records, warnings: [...new Set([...reasons, ...warnings])], ...plans };
  }
  const primary = states.map((state) => primaryOutcome(flow, state)).filter((record) => record !== undefined);
  const id = primary.at(-1)?.id;
  const changed = states.some(({ acted }) => acted) || records.some(({ outcome }) => outcome !== "unchanged");
  const outcome = primary.some((record) => record.outcome === "created")
    ? "created"
    : changed
      ? "updated"
      : "unchanged";
  return { outcome, ...(id ? { id } : {}), records, warnings, ...plans };
}

function primaryOutcome(flow: Flow, { records }: RunState): RecordOutcome | undefined {
  const name = primaryOf(flow);
  return records.findLast((record) => record.name === name);
}
