/** odoorway doctor: a connection examined step by step, each step printed as it is done. */
import { examine, type Step, worst } from "@odoorway/gateway";
import { harmless } from "../harmless.js";
import { type TargetOptions, targetOf } from "../target.js";
import type { Terminal } from "../terminal.js";

export interface DoctorCommandOptions extends TargetOptions {
  readonly model: readonly string[];
  readonly route?: string;
  readonly json?: boolean;
  /** Seconds for one probe. */
  readonly timeout: number;
}

const exits = { ok: 0, warning: 1, failure: 2 } as const;

/** @returns the exit code by the worst step: 0 ok, 1 warning, 2 failure */
export async function examineConnection(terminal: Terminal, options: DoctorCommandOptions): Promise<number> {
  const { json = false, model, route, timeout } = options;
  const target = targetOf(terminal, options, "doctor");
  if (!json)
    terminal.out(harmless(`${target.url}, database ${target.database || "(none)"}, login ${target.login || "(none)"}`));
  const steps: Step[] = [];
  const asked = {
    timeout: timeout * 1000,
    ...(model.length === 0 ? {} : { models: model }),
    ...(route === undefined ? {} : { route }),
  };
  for await (const step of examine(target, asked)) {
    steps.push(step);
    if (!json) terminal.out(harmless(lines(step)));
    if (terminal.interrupted.aborted) break;
  }
  const state = worst(steps);
  const { url, database, login } = target;
  if (json) terminal.out(JSON.stringify({ state, url, database, login, steps }, null, 2));
  else terminal.out(closing(state, steps));
  return exits[state];
}

const marks = { ok: "ok     ", warning: "warning", failure: "FAILURE", skipped: "-      " } as const;

function lines({ state, title, found, fix, code }: Step): string {
  const head = `${marks[state]} ${title.padEnd(11)} ${found}`;
  return fix === undefined || state === "ok"
    ? head
    : `${head}${code === undefined ? "" : ` (${code})`}\n${" ".repeat(20)}Fix: ${fix}`;
}

function closing(state: "ok" | "warning" | "failure", steps: readonly Step[]): string {
  const count = (wanted: Step["state"]) => steps.filter((step) => step.state === wanted).length;
  if (state === "ok") return "The connection is sound.";
  if (state === "warning") return `The connection works; ${count("warning")} to look at.`;
  return "The connection does not work as it is; what comes after the failure was not examined.";
}
