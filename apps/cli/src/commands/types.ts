/**
 * odoorway types: the models of the connected Odoo as one TypeScript file. The file is written whole and renamed
 * into place, and only over one that this command wrote. With --check nothing is written: it is compared.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";
import { createClient, type OdooClient } from "@odoorway/client";
import { catalogue, type ModelMetadata, nearest, OdoorwayError, systemClock } from "@odoorway/core";
import { createMetadata, type GatewayMetadata } from "@odoorway/gateway";
import { isModelsFile, modelsFile } from "@odoorway/schema";
import { readConfiguration } from "../configuration.js";
import { CommandError } from "../explain.js";
import { count } from "../numbers.js";
import type { Terminal } from "../terminal.js";

export interface TypesOptions {
  readonly out?: string;
  readonly model: readonly string[];
  readonly check?: boolean;
  readonly force?: boolean;
  readonly config?: string;
}

const upToDate = 0;
const outOfDate = 1;

/** How many models are asked for at once; a stock server has two to eight workers. */
const parallel = 4;

/** @returns the exit code */
export async function writeTypes(terminal: Terminal, options: TypesOptions): Promise<number> {
  if (options.check && options.out === undefined)
    throw new CommandError("There is no file to check", "--check compares a file.", "Name it by --out FILE.");
  const path = options.out === undefined ? undefined : resolve(terminal.cwd, options.out);
  // Before Odoo is asked for minutes, not after.
  const before = path === undefined ? undefined : await readOwn(path, options);
  const text = await typesOf(terminal, options);
  if (path === undefined) {
    terminal.out(text.trimEnd());
    return upToDate;
  }
  const shown = relative(terminal.cwd, path) || path;
  if (options.check) return compare(terminal, shown, before, text);
  if (before === text) {
    terminal.say(`${shown} is up to date.`);
    return upToDate;
  }
  await replace(path, text);
  terminal.say(`${shown} is written.`);
  return upToDate;
}

function compare(terminal: Terminal, shown: string, before: string | undefined, text: string): number {
  if (before === text) {
    terminal.say(`${shown} is up to date.`);
    return upToDate;
  }
  const [old, now] = [before?.split("\n") ?? [], text.split("\n")];
  const line = now.findIndex((one, index) => one !== old[index]);
  const what = before === undefined ? "is not there" : `differs from line ${line + 1} on`;
  terminal.say(`${shown} is out of date: it ${what}. Run odoorway types without --check to write it.`);
  return outOfDate;
}

/** The text of a file that this command wrote, undefined where there is none. */
async function readOwn(path: string, { force, check }: TypesOptions): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory())
    throw new CommandError("The types cannot be written", `${path} is a folder.`, "Name a file by --out.");
  if (found === undefined) return undefined;
  // As it was before git made Windows' line ends of its own.
  const text = (await readFile(path, "utf8").catch(failed(path))).replaceAll("\r\n", "\n");
  if (!force && !check && text !== "" && !isModelsFile(text))
    throw new CommandError(
      "The file is not one of odoorway types",
      `${path} was written by something else, and would be lost.`,
      "Name another file by --out, or add --force to write over it.",
    );
  return text;
}

async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    failed(path)(error);
  }
}

function failed(path: string): (error: unknown) => never {
  return (error) => {
    throw new CommandError(
      "The types cannot be written",
      `${path}: ${error instanceof Error && "code" in error ? String(error.code) : "it failed"}.`,
      "Check that the folder exists and that this user may write to it.",
    );
  };
}

async function typesOf(terminal: Terminal, options: TypesOptions): Promise<string> {
  const { client, close: end } = await connect(terminal, options.config);
  let ending: Promise<void> | undefined;
  const close = () => {
    ending ??= end();
    return ending;
  };
  // An interrupted command leaves at once; what was asked for is given up.
  const stop = () => void close().catch(() => {});
  terminal.interrupted.addEventListener("abort", stop, { once: true });
  try {
    const { server } = await client.version();
    const source = createMetadata({ caller: client, clock: systemClock, ttl: Number.POSITIVE_INFINITY });
    const names = await modelNames(source, options.model);
    const models = await readModels(terminal, source, names, `Odoo ${server}`, options.model.length > 0);
    return modelsFile(models, server);
  } finally {
    terminal.interrupted.removeEventListener("abort", stop);
    await close();
  }
}

/** All that the user may read, or those asked for: each must be one of them. */
async function modelNames(source: GatewayMetadata, asked: readonly string[]): Promise<readonly string[]> {
  const readable = (await source.models()).map(({ model }) => model);
  if (asked.length === 0) return readable;
  const unknown = asked.filter((model) => !readable.includes(model));
  if (unknown.length === 0) return [...new Set(asked)];
  const hints = unknown.map((model) => {
    const near = nearest(model, readable);
    return near === undefined ? `${model}: no model has a name like it.` : `Did you mean ${near}?`;
  });
  throw new CommandError(
    unknown.length === 1 ? "No such model" : "No such models",
    `The connected Odoo has no model ${unknown.join(", ")} that this user may read.`,
    `${hints.join(" ")} If it belongs to a module, install the module in Odoo.`,
  );
}

async function readModels(
  terminal: Terminal,
  source: GatewayMetadata,
  names: readonly string[],
  server: string,
  strict: boolean,
): Promise<ModelMetadata[]> {
  const found: ModelMetadata[] = [];
  const queue = names.values();
  const { screen } = terminal;
  const progress = (end: string) =>
    screen.write(`${screen.isTTY ? "\r" : ""}${server}: ${count(found.length)} of ${count(names.length)} models${end}`);
  const worker = async () => {
    for (const name of queue) {
      const metadata = await source.model(name).catch((error: unknown) => {
        if (strict || !isOfModel(error)) throw error;
        terminal.say(`Left out: ${name} (${error.code}: ${error.why})`);
        return undefined;
      });
      if (metadata !== undefined) found.push(metadata);
      if (screen.isTTY) progress("");
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  progress("\n");
  return found;
}

/** Whether Odoo refuses or fails to describe this one model, and not the connection. */
function isOfModel(error: unknown): error is OdoorwayError {
  if (!(error instanceof OdoorwayError)) return false;
  const { family } = catalogue[error.code];
  return family === "odoo" || family === "validation";
}

interface Connection {
  readonly client: OdooClient;
  close(): Promise<void>;
}

/** The Odoo of the configuration; without one a sandbox, so that the command can be tried. */
async function connect(terminal: Terminal, config?: string): Promise<Connection> {
  const { odoo } = readConfiguration(terminal, config);
  if (odoo) {
    const client = createClient(odoo);
    return { client, close: () => client.close() };
  }
  terminal.say(
    "No ODOO_URL: the types are those of a sandbox Odoo. Set ODOO_URL, ODOO_DB, ODOO_LOGIN and ODOO_API_KEY.",
  );
  const { createSandbox } = await import("@odoorway/sandbox");
  const sandbox = await createSandbox({ port: 0 });
  const client = createClient({ url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" });
  return {
    client,
    async close() {
      await client.close();
      await sandbox.close();
    },
  };
}
