/** stock.warehouse.orderpoint: a reordering rule, with what it would order; nothing runs it by itself. */
import type { Env } from "../../orm/env.js";
import type { Behaviour } from "../../orm/model.js";
import { numberOf, quantity, read, rowOf, unitOf } from "./rows.js";

const name = "stock.warehouse.orderpoint";

function figure(field: string) {
  return (env: Env, id: number): number => {
    const { product_id: product, location_id: location } = rowOf(env, name, id);
    return Number(read({ ...env, context: { ...env.context, location } }, "product.product", product, field));
  };
}

export const reordering: Behaviour = {
  model: name,
  precompute(env, values) {
    values.warehouse_id ||= 1;
    values.location_id ||= rowOf(env, "stock.warehouse", values.warehouse_id).lot_stock_id ?? false;
    values.company_id ||= 1;
    values.trigger ??= "auto";
  },
  defaults: { name: (env) => `OP/${String(env.db.nextInSequence("stock.orderpoint")).padStart(5, "0")}` },
  sql: [
    {
      message: "A replenishment rule already exists for this product on this location.",
      unique: ["product_id", "location_id", "company_id"],
    },
  ],
  computes: {
    product_uom: (env, id) => unitOf(env, rowOf(env, name, id).product_id),
    qty_on_hand: figure("qty_available"),
    qty_forecast: figure("virtual_available"),
    qty_to_order(env, id) {
      const row = rowOf(env, name, id);
      const forecast = figure("virtual_available")(env, id);
      const [least, most] = [numberOf(row, "product_min_qty"), numberOf(row, "product_max_qty")];
      return forecast < least ? quantity(Math.max(least, most) - forecast) : 0;
    },
  },
};
