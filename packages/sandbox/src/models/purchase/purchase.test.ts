/** Purchase beside what the conformance suite shows: prices of vendors, approvals, bills, rounding; as on a real Odoo. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../index.js";

const buyer = ["base.group_user", "base.group_partner_manager", "product.group_product_manager"];
const users = [
  {
    login: "chief",
    password: "p",
    groups: [...buyer, "purchase.group_purchase_manager", "stock.group_stock_manager", "account.group_account_invoice"],
  },
  { login: "buyer", password: "p", groups: [...buyer, "purchase.group_purchase_user"] },
];

describe.each([18, 19] as const)("purchase of %i", (version) => {
  let sandbox: Sandbox;
  const uids = new Map<string, number>();
  beforeAll(async () => {
    sandbox = await createSandbox({ version, seed: { db: "demo", users } });
    for (const { login, password } of [...users, { login: "admin", password: "admin" }])
      uids.set(login, Number((await rpc("common", "authenticate", ["demo", login, password, {}])).result));
  });
  afterAll(async () => sandbox.close());

  async function rpc(service: string, method: string, args: unknown[]) {
    const body = JSON.stringify({ params: { service, method, args } });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return (await response.json()) as { result?: unknown; error?: { data: { message: string } } };
  }
  const as = (login: string, model: string, method: string, args: unknown[]) =>
    rpc("object", "execute_kw", ["demo", uids.get(login), login === "admin" ? "admin" : "p", model, method, args]);
  async function ask(model: string, method: string, ...args: unknown[]) {
    const { result, error } = await as("chief", model, method, args);
    if (error) throw new Error(error.data.message);
    return result;
  }
  const refused = async (model: string, method: string, ...args: unknown[]) =>
    (await as("chief", model, method, args)).error?.data.message;
  const first = async (model: string, id: number, fields: string[]) =>
    ((await ask(model, "read", [id], fields)) as Record<string, unknown>[])[0] ?? {};
  const make = async (model: string, values: Record<string, unknown>) => Number(await ask(model, "create", values));
  const linesOf = async (order: number) =>
    (await ask("purchase.order.line", "search_read", [["order_id", "=", order]])) as Record<string, unknown>[];
  const vendor = () => make("res.partner", { name: "Vendor" });
  const product = (more = {}) =>
    make("product.product", { name: "Part", is_storable: true, standard_price: 4, ...more });
  async function offered(partner: number, part: number, more = {}) {
    const { product_tmpl_id: template } = await first("product.product", part, ["product_tmpl_id"]);
    const values = {
      partner_id: partner,
      product_tmpl_id: (template as number[])[0],
      price: 3.5,
      min_qty: 2,
      delay: 3,
      ...more,
    };
    return make("product.supplierinfo", values);
  }

  it("takes name, price, date and least quantity from the vendor's offer", async () => {
    const [partner, part] = [await vendor(), await product()];
    const offer = await offered(partner, part, { product_code: "V1", product_name: "Theirs" });
    const name = version === 18 ? "Vendor" : "Vendor (2.0 Units - $\u00a03.50)";
    expect((await first("product.supplierinfo", offer, ["display_name"])).display_name).toBe(name);
    const order = await make("purchase.order", {
      partner_id: partner,
      date_order: "2026-11-20 10:00:00",
      order_line: [[0, 0, { product_id: part }]],
    });
    expect((await linesOf(order))[0]).toMatchObject({
      name: "[V1] Theirs",
      product_qty: 2,
      price_unit: 3.5,
      date_planned: "2026-11-23 10:00:00",
      price_subtotal: 7,
    });
    expect(await first("purchase.order", order, ["date_planned"])).toMatchObject({
      date_planned: "2026-11-23 10:00:00",
    });
  });

  it("asks the product's cost where a vendor has no offer for the quantity", async () => {
    const [partner, part] = [await vendor(), await product()];
    await offered(partner, part, { min_qty: 5 });
    const order = await make("purchase.order", {
      partner_id: partner,
      order_line: [[0, 0, { product_id: part, product_qty: 9 }]],
    });
    const [line] = await linesOf(order);
    expect(line?.price_unit).toBe(3.5);
    await ask("purchase.order.line", "write", [line?.id], { product_qty: 1 });
    expect((await linesOf(order))[0]?.price_unit).toBe(4);
    const other = await make("purchase.order", {
      partner_id: await vendor(),
      order_line: [[0, 0, { product_id: part, product_qty: 9 }]],
    });
    expect((await linesOf(other))[0]?.price_unit).toBe(4);
  });

  it("rounds taxes by line in 18 and by order in 19", async () => {
    const part = await product();
    const line = [0, 0, { product_id: part, product_qty: 1, price_unit: 3.5 }];
    const order = await make("purchase.order", { partner_id: await vendor(), order_line: [line, line, line] });
    // Three times 0.525: 0.53 each, or 1.575 in all.
    expect(await first("purchase.order", order, ["amount_tax", "amount_total"])).toMatchObject(
      version === 18 ? { amount_tax: 1.59, amount_total: 12.09 } : { amount_tax: 1.58, amount_total: 12.08 },
    );
  });

  it("wants numbers where PostgreSQL has no default, and nothing of a section", async () => {
    const partner = await vendor();
    const lineOf = (values: Record<string, unknown>) => ({ partner_id: partner, order_line: [[0, 0, values]] });
    const field = (label: string, name: string) =>
      version === 18 ? `Field: ${label} (${name})` : `'${label}' (${name})`;
    expect(await refused("purchase.order", "create", lineOf({ name: "x", product_qty: 1 }))).toContain(
      field("Unit Price", "price_unit"),
    );
    expect(await refused("purchase.order", "create", lineOf({ name: "x" }))).toContain(
      field("Quantity", "product_qty"),
    );
    expect(await refused("purchase.order", "create", {})).toContain(field("Vendor", "partner_id"));
    const order = await make("purchase.order", lineOf({ display_type: "line_section", name: "Parts", product_qty: 0 }));
    const [line] = await linesOf(order);
    expect(await refused("purchase.order.line", "write", [line?.id], { display_type: "line_note" })).toContain(
      "You cannot change the type",
    );
  });

  it("has a second approval where the company wants one", async () => {
    const limit = { po_double_validation: "two_step", po_double_validation_amount: 100 };
    expect((await as("admin", "res.company", "write", [[1], limit])).result).toBe(true);
    const part = await product();
    const orders: number[] = [];
    for (const quantity of [1, 1000]) {
      const order_line = [[0, 0, { product_id: part, product_qty: quantity }]];
      orders.push(
        Number((await as("buyer", "purchase.order", "create", [{ partner_id: await vendor(), order_line }])).result),
      );
    }
    const states = async () =>
      ((await ask("purchase.order", "read", orders, ["state"])) as { state: string }[]).map(({ state }) => state);
    expect((await as("buyer", "purchase.order", "button_confirm", [orders])).result).toBe(true);
    expect(await states()).toEqual(["purchase", "to approve"]);
    await as("buyer", "purchase.order", "button_approve", [orders]);
    expect(await states()).toEqual(["purchase", "to approve"]);
    expect(await ask("purchase.order", "button_approve", orders)).toEqual({});
    expect(await states()).toEqual(["purchase", "purchase"]);
    await as("admin", "res.company", "write", [[1], { po_double_validation: "one_step" }]);
  });

  it("bills what is due, once, and keeps an order whose bill is in the books", async () => {
    const part = await make("product.product", { name: "Work", type: "service" });
    const order_line = [[0, 0, { product_id: part, product_qty: 3, price_unit: 7 }]];
    const order = await make("purchase.order", { partner_id: await vendor(), partner_ref: "R-1", order_line });
    await ask("purchase.order", "button_confirm", [order]);
    const action = (await ask("purchase.order", "action_create_invoice", [order])) as { res_id: number };
    expect(await first("account.move", action.res_id, ["move_type", "state", "amount_total", "ref"])).toMatchObject({
      move_type: "in_invoice",
      state: "draft",
      amount_total: 24.15,
      ref: version === 18 ? "R-1" : false,
    });
    expect(await first("purchase.order", order, ["invoice_status", "invoice_count"])).toMatchObject({
      invoice_status: "invoiced",
      invoice_count: 1,
    });
    const again = await refused("purchase.order", "action_create_invoice", [order]);
    if (version === 18) expect(again).toContain("There is no invoiceable line.");
    else expect(again).toBeUndefined();
    await ask("account.move", "write", [action.res_id], { invoice_date: "2026-11-21" });
    await ask("account.move", "action_post", [action.res_id]);
    expect(await refused("purchase.order", "button_cancel", [order])).toContain(
      "You must first cancel their related vendor bills.",
    );
  });

  it("follows a confirmed order's lines: more, less, another price, another line", async () => {
    const part = await product();
    const order_line = [[0, 0, { product_id: part, product_qty: 4, price_unit: 2 }]];
    const order = await make("purchase.order", { partner_id: await vendor(), order_line });
    await ask("purchase.order", "button_confirm", [order]);
    const [line] = await linesOf(order);
    await ask("purchase.order.line", "write", [line?.id], { product_qty: 2, price_unit: 5 });
    await ask("purchase.order", "write", [order], { order_line: [[0, 0, { product_id: part, product_qty: 1 }]] });
    const { picking_ids } = await first("purchase.order", order, ["picking_ids"]);
    expect(picking_ids).toHaveLength(1);
    const moves = (await ask("stock.move", "search_read", [["picking_id", "in", picking_ids]])) as Record<
      string,
      unknown
    >[];
    expect(moves.map((move) => [move.product_uom_qty, move.price_unit, move.state])).toEqual([
      [2, 5, "assigned"],
      [1, 4, "assigned"],
    ]);
    expect(await first("product.product", part, ["purchased_product_qty", "incoming_qty"])).toMatchObject({
      purchased_product_qty: 3,
      incoming_qty: 3,
    });
    const [copy] = [await ask("purchase.order", "copy", [order])].flat() as number[];
    expect(await first("purchase.order", copy ?? 0, ["state", "amount_untaxed"])).toMatchObject({
      state: "draft",
      amount_untaxed: 14,
    });
  });
});
