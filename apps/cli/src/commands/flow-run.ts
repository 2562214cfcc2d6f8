/** odoorway flow run NAME FILE: one payload through a flow of the gateway, for real or as a dry run. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Problem } from "@odoorway/core";
import type { FlowOutcome } from "@odoorway/flows";
import type { ConnectionOptions } from "../connection.js";
import { CommandError, GatewayProblem } from "../explain.js";
import { findGateway } from "../find-gateway.js";
import { harmless } from "../harmless.js";
import type { Terminal } from "../terminal.js";

export interface FlowRunOptions extends ConnectionOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type Ran = Exclude<FlowOutcome, { error: unknown }>;

/** @param file JSON; - is standard input @returns the exit code */
export async function runFlow(
  terminal: Terminal,
  name: string,
  file: string,
  options: FlowRunOptions,
): Promise<number> {
  const payload = file === "-" ? await inputOf(terminal) : await textOf(resolve(terminal.cwd, file));
  const gateway = await findGateway(terminal, options);
  try {
    if (gateway.own) terminal.say("No gateway answers; a gateway of this command's own talks to the Odoo of ODOO_URL.");
    const query = options.dryRun ? "?dry_run=true" : "";
    const answer = await gateway.api
      .request(`/v1/flows/${encodeURIComponent(name)}${query}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: payload,
      })
      .catch((error: unknown) => {
        if (error instanceof GatewayProblem) sayBefore(terminal, error.problem);
        throw error;
      });
    const ran = (await answer.json()) as Ran;
    terminal.out(options.json ? JSON.stringify(ran) : harmless(words(ran, options.dryRun === true)));
    return 0;
  } finally {
    await gateway.close();
  }
}

/** What a flow that failed had done before; the next run finds it again. */
function sayBefore(terminal: Terminal, problem: Problem & Partial<Pick<Ran, "records" | "warnings">>): void {
  const { records = [], warnings = [] } = problem;
  if (records.length + warnings.length === 0) return;
  terminal.say(harmless(["Before the failure:", ...linesOf(records, warnings)].join("\n")));
}

function linesOf(records: Ran["records"], warnings: Ran["warnings"]): string[] {
  const lines = records.map((record) => {
    const which = record.id === 0 ? "(new)" : String(record.id);
    return `  ${record.outcome.padEnd(9)}  ${record.name}: ${record.model} ${which}`;
  });
  return [...lines, ...warnings.map((warning) => `  note       ${warning}`)];
}

function words({ outcome, records, warnings, plans }: Ran, dryRun: boolean): string {
  return [
    dryRun ? `Dry run, nothing is written: ${outcome}` : outcome,
    ...linesOf(records, warnings),
    ...(plans === undefined ? [] : [JSON.stringify(plans.length === 1 ? plans[0] : plans, null, 2)]),
  ].join("\n");
}

async function inputOf({ input }: Terminal): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of input) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString("utf8");
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandError("The payload cannot be read", `${path}: ${why}.`, "Name a JSON file that you may read.");
  }
}
