/**
 * Does the webhook door take 1,000 events a second without a loss? Signed webhooks are sent at a fixed rate, whatever the
 * answers do, as the world sends them; then as fast as the gateway takes them. Afterwards all of them are worked
 * off into the sandbox, and counted there: each once. Once more with the gateway killed (SIGKILL) in the middle,
 * where the sender sends again what was not answered with 200, as every sender does.
 *
 * Usage: npm run bench hooks [events a second] [seconds]. PostgreSQL: BENCH_DATABASE_URL, else a throwaway one of
 * this machine, whose commits are not synced to the disk (SQLite's are).
 */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { postgresFolder, startPostgres } from "../../scripts/lib/postgres.mjs";
import { freePort, peakResident, startProgram, stopProgram } from "../lib/programs.mjs";

const rate = Number(process.argv[2] ?? 1000);
const seconds = Number(process.argv[3] ?? 10);
const secret = "a-secret-of-the-benchmark";
const token = "odw_benchmark-token-0123456789";
const connections = 64;
const callers = 64;

const flow = `
name: contact
source: { kind: webhook, provider: shopify }
records:
  - name: contact
    model: res.partner
    key: "run & '-' & id"
    values: { name: "first_name & ' ' & last_name", email: "email", ref: "run & '-' & id", street: "default_address.address1", city: "default_address.city", zip: "default_address.zip", country_id: { find: res.country, by: { code: "default_address.country_code" }, missing: warn } }
`;

const folder = mkdtempSync(join(tmpdir(), "odoorway-bench-hooks-"));
mkdirSync(join(folder, "flows"));
writeFileSync(join(folder, "flows", "contact.yaml"), flow);
const config = join(folder, "odoorway.yaml");
writeFileSync(config, `flows_folder: ${folder}/flows\nhooks: { shop: { flow: contact, secrets: [${secret}] } }\n`);

const undo = [() => rmSync(folder, { recursive: true, force: true })];
const result = { date: new Date().toISOString().slice(0, 10), node: process.version, rate, seconds };
try {
  result.sqlite = await measure("sqlite", { ODOORWAY_DATA: join(folder, "data") });
  const url = process.env.BENCH_DATABASE_URL ?? (await throwaway());
  if (url !== undefined) result.postgres = await measure("postgres", { DATABASE_URL: url });
} finally {
  for (const step of undo.reverse()) await step();
}
writeFileSync(new URL("result.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);

async function throwaway() {
  if (postgresFolder() === undefined) return undefined;
  const { url, stop } = await startPostgres();
  undo.push(stop);
  return url;
}

async function measure(kind, env) {
  const sandbox = await startSandbox();
  const port = await freePort();
  const start = () =>
    startProgram(
      ["start", "--config", config],
      {
        ODOO_URL: sandbox.url,
        ODOO_DB: "demo",
        ODOO_LOGIN: "demo",
        ODOO_API_KEY: "demo-key",
        ODOORWAY_PORT: String(port),
        ODOORWAY_ADMIN_TOKEN: token,
        ODOORWAY_LOG_LEVEL: "warn",
        ...env,
      },
      `http://127.0.0.1:${port}/readyz`,
    );
  let gateway = await start();
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections });
  try {
    const steady = await atRate(pool, "a", rate * seconds);
    console.log(`${kind}: ${rate} a second for ${seconds} s`, steady);
    const off = await workedOff(url, steady.events);
    console.log(`${kind}: worked off`, off);
    assert.equal(await sandbox.count("a"), steady.events);

    const flood = await asFastAsTaken(pool, "b", rate * seconds);
    console.log(`${kind}: as fast as taken, ${callers} callers`, flood);
    await workedOff(url, flood.events);
    assert.equal(await sandbox.count("b"), flood.events);

    const peak = Math.round(peakResident(gateway.pid));
    const killed = await atRate(pool, "c", rate * seconds, async () => {
      gateway.kill("SIGKILL");
      await once(gateway, "exit");
      gateway = await start();
    });
    console.log(`${kind}: killed in the middle`, killed);
    await workedOff(url, 0);
    assert.equal(await sandbox.count("c"), killed.events);
    return { steady, workedOff: off, flood, killed, peakMebibytes: peak };
  } finally {
    await pool.destroy();
    await stopProgram(gateway);
    await sandbox.stop();
  }
}

/** Sends at the rate; what was not answered with 200 is sent again until it is. `halfway` happens meanwhile. */
async function atRate(pool, run, events, halfway) {
  const took = [];
  let again = 0;
  const begin = performance.now();
  const pending = [];
  const one = async (id) => {
    const due = begin + (id / rate) * 1000;
    for (;;) {
      const status = await send(pool, run, id).catch(() => 0);
      if (status === 200) break;
      assert.ok(halfway !== undefined && (status === 0 || status === 503), `event ${id} was answered with ${status}`);
      again += 1;
      await sleep(500);
    }
    took.push(performance.now() - due);
  };
  let disturbance;
  for (let sent = 0; sent < events; ) {
    const due = Math.min(events, Math.floor(((performance.now() - begin) / 1000) * rate) + 1);
    for (; sent < due; sent += 1) pending.push(one(sent));
    if (halfway !== undefined && disturbance === undefined && sent >= events / 2) disturbance = halfway();
    await sleep(5);
  }
  await Promise.all(pending);
  await disturbance;
  took.sort((a, b) => a - b);
  const at = (part) => Math.round(took[Math.min(took.length - 1, Math.floor(took.length * part))] * 10) / 10;
  const perSecond = Math.round(events / ((performance.now() - begin) / 1000));
  return { events, perSecond, sentAgain: again, ms: { p50: at(0.5), p99: at(0.99), max: at(1) } };
}

async function asFastAsTaken(pool, run, events) {
  let next = 0;
  const begin = performance.now();
  const caller = async () => {
    while (next < events) {
      next += 1;
      assert.equal(await send(pool, run, next), 200);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return { events: next, perSecond: Math.round(next / ((performance.now() - begin) / 1000)) };
}

async function send(pool, run, id) {
  const body = JSON.stringify({
    run,
    id,
    email: `p${id}@example.com`,
    first_name: `First ${id}`,
    last_name: "Last",
    note: "x".repeat(800),
    default_address: { address1: "Main street 1", city: "Brussels", zip: "1000", country_code: "BE" },
  });
  const headers = {
    "content-type": "application/json",
    "x-shopify-topic": "customers/create",
    "x-shopify-event-id": `${run}-${id}`,
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  };
  const answer = await pool.request({ path: "/hooks/shop", method: "POST", headers, body });
  await answer.body.dump();
  return answer.statusCode;
}

async function workedOff(url, events) {
  const begin = performance.now();
  for (;;) {
    const answer = await fetch(`${url}/v1/hooks`, { headers: { authorization: `Bearer ${token}` } });
    const { data } = await answer.json();
    assert.equal(data[0].dead, 0);
    if (data[0].waiting === 0) break;
    await sleep(250);
  }
  const secondsAfter = Math.round((performance.now() - begin) / 100) / 10;
  return { secondsAfter, perSecond: Math.round(events / (seconds + secondsAfter)) };
}

async function startSandbox() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = await startProgram(["sandbox", "--port", String(port)], {}, `${url}/web/health`);
  const rpc = async (service, method, args) => {
    const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } });
    const answer = await fetch(`${url}/jsonrpc`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    return (await answer.json()).result;
  };
  const uid = await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}]);
  const count = (run) =>
    rpc("object", "execute_kw", [
      "demo",
      uid,
      "demo-key",
      "res.partner",
      "search_count",
      [[["ref", "=like", `${run}-%`]]],
    ]);
  return { url, count, stop: () => stopProgram(child) };
}
