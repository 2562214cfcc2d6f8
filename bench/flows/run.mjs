/**
 * How fast are plans? For every preset the plans a second of its payloads and examples, its keys alone (which order
 * events), and how long it takes to read and compile it; a row of a table through csv-contacts is that preset's line.
 * Times are the processor's (one process, garbage collection in it), so that other work on the machine does not count;
 * each is the median of the rounds. Usage: npm run bench flows [rounds]
 */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { compileFlow, parseFlow } from "@odoorway/flows";

const rounds = Number(process.argv[2] ?? 5);
const milliseconds = 300;
const presets = new URL("presets/", new URL("../", import.meta.resolve("@odoorway/flows")));
const names = readdirSync(presets)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(".yaml", ""));

const result = { date: new Date().toISOString().slice(0, 10), node: process.version, flows: {} };
for (const name of names) {
  process.stderr.write(`${name}\n`);
  result.flows[name] = await measured(name);
}
console.table(result.flows);
writeFileSync(fileURLToPath(new URL("result.json", import.meta.url)), `${JSON.stringify(result, null, 2)}\n`);

async function measured(name) {
  const text = readFileSync(new URL(`${name}.yaml`, presets), "utf8");
  const payloads = payloadsOf(name, parseFlow(text, name));
  const compiled = compileFlow(parseFlow(text, name));
  const planned = [];
  for (const payload of payloads) planned.push(await compiled.plan(payload));
  assert.ok(planned.flat().some(({ records }) => records.length > 0));
  const reads = [];
  const plans = [];
  const keys = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const read = await rateOf(async () => compileFlow(parseFlow(text, name)), [undefined]);
    const plan = await rateOf(compiled.plan, payloads);
    const key = await rateOf(compiled.keyOf, payloads);
    if (round === 0) continue;
    reads.push(1000 / read);
    plans.push(plan);
    keys.push(key);
  }
  return {
    payloads: payloads.length,
    "plans a second": Math.round(median(plans)),
    "keys a second": Math.round(median(keys)),
    "ms to read and compile": Math.round(median(reads)),
  };
}

/** What its provider sends, and the examples that stand in the flow itself. */
function payloadsOf(name, flow) {
  const folder = new URL(`payloads/${name}/`, presets);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  const inline = flow.examples.flatMap((example) => (example.input === undefined ? [] : [example.input]));
  return [...files.map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8"))), ...inline];
}

/** Calls a second of processor time, each payload as often as the others. */
async function rateOf(call, payloads) {
  const ends = performance.now() + milliseconds;
  const before = process.cpuUsage();
  let calls = 0;
  do {
    for (const payload of payloads) await call(payload);
    calls += payloads.length;
  } while (performance.now() < ends);
  const { user, system } = process.cpuUsage(before);
  return (calls * 1e6) / (user + system);
}

function median(all) {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
