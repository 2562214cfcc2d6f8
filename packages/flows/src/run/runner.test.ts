/** Flows carried out on a small Odoo: what is asked, what is written, and what happens the second time. */
import { OdoorwayError } from "@odoorway/core";
import { beforeEach, describe, expect, test } from "vitest";
import { parseFlow } from "../parse.js";
import { compileFlow } from "../plan/compile-flow.js";
import { FakeOdoo } from "./fake-odoo.fixture.js";
import { createFlowRunner } from "./runner.js";

const orderFlow = `
name: order
settings: { confirm: { default: false, says: Confirm the quotation } }
skip: [ { when: "test = true", says: "'a test order'" } ]
records:
  - name: customer
    model: res.partner
    when: "$exists(customer.id)"
    key: "'customer-' & customer.id"
    match: [ { email: customer.email } ]
    values:
      name: customer.name
      email: customer.email
      country_id: { find: res.country, by: { code: customer.country }, or: { name: customer.country }, missing: warn }
      state_id:
        find: res.country.state
        by: { code: customer.state, country_id: { find: res.country, by: { code: customer.country }, missing: skip } }
        missing: warn
      category_id: { each: "$split(tags, ',')", find: res.partner.category, by: { name: $item }, missing: create }
  - name: order
    model: sale.order
    key: "'order-' & id"
    values:
      client_order_ref: $string(id)
      partner_id: { record: customer }
    lines:
      field: order_line
      each: items
      values:
        name: $item.title
        price_unit: $money($item.price)
        product_id: { find: product.product, by: { default_code: $item.sku }, missing: create, create: { name: $item.title } }
        tax_ids|tax_id: "[]"
        nothing?: 1
    then: [ { method: action_confirm, when: $settings.confirm, only_if: { state: [draft, sent] } } ]
verify: [ { record: order, field: amount_total, equals: total } ]
`;

const payload = {
  id: 1001,
  total: "30.00",
  tags: "vip, Web",
  customer: { id: 7, name: "Ann", email: "Ann@Shop.example", country: "be", state: "vbr" },
  items: [
    { title: "Cup", sku: "CUP", price: "10.00" },
    { title: "Pot", sku: "POT", price: "20.00" },
  ],
};

function withId(id: number, customer: Readonly<Record<string, unknown>> = {}) {
  return { ...payload, id, customer: { ...payload.customer, id, email: `c${id}@shop.example`, ...customer } };
}

describe("runner", () => {
  let odoo: FakeOdoo;
  let belgium: number;
  beforeEach(() => {
    odoo = new FakeOdoo();
    belgium = odoo.add("res.country", { name: "Belgium", code: "BE" });
    odoo.add("res.country", { name: "Ireland", code: "IE" });
    odoo.add("res.country.state", { name: "Vlaams-Brabant", code: "VBR", country_id: belgium });
    odoo.add("res.partner.category", { name: "VIP" });
  });

  const run = (payloads: readonly unknown[], settings = {}, options = {}, text = orderFlow) =>
    createFlowRunner(odoo).run(compileFlow(parseFlow(text, "order"), settings), payloads, options);

  test("makes the records of a payload, with look-ups, lines and tags", async () => {
    const [outcome] = await run([payload]);
    expect(outcome).toMatchObject({ outcome: "created", warnings: [] });
    const [partner] = odoo.rows("res.partner");
    const [order] = odoo.rows("sale.order");
    expect(partner).toMatchObject({ name: "Ann", country_id: belgium, state_id: belgium + 2 });
    expect(odoo.rows("res.partner.category").map(({ name }) => name)).toEqual(["VIP", "Web"]);
    expect(partner?.category_id).toEqual([belgium + 3, expect.any(Number)]);
    expect(order).toMatchObject({
      client_order_ref: "1001",
      partner_id: partner?.id,
      amount_total: 30,
      state: "draft",
    });
    expect(order?.order_line).toEqual({
      create: [
        expect.objectContaining({ name: "Cup", price_unit: 10, product_id: expect.any(Number), tax_ids: [] }),
        expect.objectContaining({ name: "Pot", price_unit: 20 }),
      ],
    });
    expect(JSON.stringify(order?.order_line)).not.toContain("nothing");
    expect(outcome).toMatchObject({ id: order?.id });
  });

  test("the second run of a payload changes and doubles nothing", async () => {
    await run([payload]);
    const before = JSON.stringify([...odoo.tables.values()].flat());
    const [again] = await run([payload]);
    expect(again).toMatchObject({ outcome: "unchanged", id: odoo.rows("sale.order")[0]?.id });
    expect(JSON.stringify([...odoo.tables.values()].flat())).toBe(before);
  });

  test("looks up a whole batch in one call a model and level", async () => {
    const many = Array.from({ length: 50 }, (_, n) => withId(n + 1));
    const outcomes = await run(many);
    expect(outcomes.every((one) => "outcome" in one && one.outcome === "created")).toBe(true);
    const searches = odoo.log.filter((line) => line.endsWith("search_read"));
    expect(searches.sort()).toEqual([
      "product.product search_read",
      "res.country search_read",
      "res.country.state search_read",
      "res.partner search_read",
      "res.partner.category search_read",
    ]);
    expect(odoo.log.filter((line) => line.startsWith("put"))).toEqual([
      "put res.partner.category 1",
      "put product.product 2",
      "put res.partner 50",
      "put sale.order 50",
    ]);
  });

  test("a record known by a natural key alone is updated, whatever its case; several are told", async () => {
    const old = odoo.add("res.partner", { name: "Old", email: "ann@shop.EXAMPLE " });
    const [first] = await run([payload]);
    expect(first).toMatchObject({ records: [{ name: "customer", id: old, outcome: "updated" }, { name: "order" }] });
    odoo.add("res.partner", { name: "Twin", email: "twin@shop.example" });
    odoo.add("res.partner", { name: "Twin", email: "twin@shop.example" });
    const [second] = await run([withId(2, { email: "twin@shop.example" })]);
    expect(second?.warnings).toEqual([expect.stringMatching(/^customer: 2 records of res.partner have email/)]);
  });

  test("an archived record is taken only when there is no other", async () => {
    const archived = odoo.add("res.partner", { name: "Old", email: "ann@shop.example", active: false });
    const active = odoo.add("res.partner", { name: "New", email: "ANN@shop.example", active: true });
    await run([payload]);
    expect(odoo.ids.get("odoorway.res_partner_customer-7")?.id).toBe(active);
    odoo.rows("res.partner").splice(1, 1);
    odoo.ids.clear();
    await run([payload]);
    expect(odoo.ids.get("odoorway.res_partner_customer-7")?.id).toBe(archived);
  });

  test("an empty natural key and an empty look-up are passed over without a word", async () => {
    odoo.add("res.partner", { name: "Nobody", email: "" });
    const [outcome] = await run([withId(3, { email: " ", country: null, state: "" })]);
    expect(outcome).toMatchObject({ outcome: "created", warnings: [] });
    expect(odoo.rows("res.partner")).toHaveLength(2);
    expect(odoo.rows("res.partner")[1]).not.toHaveProperty("country_id");
  });

  test("what is not found warns, fails or is left alone, as the flow says", async () => {
    const [warned] = await run([withId(4, { country: "XX" })]);
    expect(warned?.warnings).toEqual([
      'customer, country_id: there is no res.country with code "XX", or name "XX"; the field was left out.',
      'customer, state_id: there is no res.country.state with code "vbr" and country_id (looked up); the field was left out.',
    ]);
    const failing = orderFlow.replace("or: { name: customer.country }, missing: warn", "missing: fail");
    const [failed, fine] = await run([withId(5, { country: "XX" }), withId(6)], {}, {}, failing);
    expect(failed).toMatchObject({
      error: { code: "flow_lookup_failed", evidence: { record: "customer", field: "country_id" } },
    });
    expect(fine).toMatchObject({ outcome: "created" });
  });

  test("one bad record fails its own payload; on_failure says otherwise", async () => {
    const [bad, good] = await run([withId(8, { name: "bad" }), withId(9)]);
    expect(bad).toMatchObject({ error: { code: "python_constraint", evidence: { record: "customer" } }, records: [] });
    expect(good).toMatchObject({ outcome: "created" });
    const lenient = orderFlow.replace('    when: "$exists(customer.id)"', "    on_failure: warn");
    const [outcome] = await run([withId(10, { name: "bad" })], {}, {}, lenient);
    expect(outcome).toMatchObject({ outcome: "created", records: [{ name: "order" }] });
    expect(outcome?.warnings).toEqual([expect.stringMatching(/^customer was left out: /)]);
  });

  test("two payloads of one customer write it one after the other", async () => {
    const outcomes = await run([payload, { ...payload, id: 1002 }]);
    expect(outcomes.map((one) => "records" in one && one.records.map(({ outcome }) => outcome))).toEqual([
      ["created", "created"],
      ["unchanged", "created"],
    ]);
    expect(odoo.rows("res.partner")).toHaveLength(1);
  });

  test("an action is carried out once, and verified when its end is unknown", async () => {
    const confirm = { confirm: true };
    await run([payload], confirm);
    expect(odoo.rows("sale.order")[0]?.state).toBe("sale");
    const [again] = await run([payload], confirm);
    expect(again).toMatchObject({ outcome: "unchanged" });
    expect(odoo.log.filter((line) => line === "sale.order action_confirm")).toHaveLength(1);

    const lost = new OdoorwayError("timeout", { evidence: { seconds: 1 }, happened: "unknown" });
    odoo.instead.set("sale.order action_confirm", () => {
      for (const row of odoo.rows("sale.order")) row.state = "sale";
      throw lost;
    });
    const [settled] = await run([withId(11)], confirm);
    expect(settled).toMatchObject({ outcome: "created" });
    odoo.instead.set("sale.order action_confirm", () => {
      throw lost;
    });
    const [open] = await run([withId(12)], confirm);
    expect(open).toMatchObject({
      error: { code: "timeout", happened: "unknown" },
      records: [{ name: "customer" }, { name: "order" }],
    });
    const [done] = await run([withId(12)], confirm);
    expect(done).toMatchObject({ outcome: "updated" });
  });

  test("an action that changes nothing is told", async () => {
    const nothing = orderFlow.replace("only_if: { state: [draft, sent] }", "only_if: { client_order_ref: ['1001'] }");
    const [outcome] = await run([payload], { confirm: true }, {}, nothing);
    expect(outcome).toMatchObject({ error: { code: "flow_action_failed", happened: "yes" } });
  });

  test("totals are verified to the cent", async () => {
    const [cent] = await run([{ ...payload, total: "30.01" }]);
    expect(cent).toMatchObject({
      outcome: "created",
      warnings: [expect.stringMatching(/^amount_total of order \d+ is 30, not 30.01\.$/)],
    });
    const strict = orderFlow.replace("equals: total }", "equals: total, else: fail }");
    const [failed] = await run([{ ...payload, total: "30.01" }], {}, {}, strict);
    expect(failed).toMatchObject({ error: { code: "flow_verify_failed" } });
  });

  test("totals of dinars are verified to the thousandth, other decimals to the cent", async () => {
    const dinars = [{ title: "Cup", sku: "CUP", price: "10.004" }];
    const [differs] = await run([{ ...payload, total: "10", items: dinars }]);
    expect(differs).toMatchObject({ warnings: [expect.stringMatching(/is 10\.004, not 10\.$/)] });
    const [fits] = await run([{ ...withId(21), total: "10.004", items: dinars }]);
    expect(fits).toMatchObject({ warnings: [] });
    const thirds = [{ title: "Cup", sku: "CUP", price: "3.3333" }];
    const [third] = await run([{ ...withId(22), total: "3.33", items: thirds }]);
    expect(third).toMatchObject({ warnings: [] });
  });

  test("a dry run writes nothing and says what would be", async () => {
    const before = JSON.stringify([...odoo.tables.values()].flat());
    const [outcome] = await run([payload], { confirm: true }, { dryRun: true });
    expect(JSON.stringify([...odoo.tables.values()].flat())).toBe(before);
    expect(odoo.log).not.toContain("sale.order action_confirm");
    expect(outcome).toMatchObject({
      outcome: "created",
      records: [
        { name: "customer", outcome: "created", id: 0 },
        { name: "order", outcome: "created", id: 0 },
      ],
      plans: [{ records: [{ name: "customer" }, { name: "order" }] }],
    });
    expect(outcome).not.toHaveProperty("id");
    await run([payload]);
    const [again] = await run([payload], {}, { dryRun: true });
    expect(again).toMatchObject({ outcome: "unchanged" });
  });

  test("the plans of a dry run name what was found, and nothing of what is yet to be made", async () => {
    const [first] = await run([payload], {}, { dryRun: true });
    const country = odoo.rows("res.country").find(({ code }) => code === "BE")?.id;
    const customer = { values: { country_id: { $find: { model: "res.country" }, id: country } } };
    expect(first).toMatchObject({
      plans: [{ records: [customer, { values: { partner_id: { $record: "customer" } } }] }],
    });
    expect(JSON.stringify(first)).not.toContain('"$record":"customer","id"');
    await run([payload]);
    const [later] = await run([payload], {}, { dryRun: true });
    const id = odoo.rows("res.partner")[0]?.id;
    const tags = odoo.rows("res.partner.category").map((tag) => ({ id: tag.id }));
    expect(tags).toHaveLength(2);
    expect(later).toMatchObject({
      plans: [
        { records: [{ values: { category_id: tags } }, { values: { partner_id: { $record: "customer", id } } }] },
      ],
    });
  });

  test("what a record that is passed over would look up is not made", async () => {
    const tagged = `
name: tagged
records:
  - name: order
    model: sale.order
    key: "'order-' & id"
    missing: skip
  - name: note
    model: res.partner
    key: "'note-' & id"
    needs: [order]
    values: { name: "'Note'", category_id: { each: tags, find: res.partner.category, by: { name: $item }, missing: create } }
`;
    const made = () => odoo.rows("res.partner.category").filter(({ name }) => name === "New");
    const [over] = await run([{ id: 1001, tags: ["New"] }], {}, {}, tagged);
    expect(over).toMatchObject({ records: [] });
    expect(made()).toHaveLength(0);
    await run([{ ...payload, tags: "" }]);
    const [written] = await run([{ id: 1001, tags: ["New"] }], {}, {}, tagged);
    expect(written).toMatchObject({ records: [{ name: "order" }, { name: "note", outcome: "created" }] });
    expect(made()).toHaveLength(1);
  });

  test("Odoo away: every payload fails with the reason, to be tried again; nothing is lost before", async () => {
    const away = () => {
      throw new OdoorwayError("connection_refused", { evidence: { url: "https://shop.example" } });
    };
    odoo.instead.set("put sale.order 2", away);
    const outcomes = await run([withId(1), withId(2)]);
    for (const one of outcomes)
      expect(one).toMatchObject({
        error: { code: "connection_refused", retryable: true },
        records: [{ name: "customer" }],
      });
    const again = await run([withId(1), withId(2)]);
    expect(again).toMatchObject([{ outcome: "created" }, { outcome: "created" }]);
    expect(odoo.rows("res.partner")).toHaveLength(2);
    odoo.instead.set("find 2", away);
    const [early] = await run([withId(1), withId(2)]);
    expect(early).toMatchObject({ error: { code: "connection_refused" }, records: [] });
  });

  test("a skipped payload makes nothing and says why; a payload that cannot be planned fails alone", async () => {
    const outcomes = await run([{ ...payload, test: true }, { id: 1, items: [{ price: "x" }] }, payload]);
    expect(outcomes).toMatchObject([
      { outcome: "skipped", warnings: ["a test order"], records: [] },
      { error: { code: "flow_expression_failed" } },
      { outcome: "created" },
    ]);
  });

  test("records that have to be there: found by the key of another flow, or told", async () => {
    const refund = `
name: refund
records:
  - name: order
    model: sale.order
    key: "'order-' & order_id"
    missing: fail
  - name: note
    model: res.partner
    key: "'note-' & id"
    values: { name: "'Refund ' & id", parent_id: { find: res.partner, key: "'customer-' & customer_id", missing: skip } }
`;
    const [early] = await run([{ id: 1, order_id: 1001, customer_id: 7 }], {}, {}, refund);
    expect(early).toMatchObject({ error: { code: "flow_record_missing", retryable: true } });
    await run([payload]);
    const [late] = await run([{ id: 1, order_id: 1001, customer_id: 7 }], {}, {}, refund);
    expect(late).toMatchObject({
      outcome: "created",
      records: [{ name: "order", outcome: "unchanged" }, { name: "note" }],
    });
    expect(odoo.rows("res.partner")[1]?.parent_id).toBe(odoo.rows("res.partner")[0]?.id);
  });
});
