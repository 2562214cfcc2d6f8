/**
 * Stock and purchase over JSON-RPC: the same calls against the sandbox of each version and a real Odoo, whose user
 * must be an inventory and purchase manager. Each test makes its own products and partners.
 */
import { createClient, type OdooClient } from "@odoorway/client";
import { OdoorwayError } from "@odoorway/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./targets.js";

type Values = Record<string, unknown>;
type Row = Values & { readonly id: number };

const seed = {
  db: "demo",
  users: [
    {
      login: "demo",
      password: "demo",
      keys: [{ key: "demo-key" }],
      groups: [
        ...["base.group_user", "base.group_partner_manager", "product.group_product_manager"],
        ...["sales_team.group_sale_manager", "stock.group_stock_manager", "purchase.group_purchase_manager"],
      ],
    },
  ],
};

describe.each(targets)("stock and purchase: $name", (target) => {
  const mark = `stock ${Date.now()}`;
  let opened: Awaited<ReturnType<typeof target.open>>;
  let odoo: OdooClient;
  let major = 0;
  let stock = 0;
  let customers = 0;
  let vendors = 0;
  let counter = 0;

  beforeAll(async () => {
    opened = await target.open(seed);
    odoo = createClient({ ...opened.access, transport: "jsonrpc" });
    major = (await odoo.version()).major;
    [stock = 0] = await search("stock.location", [["complete_name", "=", "WH/Stock"]]);
    [customers = 0] = await search("stock.location", [["usage", "=", "customer"]]);
    [vendors = 0] = await search("stock.location", [["usage", "=", "supplier"]]);
  });
  afterAll(async () => {
    await odoo.close();
    await opened.close();
  });

  const call = (model: string, method: string, args: unknown[], context: Values = {}) =>
    odoo.call(model, method, args, Object.keys(context).length > 0 ? { context } : {});
  const search = async (model: string, domain: unknown[]) => (await call(model, "search", [domain])) as number[];
  const create = async (model: string, values: Values, context?: Values) =>
    Number(await call(model, "create", [values], context));
  const read = async (model: string, ids: readonly number[], fields: string[]) =>
    (await call(model, "read", [ids, fields])) as Row[];
  const moves = async (picking: number, fields: string[]) => {
    const rows = await odoo.call("stock.move", "search_read", [[["picking_id", "=", picking]], fields], {
      order: "id",
    });
    return (rows as Row[]).map(({ id: _id, ...row }) => row);
  };
  const fresh = (name: string) => `${mark} ${name} ${++counter}`;
  const goods = (more: Values = {}) => create("product.product", { name: fresh("goods"), is_storable: true, ...more });
  const partner = () => create("res.partner", { name: fresh("partner") });

  async function count(product: number, amount: number): Promise<number> {
    const quant = await create("stock.quant", { product_id: product, location_id: stock, inventory_quantity: amount });
    // Odoo answers None.
    await call("stock.quant", "action_apply_inventory", [[quant]]);
    return quant;
  }
  /** A transfer with one move a product. */
  async function transfer(
    type: "incoming" | "outgoing",
    wanted: readonly (readonly [number, number])[],
  ): Promise<number> {
    const [picking_type_id] = await search("stock.picking.type", [["code", "=", type]]);
    const ends = type === "incoming" ? [vendors, stock] : [stock, customers];
    const move_ids = wanted.map(([product_id, product_uom_qty]) => {
      const move = { product_id, product_uom_qty, location_id: ends[0], location_dest_id: ends[1] };
      return [0, 0, major === 18 ? { ...move, name: "move" } : move];
    });
    const ids = { location_id: ends[0], location_dest_id: ends[1] };
    return create("stock.picking", { picking_type_id, ...ids, move_ids });
  }
  async function refusal(model: string, method: string, args: unknown[]): Promise<string> {
    const error: unknown = await call(model, method, args).then(
      (value) => new Error(`answered ${JSON.stringify(value)}`),
      (reason: unknown) => reason,
    );
    if (!(error instanceof OdoorwayError)) throw error;
    return error.odoo?.message ?? error.message;
  }
  const quantities = async (product: number) => {
    const fields = ["qty_available", "free_qty", "virtual_available", "incoming_qty", "outgoing_qty"];
    const [{ id: _id, ...row } = { id: 0 }] = await read("product.product", [product], fields);
    return Object.values(row);
  };

  it("counts what lies in stock, and keeps what may not be counted out", async () => {
    const product = await goods();
    const quant = await count(product, 20);
    expect(await read("stock.quant", [quant], ["quantity", "reserved_quantity", "available_quantity"])).toEqual([
      { id: quant, quantity: 20, reserved_quantity: 0, available_quantity: 20 },
    ]);
    expect(await quantities(product)).toEqual([20, 20, 20, 0, 0]);
    const inMode = { inventory_mode: true };
    const values = { product_id: product, location_id: stock, inventory_quantity: 7 };
    expect(await create("stock.quant", values, inMode)).toBe(quant);
    const service = await create("product.product", { name: fresh("service"), type: "service" });
    expect(await refusal("stock.quant", "create", [{ ...values, product_id: service }])).toBe(
      "Quants cannot be created for consumables or services.",
    );
    expect(await refusal("stock.quant", "copy", [[quant]])).toBe("You cannot duplicate stock quants.");
    expect(await refusal("stock.quant", "unlink", [[quant]])).toContain("No group currently allows this operation.");
  });

  it("takes a receipt from draft to done in one click", async () => {
    const product = await goods();
    const picking = await transfer("incoming", [[product, 3]]);
    expect(await read("stock.picking", [picking], ["state"])).toEqual([{ id: picking, state: "draft" }]);
    expect(await call("stock.picking", "button_validate", [[picking]])).toBe(true);
    const [row] = await read("stock.picking", [picking], ["state", "name", "date_done"]);
    expect(row).toMatchObject({ state: "done", name: expect.stringMatching(/^WH\/IN\/\d{5}$/) });
    expect(await moves(picking, ["state", "quantity", "picked"])).toEqual([
      { state: "done", quantity: 3, picked: true },
    ]);
    expect(await quantities(product)).toEqual([3, 3, 3, 0, 0]);
  });

  it("reserves what is there, and asks for a backorder of the rest", async () => {
    const product = await goods();
    const quant = await count(product, 5);
    const picking = await transfer("outgoing", [[product, 8]]);
    expect(await call("stock.picking", "action_confirm", [[picking]])).toBe(true);
    expect(await read("stock.picking", [picking], ["state"])).toEqual([{ id: picking, state: "assigned" }]);
    const partly = { state: "partially_available", quantity: 5, product_uom_qty: 8 };
    expect(await moves(picking, ["state", "quantity", "product_uom_qty"])).toEqual([partly]);
    expect(await quantities(product)).toEqual([5, 0, -3, 0, 8]);
    await call("stock.picking", "do_unreserve", [[picking]]);
    expect(await moves(picking, ["state", "quantity"])).toEqual([{ state: "confirmed", quantity: 0 }]);
    expect(await call("stock.picking", "action_assign", [[picking]])).toBe(true);
    const question = (await call("stock.picking", "button_validate", [[picking]])) as Values;
    expect(question).toMatchObject({
      res_model: "stock.backorder.confirmation",
      name: "Create Backorder?",
      context: { button_validate_picking_ids: [picking], default_pick_ids: [[4, picking]] },
    });
    const context = question.context as Values;
    const wizard = await create("stock.backorder.confirmation", {}, context);
    expect(await call("stock.backorder.confirmation", "process", [[wizard]], context)).toBe(true);
    const [rest = 0] = await search("stock.picking", [["backorder_id", "=", picking]]);
    expect(await read("stock.picking", [picking, rest], ["state"])).toEqual([
      { id: picking, state: "done" },
      { id: rest, state: "confirmed" },
    ]);
    expect(await moves(rest, ["state", "quantity", "product_uom_qty"])).toEqual([
      { state: "confirmed", quantity: 0, product_uom_qty: 3 },
    ]);
    expect(await read("stock.quant", [quant], ["quantity"])).toEqual([{ id: quant, quantity: 0 }]);
    const nothing =
      major === 18
        ? "You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities."
        : "Transfer trouble alert! Validating a zero quantity transfer?";
    expect(await refusal("stock.picking", "button_validate", [[rest]])).toContain(nothing);
    expect(await call("stock.picking", "action_cancel", [[rest]])).toBe(true);
    expect(await read("stock.picking", [rest], ["state"])).toEqual([{ id: rest, state: "cancel" }]);
  });

  it("gives the rest up without a backorder", async () => {
    const product = await goods();
    const picking = await transfer("incoming", [[product, 5]]);
    await call("stock.picking", "action_confirm", [[picking]]);
    const [move = 0] = await search("stock.move", [["picking_id", "=", picking]]);
    await call("stock.move", "write", [[move], { quantity: 2, picked: true }]);
    const { context } = (await call("stock.picking", "button_validate", [[picking]])) as { context: Values };
    const wizard = await create("stock.backorder.confirmation", {}, context);
    expect(await call("stock.backorder.confirmation", "process_cancel_backorder", [[wizard]], context)).toBe(true);
    expect(await moves(picking, ["state", "quantity", "product_uom_qty"])).toEqual([
      { state: "done", quantity: 2, product_uom_qty: 5 },
    ]);
    expect(await search("stock.picking", [["backorder_id", "=", picking]])).toEqual([]);
  });

  it("forces what is not there, joins like moves, and refuses the empty", async () => {
    const product = await goods();
    const picking = await transfer("outgoing", [
      [product, 1],
      [product, 3],
    ]);
    await call("stock.picking", "action_confirm", [[picking]]);
    expect(await moves(picking, ["state", "product_uom_qty"])).toEqual([{ state: "confirmed", product_uom_qty: 4 }]);
    const [move = 0] = await search("stock.move", [["picking_id", "=", picking]]);
    await call("stock.move", "write", [[move], { quantity: 4 }]);
    expect(await moves(picking, ["state", "quantity"])).toEqual([{ state: "assigned", quantity: 4 }]);
    expect(await call("stock.picking", "button_validate", [[picking]])).toBe(true);
    expect((await quantities(product))[0]).toBe(-4);
    const empty = await transfer("incoming", []);
    expect(await refusal("stock.picking", "button_validate", [[empty]])).toContain("an empty transfer");
    expect(await refusal("stock.picking", "action_assign", [[empty]])).toBe("Nothing to check the availability for.");
    expect(await call("stock.picking", "unlink", [[empty]])).toBe(true);
  });

  it("keeps what is done, but for its corrections", async () => {
    const product = await goods();
    const picking = await transfer("incoming", [[product, 3]]);
    await call("stock.picking", "button_validate", [[picking]]);
    const move = await search("stock.move", [["picking_id", "=", picking]]);
    const lines = await search("stock.move.line", [["picking_id", "=", picking]]);
    const done = "You cannot cancel a stock move that has been set to 'Done'.";
    expect(await refusal("stock.picking", "action_cancel", [[picking]])).toContain(done);
    expect(await refusal("stock.picking", "unlink", [[picking]])).toContain(done);
    for (const [model, ids] of [["stock.move", move] as const, ["stock.move.line", lines] as const])
      expect(await refusal(model, "unlink", [ids])).toMatch(/^(You can not delete|Deleting) product moves/);
    expect(await refusal("stock.move", "write", [move, { product_uom: 2 }])).toBe(
      "You cannot change the UoM for a stock move that has been set to 'Done'.",
    );
    expect(await refusal("stock.picking", "write", [[picking], { picking_type_id: 2 }])).toBe(
      "Changing the operation type of this record is forbidden at this point.",
    );
    expect(await call("stock.move", "write", [move, { quantity: 5 }])).toBe(true);
    expect(await quantities(product)).toEqual([5, 5, 5, 0, 0]);
  });

  it("wants a lot of what is tracked, once for each product", async () => {
    const product = await goods({ tracking: "lot" });
    const picking = await transfer("incoming", [[product, 5]]);
    await call("stock.picking", "action_confirm", [[picking]]);
    expect(await refusal("stock.picking", "button_validate", [[picking]])).toContain(
      "You need to supply a Lot/Serial Number for product:",
    );
    const lines = await search("stock.move.line", [["picking_id", "=", picking]]);
    await call("stock.move.line", "write", [lines, { lot_name: "LOT-1" }]);
    expect(await call("stock.picking", "button_validate", [[picking]])).toBe(true);
    const [line] = await read("stock.move.line", lines, ["lot_id"]);
    expect(line?.lot_id).toEqual([expect.any(Number), "LOT-1"]);
    const values = { product_id: product, name: "LOT-1" };
    const lotArgs = major === 18 ? [[], values] : [values];
    expect(await refusal("stock.lot", "create", lotArgs)).toContain("Lot/Serial Number: LOT-1");
    const serial = await goods({ tracking: "serial" });
    const two = await transfer("incoming", [[serial, 2]]);
    await call("stock.picking", "action_confirm", [[two]]);
    const pieces = await search("stock.move.line", [["picking_id", "=", two]]);
    expect(pieces).toHaveLength(2);
    await call("stock.move.line", "write", [pieces, { lot_name: "SN-1" }]);
    expect(await refusal("stock.picking", "button_validate", [[two]])).toContain("must be unique within a company");
  });

  it("delivers a sale order, follows its lines, and takes goods back", async () => {
    const product = await goods({ list_price: 10 });
    await count(product, 10);
    const line = { product_id: product, product_uom_qty: 4 };
    const order = await create("sale.order", { partner_id: await partner(), order_line: [[0, 0, line]] });
    expect(await call("sale.order", "action_confirm", [[order]])).toBe(true);
    const fields = ["picking_ids", "delivery_count", "delivery_status"];
    const [{ picking_ids: pickings } = { picking_ids: [] }] = await read("sale.order", [order], fields);
    const [picking = 0] = pickings as number[];
    const [row] = await read("stock.picking", [picking], ["state", "name", "origin", "sale_id"]);
    expect(row).toMatchObject({ state: "assigned", name: expect.stringMatching(/^WH\/OUT\/\d{5}$/) });
    const lines = await search("sale.order.line", [["order_id", "=", order]]);
    await call("sale.order.line", "write", [lines, { product_uom_qty: 6 }]);
    expect(await moves(picking, ["state", "product_uom_qty", "quantity"])).toEqual([
      { state: "assigned", product_uom_qty: 6, quantity: 6 },
    ]);
    await call("sale.order.line", "write", [lines, { product_uom_qty: 5 }]);
    expect(await call("stock.picking", "button_validate", [[picking]])).toBe(true);
    const [delivered] = await read("sale.order.line", lines, [
      "qty_delivered",
      "qty_to_deliver",
      "qty_delivered_method",
    ]);
    expect(delivered).toMatchObject({ qty_delivered: 5, qty_to_deliver: 0, qty_delivered_method: "stock_move" });
    expect(await read("sale.order", [order], ["delivery_status"])).toEqual([{ id: order, delivery_status: "full" }]);
    expect(await refusal("sale.order.line", "write", [lines, { product_uom_qty: 2 }])).toContain(
      "cannot be decreased below the amount already delivered",
    );
    const wizard = await create("stock.return.picking", { picking_id: picking });
    expect(await refusal("stock.return.picking", "action_create_returns", [[wizard]])).toBe(
      "Please specify at least one non-zero quantity.",
    );
    const returned = await search("stock.return.picking.line", [["wizard_id", "=", wizard]]);
    await call("stock.return.picking.line", "write", [returned, { quantity: 2 }]);
    const action = (await call("stock.return.picking", "action_create_returns", [[wizard]])) as { res_id: number };
    expect(await read("stock.picking", [action.res_id], ["state", "return_id"])).toMatchObject([
      { state: "assigned", return_id: [picking, row?.name] },
    ]);
    expect(await call("stock.picking", "button_validate", [[action.res_id]])).toBe(true);
    expect((await read("sale.order.line", lines, ["qty_delivered"]))[0]).toMatchObject({ qty_delivered: 3 });
    expect((await quantities(product))[0]).toBe(7);
  });

  it("cancels the deliveries of an order with it, and delivers no service", async () => {
    const service = await create("product.product", { name: fresh("service"), type: "service" });
    const product = await goods();
    const order_line = [
      [0, 0, { product_id: product, product_uom_qty: 1 }],
      [0, 0, { product_id: service, product_uom_qty: 1 }],
    ];
    const order = await create("sale.order", { partner_id: await partner(), order_line });
    await call("sale.order", "action_confirm", [[order]]);
    const pickings = await search("stock.picking", [["sale_id", "=", order]]);
    expect(pickings).toHaveLength(1);
    expect(await moves(pickings[0] ?? 0, ["state"])).toEqual([{ state: "confirmed" }]);
    await call("sale.order", "action_cancel", [[order]], { disable_cancel_warning: true });
    expect(await moves(pickings[0] ?? 0, ["state"])).toEqual([{ state: "cancel" }]);
    expect(await read("sale.order", [order], ["state", "delivery_status"])).toEqual([
      { id: order, state: "cancel", delivery_status: false },
    ]);
  });

  it("orders from a vendor at its price, receives, and keeps what is confirmed", async () => {
    const vendor = await partner();
    const product = await goods({ standard_price: 9 });
    const [{ product_tmpl_id: template } = { product_tmpl_id: [0] }] = await read(
      "product.product",
      [product],
      ["product_tmpl_id"],
    );
    await create("product.supplierinfo", {
      partner_id: vendor,
      product_tmpl_id: (template as number[])[0],
      price: 3.5,
    });
    const order = await create("purchase.order", {
      partner_id: vendor,
      order_line: [[0, 0, { product_id: product, product_qty: 10 }]],
    });
    const [draft] = await read("purchase.order", [order], ["name", "state", "amount_untaxed", "invoice_status"]);
    expect(draft).toMatchObject({ name: expect.stringMatching(/^P\d{5}$/), state: "draft", amount_untaxed: 35 });
    expect(await refusal("purchase.order", "unlink", [[order]])).toBe(
      "In order to delete a purchase order, you must cancel it first.",
    );
    expect(await call("purchase.order", "button_confirm", [[order]])).toBe(true);
    const progress = ["state", "receipt_status", "incoming_picking_count", "picking_ids"];
    const [bought] = await read("purchase.order", [order], progress);
    expect(bought).toMatchObject({ state: "purchase", receipt_status: "pending", incoming_picking_count: 1 });
    const [picking = 0] = (bought?.picking_ids ?? []) as number[];
    const lines = await search("purchase.order.line", [["order_id", "=", order]]);
    expect(await refusal("purchase.order.line", "unlink", [lines])).toBe(
      "Cannot delete a purchase order line which is in state “Purchase Order”.",
    );
    await call("purchase.order.line", "write", [lines, { product_qty: 12 }]);
    expect(await moves(picking, ["state", "product_uom_qty", "quantity"])).toEqual([
      { state: "assigned", product_uom_qty: 12, quantity: 12 },
    ]);
    expect(await quantities(product)).toEqual([0, 0, 12, 12, 0]);
    expect(await call("stock.picking", "button_validate", [[picking]])).toBe(true);
    expect((await read("purchase.order.line", lines, ["qty_received", "qty_to_invoice"]))[0]).toMatchObject({
      qty_received: 12,
      qty_to_invoice: 12,
    });
    expect((await read("purchase.order", [order], ["receipt_status", "invoice_status"]))[0]).toMatchObject({
      receipt_status: "full",
      invoice_status: "to invoice",
    });
    if (major === 18)
      expect(await refusal("purchase.order", "button_cancel", [[order]])).toMatch(
        /^Unable to cancel purchase order\(s\): P\d{5} since they have receipts that are already done\.$/,
      );
  });

  it("locks, cancels, redrafts and deletes purchase orders", async () => {
    const product = await goods();
    const order_line = [[0, 0, { product_id: product, product_qty: 1, price_unit: 2 }]];
    const order = await create("purchase.order", { partner_id: await partner(), order_line });
    await call("purchase.order", "button_confirm", [[order]]);
    await call("purchase.order", major === 18 ? "button_done" : "button_lock", [[order]]);
    if (major === 18) expect((await read("purchase.order", [order], ["state"]))[0]?.state).toBe("done");
    else
      expect(await refusal("purchase.order", "button_cancel", [[order]])).toMatch(
        /^Unable to cancel purchase order\(s\): P\d{5}\. You must first unlock them\.$/,
      );
    await call("purchase.order", "button_unlock", [[order]]);
    await call("purchase.order", "button_cancel", [[order]]);
    const [{ picking_ids: pickings } = { picking_ids: [] }] = await read("purchase.order", [order], ["picking_ids"]);
    expect((await read("stock.picking", pickings as number[], ["state"]))[0]?.state).toBe("cancel");
    expect(await call("purchase.order", "button_draft", [[order]])).toEqual({});
    expect((await read("purchase.order", [order], ["state"]))[0]?.state).toBe("draft");
    await call("purchase.order", "button_cancel", [[order]]);
    expect(await call("purchase.order", "unlink", [[order]])).toBe(true);
  });
});
