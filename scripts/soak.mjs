/**
 * npm run soak [rows] [kills]: imports under fire for as long as it takes (50,000 rows and 100 kills by default), on
 * SQLite and on PostgreSQL with three nodes. SOAK_ODOO_URL, _DB, _LOGIN and _API_KEY name a real Odoo to send to.
 */
import { join } from "node:path";
import { run } from "./lib/run.mjs";
import { requireNode, runScript, Trouble } from "./lib/workspace.mjs";

await runScript(async () => {
  requireNode();
  const [rows = "50000", kills = "100"] = process.argv.slice(2);
  for (const [name, text] of [
    ["rows", rows],
    ["kills", kills],
  ])
    if (!/^[1-9]\d{0,7}$/.test(text)) throw new Trouble(`The number of ${name} is no whole number: ${text}.`);
  const env = { ...process.env, SOAK_ROWS: rows, SOAK_KILLS: kills };
  // npm test installs and builds what is missing and brings the PostgreSQL.
  process.exitCode = await run(process.execPath, [join("scripts", "test.mjs"), "tests/soak"], { env });
});
