/**
 * The embedded store: one file in a folder, WAL, every commit synced to the disk. The file is locked
 * exclusively for as long as it is open, by the operating system, so a second process is refused at
 * once and a killed one leaves no lock behind.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { OdoorwayError } from "@odoorway/core";
import { Kysely, type SqliteDatabase, SqliteDialect } from "kysely";
import Database from "libsql";
import type { Tables } from "./schema.js";

/** SQLite's own default. */
const pageBytes = 4096;

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
      database.pragma("journal_mode=DELETE");
      database.pragma("locking_mode=NORMAL");
      database.prepare("SELECT count(*) FROM sqlite_master").all();
      database.close();
    },
  };
}
