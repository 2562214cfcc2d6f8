/** The examples of a flow, run: the plan of each payload against the plan that the flow's author expects. */
import { type Clock, OdoorwayError } from "@odoorway/core";
import type { Flow, FlowExample } from "../language.js";
import { compileFlow } from "../plan/compile-flow.js";
import type { FlowPlan } from "../types.js";
import { type Difference, differences } from "./differences.js";

export interface ExampleResult {
  readonly name: string;
  /** Where the plan is another than expected; empty when the example holds. */
  readonly differences: readonly Difference[];
  /** What the payload gave: to be looked at, or put down as the expectation. */
  readonly plans?: readonly FlowPlan[];
  /** The payload could not be planned at all. */
  readonly error?: OdoorwayError;
}

export interface TestOptions {
  /** Reads a payload's file, named relative to the flow's own. Without it, examples with `file` fail. */
  readonly readFile?: (path: string) => Promise<string>;
  /** Settings of the configuration, over the flow's defaults; an example's own come last. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const newYear = Date.parse("2026-01-01T00:00:00Z");

/** Runs every example; one result each, in order. Never rejects for what an example holds. */
export async function testFlow(flow: Flow, options: TestOptions = {}): Promise<ExampleResult[]> {
  const results: ExampleResult[] = [];
  for (const example of flow.examples) results.push(await testExample(flow, example, options));
  return results;
}

async function testExample(flow: Flow, example: FlowExample, options: TestOptions): Promise<ExampleResult> {
  const { name } = example;
  try {
    const clock = fixedClock(example.now === undefined ? newYear : Date.parse(example.now));
    const compiled = compileFlow(flow, { ...options.settings, ...example.settings }, { clock });
    const plans = await compiled.plan(await payloadOf(example, options));
    const received = Array.isArray(example.expect) || plans.length !== 1 ? plans : plans[0];
    return { name, plans, differences: differences(example.expect, received) };
  } catch (error) {
    if (error instanceof OdoorwayError) return { name, differences: [], error };
    throw error;
  }
}

async function payloadOf(example: FlowExample, { readFile }: TestOptions): Promise<unknown> {
  if (example.file === undefined) return example.input;
  const unreadable = (detail: string) =>
    new OdoorwayError("flow_invalid", {
      evidence: { detail: `The payload ${example.file} ${detail}`, at: example.name },
    });
  if (readFile === undefined) throw unreadable("is in a file, which cannot be read here");
  let text: string;
  try {
    text = await readFile(example.file);
  } catch {
    throw unreadable("cannot be read");
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unreadable("is not JSON");
  }
}

/** Always the same moment; resting costs no time. */
function fixedClock(millis: number): Clock {
  return { now: () => millis, sleep: async () => {} };
}
