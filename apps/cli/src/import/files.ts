/**
 * The files of one command, each with its model, in the order in which they go in: a model that others refer to
 * comes before them, so that a row finds what it names.
 */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { CommandError } from "../explain.js";
import type { GatewayApi } from "../gateway-api.js";
import { findFile, type UploadOptions } from "./upload.js";

export interface FileToImport {
  readonly path: string;
  readonly size: number;
  readonly options: UploadOptions;
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
    const own = { ...(known === undefined ? {} : { model: known }), ...(key === undefined ? {} : { key }) };
    return { ...found, options: { ...options, ...own } };
  });
}

/** `res.partner.csv` and `res.partner.csv.gz` are of res.partner; a name with a single word is any file's. */
function modelOf(path: string): string | undefined {
  return /^([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+)\.(?:csv|tsv|xlsx|ndjson|jsonl|json)(?:\.(?:gz|zst))?$/.exec(
    basename(path),
  )?.[1];
}

interface Field {
  readonly type: string;
  readonly relation: string | null;
  readonly required: boolean;
}

/** Sorted by what refers to what. Circles are cut where a reference may be empty; what is left stays as it was given. */
export async function inOrder(api: GatewayApi, files: readonly FileToImport[]): Promise<FileToImport[]> {
  const needs = new Map<string, readonly Field[]>();
  for (const model of new Set(files.flatMap(({ options }) => options.model ?? []))) {
    const answer = await api.request(`/v1/models/${encodeURIComponent(model)}`);
    const { fields } = (await answer.json()) as { fields: readonly Field[] };
    needs.set(
      model,
      fields.filter(({ type }) => type === "many2one" || type === "many2many"),
    );
  }
  return sortByNeeds(files, (file, other, strictly) => {
    const [model = "", target = ""] = [file.options.model, other.options.model];
    if (model === target) return false;
    return (needs.get(model) ?? []).some(({ relation, required }) => relation === target && (required || !strictly));
  });
}

/** @param needs whether one must come after another; `strictly`: it cannot do without */
export function sortByNeeds<T>(items: readonly T[], needs: (item: T, other: T, strictly: boolean) => boolean): T[] {
  const left = [...items];
  const sorted: T[] = [];
  while (left.length > 0) {
    const free = (strictly: boolean) => left.find((item) => !left.some((other) => needs(item, other, strictly)));
    const next = free(false) ?? free(true) ?? (left[0] as T);
    sorted.push(next);
    left.splice(left.indexOf(next), 1);
  }
  return sorted;
}
