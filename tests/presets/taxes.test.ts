/**
 * The setting `taxes: rate`: lines get the sales taxes of Odoo, and Odoo's own sums come to the shop's totals. Every
 * Odoo has a sales tax of 15 % that prices do not include; the sandbox gets others too.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Shop, targets } from "./odoo.js";

vi.setConfig({ testTimeout: 180_000 });

interface Tax {
  readonly title: string;
  readonly rate: number;
  readonly price: string;
}

const item = (id: number, price: string, quantity: number, taxes: readonly Tax[], off = "0.00") => ({
  ...{ id, variant_id: 990_000 + id, title: `Thing ${id}`, name: `Thing ${id}`, sku: `RATE-${id}`, quantity, price },
  ...{ discount_allocations: off === "0.00" ? [] : [{ amount: off }], tax_lines: taxes },
});

/** An order of Shopify with these items, one shipping line, and its totals. */
function shopify(id: number, total: string, totalTax: string, items: readonly unknown[], more = {}) {
  return {
    ...{ id, name: `#${id}`, email: "rate@example.com", currency: "USD", processed_at: "2025-06-02T09:15:00Z" },
    ...{
      total_price: total,
      total_tax: totalTax,
      taxes_included: false,
      line_items: items,
      shipping_lines: [],
      ...more,
    },
  };
}

describe.each(targets)("$name", ({ open, real }) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await open();
    if (real) return;
    for (const name of ["County", "City"]) await shop.make("account.tax", { name, amount: 1 });
    await shop.make("account.tax", { name: "20% incl", amount: 20, price_include_override: "tax_included" });
  });
  afterAll(() => shop.close());

  /** Twice through the preset: the sums of the order, and what was warned of. */
  async function sums(preset: string, payload: unknown) {
    const made = await shop.run(preset, payload, { taxes: "rate" });
    const again = await shop.run(preset, payload, { taxes: "rate" });
    expect(again).toMatchObject({ outcome: "unchanged", id: made.id });
    const [order] = await shop.read("sale.order", [made.id ?? 0], ["amount_total", "amount_tax"]);
    return { ...order, warnings: made.warnings };
  }

  it("Shopify: lines, a discount and shipping are taxed by Odoo", async () => {
    const tax = (price: string) => [{ title: "State Tax", rate: 0.15, price }];
    const shipping = [{ title: "Post", price: "5.00", tax_lines: tax("0.75") }];
    const items = [item(1, "10.00", 2, tax("2.70"), "2.00"), item(2, "8.00", 1, [])];
    const payload = shopify(88_001, "34.45", "3.45", items, { shipping_lines: shipping });
    expect(await sums("shopify-order", payload)).toMatchObject({ amount_total: 34.45, amount_tax: 3.45, warnings: [] });
  });

  it("WooCommerce: lines, a coupon, shipping and a fee below zero are taxed by Odoo", async () => {
    const taxes = (total: string) => [{ id: 5, total, subtotal: total }];
    const line = {
      id: 1,
      name: "Thing",
      product_id: 7701,
      quantity: 3,
      subtotal: "30.00",
      total: "27.00",
      sku: "RATE-W",
    };
    const payload = {
      ...{
        id: 88_002,
        number: "88002",
        status: "processing",
        currency: "USD",
        date_created_gmt: "2025-06-02T09:15:00",
      },
      ...{ total: "34.50", total_tax: "4.50", billing: { first_name: "Rae", email: "rae@example.com" } },
      line_items: [{ ...line, taxes: taxes("4.05") }],
      shipping_lines: [{ method_title: "Post", total: "5.00", taxes: taxes("0.75") }],
      fee_lines: [{ name: "Loyalty", total: "-2.00", taxes: taxes("-0.30") }],
      coupon_lines: [{ code: "spring" }],
      tax_lines: [
        { id: 75, rate_id: 5, label: "Tax", rate_percent: 15, tax_total: "3.75", shipping_tax_total: "0.75" },
      ],
    };
    expect(await sums("woocommerce-order", payload)).toMatchObject({
      amount_total: 34.5,
      amount_tax: 4.5,
      warnings: [],
    });
  });

  it("a rate that Odoo lacks leaves its tax out, and both the tax and the total are warned of", async () => {
    const taxes = [{ title: "Odd", rate: 0.0777, price: "0.78" }];
    const { warnings, ...order } = await sums(
      "shopify-order",
      shopify(88_003, "10.78", "0.78", [item(3, "10.00", 1, taxes)]),
    );
    expect(order).toMatchObject({ amount_total: 10, amount_tax: 0 });
    expect(warnings).toEqual(
      expect.arrayContaining([expect.stringContaining("account.tax"), expect.stringContaining("is 10, not 10.78")]),
    );
  });

  it.skipIf(real)("two taxes of one rate are told apart by their names", async () => {
    const taxes = [
      { title: "County", rate: 0.01, price: "1.00" },
      { title: "City", rate: 0.01, price: "1.00" },
    ];
    const payload = shopify(88_004, "102.00", "2.00", [item(4, "100.00", 1, taxes)]);
    expect(await sums("shopify-order", payload)).toMatchObject({ amount_total: 102, amount_tax: 2, warnings: [] });
  });

  it.skipIf(real)("prices that include tax get a tax that is included", async () => {
    const taxes = [{ title: "VAT", rate: 0.2, price: "4.00" }];
    const items = [item(5, "12.00", 2, taxes)];
    const payload = shopify(88_005, "24.00", "4.00", items, { taxes_included: true });
    expect(await sums("shopify-order", payload)).toMatchObject({ amount_total: 24, amount_tax: 4, warnings: [] });
  });
});
