/**
 * odoorway sandbox: an Odoo look-alike in a process of its own, until a signal comes. With --state its records
 * go on in the next run; a process that is killed loses those of the last seconds before.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { OdoorwayError } from "@odoorway/core";
import { createSandbox, orderApi, type Sandbox, type SandboxOptions, type SandboxSeed } from "@odoorway/sandbox";
import { CommandError } from "../explain.js";
import { type Terminal, whenAborted } from "../terminal.js";

export interface SandboxCommandOptions {
  readonly port: number;
  readonly odoo: string;
  readonly seed?: string;
  readonly state?: string;
  /** Whether POST /api/order is served; a real Odoo as it is installed has no such route. */
  readonly orderApi?: boolean;
}

/** @returns the exit code */
export async function runSandbox(terminal: Terminal, options: SandboxCommandOptions): Promise<number> {
  const seed = options.seed === undefined ? undefined : readSeed(resolve(terminal.cwd, options.seed));
  const stateFile = options.state === undefined ? undefined : resolve(terminal.cwd, options.state);
  const sandbox = await started({
    port: options.port,
    version: options.odoo === "19" ? 19 : 18,
    ...(seed === undefined ? {} : { seed }),
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(options.orderApi === true ? { modules: [orderApi] } : {}),
  });
  terminal.out(`Sandbox Odoo ${options.odoo} at ${sandbox.url}, database ${sandbox.database}`);
  if (seed === undefined)
    terminal.out("Log in as demo with the API key demo-key, or as admin with the password admin.");
  if (stateFile !== undefined) terminal.out(`Its records are kept in ${stateFile}`);
  if (options.orderApi === true) terminal.out(`POST ${sandbox.url}/api/order takes orders of a user with a session`);
  await whenAborted(terminal.interrupted);
  await sandbox.close();
  return 0;
}

function readSeed(path: string): SandboxSeed {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new CommandError(
      "The seed cannot be read",
      `${path}: ${error instanceof Error ? error.message : String(error)}`,
      'Name a JSON file like {"db": "shop", "users": [{"login": "api", "keys": [{"key": "..."}]}]}.',
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new CommandError("The seed is not valid", `${path} holds no JSON object.`, 'Begin it with {"db": ...');
  }
  return value;
}

/** Starts it, and says what is wrong in terms of the command's options. */
async function started(options: SandboxOptions & { readonly port: number }): Promise<Sandbox> {
  try {
    return await createSandbox(options);
  } catch (error) {
    if (!(error instanceof OdoorwayError)) throw error;
    if (error.why.includes("(EADDRINUSE)")) throw await taken(options.port);
    const [, wrong] = /^options\.stateFile (.*)/s.exec(error.why) ?? [];
    if (wrong === undefined) throw error;
    throw new CommandError(
      "The state file cannot be used",
      `${options.stateFile} ${wrong}`,
      "Start with the --odoo and --seed that it was made with, name another file, or remove it to begin anew.",
    );
  }
}

async function taken(port: number): Promise<CommandError> {
  const { nextFreePort } = await import("@odoorway/gateway");
  const free = await nextFreePort("127.0.0.1", port + 1);
  return new CommandError(
    `Port ${port} is taken`,
    "Another program listens there already.",
    free === undefined
      ? "Stop it, or choose another port: --port 0 takes a free one."
      : `Port ${free} is free: odoorway sandbox --port ${free}, or stop that program.`,
  );
}
