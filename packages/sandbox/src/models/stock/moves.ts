/** stock.move: goods to go from one location to another. How it gets there is told in confirm.ts, reserve.ts and done.ts. */
import { type Env, modelOf } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { linesOf, reserve, setInHand, settleState, unreserve } from "./reserve.js";
import { book, find, givesFreely, inUnit, numberOf, quantity, read, rowOf, unitOf } from "./rows.js";

const name = "stock.move";

/** What a move takes from its transfer and its product. */
function complete(env: Env, values: Values): void {
  const picking = rowOf(env, "stock.picking", values.picking_id);
  if (env.db.profile.logistics.moveTakesLocations) {
    values.location_id ||= picking.location_id ?? false;
    values.location_dest_id ||= picking.location_dest_id ?? false;
  }
  values.picking_type_id ??= picking.picking_type_id ?? false;
  values.partner_id ??= picking.partner_id ?? false;
  values.origin ??= picking.origin ?? false;
  values.company_id ||= 1;
  values.date ??= picking.scheduled_date ?? env.db.now();
  values.product_uom ||= unitOf(env, values.product_id);
  values.reference ||= picking.name ?? values.name ?? false;
  const warehouse = rowOf(env, "stock.picking.type", values.picking_type_id).warehouse_id;
  if (values.picking_id)
    values.warehouse_id ??= rowOf(env, "stock.picking", values.picking_id).sale_id ? warehouse : false;
}

function refuseWrite(env: Env, ids: readonly number[], values: Values): void {
  const states = ids.map((id) => rowOf(env, name, id).state);
  if ("quantity" in values && states.includes("cancel"))
    throw userError("You cannot change a cancelled stock move, create a new line instead.");
  if ("product_uom" in values && states.includes("done"))
    throw userError("You cannot change the UoM for a stock move that has been set to 'Done'.");
}

/** A new demand: more than that in hand is let go; goods that come in are in hand at once. */
function follow(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = rowOf(env, name, id);
    if (["draft", "done", "cancel"].includes(String(row.state))) continue;
    const isTooMuch = numberOf(row, "quantity") > numberOf(row, "product_uom_qty");
    if (isTooMuch) unreserve(env, [id]);
    else settleState(env, id);
    if (rowOf(env, "stock.location", row.location_id).usage === "supplier" || isTooMuch) reserve(env, [id]);
  }
}

/** 19 makes the description where none was written: of a purchase its line's, of a sale none. */
function descriptionOf(env: Env, id: number): Read {
  const row = rowOf(env, name, id);
  if (!env.db.profile.logistics.moveTakesLocations) return row.description_picking ?? false;
  if (row.description_picking_manual !== undefined) return row.description_picking_manual;
  if (row.purchase_line_id !== undefined) return rowOf(env, "purchase.order.line", row.purchase_line_id).name ?? false;
  return row.sale_line_id === undefined ? read(env, "product.product", row.product_id, "name") : "";
}

export const move: Behaviour = {
  model: name,
  defaults: { date: (env) => env.db.now() },
  displayName(env, id) {
    const row = rowOf(env, name, id);
    const origin = rowOf(env, "stock.picking", row.picking_id).origin;
    const code = read(env, "product.product", row.product_id, "default_code");
    const [from, to] = [row.location_id, row.location_dest_id].map((at) => rowOf(env, "stock.location", at).name);
    return `${origin ? `${origin}/` : ""}${code ? `${code}: ` : ""}${from}>${to}`;
  },
  precompute: complete,
  beforeWrite: refuseWrite,
  afterWrite(env, ids, values) {
    if ("product_uom_qty" in values) follow(env, ids);
    if ("location_id" in values || "location_dest_id" in values) relocate(env, ids, values);
  },
  beforeUnlink(env, ids) {
    const lines = ids.flatMap((id) => [...linesOf(env, id)]);
    const refuse = modelOf(env, "stock.move.line").behaviour.beforeUnlink;
    refuse?.(env, lines);
    for (const line of lines) env.db.put(modelOf(env, "stock.move.line").table, line, undefined);
  },
  computes: {
    product_qty(env, id) {
      const row = rowOf(env, name, id);
      return quantity(inUnit(env, numberOf(row, "product_uom_qty"), row.product_uom, unitOf(env, row.product_id)));
    },
    availability: (env, id) => {
      const row = rowOf(env, name, id);
      if (row.state === "done") return quantity(numberOf(row, "product_uom_qty"));
      return 0;
    },
    forecast_availability(env, id) {
      const row = rowOf(env, name, id);
      if (row.state === "done" || row.state === "cancel") return 0;
      const isCounted = env.db.profile.logistics.moveTakesLocations || !givesFreely(env, row.location_id);
      if (row.state === "assigned" && isCounted) return Number(read(env, name, id, "product_qty"));
      return Number(read(env, "product.product", row.product_id, "virtual_available"));
    },
    description_picking: descriptionOf,
    move_lines_count: (env, id) => linesOf(env, id).length,
    lot_ids: (env, id) => [
      ...new Set(linesOf(env, id).flatMap((line) => Number(rowOf(env, "stock.move.line", line).lot_id ?? 0) || [])),
    ],
    is_locked: (env, id) => rowOf(env, "stock.picking", rowOf(env, name, id).picking_id).is_locked === true,
    is_quantity_done_editable: (env, id) => rowOf(env, name, id).product_id !== undefined,
    is_initial_demand_editable(env, id) {
      const row = rowOf(env, name, id);
      return row.state === "draft" || rowOf(env, "stock.picking", row.picking_id).is_locked !== true;
    },
    returned_move_ids: (env, id) => find(env, name, "origin_returned_move_id", id),
  },
  inverses: {
    description_picking(env, id, value) {
      const field = env.db.profile.logistics.moveTakesLocations ? "description_picking_manual" : "description_picking";
      book(env, name, id, { [field]: truthy(value) ? String(value) : false });
    },
    // What is in hand is the sum of the lines: writing it changes them.
    quantity: (env, id, value) => {
      if (rowOf(env, name, id).state !== "cancel") setInHand(env, id, Math.max(0, Number(value) || 0));
    },
    picked(env, id, value) {
      for (const line of linesOf(env, id)) book(env, "stock.move.line", line, { picked: truthy(value) });
      book(env, name, id, { picked: truthy(value) });
    },
  },
};

/** The lines go where their move goes. */
function relocate(env: Env, ids: readonly number[], values: Values): void {
  for (const id of ids) {
    if (rowOf(env, name, id).state === "done")
      modelOf(env, "stock.move.line").behaviour.beforeUnlink?.(env, linesOf(env, id));
    for (const line of linesOf(env, id)) {
      if (values.location_id) book(env, "stock.move.line", line, { location_id: values.location_id });
      if (values.location_dest_id) book(env, "stock.move.line", line, { location_dest_id: values.location_dest_id });
    }
  }
}
