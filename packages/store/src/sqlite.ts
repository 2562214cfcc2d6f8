/**
 * The embedded store: one file in a folder, WAL, every commit synced to the disk. The file is locked
 * exclusively for as long as it is open, by the operating system, so a second process is refused at
 * once and a killed one leaves no lock behind.
 */
import { mkdirSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { OdoorwayError } from "@odoorway/core";
import { Kysely, type SqliteDatabase, SqliteDialect, sql } from "kysely";
import Database from "libsql";
import type { Tables } from "./schema.js";

/** SQLite's own default. */
const pageBytes = 4096;
/**
 * What must be free before rows or events are taken in. A write needs its size in the log (WAL), and once more in
 * the file before the log can be used anew; a chunk of rows takes up to some 12 MiB. When the last of it were given
 * to an upload, not even its removal could be written.
 */
const reserveBytes = 32 * 1024 ** 2;
/** What the log is cut back to after a large transaction. */
const logBytes = 16 * 1024 ** 2;

/** Throws `store_locked` when another process has the folder, `store_unavailable` when it cannot be used. */
export function openSqlite(folder: string, mostBytes?: number): Kysely<Tables> {
  let database: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new Database(join(folder, "odoorway.db"));
    database.pragma("locking_mode=EXCLUSIVE");
    database.pragma("journal_mode=WAL");
    database.pragma("synchronous=FULL");
    database.pragma("cache_size=-8000");
    database.pragma(`journal_size_limit=${logBytes}`);
    if (mostBytes !== undefined) database.pragma(`max_page_count=${Math.floor(mostBytes / pageBytes)}`);
    // The lock is taken by the first write, so that a second process is refused here and not later.
    database.exec("BEGIN EXCLUSIVE; COMMIT");
  } catch (error) {
    database?.close();
    if (isBusy(error)) throw new OdoorwayError("store_locked", { evidence: { folder }, cause: error });
    throw new OdoorwayError("store_unavailable", {
      evidence: { detail: "the data folder cannot be opened" },
      cause: error,
    });
  }
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: asKyselyDatabase(database) }) });
}

/** Rejects with `store_full` when a folder's disk, and what was deleted in the file, leave too little room to take in more. */
export async function requireRoom(database: Kysely<Tables>, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= reserveBytes) return;
  const { rows } = await sql<{ freelist_count: number }>`pragma freelist_count`.execute(database);
  const free = bavail * bsize + (rows[0]?.freelist_count ?? 0) * pageBytes;
  if (free >= reserveBytes) return;
  const mebibytes = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  const detail = `${mebibytes(free)} are free, and the last ${mebibytes(reserveBytes)} are kept for the work under way`;
  throw new OdoorwayError("store_full", { evidence: { detail } });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_BUSY");
}

/** Statements kept prepared: inserts of hundreds of rows take longer to prepare than to run. */
const mostPrepared = 32;

/** libsql speaks better-sqlite3's API; only its types say less. */
function asKyselyDatabase(database: Database.Database): SqliteDatabase {
  const prepared = new Map<string, Database.Statement>();
  const prepare = (text: string): Database.Statement => {
    const statement = prepared.get(text) ?? database.prepare(text);
    // Taken out and put back, so that the first is the one not used for longest.
    prepared.delete(text);
    prepared.set(text, statement);
    for (const [oldest] of prepared) {
      if (prepared.size <= mostPrepared) break;
      prepared.delete(oldest);
    }
    return statement;
  };
  return {
    prepare: (text) => {
      const statement = prepare(text);
      return {
        reader: statement.reader,
        all: (parameters) => statement.all([...parameters]),
        run: (parameters) => {
          // On a full disk SQLite rolls back by itself; to ask for it again would be an error in front of the real one.
          if (text === "rollback" && !database.inTransaction) return { changes: 0, lastInsertRowid: 0 };
          const { changes, lastInsertRowid } = statement.run([...parameters]);
          return { changes, lastInsertRowid };
        },
        iterate: (parameters) => statement.iterate([...parameters]) as IterableIterator<unknown>,
      };
    },
    close: () => {
      prepared.clear();
      // libsql lets go of the file only when its statements are collected as garbage. So the lock is given up
      // first: leaving WAL writes everything into the one file, and NORMAL with a read unlocks it.
      try {
        database.pragma("journal_mode=DELETE");
        database.pragma("locking_mode=NORMAL");
        database.prepare("SELECT count(*) FROM sqlite_master").all();
      } catch {
        // A full disk takes no writing together; the next start reads the log, as after a kill.
      } finally {
        database.close();
      }
    },
  };
}
