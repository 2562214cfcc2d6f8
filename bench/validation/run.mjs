/**
 * How fast is validation? Records of 30 fields a second with the compiled checks of res.partner, as Odoo 19 describes
 * it; the same with every value wrong; and a batch of 1,000 rows with five relations each: the calls that its look-ups
 * are, and the time to check, plan and resolve it. Times are the processor's (one process, garbage collection in it), so
 * that other work on the machine does not count. Usage: npm run bench validation [rounds]
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createClient } from "@odoorway/client";
import { createSandbox } from "@odoorway/sandbox";
import { checkRecord, planLookups, readFieldsGet, requiredToAsk, resolve } from "@odoorway/schema";

const rounds = Number(process.argv[2] ?? 7);
const milliseconds = 500;

const sandbox = await createSandbox({ version: 19 });
const odoo = createClient({ url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" });
const models = new Map();
for (const model of ["res.partner", "res.partner.category", "res.country", "res.country.state", "res.users"])
  models.set(model, await described(model));
const partner = models.get("res.partner");
const metadata = (model) => models.get(model);

const good = {
  ...{
    name: "Azure Interior",
    ref: "C-0815",
    email: "info@example.com",
    phone: "+32 2 555 01 00",
    website: "https://a.be",
  },
  ...{
    street: "Main street 1",
    street2: "Building B",
    city: "Brussels",
    zip: "1000",
    function: "Director",
    vat: "BE0477472701",
  },
  ...{
    is_company: true,
    active: true,
    employee: false,
    type: "invoice",
    lang: "en_US",
    tz: "Europe/Brussels",
    color: 7,
  },
  ...{ partner_latitude: 50.8503396, partner_longitude: 4.3517103, comment: "<p>Good payer</p>", country_id: 20 },
  ...{ state_id: { id: 3 }, parent_id: null, user_id: 2, category_id: [1, 2, 3], company_registry: "0477.472.701" },
  ...{ barcode: "5400000000001", message_bounce: 0, reminder_date_before_receipt: 2 },
};
assert.equal(Object.keys(good).length, 30);
const wrong = Object.fromEntries(Object.keys(good).map((name) => [name, { not: "this" }]));
const create = (values, pointer = "") => checkRecord(partner, values, { mode: "create", pointer, metadata });
assert.deepEqual(create(good).problems, []);
assert.ok(create(wrong).problems.length >= 25);

const speeds = { good: [], wrong: [] };
for (let round = 0; round < rounds; round += 1)
  for (const [name, values] of Object.entries({ good, wrong })) speeds[name].push(perSecond(() => create(values)));
const recordsPerSecond = { good: median(speeds.good), wrong: median(speeds.wrong) };
console.log("records of 30 fields a second", recordsPerSecond);

const rows = Array.from({ length: 1000 }, (_, n) => ({
  ...good,
  country_id: { code: n % 2 ? "BE" : "NL" },
  state_id: { code: "CA", country_id: { id: 233 } },
  user_id: { login: "demo" },
  category_id: [{ name: `Tag ${n % 50}` }],
  parent_id: { external_id: `shop.customer_${n}` },
}));
const took = [];
let calls = 0;
for (let round = 0; round < rounds; round += 1) {
  const from = busy();
  const checked = rows.map((row, n) => create(row, `/${n}`));
  const lookups = planLookups(checked);
  resolve(
    checked,
    lookups,
    lookups.map(() => []),
  );
  took.push(busy() - from);
  calls = lookups.length;
}
const batch = { rows: rows.length, relations: 5, lookups: calls, milliseconds: Math.round(median(took)) };
console.log("a batch", batch);
assert.ok(calls <= 5, `${calls} look-ups`);

await odoo.close();
await sandbox.close();
const result = { date: new Date().toISOString().slice(0, 10), node: process.version, recordsPerSecond, batch };
writeFileSync(new URL("result.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);

async function described(model) {
  const fields = await odoo.call(model, "fields_get", []);
  const asked = requiredToAsk(fields);
  const defaults = asked.length === 0 ? {} : await odoo.call(model, "default_get", [asked]);
  return readFieldsGet(model, model, fields, Object.keys(defaults));
}

function perSecond(work) {
  const from = busy();
  let count = 0;
  while (busy() < from + milliseconds) for (let n = 0; n < 200; n += 1, count += 1) work();
  return Math.round((count / (busy() - from)) * 1000);
}

/** Milliseconds that the processor has worked for this process. */
function busy() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
