/** How much of a product was ordered from vendors in the last year: a figure at the product. */
import type { Env } from "../../orm/env.js";
import type { Behaviour } from "../../orm/model.js";
import { daysAfter, find, quantity, read, rowOf } from "../stock/rows.js";

function purchased(env: Env, products: readonly number[]): number {
  const since = daysAfter(env.db.now(), -365);
  let total = 0;
  for (const product of products)
    for (const line of find(env, "purchase.order.line", "product_id", product)) {
      const order = rowOf(env, "purchase.order", rowOf(env, "purchase.order.line", line).order_id);
      if ((order.state !== "purchase" && order.state !== "done") || String(order.date_approve ?? "") < since) continue;
      total += Number(read(env, "purchase.order.line", line, "product_uom_qty"));
    }
  return quantity(total);
}

export const productPurchases: NonNullable<Behaviour["computes"]> = {
  purchased_product_qty: (env, id) => purchased(env, [id]),
};

export const templatePurchases: NonNullable<Behaviour["computes"]> = {
  purchased_product_qty: (env, id) => purchased(env, find(env, "product.product", "product_tmpl_id", id)),
};
