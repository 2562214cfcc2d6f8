/** npm run replay -- URL DATABASE KEYS.json: plays the recordings of its version against any server, and scores it. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";
import { requireNode, root, runScript, Trouble } from "./lib/workspace.mjs";

const usage = 'npm run replay -- URL DATABASE KEYS.json, where KEYS.json is {"api": "an API key", "limited": "..."}';

await runScript(async () => {
  requireNode();
  const [url, database, keys] = process.argv.slice(2);
  if (url === undefined || database === undefined || keys === undefined) throw new Trouble(`Usage: ${usage}.`);
  if (!existsSync(keys)) throw new Trouble(`There is no file ${keys}. Usage: ${usage}.`);
  await ensureInstalled();
  process.env.REPLAY_URL = url.replace(/\/+$/, "");
  process.env.REPLAY_DB = database;
  process.env.REPLAY_KEYS = resolve(keys);
  process.env.REPLAY_VERSION = await versionOf(process.env.REPLAY_URL);
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  process.exitCode = await run(process.execPath, [vitest, "run", "tests/recordings/replay.test.ts"]);
});

/** The version, 18 or 19, that the server says it is. */
async function versionOf(url) {
  const body = JSON.stringify({ params: { service: "common", method: "version", args: [] } });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${url}/jsonrpc`, { method: "POST", headers, body }).catch((error) => {
    throw new Trouble(`${url} does not answer: ${error.cause?.message ?? error.message}.`);
  });
  const { result } = await response.json().catch(() => ({}));
  const version = String(result?.server_version ?? "").split(".")[0];
  if (version !== "18" && version !== "19") throw new Trouble(`${url} is no Odoo 18 or 19.`);
  return version;
}
