/** odoorway imports: list, show, pause, resume, run, cancel, delete, retry, rows; all of them through the gateway. */
import { createReadStream, createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { systemClock } from "@odoorway/core";
import type { ImportStatus } from "@odoorway/imports";
import Table from "cli-table3";
import { type ConnectionOptions, findToken, gatewayUrl } from "../connection.js";
import { createGatewayApi, type GatewayApi, readStatus } from "../gateway-api.js";
import { follow } from "../import/follow.js";
import { createProgress } from "../import/progress.js";
import { summary } from "../import/summary.js";
import { findFile } from "../import/upload.js";
import { count } from "../numbers.js";
import type { Terminal } from "../terminal.js";

type Options = ConnectionOptions & { readonly json?: boolean };

function gateway(terminal: Terminal, options: Options): GatewayApi {
  return createGatewayApi(gatewayUrl(terminal, options), findToken(terminal, options));
}

function say(terminal: Terminal, status: ImportStatus, options: Options, words: string): void {
  if (options.json) terminal.out(JSON.stringify(status));
  else terminal.say(words);
}

/** @returns the exit code */
export async function listImports(terminal: Terminal, options: Options & { limit: number }): Promise<number> {
  const answer = await gateway(terminal, options).request(`/v1/imports?limit=${options.limit}`);
  const { data } = (await answer.json()) as { data: ImportStatus[] };
  if (options.json) terminal.out(JSON.stringify(data));
  else if (data.length === 0) terminal.say("No imports yet: odoorway import FILE starts one.");
  else {
    const table = new Table({
      head: ["id", "file", "state", "rows", "created", "updated", "unchanged", "failed", "not done"],
      style: { head: [], border: [], compact: true },
    });
    for (const one of data) {
      const { read, created, updated, unchanged, failed, unprocessed } = one.counts;
      const state = one.dry_run ? `${one.state} (dry run)` : one.state;
      const name = one.file_name ?? one.mapping ?? one.model;
      table.push([one.id, name, state, ...[read, created, updated, unchanged, failed, unprocessed].map(count)]);
    }
    terminal.out(table.toString());
  }
  return 0;
}

/** @returns the exit code: 0 */
export async function showImport(
  terminal: Terminal,
  id: string,
  options: Options & { follow?: boolean },
): Promise<number> {
  const api = gateway(terminal, options);
  let status: ImportStatus | undefined = await readStatus(api, id);
  if (options.follow) {
    const progress = createProgress(terminal, systemClock.now);
    const watchers = {
      seen: progress.running,
      away: (gone: boolean) => progress.note(gone ? "the gateway does not answer, waiting for it" : ""),
    };
    status = (await follow(api, status.id, watchers, systemClock, terminal.interrupted)) ?? status;
    progress.stop();
  }
  terminal.out(options.json ? JSON.stringify(status) : summary(status));
  return 0;
}

const done = {
  pause: "pauses after the batch under way; odoorway imports resume goes on",
  resume: "goes on",
  run: "is at work",
  cancel: "stops after the batch under way",
  delete: "is forgotten; nothing changed in Odoo",
} as const;

/** @returns the exit code */
export async function orderImport(
  terminal: Terminal,
  order: keyof typeof done,
  id: string,
  options: Options,
): Promise<number> {
  const path = `/v1/imports/${encodeURIComponent(id)}`;
  if (order === "delete") {
    await gateway(terminal, options).request(path, { method: "DELETE" });
    terminal.say(`The import ${id} ${done.delete}.`);
    return 0;
  }
  const answer = await gateway(terminal, options).request(`${path}/${order}`, { method: "POST" });
  say(terminal, (await answer.json()) as ImportStatus, options, `The import ${id} ${done[order]}.`);
  return 0;
}

/** @param file mended rows; undefined: what failed as it is. @returns the exit code */
export async function retryImport(
  terminal: Terminal,
  id: string,
  file: string | undefined,
  options: Options,
): Promise<number> {
  const path = `/v1/imports/${encodeURIComponent(id)}/retry`;
  const answer = await gateway(terminal, options).request(path, {
    method: "POST",
    ...(file === undefined ? {} : bodyOf(findFile(file, terminal.cwd).path)),
  });
  say(terminal, (await answer.json()) as ImportStatus, options, `The import ${id} is at work again.`);
  return 0;
}

/** The gateway sees by the first bytes what the file is. */
function bodyOf(path: string): RequestInit & { duplex: "half" } {
  return {
    headers: { "Content-Type": "application/octet-stream" },
    body: Readable.toWeb(createReadStream(path)) as ReadableStream,
    duplex: "half",
  };
}

/** Whole lines at a time: the terminal ends what it prints with one. */
async function printLines(terminal: Terminal, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of bytes) {
    rest += decoder.decode(piece, { stream: true });
    const end = rest.lastIndexOf("\n");
    if (end >= 0) terminal.out(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  if (rest !== "") terminal.out(rest);
}

/** @returns the exit code */
export async function printRows(
  terminal: Terminal,
  id: string,
  options: Options & { status?: string; format: string; out?: string },
): Promise<number> {
  const query = new URLSearchParams({ format: options.format, ...(options.status ? { status: options.status } : {}) });
  const path = `/v1/imports/${encodeURIComponent(id)}/rows?${query}`;
  const answer = await gateway(terminal, options).request(path);
  const rows = Readable.from(answer.body ?? []);
  if (options.out !== undefined) await pipeline(rows, createWriteStream(resolve(terminal.cwd, options.out)));
  else await printLines(terminal, rows);
  return 0;
}
