/** Contacts, products, stock, payments and refunds of the presets, on every target. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Made, type Shop, targets } from "./odoo.js";

// A real server is asked for the metadata of a dozen models first.
vi.setConfig({ testTimeout: 180_000 });

const folder = new URL("../../packages/flows/presets/payloads/", import.meta.url);
const payload = (path: string): unknown => JSON.parse(readFileSync(new URL(`${path}.json`, folder), "utf8"));
const idsOf = (made: Made, name: string) =>
  made.records.filter((record) => record.name === name).map((record) => record.id);

describe.each(targets)("$name", ({ open, real }) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await open();
  });
  afterAll(() => shop.close());

  it("two orders of a customer are of one contact, with one address more", async () => {
    const first = await shop.run("shopify-order", payload("shopify-order/taxes-included-two-rates"));
    const second = await shop.run("shopify-order", payload("shopify-order/same-customer-again"));
    const [customer] = idsOf(first, "customer");
    expect(idsOf(second, "customer")).toEqual([customer]);
    const [partner] = await shop.read("res.partner", [customer ?? 0], ["name", "email", "city", "child_ids"]);
    expect(partner).toMatchObject({ name: "Jörg Größmann", email: "joerg.groessmann@example.de", city: "Berlin" });
    const [address] = idsOf(first, "addresses");
    const [delivery] = await shop.read("res.partner", [address ?? 0], ["parent_id", "type", "city", "country_id"]);
    expect(delivery).toMatchObject({ type: "delivery", city: "Dachau", parent_id: [customer, expect.any(String)] });
    expect(delivery?.country_id).toEqual([expect.any(Number), "Germany"]);
    const [order] = await shop.read("sale.order", idsOf(first, "order"), ["partner_invoice_id", "partner_shipping_id"]);
    expect(order).toMatchObject({
      partner_invoice_id: [customer, expect.any(String)],
      partner_shipping_id: [address, expect.any(String)],
    });
  });

  it("an edited order is changed in place, and what was taken away is emptied", async () => {
    const before = await shop.run("shopify-order", payload("shopify-order/edited-1-before"));
    const after = await shop.run("shopify-order", payload("shopify-order/edited-2-after"));
    expect(after).toMatchObject({ outcome: "updated", id: before.id });
    const back = await shop.run("shopify-order", payload("shopify-order/edited-1-before"));
    expect(back).toMatchObject({ outcome: "updated", id: before.id });
    const [order] = await shop.read("sale.order", [before.id ?? 0], ["amount_total"]);
    expect(order?.amount_total).toBe(408);
  });

  it("a cancelled order is cancelled, a paid one confirmed where that is wanted", async () => {
    const cancelled = await shop.run("shopify-order", payload("shopify-order/cancelled"));
    const paid = await shop.run("woocommerce-order", payload("woocommerce-order/variations"), { confirm: true });
    const fields = ["state"];
    expect(await shop.read("sale.order", [cancelled.id ?? 0], fields)).toMatchObject([{ state: "cancel" }]);
    expect(await shop.read("sale.order", [paid.id ?? 0], fields)).toMatchObject([{ state: "sale" }]);
  });

  it.each([
    ["shopify-customer", "two-addresses"],
    ["shopify-customer", "open-customers"],
    ["shopify-product", "three-variants"],
    ["shopify-product", "open-product"],
    ["woocommerce-customer", "company-and-delivery"],
    ["woocommerce-product", "variation"],
    ["woocommerce-product", "open-products"],
  ])("%s: %s, once however often it comes", async (preset, name) => {
    const made = await shop.run(preset, payload(`${preset}/${name}`));
    expect(made.records.length).toBeGreaterThan(0);
    const again = await shop.run(preset, payload(`${preset}/${name}`));
    expect(again.outcome).toBe("unchanged");
    expect(again.records.map(({ id }) => id)).toEqual(made.records.map(({ id }) => id));
  });

  it("variants become products with their SKU and price", async () => {
    const made = await shop.run("shopify-product", payload("shopify-product/three-variants"));
    const rows = await shop.read("product.product", idsOf(made, "products"), ["name", "default_code", "lst_price"]);
    expect(rows).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "Pullover „Fjord“ - S", default_code: "PF-S", lst_price: 79 }),
        expect.objectContaining({ name: "Pullover „Fjord“ - XL", default_code: "PF-XL", lst_price: 84.5 }),
      ]),
    );
  });

  it("a payment is noted on its order, and paid where the user may", async () => {
    const order = await shop.run("shopify-order", payload("shopify-order/taxes-included-two-rates"));
    const made = await shop.run("stripe-payment", payload("stripe-payment/intent-with-order"), {
      shop: `shopify${shop.suffix}`,
    });
    expect(idsOf(made, "order")).toEqual([order.id]);
    const [note] = await shop.read("mail.message", idsOf(made, "note"), ["res_id", "body"]);
    expect(note).toMatchObject({ res_id: order.id, body: expect.stringContaining("268.80 EUR") });
    const [payment] = await shop.read("account.payment", idsOf(made, "payment"), ["amount"]).catch(() => [undefined]);
    if (!real) expect(payment?.amount).toBe(268.8);
  });

  it("a refund is a credit note of what went back, and a note", async () => {
    await shop.run("shopify-order", payload("shopify-order/partly-sent-partly-refunded"));
    const made = await shop.run("shopify-refund", payload("shopify-refund/one-of-four-returned"));
    expect(idsOf(made, "note")).toHaveLength(1);
    const [credit] = await shop.read("account.move", idsOf(made, "credit"), ["amount_total", "move_type"]);
    expect(credit).toMatchObject({ amount_total: 149, move_type: "out_refund" });
    const again = await shop.run("shopify-refund", payload("shopify-refund/one-of-four-returned"));
    expect(again.outcome).toBe("unchanged");
  });

  it("tables: a contact with its country by spelling, a product, its stock", async () => {
    const row = { Name: "Zoë Müller", "E-Mail": "Zoe@Example.com", Country: "Deutschland", Tags: "VIP; Retail" };
    const contact = await shop.run("csv-contacts", row);
    const [partner] = await shop.read("res.partner", [contact.id ?? 0], ["country_id", "email", "category_id"]);
    expect(partner).toMatchObject({ country_id: [expect.any(Number), "Germany"], email: "zoe@example.com" });
    const sku = real ? `A-${Date.now()}` : "A-1";
    const goods = { SKU: sku, Name: "Lamp", Price: "1,234.50", Unit: "pcs" };
    const product = await shop.run("csv-products", goods, { storable: true });
    expect(await shop.read("product.product", [product.id ?? 0], ["lst_price", "is_storable"])).toMatchObject([
      { lst_price: 1234.5, is_storable: true },
    ]);
    await shop.run("csv-stock", { SKU: sku, Qty: "12" });
    const counted = await shop.run("csv-stock", { SKU: sku, Qty: "7.5" });
    const [quant] = await shop.read("stock.quant", [counted.id ?? 0], ["quantity"]);
    expect(quant?.quantity).toBe(7.5);
  });
});
