/** The store for several processes: PostgreSQL 14 or later. */
import { createHash } from "node:crypto";
import { OdoorwayError } from "@odoorway/core";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Tables } from "./schema.js";
import type { Lease } from "./types.js";

const int8 = 20;

/** Times and counts are below 2^53, so 64-bit integers are read as numbers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === int8 ? Number : pg.types.getTypeParser(oid, format as "text")) as typeof pg.types.getTypeParser,
};

function connectionConfig(url: string, schema: string | undefined): pg.ClientConfig {
  return {
    connectionString: url,
    types,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    // A node that stalls within a transaction must not hold its rows for longer than a lease.
    idle_in_transaction_session_timeout: 15_000,
    // The longest statements read or analyse whole imports; an answer that takes longer than this does not come.
    query_timeout: 300_000,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  };
}

export function openPostgres(url: string, schema?: string): Kysely<Tables> {
  const pool = new pg.Pool({ ...connectionConfig(url, schema), max: 8 });
  // A connection lost while idle is replaced at the next use; the use after it reports what is wrong.
  pool.on("error", () => {});
  // One lost between two statements of a transaction tells nobody else; the next statement reports it.
  pool.on("connect", (client) => client.on("error", () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

/** Leases by advisory locks of one session: PostgreSQL lets go of them when the process or its connection dies. */
export class PostgresLeases {
  readonly #url: string;
  readonly #schema: string | undefined;
  readonly #own = new Set<string>();
  #session: Promise<pg.Client> | undefined;
  #closed = false;

  constructor(url: string, schema: string | undefined) {
    this.#url = url;
    this.#schema = schema;
  }

  async take(importId: string): Promise<Lease | undefined> {
    if (this.#own.has(importId)) return undefined;
    this.#own.add(importId);
    try {
      const session = this.#connect();
      const client = await session;
      const key = this.#key(importId);
      const answer = await client.query<{ got: boolean }>("select pg_try_advisory_lock($1::bigint) as got", [key]);
      if (answer.rows[0]?.got !== true) {
        this.#own.delete(importId);
        return undefined;
      }
      return {
        held: () => this.#session === session && this.#own.has(importId),
        release: async () => {
          if (this.#session !== session || !this.#own.delete(importId)) return;
          await client.query("select pg_advisory_unlock($1::bigint)", [key]).catch(() => {});
        },
      };
    } catch (error) {
      this.#own.delete(importId);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = undefined;
    await (await session?.catch(() => undefined))?.end().catch(() => {});
  }

  #connect(): Promise<pg.Client> {
    if (this.#closed) throw new OdoorwayError("shutting_down");
    if (this.#session) return this.#session;
    const client = new pg.Client(connectionConfig(this.#url, this.#schema));
    const session = client.connect().then(() => client);
    const lost = () => {
      if (this.#session !== session) return;
      this.#session = undefined;
      this.#own.clear();
    };
    client.on("error", lost);
    client.on("end", lost);
    session.catch(lost);
    this.#session = session;
    return session;
  }

  #key(importId: string): string {
    const digest = createHash("sha256")
      .update(`odoorway ${this.#schema ?? ""} ${importId}`)
      .digest();
    return digest.readBigInt64BE(0).toString();
  }
}
