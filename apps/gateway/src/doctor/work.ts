/** What the user may do with the models named, and how fast the way is. */
import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { saidBy } from "./probe.js";
import type { Step } from "./types.js";

const rights = ["read", "write", "create", "unlink"] as const;

export async function accessStep(caller: OdooCaller, models: readonly string[], asked: boolean): Promise<Step> {
  const about = { step: "access", title: "Access" };
  const matrix: Record<string, readonly string[] | null> = {};
  for (const model of models) {
    try {
      matrix[model] = await allowed(caller, model);
    } catch (error) {
      if (!(error instanceof OdoorwayError)) throw error;
      if (error.code !== "model_not_found") return { ...about, state: "failure", ...saidBy(error) };
      matrix[model] = null;
    }
  }
  const rows = Object.entries(matrix).map(
    ([model, may]) => `${model}: ${may === null ? "not installed" : may.join(", ") || "nothing"}`,
  );
  const lacking = Object.entries(matrix).filter(([, may]) => may === null || may.length < rights.length);
  const found = rows.join("; ");
  if (lacking.length === 0) return { ...about, state: "ok", found, evidence: matrix };
  const names = lacking.map(([model]) => model).join(", ");
  const missing = lacking.some(([, may]) => may === null);
  const fix = missing
    ? `Check the spelling of ${names}, or install the module it belongs to; give the user a group that may.`
    : `Where more is needed, give the user a group that may (${names}).`;
  const state =
    asked && lacking.some(([, may]) => may === null || !may.includes("read")) ? "failure" : asked ? "warning" : "ok";
  const code = missing ? ("model_not_found" as const) : ("access_model_denied" as const);
  return { ...about, state, found, ...(state === "ok" ? {} : { fix, code }), evidence: matrix };
}

async function allowed(caller: OdooCaller, model: string): Promise<string[]> {
  const may: string[] = [];
  for (const right of rights) {
    const yes = await caller.call(model, "check_access_rights", [right], { raise_exception: false });
    if (yes === true) may.push(right);
  }
  return may;
}

/** The median of a few reads, and the batch that goes with it. */
export async function speedStep(caller: OdooCaller, uid: number): Promise<Step> {
  const about = { step: "speed", title: "Round trip" };
  const times: number[] = [];
  try {
    for (let time = 0; time < 5; time += 1) {
      const started = performance.now();
      await caller.call("res.users", "read", [[uid], ["login"]]);
      times.push(performance.now() - started);
    }
  } catch (error) {
    return { ...about, state: "failure", ...saidBy(error) };
  }
  const median = times.sort((a, b) => a - b)[2] ?? 0;
  // Measured on 18.0 and 19.0: past some hundred records a longer batch gains little, and risks the time limit.
  const batch = median > 500 ? 500 : median > 100 ? 200 : 100;
  const milliseconds = Math.round(median * 10) / 10;
  const found = `${milliseconds} ms a call; begin with ${batch} records a batch, ${batch / 2} for orders and invoices with lines`;
  const evidence = { milliseconds, batch };
  if (median <= 1000) return { ...about, state: "ok", found, evidence };
  return {
    ...about,
    state: "warning",
    found,
    fix: "Look for a slow line, or an Odoo that is busy: every call pays this.",
    evidence,
  };
}
