/** A fresh PostgreSQL database for one test, in the server that the test run has started. */
import { randomBytes } from "node:crypto";
import pg from "pg";

/** Creates a database and gives its URL. `npm test` sets TEST_DATABASE_URL. */
export async function createDatabase(): Promise<string> {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error("TEST_DATABASE_URL is not set: run the tests by npm test, which starts a PostgreSQL for them.");
  const name = `odoorway_${randomBytes(8).toString("hex")}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const created = new URL(url);
  created.pathname = `/${name}`;
  return created.href;
}
