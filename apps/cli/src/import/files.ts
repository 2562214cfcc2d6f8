/** The files of one command, each with its model; the gateway finds the order in which they have their turns. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { CommandError } from "../explain.js";
import { type FileToSend, findFile, type UploadOptions } from "./upload.js";

export interface FileToImport extends FileToSend {
  readonly size: number;
}

/**
 * Reads `FILE`, `FILE=MODEL` and `FILE=MODEL:KEY`. A file called by its model, as Odoo modules call theirs
 * (res.partner.csv), needs neither; without a key its column `id` holds external ids.
 */
export function readFiles(files: readonly string[], cwd: string, options: UploadOptions): FileToImport[] {
  const several = files.length > 1;
  return files.map((text) => {
    const spec = existsSync(resolve(cwd, text)) ? undefined : /^(.+)=([a-z][\w.]*)(?::(.+))?$/s.exec(text);
    const [, name = text, model, key = options.key] = spec ?? [];
    const found = findFile(name, cwd);
    const known = model ?? options.model ?? (options.mapping === undefined ? modelOf(found.path) : undefined);
    if (several && known === undefined)
      throw new CommandError(
        "A file says no model",
        `${basename(found.path)} is not called by a model, and several files take neither --mapping nor --model for all.`,
        `Say it: ${text}=res.partner:ref, or call the file res.partner.csv.`,
      );
    return { ...found, model: known, key };
  });
}

/** `res.partner.csv` and `res.partner.csv.gz` are of res.partner; a name with a single word is any file's. */
function modelOf(path: string): string | undefined {
  return /^([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\.(?:csv|tsv|xlsx|ndjson|jsonl|json)(?:\.(?:gz|zst))?$/.exec(
    basename(path),
  )?.[1];
}
