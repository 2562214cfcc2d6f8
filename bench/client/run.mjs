/**
 * How fast is the client, beside odoo-await, odoo-xmlrpc, odoo-xmlrpc-ts, @fernandoslim/odoo-jsonrpc and undici
 * alone? Calls a second at 1 and 32 callers, an answer of 1,000 records, one of 10 MB, and decoding XML by itself,
 * in alternating rounds against one server, of which each is compared with the others of its round alone.
 *
 * Usage: npm run bench client [rounds]. By default against canned answers, so that the client is measured; with
 * BENCH_ODOO_URL, BENCH_ODOO_DB, BENCH_ODOO_LOGIN and BENCH_ODOO_API_KEY against that Odoo, without the 10 MB.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { decodeXmlRpcResponse } from "@odoorway/wire";
import Deserializer from "xmlrpc/lib/deserializer.js";
import { contestants } from "./contestants.mjs";
import { xml } from "./replies.mjs";

const rounds = Number(process.argv[2] ?? 7);
const { BENCH_ODOO_URL, BENCH_ODOO_DB, BENCH_ODOO_LOGIN, BENCH_ODOO_API_KEY } = process.env;
const fields = ["name", "display_name", "email", "phone", "city", "zip", "active", "create_date", "country_id"];
const cases = BENCH_ODOO_URL
  ? [
      {
        name: "one record, 1 caller",
        callers: 1,
        milliseconds: 400,
        call: ["res.partner", "read", [[1]], { fields: ["name"] }],
      },
      {
        name: "one record, 32 callers",
        callers: 32,
        milliseconds: 400,
        call: ["res.partner", "read", [[1]], { fields: ["name"] }],
      },
      {
        name: "1,000 records",
        callers: 1,
        milliseconds: 400,
        call: ["res.partner", "search_read", [[]], { fields, limit: 1000 }],
      },
    ]
  : [
      {
        name: "one record, 1 caller",
        callers: 1,
        milliseconds: 300,
        call: ["bench.small", "read", [[1]], { fields: ["name"] }],
      },
      {
        name: "one record, 32 callers",
        callers: 32,
        milliseconds: 300,
        call: ["bench.small", "read", [[1]], { fields: ["name"] }],
      },
      { name: "1,000 records", callers: 1, milliseconds: 300, call: ["bench.records", "search_read", [[]], {}] },
      { name: "10 MB", callers: 1, milliseconds: 1, call: ["bench.large", "search_read", [[]], {}], rounds: 3 },
    ];

const server = BENCH_ODOO_URL
  ? undefined
  : spawn(process.execPath, [fileURLToPath(new URL("server.mjs", import.meta.url))], {
      stdio: ["pipe", "pipe", "inherit"],
    });
const access = {
  url: new URL(BENCH_ODOO_URL ?? `http://127.0.0.1:${String((await once(server.stdout, "data"))[0]).trim()}`),
  db: BENCH_ODOO_DB ?? "bench",
  login: BENCH_ODOO_LOGIN ?? "bench",
  key: BENCH_ODOO_API_KEY ?? "bench-key-0123456789",
};

const ofXmlRpc = new Set(["odoo-await", "odoo-xmlrpc", "odoo-xmlrpc-ts", "odoorway (XML-RPC)"]);
const ofOurs = ["odoorway (JSON-RPC)", "odoorway (XML-RPC)"];
const result = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  server: BENCH_ODOO_URL ? "an Odoo" : "canned answers",
  cases: {},
};

try {
  for (const one of cases) result.cases[one.name] = await measured(one);
  result.cases["decoding XML of 1,000 records"] = await decoded(xml("records"), rounds);
  result.cases["decoding XML of 10 MB"] = await decoded(xml("large"), 3);
} finally {
  server?.stdin.end();
}
print(result);
if (!BENCH_ODOO_URL)
  writeFileSync(fileURLToPath(new URL("result.json", import.meta.url)), `${JSON.stringify(result, null, 2)}\n`);
process.exit();

async function measured({ name, callers, milliseconds, call, rounds: own = rounds }) {
  process.stderr.write(`${name}\n`);
  const clients = {};
  for (const [who, connect] of Object.entries(contestants)) {
    clients[who] = await connect(access, callers);
    if (milliseconds > 1) await rateOf(clients[who], callers, 3 * milliseconds, call);
  }
  const rates = await inRounds(own, Object.keys(clients), (who) => rateOf(clients[who], callers, milliseconds, call));
  for (const client of Object.values(clients)) await client.close();
  const others = Object.keys(rates).filter((who) => !ofOurs.includes(who) && who !== "undici");
  const ofJson = others.filter((who) => !ofXmlRpc.has(who));
  const [json, xmlRpc] = ofOurs;
  return {
    unit: "calls a second",
    median: mapped(rates, (all) => rounded(median(all))),
    ratios: {
      [`${json} / best of the others`]: ratio(rates, json, others),
      [`${json} / best over JSON-RPC`]: ratio(rates, json, ofJson),
      [`${json} / undici alone`]: ratio(rates, json, ["undici"]),
      [`${xmlRpc} / best over XML-RPC`]: ratio(
        rates,
        xmlRpc,
        others.filter((who) => ofXmlRpc.has(who)),
      ),
    },
  };
}

/** Calls a second of so many callers, each of whom calls again as soon as it is answered. */
async function rateOf(client, callers, milliseconds, [model, method, args, kwargs]) {
  const started = performance.now();
  let calls = 0;
  const caller = async () => {
    do {
      await client.call(model, method, structuredClone(args), { ...kwargs });
      calls++;
    } while (performance.now() - started < milliseconds);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return calls / ((performance.now() - started) / 1000);
}

/** Every name once a round, each round beginning with another; the first round warms up and is not counted. */
async function inRounds(count, names, measure) {
  const all = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round <= count; round++)
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      const value = await measure(name);
      if (round > 0) all[name].push(value);
    }
  return all;
}

async function decoded(text, count) {
  const theirs = () =>
    new Promise((resolve, reject) => {
      const stream = Readable.from([Buffer.from(text)], { objectMode: false });
      new Deserializer().deserializeMethodResponse(stream, (error, value) => (error ? reject(error) : resolve(value)));
    });
  const readers = {
    "xmlrpc with sax (odoo-await, odoo-xmlrpc, odoo-xmlrpc-ts)": theirs,
    odoorway: async () => decodeXmlRpcResponse(text),
  };
  const rates = await inRounds(count, Object.keys(readers), async (who) => {
    const started = performance.now();
    let calls = 0;
    do {
      await readers[who]();
      calls++;
    } while (performance.now() - started < 300);
    return calls / ((performance.now() - started) / 1000);
  });
  const [other, own] = Object.keys(readers);
  return {
    unit: "messages a second",
    median: mapped(rates, (all) => rounded(median(all))),
    ratios: { [`${own} / ${other}`]: ratio(rates, own, [other]) },
  };
}

/** Median over the rounds of one against the best of the others in the same round. */
function ratio(rates, own, others) {
  return rounded(median(rates[own].map((rate, round) => rate / Math.max(...others.map((who) => rates[who][round])))));
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function mapped(object, change) {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
}

function rounded(value) {
  return Number(value.toPrecision(4));
}

function print({ cases: all }) {
  for (const [name, { unit, median: medians, ratios }] of Object.entries(all)) {
    console.log(`\n${name} (${unit})`);
    for (const [who, rate] of Object.entries(medians)) console.log(`  ${who.padEnd(60)} ${String(rate).padStart(10)}`);
    for (const [what, value] of Object.entries(ratios))
      console.log(`  = ${what.padEnd(58)} ${String(value).padStart(10)}`);
  }
}
