/**
 * How fast is the sandbox, and how much faster than an Odoo? Time to the first answer, calls a second one after
 * the other, a load of partners in batches of a thousand, and searches among them. A real Odoo is measured in
 * the same run where BENCH_ODOO_URL, _DB, _LOGIN and _API_KEY name one (a user who may create contacts; what is
 * created there is deleted again). Usage: npm run bench sandbox [partners]
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";

const partners = Number(process.argv[2] ?? 100_000);
const batch = 1000;
/** Batches that a real Odoo is asked to load: enough for a rate. */
const realBatches = 3;
const runs = 7;
const callers = 8;

const { BENCH_ODOO_URL, BENCH_ODOO_DB = "", BENCH_ODOO_LOGIN = "", BENCH_ODOO_API_KEY = "" } = process.env;

const starts = [];
for (let n = 0; n < runs; n += 1) starts.push(await started());
const kept = starts.at(-1);
for (const start of starts.slice(0, -1)) start.stop();
const measured = (pick) => round(median(starts.map(({ told }) => pick(told))));
const start = {
  processToReadyMs: measured(({ ready }) => ready),
  createSandboxMs: measured(({ create }) => create),
  furtherSandboxMs: measured(({ further }) => further),
  mebibytesEach: measured(({ mebibytesEach }) => mebibytesEach),
};
console.log("start", start);

const sandbox = await connected(kept.told.url, "demo", "demo", "demo-key");
const real = BENCH_ODOO_URL
  ? await connected(BENCH_ODOO_URL, BENCH_ODOO_DB, BENCH_ODOO_LOGIN, BENCH_ODOO_API_KEY)
  : undefined;
const mark = `bench${Date.now()}`;

const columns = ["id", "name", "ref", "email", "street", "city", "country_id/id", "is_company"];
const rowOf = (n) => [
  ...[`${mark}.p${n}`, `Partner ${(n * 7919) % partners}`, `R${n}`, `p${n}@example.com`, "Main street 1", "Brussels"],
  ...["base.be", n % 2 ? "True" : "False"],
];

const calls = await sideBySide("calls one after the other, milliseconds (median)", async (odoo, count) => {
  const id = await odoo.call("res.partner", "create", [{ name: mark }]);
  const ids = await odoo.call("res.partner", "search", [[]], { limit: 80 });
  const took = {
    version: await typical(count, () => odoo.rpc("common", "version", [])),
    read: await typical(count, () => odoo.call("res.partner", "read", [[id], ["name", "email", "country_id"]])),
    read80: await typical(count, () => odoo.call("res.partner", "read", [ids, ["name", "email", "country_id"]])),
    search: await typical(count, () => odoo.call("res.partner", "search", [[["ref", "=", mark]]])),
    searchRead: await typical(count, () => odoo.call("res.partner", "search_read", [[], ["name"]], { limit: 80 })),
    write: await typical(count, (n) => odoo.call("res.partner", "write", [[id], { city: `City ${n}` }])),
    create: await typical(count, async (n) => {
      odoo.made.push(await odoo.call("res.partner", "create", [{ name: `${mark} ${n}` }]));
    }),
  };
  odoo.made.push(id);
  return took;
});

const throughput = await sideBySide(`calls a second, ${callers} callers`, async (odoo) => {
  const id = await odoo.call("res.partner", "create", [{ name: mark }]);
  odoo.made.push(id);
  return {
    read: await perSecond(() => odoo.call("res.partner", "read", [[id], ["name", "email", "country_id"]])),
    search: await perSecond(() => odoo.call("res.partner", "search", [[["ref", "=", mark]]])),
    create: await perSecond(async (n) => {
      odoo.made.push(await odoo.call("res.partner", "create", [{ name: `${mark} ${n}` }]));
    }),
  };
});

const load = await sideBySide("partners loaded a second", async (odoo, _count, isReal) => {
  const batches = isReal ? realBatches : Math.ceil(partners / batch);
  const from = performance.now();
  for (let n = 0; n < batches; n += 1) {
    const rows = Array.from({ length: batch }, (_, at) => rowOf(n * batch + at));
    const { ids, messages } = await odoo.call("res.partner", "load", [columns, rows]);
    assert.deepEqual(messages, []);
    if (isReal) odoo.made.push(...ids);
  }
  const seconds = (performance.now() - from) / 1000;
  return { partners: batches * batch, seconds: round(seconds), perSecond: Math.round((batches * batch) / seconds) };
});

const among = await searches(sandbox);
console.log(`searches among ${partners} partners, milliseconds (median)`, among);

if (real) {
  for (let at = 0; at < real.made.length; at += batch)
    await real.call("res.partner", "unlink", [real.made.slice(at, at + batch)]);
  await real.close();
}
await sandbox.close();
kept.stop();

const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  start,
  calls,
  throughput,
  load,
  searchMs: { partners, ...among },
};
writeFileSync(new URL("result.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);

/** A process with a sandbox, and what it told of its start. */
async function started() {
  const script = fileURLToPath(new URL("start.mjs", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  return { told: JSON.parse(line), stop: () => child.stdin.end() };
}

/** A bare client over connections that stay open, so that its own share of the time is small. */
async function connected(url, database, login, key) {
  const pool = new Pool(url, { connections: callers });
  const headers = { "content-type": "application/json" };
  const rpc = async (service, method, args) => {
    const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } });
    const answer = await pool.request({ path: "/jsonrpc", method: "POST", headers, body });
    const { result, error } = await answer.body.json();
    if (error) throw new Error(error.data.message);
    return result;
  };
  const uid = await rpc("common", "authenticate", [database, login, key, {}]);
  assert.ok(uid, `${login} may not log in at ${url}`);
  const call = (model, method, args, kwargs = {}) =>
    rpc("object", "execute_kw", [database, uid, key, model, method, args, kwargs]);
  return { rpc, call, made: [], close: () => pool.close() };
}

async function sideBySide(title, measure) {
  const ours = await measure(sandbox, 300, false);
  if (!real) {
    console.log(title, { sandbox: ours });
    return { sandbox: ours };
  }
  const theirs = await measure(real, 60, true);
  const isRate = title.startsWith("calls a second");
  const timesOf = (name) => round(isRate ? ours[name] / theirs[name] : theirs[name] / ours[name]);
  const ratios = Object.fromEntries(Object.keys(ours).map((name) => [name, timesOf(name)]));
  if ("perSecond" in ours) ratios.perSecond = round(ours.perSecond / theirs.perSecond);
  const { partners: _p, seconds: _s, ...times } = ratios;
  const both = { sandbox: ours, odoo: theirs, timesFaster: times };
  console.log(title, both);
  return both;
}

async function searches(odoo) {
  const found = (domain, options = {}) => odoo.call("res.partner", "search", [domain], options);
  const some = (n) => (n * 7919) % partners;
  return {
    equal: await typical(100, (n) => found([["ref", "=", `R${some(n)}`]])),
    inHundred: await typical(50, (n) =>
      found([["email", "in", Array.from({ length: 100 }, (_, at) => `p${some(n + at)}@example.com`)]]),
    ),
    prefix: await typical(30, (n) => found([["ref", "=like", `R1${n}%`]])),
    ilike: await typical(30, (n) => found([["name", "ilike", `partner ${n}7`]])),
    pageInOrder: await typical(30, (n) => found([], { limit: 80, offset: n * 80 })),
    pageAfterId: await typical(30, (n) => found([["id", ">", n * 1000]], { limit: 1000, order: "id" })),
    changedSince: await typical(30, () =>
      found([["write_date", ">", "2020-01-01 00:00:00"]], { limit: 500, order: "write_date, id" }),
    ),
    count: await typical(30, () => odoo.call("res.partner", "search_count", [[]])),
    nameSearch: await typical(30, (n) => odoo.call("res.partner", "name_search", [`Partner ${n}3`], { limit: 8 })),
  };
}

/** Median milliseconds of so many calls, the first few left out: they build what the others use. */
async function typical(count, call) {
  for (let n = 0; n < 3; n += 1) await call(count + n);
  const took = [];
  for (let n = 0; n < count; n += 1) {
    const from = performance.now();
    await call(n);
    took.push(performance.now() - from);
  }
  return round(median(took));
}

/** Calls a second of several callers together, over two seconds after half a second to warm up. */
async function perSecond(call) {
  let [made, counted, from] = [0, 0, Number.POSITIVE_INFINITY];
  const begin = performance.now();
  const caller = async () => {
    for (let now = begin; now < begin + 2500; now = performance.now()) {
      if (now > begin + 500 && from === Number.POSITIVE_INFINITY) [from, counted] = [now, made];
      made += 1;
      await call(made);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return Math.round(((made - counted) / (performance.now() - from)) * 1000);
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function round(number) {
  return Math.round(number * 100) / 100;
}
