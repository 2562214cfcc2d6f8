/** Flows: what a foreign system sends becomes records of Odoo, by a mapping that a person can read and test. */

export { checkFlow } from "./check/check-flow.js";
export type { Difference } from "./examples/differences.js";
export { type ExampleResult, type TestOptions, testFlow } from "./examples/test-flow.js";
export type { Flow, FlowExample, FlowRecord } from "./language.js";
export { primaryOf } from "./names.js";
export { type ParseOptions, parseFlow } from "./parse.js";
export { compileFlow } from "./plan/compile-flow.js";
export { createFlowRunner, type FlowRunnerParts } from "./run/runner.js";
export { type Delivery, describeDelivery, isPing, isWanted } from "./signatures/delivery.js";
export {
  isSecretOf,
  type Proof,
  type Provider,
  providers,
  signsBodyAlone,
  verifySignature,
} from "./signatures/verify.js";
export type {
  CompiledFlow,
  FlowOutcome,
  FlowPlan,
  FlowRunner,
  PlannedRecord,
  RecordOutcome,
  RunOptions,
} from "./types.js";
