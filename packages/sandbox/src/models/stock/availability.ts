/**
 * How much of a product there is: on hand (its quants in warehouses), on its way in and out (open moves that cross
 * a warehouse's border), free (on hand and held by none) and to come of it all. The context's `location` (an id, a
 * list or a name) or `warehouse_id` narrows it to a place. Goods that are not counted have none.
 */

import { checkAccess, hasAccess } from "../../orm/access.js";
import { type Env, modelOf } from "../../orm/env.js";
import type { Behaviour, Read } from "../../orm/model.js";
import { heldBy } from "./on-hand.js";
import { applyCount } from "./quants.js";
import { book, find, inUnit, isInside, isStorable, numberOf, quantity, rowOf, unitOf } from "./rows.js";

interface Amounts {
  readonly onHand: number;
  readonly free: number;
  readonly incoming: number;
  readonly outgoing: number;
}

/** The locations that are counted: those of the context, or all views of warehouses. */
function counted(env: Env): readonly number[] {
  const { location, warehouse_id: one, warehouse } = env.context;
  const { table } = modelOf(env, "stock.location");
  const asked = (Array.isArray(location) ? location : [location]).flatMap((at: unknown) => {
    if (typeof at === "number") return [at];
    if (typeof at !== "string" || at === "") return [];
    return [...table.rows].filter(([, row]) => String(row.complete_name).includes(at)).map(([id]) => id);
  });
  if (asked.length > 0) return asked;
  const houses = modelOf(env, "stock.warehouse").table;
  const chosen = one ?? warehouse;
  const ids = Array.isArray(chosen) ? chosen : typeof chosen === "number" ? [chosen] : [...houses.rows.keys()];
  return ids.flatMap((id: unknown) =>
    typeof id === "number" ? Number(houses.rows.get(id)?.view_location_id ?? 0) : [],
  );
}

function amountsOf(env: Env, product: number): Amounts {
  if (!env.su || env.uid !== 1) refuseStrangers(env);
  if (!isStorable(env, product)) return { onHand: 0, free: 0, incoming: 0, outgoing: 0 };
  const places = counted(env);
  const inside = (at: unknown) => places.some((place) => isInside(env, at, place));
  let onHand = 0;
  let free = 0;
  for (const id of find(env, "stock.quant", "product_id", product)) {
    const row = rowOf(env, "stock.quant", id);
    if (!inside(row.location_id)) continue;
    onHand += numberOf(row, "quantity");
    free += numberOf(row, "quantity") - heldBy(env, id);
  }
  let incoming = 0;
  let outgoing = 0;
  for (const id of find(env, "stock.move", "product_id", product)) {
    const row = rowOf(env, "stock.move", id);
    if (row.state === "draft" || row.state === "done" || row.state === "cancel") continue;
    const [from, to] = [inside(row.location_id), inside(row.location_dest_id)];
    if (from === to) continue;
    const amount = inUnit(env, numberOf(row, "product_uom_qty"), row.product_uom, unitOf(env, product));
    if (to) incoming += amount;
    else outgoing += amount;
  }
  return { onHand: quantity(onHand), free: quantity(free), incoming: quantity(incoming), outgoing: quantity(outgoing) };
}

/** Odoo reads the moves with the rights of who asks: without them the quantities cannot be read either. */
function refuseStrangers(env: Env): void {
  const asking = { ...env, su: false };
  const moves = modelOf(env, "stock.move");
  if (env.uid !== 1 && !hasAccess(asking, moves, "read")) checkAccess(asking, moves, "read");
}

const figures: Readonly<Record<string, (amounts: Amounts) => number>> = {
  qty_available: ({ onHand }) => onHand,
  virtual_available: ({ onHand, incoming, outgoing }) => quantity(onHand + incoming - outgoing),
  free_qty: ({ free }) => free,
  incoming_qty: ({ incoming }) => incoming,
  outgoing_qty: ({ outgoing }) => outgoing,
};

/** Computed fields of product.product. */
export const productQuantities: NonNullable<Behaviour["computes"]> = Object.fromEntries(
  Object.entries(figures).map(([field, figure]) => [field, (env: Env, id: number): Read => figure(amountsOf(env, id))]),
);

/** Computed fields of product.template: the sums of its variants. */
export const templateQuantities: NonNullable<Behaviour["computes"]> = Object.fromEntries(
  Object.entries(figures).map(([field, figure]) => [
    field,
    (env: Env, id: number): Read =>
      quantity(
        find(env, "product.product", "product_tmpl_id", id).reduce((sum, one) => sum + figure(amountsOf(env, one)), 0),
      ),
  ]),
);

/** 19 lets the quantity on hand be written: what lies in stock is counted anew. */
export function setOnHand(env: Env, product: number, value: unknown): void {
  if (!env.db.profile.logistics.writesOnHand || !isStorable(env, product)) return;
  const stock = rowOf(env, "stock.warehouse", 1).lot_stock_id;
  const quants = modelOf(env, "stock.quant");
  const known = find(env, "stock.quant", "product_id", product).find((id) => {
    const row = rowOf(env, "stock.quant", id);
    return row.location_id === stock && row.lot_id === undefined;
  });
  const [id = 0] =
    known === undefined
      ? env.db.operations.create(env, quants, [{ product_id: product, location_id: stock }])
      : [known];
  book(env, "stock.quant", id, { inventory_quantity: Number(value), inventory_quantity_set: true });
  applyCount(env, id);
}
