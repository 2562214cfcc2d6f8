/** Rows of an import, kept in files: what failed, and what became of the others for whoever asks. */
import { createWriteStream } from "node:fs";
import { access, constants, mkdir, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ImportStatus } from "@odoorway/imports";
import { CommandError } from "../explain.js";
import type { GatewayApi } from "../gateway-api.js";

export interface ResultOptions {
  readonly result?: string;
  readonly resultSuccessful?: string;
  readonly resultUnprocessed?: string;
  readonly results?: string;
}

type Status = "successful" | "failed" | "unprocessed";

/** A file of results to be written. */
export interface ResultFile {
  readonly status: Status;
  readonly path: string;
}

/**
 * The files that an import comes to: what failed in any case, where anything did; the others when they are asked for. Those of
 * JSON are NDJSON where nothing else is said, since the cells of CSV hold no lists and no nulls.
 */
export function resultFiles(cwd: string, source: string, options: ResultOptions, status: ImportStatus): ResultFile[] {
  const { counts } = status;
  const stem = source.replace(/(?:\.[^./\\]+?)(?:\.(?:gz|zst))?$/i, "");
  const ending = /\.(?:ndjson|jsonl|json)(?:\.(?:gz|zst))?$/i.test(source) ? "ndjson" : "csv";
  const inFolder = (name: Status) =>
    options.results === undefined
      ? undefined
      : join(resolve(cwd, options.results), `${basename(stem)}.${name}.${ending}`);
  const given = (file: string | undefined) => (file === undefined ? undefined : resolve(cwd, file));
  const wanted = [
    ["successful", given(options.resultSuccessful) ?? inFolder("successful")],
    [
      "failed",
      given(options.result) ?? inFolder("failed") ?? (counts.failed > 0 ? `${stem}.failed.${ending}` : undefined),
    ],
    ["unprocessed", given(options.resultUnprocessed) ?? inFolder("unprocessed")],
  ] as const;
  const nothingFailed = counts.failed === 0;
  return wanted.flatMap(([name, path]) =>
    path === undefined || (name === "failed" && nothingFailed && options.results === undefined)
      ? []
      : [{ status: name, path }],
  );
}

/** Writes a file of results: NDJSON when it ends so, else CSV. */
export async function keepRows(api: GatewayApi, id: string, { status, path }: ResultFile): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await access(dirname(path), constants.W_OK);
  } catch {
    throw new CommandError(
      `The ${status} rows could not be kept`,
      `This user may not write to ${dirname(path)}. The import itself is over, as summed up above.`,
      `odoorway imports rows ${id} --status ${status} prints them.`,
    );
  }
  const format = /\.(?:ndjson|jsonl)$/i.test(path) ? "ndjson" : "csv";
  const answer = await api.request(`/v1/imports/${id}/rows?status=${status}&format=${format}`);
  try {
    await pipeline(Readable.from(answer.body ?? []), createWriteStream(path));
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
}
