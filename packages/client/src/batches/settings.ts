/** The options of a batch function with their defaults, checked once. */
import { type CallOptions, type Clock, type OdooCaller, OdoorwayError, systemClock } from "@odoorway/core";
import { onlyOptions, wholeFromOne } from "../bad-argument.js";
import { AdaptiveSize } from "./adaptive-size.js";
import type { BatchOptions } from "./types.js";

export interface Settings {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly concurrency: number;
  readonly batchSize: number;
  readonly size: AdaptiveSize;
  /** Calls a method of the model with the context and the limits of the options. */
  call(method: string, args: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** As `call`, for questions: archived records are seen too. */
  ask(method: string, args: readonly unknown[], kwargs?: Readonly<Record<string, unknown>>): Promise<unknown>;
  readonly limits: CallOptions;
}

const firstBatch = 20;

const names = ["batchSize", "clock", "concurrency", "context", "signal", "targetTime", "timeout"];

/** `own`: names of the options that the function has beside those of all. Throws `bad_arguments`. */
export function readSettings(
  caller: OdooCaller,
  model: string,
  options: BatchOptions,
  own: readonly string[] = [],
): Settings {
  onlyOptions(options, [...names, ...own]);
  const { clock = systemClock, signal, timeout, context = {} } = options;
  const batchSize = wholeFromOne("batchSize", options.batchSize ?? 1000);
  const targetTime = wholeFromOne("targetTime", options.targetTime ?? 5_000);
  const limits = { ...(signal && { signal }), ...(timeout !== undefined && { timeout }) };
  const given = Object.keys(context).length === 0 ? {} : { context };
  const all = { context: { ...context, active_test: false } };
  return {
    clock,
    signal,
    concurrency: wholeFromOne("concurrency", options.concurrency ?? 1),
    batchSize,
    size: new AdaptiveSize({ start: Math.min(firstBatch, batchSize), max: batchSize, targetTime }),
    call: (method, args, kwargs = {}) => caller.call(model, method, args, { ...kwargs, ...given }, limits),
    ask: (method, args, kwargs = {}) => caller.call(model, method, args, { ...kwargs, ...all }, limits),
    limits,
  };
}

/** Highest id that the user sees. What is created after this question has a higher one, since ids only go up. */
export async function highestId({ ask }: Settings): Promise<number> {
  const ids = await ask("search", [[]], { order: "id desc", limit: 1 });
  const [id] = Array.isArray(ids) ? ids : [];
  return typeof id === "number" ? id : 0;
}

/** The answer to a call that worked is not what its method answers: whether it happened is open. */
export function unexpectedAnswer(detail: string): OdoorwayError {
  return new OdoorwayError("invalid_json_or_xml", { evidence: { url: "Odoo", detail } });
}
