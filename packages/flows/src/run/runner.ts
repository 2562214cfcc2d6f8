/**
 * Carries out flows: payloads to plans, plans to records.
 *
 * The payloads of a batch go together, record by record of the flow: all look-ups that need no record first (one call
 * a model), then for each entry of `records` its own look-ups, natural keys, one put, and its actions; what is
 * to be verified is read back at the end. Each payload has its own outcome; a failure ends its runs alone.
 */
import {
  type Clock,
  type ExternalIdSource,
  type MetadataSource,
  type OdooCaller,
  OdoorwayError,
  type Upserts,
} from "@odoorway/core";
import type { Flow } from "../language.js";
import type { CompiledFlow, FlowPlan, FlowRunner, PlannedFind, RunOptions } from "../types.js";
import { act } from "./actions.js";
import { findExternalIds } from "./external-ids.js";
import { settleFields } from "./fields.js";
import { Finder, type FinderParts } from "./finder.js";
import { findsIn, mayCreate, needsRecords, resolvedIn } from "./ground.js";
import { outcomeOf } from "./outcome.js";
import { RunState } from "./state.js";
import { verifyAll } from "./verify.js";
import { type KnownIds, type Step, type WriteOptions, writeStep } from "./write.js";

export interface FlowRunnerParts {
  readonly caller: OdooCaller;
  readonly metadata: MetadataSource;
  readonly externalIds: ExternalIdSource;
  readonly upserts: Upserts;
  readonly clock: Clock;
}

/** Puts a runner together. Its `run` rejects with nothing but our own defects. */
export function createFlowRunner(parts: FlowRunnerParts): FlowRunner {
  return {
    async run(flow, payloads, { dryRun = false, signal }: RunOptions = {}) {
      const options = { dryRun, ...(signal === undefined ? {} : { signal }) };
      const states: (RunState[] | OdoorwayError)[] = [];
      for (const payload of payloads) {
        const plans = await plansOf(flow, payload, parts.metadata);
        states.push(plans instanceof OdoorwayError ? plans : plans.map((plan) => new RunState(plan)));
      }
      const all = states.flatMap((list) => (list instanceof OdoorwayError ? [] : list));
      await carryOut(flow.flow, all, parts, options);
      return states.map((list) =>
        list instanceof OdoorwayError ? { error: list, records: [], warnings: [] } : outcomeOf(flow.flow, list, dryRun),
      );
    },
  };
}

async function plansOf(
  flow: CompiledFlow,
  payload: unknown,
  metadata: MetadataSource,
): Promise<FlowPlan[] | OdoorwayError> {
  try {
    const plans: FlowPlan[] = [];
    for (const plan of await flow.plan(payload)) plans.push(await settleFields(plan, metadata));
    return plans;
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
}

async function carryOut(
  flow: Flow,
  states: readonly RunState[],
  parts: FlowRunnerParts,
  options: WriteOptions,
): Promise<void> {
  const steps = states.flatMap((state) => state.plan.records.map((record): Step => ({ state, record })));
  if (steps.length === 0) return;
  const finder = new Finder(parts, options);
  const known = await ready(flow, steps, finder, parts, options);
  if (known instanceof OdoorwayError) {
    for (const { state } of steps) state.failure ??= known;
    return;
  }
  for (const { name } of flow.records) {
    const own = steps.filter(({ record }) => record.name === name);
    if (own.length === 0) continue;
    await writeStep(own, known, finder, parts, options);
    if (!options.dryRun) for (const step of own) await act(step, parts, options.signal);
  }
  if (options.dryRun)
    for (const state of states)
      state.resolved = resolvedIn(state.plan, state.references, (find) => {
        const found = finder.get(find);
        return "id" in found ? found.id : undefined;
      });
  else await verifyAll(states, parts.caller, options.signal);
}

/** What can be asked before anything is written: the external ids, and look-ups that no record of the flow answers. */
async function ready(
  flow: Flow,
  steps: readonly Step[],
  finder: Finder,
  parts: FinderParts,
  options: WriteOptions,
): Promise<KnownIds | OdoorwayError> {
  try {
    const signal = options.signal === undefined ? {} : { signal: options.signal };
    const wanted = steps.map(({ record }) => ({ model: record.model, externalId: record.external_id }));
    const known = await findExternalIds(parts.externalIds, wanted, signal);
    await finder.prepare(steps.flatMap((step) => earlyFinds(flow, step)));
    return known;
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
}

/**
 * Finds that need no record of the run, and whose model no earlier record of the flow may add to; of a record that may
 * be passed over for what it needs, those that make nothing.
 */
function earlyFinds(flow: Flow, { record }: Step): PlannedFind[] {
  const at = flow.records.findIndex(({ name }) => name === record.name);
  const written = new Set(flow.records.slice(0, at).map(({ model }) => model));
  return findsIn([record.values, record.lines?.map(({ values }) => values), record.match]).filter(
    (find) => !needsRecords(find) && !written.has(find.$find.model) && (record.needs === undefined || !mayCreate(find)),
  );
}
