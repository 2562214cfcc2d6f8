/** Stock beside what the conformance suite shows: sharing, waking, units, rights, warehouses; as seen on a real Odoo. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../../index.js";

const groups = [
  ...["base.group_user", "sales_team.group_sale_manager", "stock.group_stock_manager", "product.group_product_manager"],
  ...["purchase.group_purchase_manager", "base.group_partner_manager"],
];
const users = [
  { login: "keeper", password: "p", groups },
  { login: "seller", password: "p", groups: ["base.group_user", "sales_team.group_sale_salesman"] },
  { login: "limited", password: "p", groups: ["base.group_user"] },
];

describe.each([18, 19] as const)("stock of %i", (version) => {
  let sandbox: Sandbox;
  const uids = new Map<string, number>();
  let stock = 0;
  let customers = 0;
  let vendors = 0;
  beforeAll(async () => {
    sandbox = await createSandbox({ version, seed: { db: "demo", users } });
    for (const { login } of users)
      uids.set(login, Number((await rpc("common", "authenticate", ["demo", login, "p", {}])).result));
    const ids = async (domain: unknown[]) => ((await ask("stock.location", "search", domain)) as number[])[0] ?? 0;
    stock = await ids([["complete_name", "=", "WH/Stock"]]);
    customers = await ids([["usage", "=", "customer"]]);
    vendors = await ids([["usage", "=", "supplier"]]);
  });
  afterAll(async () => sandbox.close());

  async function rpc(service: string, method: string, args: unknown[]) {
    const body = JSON.stringify({ params: { service, method, args } });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
    return (await response.json()) as { result?: unknown; error?: { data: { message: string } } };
  }
  const as = (login: string, model: string, method: string, args: unknown[], kwargs = {}) =>
    rpc("object", "execute_kw", ["demo", uids.get(login), "p", model, method, args, kwargs]);
  async function ask(model: string, method: string, ...args: unknown[]) {
    const { result, error } = await as("keeper", model, method, args);
    if (error) throw new Error(error.data.message);
    return result;
  }
  const refused = async (model: string, method: string, ...args: unknown[]) =>
    (await as("keeper", model, method, args)).error?.data.message;
  const first = async (model: string, id: number, fields: string[]) =>
    ((await ask(model, "read", [id], fields)) as Record<string, unknown>[])[0] ?? {};
  const goods = async (more = {}) =>
    Number(await ask("product.product", "create", { name: "Goods", is_storable: true, ...more }));
  const put = async (product: number, quantity: number) =>
    Number(await ask("stock.quant", "create", { product_id: product, location_id: stock, quantity }));
  async function transfer(code: string, product: number, quantity: number, more = {}) {
    const ends = code === "incoming" ? [vendors, stock] : [stock, customers];
    const [type] = (await ask("stock.picking.type", "search", [["code", "=", code]])) as number[];
    const place = { location_id: ends[0], location_dest_id: ends[1] };
    const move = {
      product_id: product,
      product_uom_qty: quantity,
      ...place,
      ...(version === 18 ? { name: "m" } : {}),
      ...more,
    };
    const values = { picking_type_id: type, ...place, move_ids: [[0, 0, move]] };
    const id = Number(await ask("stock.picking", "create", values));
    await ask("stock.picking", "action_confirm", [id]);
    return id;
  }
  const moveOf = async (picking: number) =>
    ((await ask("stock.move", "search_read", [["picking_id", "=", picking]])) as Record<string, unknown>[])[0] ?? {};

  it("shows what is held at the first quant of a place, more than is there where a transfer is forced", async () => {
    const product = await goods();
    const quants = [await put(product, 3), await put(product, 4)];
    const picking = await transfer("outgoing", product, 5);
    const held = async () =>
      ((await ask("stock.quant", "read", quants, ["reserved_quantity"])) as { reserved_quantity: number }[]).map(
        (quant) => quant.reserved_quantity,
      );
    expect(await held()).toEqual([5, 0]);
    await ask("stock.move", "write", [(await moveOf(picking)).id], { quantity: 9 });
    expect(await held()).toEqual([9, 0]);
    expect(await first("product.product", product, ["free_qty"])).toMatchObject({ free_qty: -2 });
    const none = await goods();
    const forced = await transfer("outgoing", none, 5);
    await ask("stock.move", "write", [(await moveOf(forced)).id], { quantity: 4 });
    expect(await moveOf(forced)).toMatchObject({ state: "partially_available", quantity: 4 });
    const [nothing] = (await ask("stock.quant", "search_read", [["product_id", "=", none]])) as Record<
      string,
      unknown
    >[];
    expect(nothing).toMatchObject({ quantity: 0, reserved_quantity: 4, available_quantity: -4 });
  });

  it("takes loaded rows for counts, and orders again what is short", async () => {
    const product = await goods();
    const quant = await put(product, 3);
    const row = [String(product), "WH/Stock", "9"];
    const fields = ["product_id/.id", "location_id", "inventory_quantity"];
    expect(await ask("stock.quant", "load", fields, [row])).toMatchObject({ ids: [quant], messages: [] });
    await ask("stock.quant", "action_apply_inventory", [quant]);
    expect(await first("product.product", product, ["qty_available"])).toMatchObject({ qty_available: 9 });
    const rule = { product_id: product, product_min_qty: 12, product_max_qty: 20 };
    const made = Number(await ask("stock.warehouse.orderpoint", "create", rule));
    expect(await first("stock.warehouse.orderpoint", made, ["qty_on_hand", "qty_to_order"])).toMatchObject({
      qty_on_hand: 9,
      qty_to_order: 11,
    });
    expect(await refused("stock.warehouse.orderpoint", "create", rule)).toContain("already exists for this product");
  });

  it("wakes a transfer that waits for what comes in", async () => {
    const product = await goods();
    const waiting = await transfer("outgoing", product, 2);
    expect(await moveOf(waiting)).toMatchObject({ state: "confirmed", quantity: 0 });
    const receipt = await transfer("incoming", product, 6);
    await ask("stock.picking", "button_validate", [receipt]);
    expect(await moveOf(waiting)).toMatchObject({ state: "assigned", quantity: 2 });
  });

  it("turns a negative move round, in a transfer of its own", async () => {
    const picking = await transfer("outgoing", await goods(), -2);
    expect(await first("stock.picking", picking, ["state", "move_ids"])).toMatchObject({
      state: "draft",
      move_ids: [],
    });
    const [move] = (await ask("stock.move", "search_read", [
      ["product_uom_qty", "=", 2],
      ["location_id", "=", customers],
    ])) as {
      location_dest_id: [number, string];
    }[];
    expect(move?.location_dest_id[0]).toBe(stock);
  });

  it("counts a dozen as twelve, in the price as well", async () => {
    const product = await goods({ list_price: 2 });
    await put(product, 100);
    const [dozen] = (await ask("uom.uom", "search", [
      ["name", "=", "Dozens"],
      ["active", "in", [true, false]],
    ])) as number[];
    const line = {
      product_id: product,
      product_uom_qty: 2,
      [version === 18 ? "product_uom" : "product_uom_id"]: dozen,
    };
    const order = Number(await ask("sale.order", "create", { partner_id: 3, order_line: [[0, 0, line]] }));
    await ask("sale.order", "action_confirm", [order]);
    const { picking_ids, amount_untaxed } = await first("sale.order", order, ["picking_ids", "amount_untaxed"]);
    const [picking = 0] = (picking_ids ?? []) as number[];
    expect(amount_untaxed).toBe(48);
    expect(await moveOf(picking)).toMatchObject({ product_uom_qty: 24, quantity: 24 });
    await ask("stock.picking", "button_validate", [picking]);
    const [delivered] = (await ask("sale.order.line", "search_read", [["order_id", "=", order]])) as Record<
      string,
      unknown
    >[];
    expect(delivered).toMatchObject({ qty_delivered: 2, qty_to_deliver: 0 });
  });

  it("leaves behind what was not picked, and gives it up where the type never keeps it", async () => {
    const [type] = (await ask("stock.picking.type", "search", [["code", "=", "incoming"]])) as number[];
    const product = await goods();
    await ask("stock.picking.type", "write", [type], { create_backorder: "never" });
    const picking = await transfer("incoming", product, 5, { quantity: 2, picked: true });
    expect(await ask("stock.picking", "button_validate", [picking])).toBe(true);
    expect(await ask("stock.picking", "search_count", [["backorder_id", "=", picking]])).toBe(0);
    await ask("stock.picking.type", "write", [type], { create_backorder: "always" });
    const other = await transfer("incoming", product, 5, { quantity: 2, picked: true });
    expect(await ask("stock.picking", "button_validate", [other])).toBe(true);
    expect(await ask("stock.picking", "search_count", [["backorder_id", "=", other]])).toBe(1);
    await ask("stock.picking.type", "write", [type], { create_backorder: "ask" });
  });

  it("puts goods for a view on the first shelf inside it, and copies a transfer anew", async () => {
    const product = await goods();
    const { view_location_id: view } = await first("stock.warehouse", 1, ["view_location_id"]);
    const picking = await transfer("incoming", product, 1, { location_dest_id: (view as number[])[0] });
    await ask("stock.picking", "button_validate", [picking]);
    expect(await first("product.product", product, ["qty_available"])).toMatchObject({ qty_available: 1 });
    const [copy] = [await ask("stock.picking", "copy", [picking])].flat() as number[];
    const copied = await first("stock.picking", copy ?? 0, ["name", "state", "move_ids"]);
    expect(copied).toMatchObject({ state: "draft", move_ids: [expect.any(Number)] });
    expect(copied.name).not.toBe((await first("stock.picking", picking, ["name"])).name);
  });

  it("keeps a serial number to one piece", async () => {
    const product = await goods({ tracking: "serial" });
    const values = { product_id: product, name: "SN" };
    await (version === 18 ? ask("stock.lot", "create", [], values) : ask("stock.lot", "create", values));
    const [lot] = (await ask("stock.lot", "search", [["product_id", "=", product]])) as number[];
    const quant = { product_id: product, location_id: stock, lot_id: lot, inventory_quantity: 2 };
    const id = Number(await ask("stock.quant", "create", quant));
    expect(await refused("stock.quant", "action_apply_inventory", [id])).toContain("has already been assigned");
    expect(await first("product.product", product, ["qty_available"])).toMatchObject({ qty_available: 0 });
    await ask("stock.quant", "write", [id], { inventory_quantity: 1 });
    await ask("stock.quant", "action_apply_inventory", [id]);
    expect(await first("stock.lot", lot ?? 0, ["product_qty"])).toMatchObject({ product_qty: 1 });
  });

  it("narrows quantities to a location or a warehouse, and finds products by them", async () => {
    const product = await goods();
    await put(product, 6);
    const picking = await transfer("outgoing", product, 2);
    await ask("stock.picking", "button_validate", [picking]);
    const at = async (context: Record<string, unknown>) => {
      const { result } = await as("keeper", "product.product", "read", [[product], ["qty_available"]], { context });
      return (result as { qty_available: number }[])[0]?.qty_available;
    };
    expect(await at({})).toBe(4);
    expect(await at({ location: customers })).toBe(2);
    expect(await at({ location: "WH/Stock" })).toBe(4);
    expect(await at({ warehouse_id: 1 })).toBe(4);
    expect(
      await ask("product.product", "search", [
        ["qty_available", ">", 3],
        ["id", "=", product],
      ]),
    ).toEqual([product]);
  });

  it("tells quantities and transfers only to those who may read them", async () => {
    const product = await goods();
    const picking = await transfer("incoming", product, 1);
    const said = async (login: string, model: string, method: string, args: unknown[]) =>
      (await as(login, model, method, args)).error?.data.message;
    expect(await said("limited", "product.product", "read", [[product], ["qty_available"]])).toContain("(stock.move)");
    expect(await said("limited", "product.product", "read", [[product], ["name"]])).toBeUndefined();
    expect(await said("limited", "stock.picking", "button_validate", [[picking]])).toContain("(stock.picking)");
    expect(await said("seller", "product.product", "read", [[product], ["qty_available"]])).toBeUndefined();
    expect(await said("limited", "stock.quant", "create", [{ product_id: product, location_id: stock }])).toContain(
      "(stock.quant)",
    );
  });

  it("names locations by their way, and keeps those in use", async () => {
    const shelf = Number(await ask("stock.location", "create", { name: "A", location_id: stock, barcode: "A1" }));
    const bin = Number(await ask("stock.location", "create", { name: "1", location_id: shelf }));
    await ask("stock.location", "write", [shelf], { name: "B" });
    expect(await first("stock.location", bin, ["complete_name", "warehouse_id"])).toMatchObject({
      complete_name: "WH/Stock/B/1",
      warehouse_id: [1, expect.any(String)],
    });
    expect(await refused("stock.location", "write", [shelf], { location_id: bin })).toBe("Recursion Detected.");
    expect(await refused("stock.location", "create", { name: "C", barcode: "A1" })).toContain(
      "barcode for a location must be unique",
    );
    expect(await refused("stock.location", "write", [stock], { active: false })).toContain(
      "because it is used by warehouse",
    );
    expect(await refused("stock.location", "unlink", [stock])).toContain("default_location_dest_id");
    expect(await ask("stock.location", "name_create", "Quick")).toEqual([expect.any(Number), "Quick"]);
  });

  it("makes a warehouse whole for an administrator, and asks another for that right", async () => {
    const values = { name: "North", code: "NO" };
    expect(await refused("stock.warehouse", "create", values)).toContain("(res.config.settings)");
    const admin = await rpc("common", "authenticate", ["demo", "admin", "admin", {}]);
    const made = await rpc("object", "execute_kw", [
      "demo",
      admin.result,
      "admin",
      "stock.warehouse",
      "create",
      [values],
      {},
    ]);
    const house = await first("stock.warehouse", Number(made.result), ["lot_stock_id", "out_type_id"]);
    expect(house).toMatchObject({
      lot_stock_id: [expect.any(Number), "NO/Stock"],
      out_type_id: [expect.any(Number), "North: Delivery Orders"],
    });
    const [type = 0] = house.out_type_id as number[];
    const picking = Number(await ask("stock.picking", "create", { picking_type_id: type }));
    expect((await first("stock.picking", picking, ["name"])).name).toBe("NO/OUT/00001");
  });

  it("undoes a validation whole where a lot is missing", async () => {
    const [plain, tracked] = [await goods(), await goods({ tracking: "lot" })];
    const picking = await transfer("incoming", plain, 3);
    const place = { location_id: vendors, location_dest_id: stock, ...(version === 18 ? { name: "m" } : {}) };
    const move = { product_id: tracked, product_uom_qty: 1, ...place };
    await ask("stock.picking", "write", [picking], { move_ids: [[0, 0, move]] });
    await ask("stock.picking", "action_confirm", [picking]);
    expect(await refused("stock.picking", "button_validate", [picking])).toContain(
      "You need to supply a Lot/Serial Number",
    );
    expect(await first("product.product", plain, ["qty_available"])).toMatchObject({ qty_available: 0 });
    expect(await first("stock.picking", picking, ["state"])).toMatchObject({ state: "assigned" });
  });
});
