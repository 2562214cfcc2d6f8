/**
 * What does exactly-once cost? The same rows, new each time, into one Odoo in one run: a hand-tuned loop of
 * load() with the best batch size, one create a row, and Odoorway's import on SQLite and on PostgreSQL, from
 * the first byte of the upload to the last row's outcome. Rates are compared within the run.
 * Usage: npm run bench imports [rows]; with BENCH_ODOO_URL, _DB, _LOGIN and _API_KEY against that Odoo (its
 * records stay there); with BENCH_DATABASE_URL on that PostgreSQL, else on a throwaway one.
 */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "../../scripts/lib/postgres.mjs";
import { freePort, peakResident, processorSeconds, startProgram, stopProgram } from "../lib/programs.mjs";
import { createAll, loadAll, openByHand } from "./loop.mjs";

const token = "odw_bench-token-of-enough-length-0123456789";
const headers = { Authorization: `Bearer ${token}` };
const model = "res.partner";
const fields = ["id", "name", "ref", "email", "phone", "street", "city", "zip", "comment"];
const rounds = 3;

const real = process.env.BENCH_ODOO_URL;
const rowCount = Number(process.argv[2] ?? (real ? 3000 : 20_000));
const sizes = real ? [100, 250, 500, 1000] : [250, 500, 1000, 2000];

const stop = [];
const { odoo, name } = await openOdoo();
const hand = await openByHand(odoo);
stop.unshift(() => hand.close());
try {
  const createRows = Math.min(rowCount, 400);
  const creating = createRows / (await createAll(hand, model, fields, freshRows(createRows)));
  const bySize = {};
  for (const size of sizes) bySize[size] = rowCount / (await loadAll(hand, model, fields, freshRows(rowCount), size));
  const best = sizes.reduce((a, b) => (bySize[b] > bySize[a] ? b : a));
  const postgres = await openPostgres();
  const stores = { sqlite: {}, postgresql: { DATABASE_URL: postgres.url } };
  const rates = { loop: [bySize[best]], abreast: [], sqlite: [], postgresql: [] };
  const resident = {};
  const gatewayProcessor = { sqlite: [], postgresql: [] };
  const storeProcessor = [];
  // In turn, so that a disturbance of the machine meets all.
  for (let round = 0; round < rounds; round += 1) {
    rates.loop.push(rowCount / (await loadAll(hand, model, fields, freshRows(rowCount), best)));
    rates.abreast.push(rowCount / (await loadAll(hand, model, fields, freshRows(rowCount), best, 2)));
    for (const [store, env] of Object.entries(stores)) {
      const before = postgres.pid === undefined ? 0 : processorSeconds(postgres.pid);
      const { seconds, mebibytes, processor } = await importAll(env, freshRows(rowCount));
      rates[store].push(rowCount / seconds);
      gatewayProcessor[store].push((processor * 1e6) / rowCount);
      if (store === "postgresql" && postgres.pid !== undefined)
        storeProcessor.push(((processorSeconds(postgres.pid) - before) * 1e6) / rowCount);
      resident[store] = Math.max(resident[store] ?? 0, Math.round(mebibytes));
    }
  }
  const loop = median(rates.loop);
  const factor = (store) => Math.round((median(rates[store]) / loop) * 100) / 100;
  const result = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    odoo: name,
    rows: rowCount,
    rowsPerSecond: {
      createOneByOne: Math.round(creating),
      loadLoop: Object.fromEntries(sizes.map((size) => [size, Math.round(bySize[size])])),
      bestLoop: Math.round(loop),
      bestLoopTwoAbreast: Math.round(median(rates.abreast)),
      odoorwayOnSqlite: Math.round(median(rates.sqlite)),
      odoorwayOnPostgresql: Math.round(median(rates.postgresql)),
    },
    bestBatch: best,
    ofTheBestLoop: { sqlite: factor("sqlite"), postgresql: factor("postgresql") },
    timesOneByOne: {
      sqlite: Math.round((median(rates.sqlite) / creating) * 10) / 10,
      postgresql: Math.round((median(rates.postgresql) / creating) * 10) / 10,
    },
    gatewayPeakResidentMiB: resident,
    processorMicrosecondsPerRow: {
      gatewayOnSqlite: Math.round(median(gatewayProcessor.sqlite)),
      gatewayOnPostgresql: Math.round(median(gatewayProcessor.postgresql)),
      postgresql: storeProcessor.length === 0 ? null : Math.round(median(storeProcessor)),
    },
  };
  console.log(JSON.stringify(result, null, 2));
  const file = fileURLToPath(new URL("result.json", import.meta.url));
  const kept = readKept(file);
  writeFileSync(file, `${JSON.stringify({ ...kept, [name]: result }, null, 2)}\n`);
} finally {
  for (const end of stop) await end();
}

async function openOdoo() {
  if (real) {
    const { BENCH_ODOO_DB, BENCH_ODOO_LOGIN, BENCH_ODOO_API_KEY } = process.env;
    const odoo = { url: real, database: BENCH_ODOO_DB, login: BENCH_ODOO_LOGIN, apiKey: BENCH_ODOO_API_KEY };
    const version = await (await fetch(`${real}/web/webclient/version_info`, jsonRpc({}))).json();
    return { odoo, name: `Odoo ${version.result.server_version}` };
  }
  const url = `http://127.0.0.1:${await freePort()}`;
  const sandbox = await startProgram(["sandbox", "--port", new URL(url).port], {}, `${url}/web/health`);
  stop.push(() => stopProgram(sandbox));
  return { odoo: { url, database: "demo", login: "demo", apiKey: "demo-key" }, name: "sandbox 18.0" };
}

function jsonRpc(params) {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "call", params });
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}

async function openPostgres() {
  if (process.env.BENCH_DATABASE_URL) return { url: process.env.BENCH_DATABASE_URL, pid: undefined };
  // A store as people run it: synced to the disk at every commit.
  const postgres = await startPostgres({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
  stop.push(() => postgres.stop());
  return postgres;
}

/** Rows that Odoo has never seen. */
function freshRows(count) {
  const run = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
  return Array.from({ length: count }, (_none, n) => [
    `odoorway_bench.p_${run}_${n}`,
    `Customer ${n} of ${run}`,
    `${run}-${n}`,
    `customer${n}@example.com`,
    `+32 2 555 ${n}`,
    `Main street ${n}`,
    "Ghent",
    "9000",
    `Came with ${run}`,
  ]);
}

async function importAll(env, rows) {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-bench-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const connection = {
    ODOO_URL: odoo.url,
    ODOO_DB: odoo.database,
    ODOO_LOGIN: odoo.login,
    ODOO_API_KEY: odoo.apiKey,
  };
  const settings = { ODOORWAY_PORT: String(port), ODOORWAY_DATA: folder, ODOORWAY_ADMIN_TOKEN: token };
  const gateway = await startProgram(["start"], { ...connection, ...settings, ...env }, `${url}/readyz`);
  try {
    const body = `${fields.join(",")}\n${rows.map((row) => row.join(",")).join("\n")}\n`;
    const before = processorSeconds(gateway.pid);
    const started = performance.now();
    const upload = await fetch(`${url}/v1/imports?model=${model}`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "text/csv" },
      body,
    });
    assert.equal(upload.status, 202, await upload.clone().text());
    const { id } = await upload.json();
    let status;
    do {
      await new Promise((resolve) => setTimeout(resolve, 50));
      status = await (await fetch(`${url}/v1/imports/${id}`, { headers })).json();
    } while (status.state === "queued" || status.state === "running");
    const seconds = (performance.now() - started) / 1000;
    assert.equal(status.counts.created, rows.length, JSON.stringify(status));
    const processor = processorSeconds(gateway.pid) - before;
    return { seconds, mebibytes: peakResident(gateway.pid), processor };
  } finally {
    await stopProgram(gateway);
    rmSync(folder, { recursive: true });
  }
}

function readKept(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
