/** Sends files as one form, piece by piece: memory stays flat whatever their size. */
import { randomUUID } from "node:crypto";
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { Readable } from "node:stream";
import type { ImportStatus } from "@odoorway/imports";
import { CommandError } from "../explain.js";
import type { GatewayApi } from "../gateway-api.js";

export interface UploadOptions {
  readonly mapping?: string;
  readonly model?: string;
  readonly key?: string;
  readonly delimiter?: string;
  readonly encoding?: string;
  readonly sheet?: string;
  readonly format?: "csv" | "ndjson" | "json" | "xlsx";
  readonly dryRun?: boolean;
  readonly onExisting?: string;
  readonly priority?: string;
  /** RFC 3339. */
  readonly at?: string;
}

/** Endings of files that the gateway reads; what a file is shows in its first bytes too. */
const endings = [".csv", ".txt", ".tsv", ".ndjson", ".jsonl", ".json", ".xlsx", ".gz", ".zst"];

/** Checks that the file can be read. @returns its absolute path and size in bytes */
export function findFile(file: string, cwd: string): { path: string; size: number } {
  const path = resolve(cwd, file);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new CommandError("No such file", `There is no file ${path}.`, "Check the name and the folder you are in.");
  }
  if (!stat.isFile()) {
    throw new CommandError("Not a file", `${path} is a folder or a device.`, "Name a CSV, Excel, NDJSON or JSON file.");
  }
  return { path, size: stat.size };
}

/** A file, with what is said of it alone. */
export interface FileToSend {
  readonly path: string;
  readonly model?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * Uploads files as one import. Resolves with the import as the gateway took it in.
 * @param sent is told the number of bytes sent so far, of all files
 */
export async function upload(
  api: GatewayApi,
  files: readonly FileToSend[],
  options: UploadOptions,
  cwd: string,
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ImportStatus> {
  const query = new URLSearchParams();
  const { delimiter, encoding, sheet, onExisting: on_existing, priority, at: not_before } = options;
  const [format] = files.map(({ path }) => checkedFormat(path, options.format));
  const said = { format, delimiter, encoding, sheet, on_existing, priority, not_before };
  for (const [name, value] of Object.entries(said)) if (value !== undefined) query.set(name, value);
  if (options.dryRun) query.set("dry_run", "true");
  const mapping = mappingFileOf(options.mapping, cwd);
  if (options.mapping !== undefined && mapping === undefined) query.set("flow", options.mapping);
  const boundary = `odoorway-${randomUUID()}`;
  const pieces = form(files, boundary, mapping, sent);
  const answer = await api.request(`/v1/imports?${query}`, {
    method: "POST",
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
    body: Readable.toWeb(Readable.from(pieces)) as ReadableStream,
    duplex: "half",
    signal,
  });
  return (await answer.json()) as ImportStatus;
}

/** A mapping that looks like a path is a file; any other word is a name that the gateway knows. */
function mappingFileOf(mapping: string | undefined, cwd: string): string | undefined {
  if (mapping === undefined || !/[/\\]|\.(ya?ml|json)$/i.test(mapping)) return undefined;
  const path = resolve(cwd, mapping);
  if (!existsSync(path)) {
    throw new CommandError(
      "No such mapping",
      `There is no file ${path}.`,
      "Name an existing file, or a mapping that the gateway knows.",
    );
  }
  return readFileSync(path, "utf8");
}

/** Undefined: the gateway sees by its name and first bytes what it is. */
function checkedFormat(file: string, given: UploadOptions["format"]): UploadOptions["format"] {
  if (given !== undefined || endings.includes(extname(file).toLowerCase())) return given;
  throw new CommandError(
    "The format is unknown",
    `The ending of ${basename(file)} says neither CSV nor Excel nor NDJSON nor JSON.`,
    "Say it: --format csv, --format xlsx, --format ndjson or --format json.",
  );
}

/** multipart/form-data (RFC 7578): what is said of a file goes before it, since the gateway reads it as it arrives. */
async function* form(
  files: readonly FileToSend[],
  boundary: string,
  mapping: string | undefined,
  sent: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const text = new TextEncoder();
  let bytes = 0;
  for (const { path, model, key } of files) {
    for (const [name, value] of Object.entries({ mapping, model, key }))
      if (value !== undefined)
        yield text.encode(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    const name = basename(path).replace(/["\r\n]/g, (character) => encodeURIComponent(character));
    yield text.encode(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) {
      yield chunk;
      bytes += chunk.length;
      sent(bytes);
    }
    yield text.encode("\r\n");
  }
  yield text.encode(`--${boundary}--\r\n`);
}
