/** odoorway sandbox: an Odoo look-alike in a process of its own, until a signal comes. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSandbox, type SandboxSeed } from "@odoorway/sandbox";
import { CommandError } from "../explain.js";
import { type Terminal, whenAborted } from "../terminal.js";

export interface SandboxCommandOptions {
  readonly port: number;
  readonly odoo: string;
  readonly seed?: string;
}

/** @returns the exit code */
export async function runSandbox(terminal: Terminal, options: SandboxCommandOptions): Promise<number> {
  const seed = options.seed === undefined ? undefined : readSeed(resolve(terminal.cwd, options.seed));
  const sandbox = await listening(options.port, () =>
    createSandbox({
      port: options.port,
      version: options.odoo === "19" ? 19 : 18,
      ...(seed === undefined ? {} : { seed }),
    }),
  );
  terminal.out(`Sandbox Odoo ${options.odoo} at ${sandbox.url}, database ${sandbox.database}`);
  if (seed === undefined)
    terminal.out("Log in as demo with the API key demo-key, or as admin with the password admin.");
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

async function listening<T>(port: number, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    throw new CommandError(
      `Port ${port} is taken`,
      "Another program listens there already.",
      `Stop it, or choose another port: odoorway sandbox --port ${port + 1} (--port 0 takes a free one).`,
    );
  }
}
