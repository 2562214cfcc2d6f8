/**
 * A flow from payload to record with all that carries it real but Odoo: the sandbox, the client, and the upserts of
 * imports. What is asked of Odoo is counted.
 */
import { createClient, createExternalIds, type OdooClient } from "@odoorway/client";
import { type OdooCaller, OdoorwayError, systemClock } from "@odoorway/core";
import { checkFlow, compileFlow, createFlowRunner, type FlowRunner, parseFlow } from "@odoorway/flows";
import { createUpserts } from "@odoorway/imports";
import { createSandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMetadata } from "../../apps/gateway/src/metadata.js";

const text = `
name: order
settings: { confirm: { default: false, says: Confirm the quotation } }
records:
  - name: customer
    model: res.partner
    key: "'flow-' & customer.id"
    match: [ { email: customer.email } ]
    values:
      name: customer.name
      email: customer.email
      country_id: { find: res.country, by: { code: customer.country }, or: { name: customer.country }, missing: warn }
      category_id: { each: "$split(tags, ',')", find: res.partner.category, by: { name: $item }, missing: create }
  - name: product
    model: product.product
    each: items
    key: "'flow-' & $item.sku"
    match: [ { default_code: $item.sku } ]
    existing: skip
    values: { name: $item.title, default_code: $item.sku, list_price: $money($item.price) }
  - name: order
    model: sale.order
    key: "'flow-' & id"
    values: { client_order_ref: "'S' & id", partner_id: { record: customer } }
    lines:
      field: order_line
      each: items
      values:
        product_id: { record: product }
        product_uom_qty: $item.quantity
        price_unit: $money($item.price)
        tax_ids|tax_id: "[]"
    then: [ { method: action_confirm, when: $settings.confirm, only_if: { state: [draft, sent] } } ]
verify:
  - { record: order, field: amount_total, equals: total }
  - { record: order, field: partner_id, equals: customer.name }
`;

function payload(id: number, total = "24.50") {
  return {
    id,
    total,
    tags: "flows, Web",
    customer: { id, name: `Customer ${id}`, email: `Flow${id}@shop.example`, country: id % 2 === 0 ? "be" : "Belgium" },
    items: [
      { title: "Cup", sku: "FLOW-CUP", price: "10.00", quantity: 2 },
      { title: "Pot", sku: "FLOW-POT", price: "4.50", quantity: 1 },
    ],
  };
}

describe.each([18, 19] as const)("flows on a sandbox of Odoo %s", (version) => {
  let odoo: OdooClient;
  let runner: FlowRunner;
  let end: () => Promise<void>;
  const calls: string[] = [];
  const counted = (who: string): OdooCaller => ({
    call: (model, method, ...rest) => {
      calls.push(`${who}: ${model} ${method}`);
      return odoo.call(model, method, ...rest);
    },
  });

  beforeAll(async () => {
    const sandbox = await createSandbox({
      version,
      seed: { users: [{ login: "admin", keys: [{ key: "admin-key" }] }] },
    });
    const { url, database } = sandbox;
    odoo = createClient({ url, database, login: "admin", apiKey: "admin-key", transport: "jsonrpc" });
    const shared = { metadata: createMetadata({ caller: odoo, clock: systemClock, ttl: 600_000 }), clock: systemClock };
    const externalIds = createExternalIds(odoo);
    const explainLoad = ({ message = "" }: { message?: string }) =>
      new OdoorwayError("user_error_business_rule", { evidence: { detail: message } });
    const upserts = createUpserts({
      ...shared,
      caller: counted("upserts"),
      externalIds,
      explainLoad,
      random: Math.random,
    });
    runner = createFlowRunner({ ...shared, caller: counted("flows"), externalIds, upserts });
    end = async () => {
      await odoo.close();
      await sandbox.close();
    };
  });
  afterAll(() => end());
  beforeEach(() => {
    calls.length = 0;
  });

  const run = (payloads: readonly unknown[], settings = {}, options = {}) =>
    runner.run(compileFlow(parseFlow(text, "order"), settings), payloads, options);
  const count = (model: string, domain: readonly unknown[] = []) => odoo.call(model, "search_count", [domain]);

  test("fits the models, and what would not is told before", async () => {
    const metadata = createMetadata({ caller: odoo, clock: systemClock, ttl: 600_000 });
    expect(await checkFlow(parseFlow(text, "order"), metadata)).toEqual([]);
    const wrong = text
      .replace(
        `values: { client_order_ref: "'S' & id",`,
        `values: { state: "'sale'", client_order_rf: id, company_id: { record: customer }, require_payment: 3, amount_total: 1,`,
      )
      .replace("find: res.country,", "find: res.cuntry,")
      .replace("only_if: { state: [draft, sent] }", "only_if: { state: [drafted] }")
      .replace("tax_ids|tax_id:", "tax_kind:")
      .replace("partner_id: { record: customer }", "note: 1")
      .replace("field: amount_total", "field: amount_sum")
      .replace("default_code: $item.sku } ]", "defaultcode: $item.sku } ]");
    const problems = await checkFlow(parseFlow(wrong, "order"), metadata);
    expect(problems.map(({ pointer, code }) => `${code} ${pointer}`).sort()).toEqual([
      "invalid_selection_value /records/2/then/0/only_if/state",
      "missing_required_field /records/2/values",
      "model_not_found /records/0/values/country_id/find",
      "readonly_field /records/2/values/amount_total",
      "readonly_field /records/2/values/state",
      "unknown_field /records/1/match/0/defaultcode",
      "unknown_field /records/2/lines/values/tax_kind",
      "unknown_field /records/2/values/client_order_rf",
      "unknown_field /verify/0/field",
      "wrong_type /records/2/values/company_id",
      "wrong_type /records/2/values/note",
      "wrong_type /records/2/values/require_payment",
    ]);
    expect(problems.find(({ pointer }) => pointer.endsWith("client_order_rf"))).toMatchObject({
      nearest: "client_order_ref",
    });
    expect(problems.find(({ pointer }) => pointer.endsWith("find"))).toMatchObject({ nearest: "res.country" });
  });

  test("a dry run writes nothing; the first run makes, the second leaves all as it is", async () => {
    const before = [await count("res.partner"), await count("sale.order"), await count("product.product")];
    const [dry] = await run([payload(1)], {}, { dryRun: true });
    expect(dry).toMatchObject({
      outcome: "created",
      records: [{ outcome: "created" }, {}, {}, { outcome: "created" }],
    });
    expect([await count("res.partner"), await count("sale.order"), await count("product.product")]).toEqual(before);

    const [made] = await run([payload(1)]);
    expect(made).toMatchObject({ outcome: "created", warnings: [] });
    const id = made !== undefined && "outcome" in made ? made.id : 0;
    const [order] = (await odoo.call("sale.order", "read", [
      [id],
      ["client_order_ref", "amount_total", "order_line"],
    ])) as [Record<string, unknown>];
    expect(order).toMatchObject({
      client_order_ref: "S1",
      amount_total: 24.5,
      order_line: [expect.any(Number), expect.any(Number)],
    });

    const [again] = await run([payload(1)]);
    expect(again).toMatchObject({ outcome: "unchanged", id, warnings: [] });
    const [dryAgain] = await run([payload(1)], {}, { dryRun: true });
    expect(dryAgain).toMatchObject({ outcome: "unchanged" });
    expect(await count("sale.order", [["client_order_ref", "=", "S1"]])).toBe(1);
    expect(await count("product.product", [["default_code", "in", ["FLOW-CUP", "FLOW-POT"]]])).toBe(2);
    expect(await count("res.partner.category", [["name", "in", ["flows", "Web"]]])).toBe(2);
  });

  test("a batch asks each model once for its look-ups", async () => {
    const outcomes = await run(Array.from({ length: 20 }, (_, n) => payload(n + 100)));
    expect(outcomes.map((one) => ("outcome" in one ? one.outcome : one.error.message))).toEqual(
      Array(20).fill("created"),
    );
    const asked = calls.filter((call) => call.startsWith("flows:"));
    expect(asked.sort()).toEqual([
      "flows: res.country search_read",
      "flows: res.partner search_read",
      "flows: res.partner.category search_read",
      "flows: sale.order read",
    ]);
    expect(calls.filter((call) => call === "upserts: sale.order load")).toHaveLength(1);
    expect(await count("sale.order", [["client_order_ref", "like", "S1__"]])).toBe(20);
  });

  test("a customer known by e-mail alone is taken, whatever the case", async () => {
    const id = await odoo.call("res.partner", "create", [{ name: "Before", email: "flow200@SHOP.example" }]);
    const [made] = await run([payload(200)]);
    expect(made).toMatchObject({ records: [{ name: "customer", id, outcome: "updated" }, {}, {}, {}] });
  });

  test("an action is carried out once; totals that differ are told", async () => {
    const [made] = await run([payload(300, "24.51")], { confirm: true });
    expect(made).toMatchObject({
      outcome: "created",
      warnings: [expect.stringMatching(/amount_total of order \d+ is 24.5, not 24.51/)],
    });
    const [again] = await run([payload(300)], { confirm: true });
    expect(again).toMatchObject({ outcome: "unchanged" });
    expect(calls.filter((call) => call === "flows: sale.order action_confirm")).toHaveLength(1);
  });

  test("one payload that Odoo refuses harms no other", async () => {
    const bad = { ...payload(400), customer: { ...payload(400).customer, name: null } };
    const [refused, made] = await run([bad, payload(401)]);
    expect(refused).toMatchObject({ error: { evidence: { record: "customer" } }, records: [] });
    expect(made).toMatchObject({ outcome: "created" });
  });
});
