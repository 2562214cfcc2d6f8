/** For tests: stores of both kinds that are thrown away afterwards. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@odoorway/core";
import pg from "pg";
import { openStore } from "./store.js";
import type { Store, StoreOptions } from "./types.js";

export interface TestStore {
  readonly kind: StoreOptions["kind"];
  readonly options: StoreOptions;
  open(clock?: Pick<Clock, "now">): Promise<Store>;
  /** Removes what was kept. Close every opened store before. */
  dispose(): Promise<void>;
}

/** SQLite always, PostgreSQL when the address of a server is given (TEST_DATABASE_URL). */
export function testStoreKinds(databaseUrl: string | undefined): StoreOptions["kind"][] {
  return databaseUrl === undefined || databaseUrl === "" ? ["sqlite"] : ["sqlite", "postgres"];
}

/** An empty store: a folder of its own, or a schema of its own. */
export async function createTestStore(kind: StoreOptions["kind"], databaseUrl: string | undefined): Promise<TestStore> {
  if (kind === "sqlite") {
    const folder = mkdtempSync(join(tmpdir(), "odoorway-store-"));
    const options: StoreOptions = { kind, folder };
    return {
      kind,
      options,
      open: (clock) => openStore(options, clock),
      dispose: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const url = databaseUrl ?? "";
  const schema = `test_${randomBytes(8).toString("hex")}`;
  await run(url, `create schema ${schema}`);
  const options: StoreOptions = { kind, url, schema };
  return {
    kind,
    options,
    open: (clock) => openStore(options, clock),
    dispose: () => run(url, `drop schema ${schema} cascade`),
  };
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
