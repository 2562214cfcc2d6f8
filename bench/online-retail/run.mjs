/**
 * How does the whole Online Retail file import? 541,909 lines from an upload into the sandbox, through
 * the built gateway: time, rows a second, the gateway's highest resident size, and whether what Odoo
 * holds afterwards is what the file says. Usage: npm run bench online-retail [rows]
 */
import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import { createClient } from "@odoorway/client";
import { freePort, peakResident, startProgram, stopProgram } from "../lib/programs.mjs";
import { expectedOf } from "./reconcile.mjs";

const file = fileURLToPath(new URL("data/online_retail.csv.gz", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "odoorway-bench-"));
const token = "odw_bench-token-of-enough-length-0123456789";
const sandboxPort = await freePort();
const gatewayPort = await freePort();
const odooUrl = `http://127.0.0.1:${sandboxPort}`;
const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
const headers = { Authorization: `Bearer ${token}` };
const connection = { ODOO_URL: odooUrl, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };

const sandbox = await startProgram(["sandbox", "--port", String(sandboxPort)], {}, `${odooUrl}/web/health`);
const gateway = await startProgram(
  ["start"],
  { ...connection, ODOORWAY_PORT: String(gatewayPort), ODOORWAY_DATA: folder, ODOORWAY_ADMIN_TOKEN: token },
  `${gatewayUrl}/readyz`,
);

try {
  const started = performance.now();
  const upload = await fetch(`${gatewayUrl}/v1/imports?flow=online-retail`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv" },
    body: Readable.toWeb(createReadStream(file).pipe(createGunzip())),
    duplex: "half",
  });
  assert.equal(upload.status, 202, await upload.clone().text());
  const { id } = await upload.json();
  const received = performance.now();
  const peakOfUpload = peakResident(gateway.pid);
  let status;
  do {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    status = await (await fetch(`${gatewayUrl}/v1/imports/${id}`, { headers })).json();
    const { read, unprocessed } = status.counts;
    process.stderr.write(`\r${read - unprocessed} of ${read} rows, ${Math.round(peakResident(gateway.pid))} MiB   `);
  } while (status.state === "queued" || status.state === "running");
  process.stderr.write("\n");
  const finished = performance.now();
  const peak = peakResident(gateway.pid);
  const expected = await expectedOf(file);
  const found = await totalsIn(connection);
  const { counts } = status;
  assert.equal(counts.read, expected.read);
  assert.equal(counts.created + counts.updated + counts.unchanged + counts.failed + counts.unprocessed, counts.read);
  assert.deepEqual(found.counted, { orders: expected.orders, lines: expected.lines, quantity: expected.quantitySum });
  assert.ok(
    Math.abs(found.amount - expected.amount) < 0.005 * expected.orders,
    `amount ${found.amount}, file ${expected.amount}`,
  );

  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    rows: counts.read,
    counts,
    records: status.records,
    seconds: {
      upload: round((received - started) / 1000),
      import: round((finished - received) / 1000),
      whole: round((finished - started) / 1000),
    },
    rowsPerSecond: Math.round(counts.read / ((finished - started) / 1000)),
    gatewayPeakResidentMiB: { upload: Math.round(peakOfUpload), whole: Math.round(peak) },
    expected,
    found,
  };
  console.log(JSON.stringify(result, null, 2));
  writeFileSync(fileURLToPath(new URL("result.json", import.meta.url)), `${JSON.stringify(result, null, 2)}\n`);
  if (peak > 256) process.exitCode = 1;
} finally {
  await stopProgram(gateway);
  await stopProgram(sandbox);
  rmSync(folder, { recursive: true });
}

/** What the Odoo holds: orders, lines, quantity and untaxed amount, read in pages. */
async function totalsIn({ ODOO_URL, ODOO_DB, ODOO_LOGIN, ODOO_API_KEY }) {
  const client = createClient({ url: ODOO_URL, database: ODOO_DB, login: ODOO_LOGIN, apiKey: ODOO_API_KEY });
  const counted = { orders: 0, lines: 0, quantity: 0 };
  let amount = 0;
  for await (const order of pages(client, "sale.order", ["amount_untaxed"])) {
    counted.orders += 1;
    amount += order.amount_untaxed;
  }
  for await (const line of pages(client, "sale.order.line", ["product_uom_qty"])) {
    counted.lines += 1;
    counted.quantity += line.product_uom_qty;
  }
  await client.close();
  return { counted, amount: round(amount) };
}

async function* pages(client, model, fields) {
  for (let after = 0; ; ) {
    const page = await client.call(model, "search_read", [[["id", ">", after]]], { fields, limit: 5000, order: "id" });
    yield* page;
    if (page.length < 5000) return;
    after = page.at(-1).id;
  }
}

function round(value) {
  return Math.round(value * 100) / 100;
}
