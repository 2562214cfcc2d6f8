/**
 * odoorway import FILE...: sends the files as one import, follows it, sums it up, and keeps what failed in a file for each. The
 * gateway has all of it before the first row goes out, so nothing hangs on this command any more then.
 *
 * Exit code: 0 every row is in Odoo; 1 the import is over and some rows failed; 2 it was refused, did not
 * finish, or was left to itself (Ctrl-C detaches: the gateway holds every row durably and goes on).
 */
import { basename, relative } from "node:path";
import { systemClock } from "@odoorway/core";
import type { ImportStatus } from "@odoorway/imports";
import type { ConnectionOptions } from "../connection.js";
import { CommandError, explain } from "../explain.js";
import { type FoundGateway, findGateway } from "../find-gateway.js";
import type { GatewayApi } from "../gateway-api.js";
import { type FileToImport, readFiles } from "../import/files.js";
import { follow } from "../import/follow.js";
import { createProgress, silentProgress } from "../import/progress.js";
import { keepRows, type ResultOptions, resultFiles } from "../import/results.js";
import { summary } from "../import/summary.js";
import { type UploadOptions, upload } from "../import/upload.js";
import { count } from "../numbers.js";
import type { Terminal } from "../terminal.js";

export interface ImportCommandOptions extends ConnectionOptions, UploadOptions, ResultOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const allDone = 0;
const someFailed = 1;
const notDone = 2;

/** @returns the exit code */
export async function importFiles(
  terminal: Terminal,
  names: readonly string[],
  options: ImportCommandOptions,
): Promise<number> {
  const files = readFiles(names, terminal.cwd, options);
  refuseOneResultForAll(files, options);
  const gateway = await findGateway(terminal, options);
  try {
    if (gateway.own && !options.quiet)
      terminal.say("No gateway answers; a gateway of this command's own talks to the Odoo of ODOO_URL.");
    return await importAll(terminal, gateway, files, options);
  } finally {
    await gateway.close();
  }
}

/** A file of results is of one file; in a folder each has its own, called after it. */
function refuseOneResultForAll(files: readonly FileToImport[], options: ResultOptions): void {
  const { result, resultSuccessful, resultUnprocessed } = options;
  if (files.length < 2) return;
  if (result !== undefined || resultSuccessful !== undefined || resultUnprocessed !== undefined)
    throw new CommandError(
      "Several files have several results",
      "--result, --result-successful and --result-unprocessed name one file, and the columns of several differ.",
      "Name a folder: --results FOLDER.",
    );
  const names = files.map(({ path }) => basename(path));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (options.results !== undefined && twice !== undefined)
    throw new CommandError(
      "Two files have one name",
      `Their results would both be called after ${twice}.`,
      "Leave --results away, so that results stand beside the files, or call one differently.",
    );
}

async function importAll(
  terminal: Terminal,
  gateway: FoundGateway,
  files: readonly FileToImport[],
  options: ImportCommandOptions,
): Promise<number> {
  const progress = options.quiet ? silentProgress : createProgress(terminal, systemClock.now);
  const say = (text: string) => {
    if (!options.quiet) terminal.say(text);
  };
  let done: ImportStatus | undefined;
  let paused = false;
  try {
    const taken = await takeIn(gateway.api, files, options, terminal, progress.uploading);
    if (taken === undefined) {
      say("Stopped before all was sent; nothing of it was kept.");
      return notDone;
    }
    if (taken.not_before !== null && Date.parse(taken.not_before) > systemClock.now() && !gateway.own) {
      say(`The import ${taken.id} waits until ${taken.not_before}; the gateway then does it alone.`);
      if (options.json) terminal.out(JSON.stringify(taken));
      return allDone;
    }
    const watchers = {
      seen: (status: ImportStatus) => {
        progress.running(status);
        if (status.state === "paused") progress.note(pausedBy(status));
        else if (paused) progress.note("");
        paused = status.state === "paused";
      },
      away: (gone: boolean) => progress.note(gone ? "the gateway does not answer, waiting for it" : ""),
    };
    done = await follow(gateway.api, taken.id, watchers, systemClock, terminal.interrupted);
    progress.stop();
    if (done === undefined) {
      say(detached(gateway, taken.id));
      return notDone;
    }
    return await sumUp(terminal, gateway, done, files, options, say);
  } finally {
    progress.stop();
  }
}

async function takeIn(
  api: GatewayApi,
  files: readonly FileToImport[],
  options: ImportCommandOptions,
  terminal: Terminal,
  sent: (bytes: number, size: number) => void,
): Promise<ImportStatus | undefined> {
  const whole = files.reduce((sum, { size }) => sum + size, 0);
  try {
    return await upload(api, files, options, terminal.cwd, (bytes) => sent(bytes, whole), terminal.interrupted);
  } catch (error) {
    if (terminal.interrupted.aborted) return undefined;
    throw error;
  }
}

function pausedBy({ paused_by: by }: ImportStatus): string {
  if (by === "hand") return "paused; odoorway imports resume goes on";
  return by === "store" ? "paused until the store is back" : "paused until Odoo is back";
}

function detached({ api, own }: FoundGateway, id: string): string {
  if (own) return "Stopped. Run the same command again: rows already in Odoo are found by their keys, not doubled.";
  return `Left to itself: the import ${id} goes on in the gateway.\nLook at it at ${api.url}/console/ or GET ${api.url}/v1/imports/${id}`;
}

async function sumUp(
  terminal: Terminal,
  { api, own }: FoundGateway,
  status: ImportStatus,
  files: readonly FileToImport[],
  options: ImportCommandOptions,
  say: (text: string) => void,
): Promise<number> {
  if (options.json) terminal.out(JSON.stringify(status));
  else if (!options.quiet) terminal.out(summary(status));
  if (status.last_error !== null && status.state !== "done") {
    const { title, cause, fix } = status.last_error;
    terminal.say(explain(new CommandError(title, cause, fix)));
  }
  // Ids sort as the files came.
  const parts = [...(status.parts ?? [status])].sort((one, other) => (one.id < other.id ? -1 : 1));
  for (const [index, { path }] of files.entries()) {
    const part = parts[index];
    if (part) await keepResults(terminal, api, part, path, options, say);
  }
  const really = own ? "The command without --dry-run" : `odoorway imports run ${status.id}`;
  if (status.dry_run) say(`Nothing was written. ${really} does it for real.`);
  if (status.state !== "done") return notDone;
  return status.counts.failed > 0 ? someFailed : allDone;
}

async function keepResults(
  terminal: Terminal,
  api: GatewayApi,
  status: ImportStatus,
  path: string,
  options: ImportCommandOptions,
  say: (text: string) => void,
): Promise<void> {
  const { id, counts } = status;
  for (const file of resultFiles(terminal.cwd, path, options, status)) {
    await keepRows(api, id, file);
    const where = shown(file.path, terminal.cwd);
    if (file.status !== "failed") say(`The ${file.status} rows are in ${where}.`);
    else if (counts.failed > 0) {
      const rows = counts.failed === 1 ? "1 row failed; it" : `${count(counts.failed)} rows failed; each`;
      say(`${rows} is in ${where} with cause and fix.`);
      say("Mend them there and import that file: it is input again.");
    }
  }
}

function shown(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short.startsWith("..") ? path : short;
}
