/** What was written, read back: one call a model for all runs of a batch, and compared to the cent. */
import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { shorten } from "../expressions/failure.js";
import { type Decimal, readDecimal, roundDecimal, toNumber } from "../expressions/money.js";
import type { PlannedVerify } from "../types.js";
import { groupBy } from "./group.js";
import { readRows } from "./lookup.js";
import type { RunState } from "./state.js";
import { fold } from "./terms.js";

interface Check {
  readonly state: RunState;
  readonly verify: PlannedVerify;
  readonly model: string;
  readonly id: number;
}

/** Compares; a run notes a difference as a warning, or fails by it. */
export async function verifyAll(
  states: readonly RunState[],
  caller: OdooCaller,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const [model, checks] of groupBy(states.flatMap(checksOf), (check) => check.model)) {
    try {
      await verifyModel(model, checks, caller, signal);
    } catch (error) {
      if (!(error instanceof OdoorwayError)) throw error;
      for (const { state } of checks) state.failure ??= error;
    }
  }
}

function checksOf(state: RunState): Check[] {
  if (state.failure !== undefined) return [];
  return state.plan.verify.flatMap((verify) => {
    const id = state.references(verify.record, undefined);
    const model = state.plan.records.find(({ name }) => name === verify.record)?.model;
    return id === undefined || id === 0 || model === undefined ? [] : [{ state, verify, model, id }];
  });
}

async function verifyModel(
  model: string,
  checks: readonly Check[],
  caller: OdooCaller,
  signal: AbortSignal | undefined,
) {
  const ids = [...new Set(checks.map(({ id }) => id))];
  const fields = [...new Set(checks.map(({ verify }) => verify.field))];
  const answer = await caller.call(model, "read", [ids, fields], {}, signal === undefined ? {} : { signal });
  const rows = new Map(readRows(model, answer).map((row) => [row.id, row]));
  for (const { state, verify, id } of checks) {
    const value = rows.get(id)?.[verify.field];
    if (isEqual(value, verify.equals)) continue;
    const evidence = {
      record: verify.record,
      id,
      field: verify.field,
      received: say(value),
      expected: say(verify.equals),
    };
    const failure = new OdoorwayError("flow_verify_failed", { evidence });
    if (verify.else === "fail") state.failure ??= failure;
    else state.warn(failure.why);
  }
}

/**
 * Numbers, and texts of numbers, to the cent, or to the thousandth where one of the two is given to the thousandth
 * (dinars); an empty field is null; a many2one is its id or its name.
 */
function isEqual(value: unknown, expected: unknown): boolean {
  if (Array.isArray(value) && value.length === 2 && typeof value[1] === "string")
    return typeof expected === "string" ? fold(value[1]) === fold(expected) : value[0] === expected;
  if (typeof value === "number" && (typeof expected === "number" || typeof expected === "string")) {
    const [held, wanted] = [decimal(value), decimal(expected)];
    if (held === undefined || wanted === undefined) return false;
    const scale = [held, wanted].some((one) => one.scale === 3) ? 3 : 2;
    return toNumber(roundDecimal(held, scale)) === toNumber(roundDecimal(wanted, scale));
  }
  if (expected === null || expected === "")
    return value === false || value === null || value === "" || value === undefined;
  return value === expected;
}

/** Numbers as they are, whether as text or not; a related record by its name. */
function say(value: unknown): string {
  if (Array.isArray(value) && typeof value[1] === "string") return JSON.stringify(value[1]);
  if (value === false || value === null || value === undefined || value === "") return "empty";
  if (decimal(value) !== undefined) return String(value);
  return shorten(JSON.stringify(value) ?? "empty", 200);
}

function decimal(value: unknown): Decimal | undefined {
  try {
    return readDecimal(value);
  } catch {
    return undefined;
  }
}
