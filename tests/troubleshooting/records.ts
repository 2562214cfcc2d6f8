/** Records that several of the tests begin with. */
import type { World } from "./world.js";

export function idOf({ odoo }: World, model: string, domain: readonly unknown[]): number {
  const [record] = odoo.records(model, [...domain], { fields: ["id"], limit: 1 });
  return Number(record?.id);
}

export async function madePartner(world: World): Promise<number> {
  return Number(await world.value("api", "res.partner", "create", [{ name: "Azure Interior" }]));
}

/** A quotation of one line. */
export async function quotation(world: World): Promise<number> {
  const partner = await madePartner(world);
  const product = await world.value("api", "product.product", "create", [{ name: "Desk", list_price: 10 }]);
  const values = { partner_id: partner, order_line: [[0, 0, { product_id: product, product_uom_qty: 1 }]] };
  return Number(await world.value("api", "sale.order", "create", [values]));
}

/** A confirmed order that was locked. */
export async function lockedOrder(world: World): Promise<number> {
  const order = await quotation(world);
  for (const button of ["action_confirm", "action_lock"]) await world.value("api", "sale.order", button, [[order]]);
  return order;
}
