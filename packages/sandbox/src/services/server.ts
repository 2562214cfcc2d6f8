/** What a server is to its services: its version, its one database, who may come in. */

import type { Database } from "../orm/env.js";
import { assertionError, OdooException } from "../orm/exceptions.js";
import type { Credentials } from "./credentials.js";

export interface Server {
  readonly database: Database;
  readonly credentials: Credentials;
}

/** A transport's own ways: XML-RPC tells a float from an int. */
export interface Transport {
  readonly float?: (value: number) => unknown;
  /** Where the call comes from, for the cooldown of logins. */
  readonly address?: string;
}

/** Refuses a database that is not the server's, as PostgreSQL does. */
export function requireDatabase(server: Server, name: unknown): void {
  if (name === server.database.name) return;
  if (name === "" || name === false || name === null || name === undefined)
    throw assertionError("Missing database name");
  throw new OdooException(
    "psycopg2.OperationalError",
    `connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "${String(name)}" does not exist\n`,
  );
}
