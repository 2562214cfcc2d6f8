/** odoorway doctor: a connection examined step by step, each step printed as it is done. */
import { examine, type Step, type Target, worst } from "@odoorway/gateway";
import { readConfiguration } from "../configuration.js";
import { CommandError } from "../explain.js";
import { harmless } from "../harmless.js";
import type { Terminal } from "../terminal.js";

export interface DoctorCommandOptions {
  readonly url?: string;
  readonly database?: string;
  readonly login?: string;
  readonly model: readonly string[];
  readonly route?: string;
  readonly config?: string;
  readonly json?: boolean;
}

const exits = { ok: 0, warning: 1, failure: 2 } as const;

/** @returns the exit code by the worst step: 0 ok, 1 warning, 2 failure */
export async function examineConnection(terminal: Terminal, options: DoctorCommandOptions): Promise<number> {
  const { json = false, model, route } = options;
  const target = targetOf(terminal, options);
  if (!json)
    terminal.out(harmless(`${target.url}, database ${target.database || "(none)"}, login ${target.login || "(none)"}`));
  const steps: Step[] = [];
  const asked = { ...(model.length === 0 ? {} : { models: model }), ...(route === undefined ? {} : { route }) };
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

/** What the options say, over the environment, over odoorway.yaml. */
function targetOf(terminal: Terminal, options: DoctorCommandOptions): Target {
  const { env } = terminal;
  const url = options.url ?? env.ODOO_URL;
  const odoo = url === undefined ? readConfiguration(terminal, options.config).odoo : undefined;
  const address = url ?? odoo?.url;
  if (address === undefined)
    throw new CommandError(
      "There is no connection to examine",
      "Neither --url, ODOO_URL nor odoorway.yaml names an Odoo.",
      "odoorway doctor --url https://shop.example --database shop --login api, with the key in ODOO_API_KEY.",
    );
  const parsed = URL.canParse(address) ? new URL(address) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol) || parsed.username !== "")
    throw new CommandError(
      "The address of Odoo is not valid",
      "It must begin with http:// or https:// and hold no login.",
      "Give one like https://shop.example by --url or ODOO_URL.",
    );
  return {
    url: `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, ""),
    database: options.database ?? env.ODOO_DB ?? odoo?.database ?? "",
    login: options.login ?? env.ODOO_LOGIN ?? odoo?.login ?? "",
    apiKey: env.ODOO_API_KEY ?? odoo?.apiKey ?? "",
  };
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
