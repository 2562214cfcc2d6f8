/** Copies of orders. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type OdooVersion, type Sandbox } from "../index.js";

describe.each<OdooVersion>([18, 19])("sale.order of %s", (version) => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await createSandbox({ version });
  });
  afterAll(() => sandbox.close());

  async function admin<T>(model: string, method: string, ...args: unknown[]): Promise<T> {
    const response = await fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        params: { service: "object", method: "execute_kw", args: ["demo", 2, "admin", model, method, args] },
      }),
    });
    const { result, error } = (await response.json()) as { result: T; error?: { data: { message: string } } };
    if (error) throw new Error(error.data.message);
    return result;
  }

  it("copies a confirmed order as a new quotation with its lines", async () => {
    const product = await admin<number>("product.product", "create", { name: "Desk", list_price: 100, taxes_id: [] });
    const partner = await admin<number>("res.partner", "create", { name: "Azure" });
    const order = await admin<number>("sale.order", "create", {
      partner_id: partner,
      client_order_ref: "PO-1",
      note: "Kept",
      order_line: [[0, 0, { product_id: product, product_uom_qty: 2 }]],
    });
    await admin("sale.order", "action_confirm", [order]);
    const [copy = 0] = [await admin<number | number[]>("sale.order", "copy", [order])].flat();
    const [before, after] = sandbox.records("sale.order", [["id", "in", [order, copy]]], {
      fields: ["name", "state", "client_order_ref", "note", "amount_untaxed", "order_line", "picking_ids"],
    });
    const [first, second] = [before, after].sort((a, b) => Number(a?.id) - Number(b?.id));
    expect(first).toMatchObject({ id: order, state: "sale", amount_untaxed: 200 });
    expect(second).toMatchObject({ id: copy, state: "draft", client_order_ref: false, amount_untaxed: 200 });
    expect(second?.note).toBe(first?.note);
    expect(second?.name).not.toBe(first?.name);
    expect(second?.picking_ids).toEqual([]);
    expect(second?.order_line).toHaveLength(1);
    expect(second?.order_line).not.toEqual(first?.order_line);
  });
});
