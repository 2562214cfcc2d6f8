/**
 * The data of a sandbox in a file, so that it outlives the process.
 *
 * Lines of JSON: a head that names format, version and database, then the records of each model in parts
 * of a thousand. The file is written beside its place and renamed, so that a reader, or a start after a
 * crash, finds the whole of one moment or the whole of the one before. Models and fields are left out:
 * they are the version's. API keys are the seed's and never in the file; a password stands with its user, and
 * that of a user of the seed gives way to the seed's at each start.
 */
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import type { Database } from "../orm/env.js";
import type { Row } from "../orm/fields.js";
import { wrong } from "../seed.js";

const format = 1;
const part = 1000;
const derived = new Set(["ir.model", "ir.model.fields", "res.users.apikeys"]);

interface Head {
  readonly format: number;
  readonly version: number;
  readonly database: string;
  readonly sequences: readonly (readonly [string, number])[];
}
interface Part {
  readonly model: string;
  readonly last: number;
  readonly rows: readonly (readonly [number, Row])[];
}

/** Puts the records of the file in place of the database's; false where there is no file yet. */
export async function restoreState(path: string, database: Database): Promise<boolean> {
  const file = await open(path, "r").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unusable("cannot be read", error);
  });
  if (!file) return false;
  // Line by line: the whole of a large file would be longer than a string may be.
  const lines: unknown[] = [];
  try {
    for await (const line of file.readLines()) if (line !== "") lines.push(lineOf(line));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EISDIR") throw unusable("cannot be read", error);
    throw error;
  } finally {
    await file.close();
  }
  const [head, ...parts] = lines;
  const { version } = database.profile;
  if (!isHead(head)) throw wrong("options.stateFile", "is no state of a sandbox");
  if (head.version !== version) throw wrong("options.stateFile", `is of version ${head.version}, not ${version}`);
  if (head.database !== database.name)
    throw wrong("options.stateFile", `is of the database ${head.database}, not ${database.name}`);
  const models = new Map<string, { last: number; rows: (readonly [number, Row])[] }>();
  for (const line of parts) {
    if (!isPart(line)) throw wrong("options.stateFile", "is damaged");
    const known = models.get(line.model) ?? { last: line.last, rows: [] };
    known.rows.push(...line.rows);
    models.set(line.model, known);
  }
  for (const [name, { last, rows }] of models) database.models.get(name)?.table.replace(rows, last);
  database.restoreSequences(head.sequences);
  return true;
}

function lineOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw wrong("options.stateFile", "is damaged");
  }
}

function isHead(value: unknown): value is Head {
  return typeof value === "object" && value !== null && "format" in value && value.format === format;
}

function isPart(value: unknown): value is Part {
  return (
    typeof value === "object" && value !== null && "model" in value && "rows" in value && Array.isArray(value.rows)
  );
}

/** Writes the database as it is now; calls that come meanwhile are answered and not in it. */
export async function saveState(path: string, database: Database): Promise<void> {
  const head: Head = {
    format,
    version: database.profile.version,
    database: database.name,
    sequences: database.sequences(),
  };
  // Rows are never changed in place, so that lists of them are a snapshot.
  const tables = [...database.models.values()]
    .filter(({ name }) => !derived.has(name))
    .map(({ name, table }) => ({ name, last: table.lastId, rows: [...table.rows] }));
  const beside = `${path}.new`;
  let file: FileHandle | undefined;
  try {
    file = await open(beside, "w", 0o600);
    await file.appendFile(`${JSON.stringify(head)}\n`);
    for (const { name, last, rows } of tables)
      for (let at = 0; at === 0 || at < rows.length; at += part) {
        const line: Part = { model: name, last, rows: rows.slice(at, at + part) };
        await file.appendFile(`${JSON.stringify(line)}\n`);
      }
    await file.sync();
    await file.close();
    await rename(beside, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(beside, { force: true }).catch(() => undefined);
    throw unusable("cannot be written", error);
  }
}

function unusable(what: string, error: unknown): Error {
  return wrong("options.stateFile", `${what} (${error instanceof Error && "code" in error ? error.code : "unknown"})`);
}

export interface Keeper {
  /** Writes what is not written yet, and no more after that. Rejects where it cannot. */
  stop(): Promise<void>;
}

/**
 * Keeps the file up to date: every `interval` milliseconds where something changed, and at the end. After a
 * write it rests nine times as long as that took, so that much data costs a tenth of the time at most. A
 * write that fails in between is tried again at the next turn; the last one is not forgiven.
 */
export function keepState(path: string, database: () => Database, interval: number): Keeper {
  let saved: { of: Database; changes: number } | undefined;
  let writing: Promise<void> = Promise.resolve();
  let rests = 0;
  const save = async () => {
    const of = database();
    const changes = of.changes();
    if (saved?.of === of && saved.changes === changes) return;
    const from = performance.now();
    await saveState(path, of);
    saved = { of, changes };
    rests = Math.ceil((9 * (performance.now() - from)) / interval);
  };
  let busy = false;
  const turn = async () => {
    if (busy) return;
    if (rests > 1) {
      rests -= 1;
      return;
    }
    busy = true;
    writing = save();
    await writing.catch(() => undefined);
    busy = false;
  };
  const timer = setInterval(() => void turn(), interval);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await writing.catch(() => undefined);
      await save();
    },
  };
}
