/**
 * Orders of shops, whole: each payload beside the presets becomes a sale order with lines, a customer with addresses
 * and products; its total is the payload's to the cent; the same payload again changes nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Made, type Row, type Shop, targets } from "./odoo.js";

// A real server is asked for the metadata of a dozen models first.
vi.setConfig({ testTimeout: 180_000 });

type Payload = Readonly<Record<string, unknown>>;
const folder = new URL("../../packages/flows/presets/payloads/", import.meta.url);

/** The payloads of a flow, by the names of their files. */
function payloadsOf(flow: string): [string, Payload][] {
  return readdirSync(new URL(`${flow}/`, folder))
    .filter((file) => file.endsWith(".json"))
    .map((file) => [file.slice(0, -5), JSON.parse(readFileSync(new URL(`${flow}/${file}`, folder), "utf8"))]);
}

/** The orders within a payload: it is one, a list of them, holds either under a name, or answers a batch of changes. */
function ordersOf(payload: Payload): Payload[] {
  const batch = Array.isArray(payload.create) && Array.isArray(payload.update);
  const inner = batch ? [payload.create, payload.update].flat() : (payload.orders ?? payload.order ?? payload);
  return (Array.isArray(inner) ? inner : [inner]) as Payload[];
}

const madeOrders = (made: Made) => made.records.filter(({ name }) => name === "order").map(({ id }) => id);

describe.each(targets)("$name", ({ open }) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await open();
  });
  afterAll(() => shop.close());

  async function lines(order: number): Promise<Row[]> {
    const fields = ["name", "product_id", "product_uom_qty", "price_unit", "price_total"];
    return shop.read("sale.order.line", [["order_id", "=", order]], fields);
  }

  describe.each(["shopify-order", "woocommerce-order"])("%s", (flow) => {
    const all = payloadsOf(flow);
    const orders = all.filter(([, payload]) =>
      ordersOf(payload).every((one) => "total_price" in one || "total" in one),
    );

    it.each(orders)("%s", async (_name, payload) => {
      const made = await shop.run(flow, payload);
      const ids = madeOrders(made);
      const counts: number[] = [];
      const wanted = ordersOf(payload);
      expect(ids).toHaveLength(wanted.length);
      for (const [index, one] of wanted.entries()) {
        const [order] = await shop.read("sale.order", [ids[index] ?? 0], ["amount_total", "partner_id", "order_line"]);
        expect(order?.amount_total).toBe(Number(one.total_price ?? one.total));
        expect(order?.partner_id).toEqual([expect.any(Number), expect.any(String)]);
        const items = Array.isArray(one.line_items) ? one.line_items : [];
        const written = await lines(ids[index] ?? 0);
        expect(written.length).toBeGreaterThanOrEqual(items.length);
        counts.push(written.length);
        for (const line of written) expect(line.product_id).toEqual([expect.any(Number), expect.any(String)]);
      }
      const again = await shop.run(flow, payload);
      expect(again.outcome).toBe("unchanged");
      expect(again.records).toEqual(made.records.map((record) => ({ ...record, outcome: "unchanged" })));
      for (const [index, id] of ids.entries()) expect(await lines(id)).toHaveLength(counts[index] ?? 0);
    });
  });
});
