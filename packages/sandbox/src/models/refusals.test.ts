/** What a real Odoo refuses or grants around orders, products and users, and the sandbox with it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

let sandbox: Sandbox;
let uid = 0;
beforeAll(async () => {
  sandbox = await createSandbox();
  uid = Number((await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).result);
});
afterAll(async () => sandbox.close());

async function rpc(service: string, method: string, args: unknown[]) {
  const body = JSON.stringify({ params: { service, method, args } });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
  return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
}
const ask = (model: string, method: string, ...args: unknown[]) =>
  rpc("object", "execute_kw", ["demo", uid, "demo-key", model, method, args]);
const said = async (model: string, method: string, ...args: unknown[]) =>
  (await ask(model, method, ...args)).error?.data.message;

describe("refusals", () => {
  it("keeps a product that a confirmed order delivers", async () => {
    const product = (await ask("product.product", "create", { name: "Chair" })).result;
    const order_line = [[0, 0, { product_id: product }]];
    const order = (await ask("sale.order", "create", { partner_id: 1, order_line })).result;
    expect(await said("product.product", "unlink", [product])).toContain("sale_order_line_product_id_fkey");
    await ask("sale.order", "action_confirm", [order]);
    expect(await said("product.product", "unlink", [product])).toContain("stock_move_product_id_fkey");
    expect((await ask("product.product", "search_count", [["id", "=", product]])).result).toBe(1);
  });
  it("wants a description of a line without a product", async () => {
    const order = (await ask("sale.order", "create", { partner_id: 1 })).result;
    expect(await said("sale.order.line", "create", { order_id: order })).toContain("Field: Description (name)");
    expect((await ask("sale.order.line", "create", { order_id: order, name: "Work" })).result).toEqual(
      expect.any(Number),
    );
  });
  it("lets users change their own preferences and nothing else of users", async () => {
    expect((await ask("res.users", "write", [uid], { tz: "Europe/Paris" })).result).toBe(true);
    expect((await ask("res.users", "context_get")).result).toMatchObject({ tz: "Europe/Paris" });
    for (const values of [{ login: "other" }, { tz: "UTC", active: false }])
      expect(await said("res.users", "write", [uid], values)).toContain("not allowed to modify");
    expect(await said("res.users", "write", [2], { tz: "UTC" })).toContain("not allowed to modify");
    expect(await said("res.users", "write", [uid, 2], { tz: "UTC" })).toContain("not allowed to modify");
  });
  it("compares integers with texts of integers only", async () => {
    expect(await said("res.partner", "search", [["color", "=", "abc"]])).toBe(
      "invalid literal for int() with base 10: 'abc'",
    );
    expect((await ask("res.partner", "search_count", [["color", "=", "0"]])).result).toBeGreaterThan(0);
  });
});
