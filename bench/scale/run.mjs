/**
 * Does the arithmetic of docs/guides/scale hold over a whole day? A simulation, second by second, of many Odoos
 * whose rows come in waves, of gateway nodes that die, and of the PostgreSQL between them, with what
 * bench/imports measured as the cost of a row. It shows what saturates first and how long a row waits.
 * Usage: npm run bench scale [rows a day] [Odoos] [nodes]
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { simulate } from "./simulation.mjs";

const [perDay = 1e9, odoos = 160, nodes = 12] = process.argv.slice(2).map(Number);
const measured = costs();
const parameters = {
  rowsPerDay: perDay,
  odoos,
  nodes,
  // What a real 18.0 with two workers takes of partners in load(), two calls at once.
  odooRowsPerSecond: 400,
  nodeMicrosecondsPerRow: measured.gatewayOnPostgresql,
  storeMicrosecondsPerRow: measured.postgresql,
  storeProcessors: 16,
  // A node dies every six hours somewhere, is missed after its lease, and is back after a minute.
  nodeLifeSeconds: 6 * 3600,
  leaseSeconds: 15,
  restartSeconds: 60,
  batchRows: 500,
  workersPerNode: 2,
};

const results = [];
for (const share of [0.25, 0.5, 1]) results.push(simulate({ ...parameters, rowsPerDay: perDay * share }));
const result = { date: new Date().toISOString().slice(0, 10), parameters, days: results };
console.log(JSON.stringify(result, null, 2));
writeFileSync(fileURLToPath(new URL("result.json", import.meta.url)), `${JSON.stringify(result, null, 2)}\n`);

/** Processor time of a row, from the newest run of bench/imports against the sandbox. */
function costs() {
  const kept = JSON.parse(readFileSync(new URL("../imports/result.json", import.meta.url), "utf8"));
  const { gatewayOnPostgresql, postgresql } = kept["sandbox 18.0"].processorMicrosecondsPerRow;
  return { gatewayOnPostgresql, postgresql };
}
