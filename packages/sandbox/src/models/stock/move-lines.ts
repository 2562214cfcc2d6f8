/**
 * stock.move.line: a quantity in hand, of one lot, from one place to another. A line that a client makes for a
 * transfer brings a move of its own where none of its product is there. A line that is done can be corrected: the
 * goods follow; it cannot be deleted.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { carry } from "./done.js";
import { holdPlace, lineQuantity, placeOf } from "./on-hand.js";
import { linesOf, settle } from "./reserve.js";
import {
  book,
  find,
  givesFreely,
  isStorable,
  numberOf,
  quantity,
  read,
  rowOf,
  shelfOf,
  trackingOf,
  unitOf,
} from "./rows.js";

const name = "stock.move.line";

function complete(env: Env, values: Values): void {
  const owner = values.move_id ? rowOf(env, "stock.move", values.move_id) : undefined;
  values.picking_id ??= owner?.picking_id ?? false;
  const picking = rowOf(env, "stock.picking", values.picking_id);
  values.product_id ??= owner?.product_id ?? false;
  values.product_uom_id ||= owner?.product_uom ?? unitOf(env, values.product_id);
  values.location_id ||= owner?.location_id ?? picking.location_id ?? false;
  values.location_dest_id ||= owner?.location_dest_id ?? picking.location_dest_id ?? false;
  values.location_dest_id = shelfOf(env, values.location_dest_id);
  values.company_id ||= 1;
  values.date ??= env.db.now();
  values.quantity ??= 0;
  if (!values.move_id && values.picking_id) values.move_id = moveFor(env, values);
}

/** The move of a transfer for a line of this product; one that nobody asked for where there is none. */
function moveFor(env: Env, values: Values): number {
  const known = find(env, "stock.move", "picking_id", values.picking_id).find((id) => {
    const row = rowOf(env, "stock.move", id);
    return row.product_id === values.product_id && row.state !== "cancel";
  });
  if (known !== undefined) return known;
  const { fields } = modelOf(env, "stock.move");
  const title = read(env, "product.product", values.product_id, "display_name");
  const given: Values = {
    ...(fields.has("name") ? { name: `New Move: ${title}` } : {}),
    picking_id: values.picking_id,
    product_id: values.product_id,
    product_uom: values.product_uom_id,
    product_uom_qty: 0,
    location_id: values.location_id,
    location_dest_id: values.location_dest_id,
    additional: true,
  };
  const [made = 0] = env.db.operations.create(sudo(env), modelOf(env, "stock.move"), [given]);
  return made;
}

/** Moves sum up what a client changed; what they change themselves they sum up at the end. */
function settleMoves(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = rowOf(env, name, id);
    if (numberOf(row, "quantity") > 0 && isStorable(env, row.product_id) && !givesFreely(env, row.location_id))
      holdPlace(env, placeOf(row));
  }
  if (truthy(env.context.settled_by_move)) return;
  for (const move of new Set(ids.map((id) => rowOf(env, name, id).move_id))) {
    if (typeof move !== "number") continue;
    settle(env, move);
    const picked = linesOf(env, move).some((line) => rowOf(env, name, line).picked === true);
    book(env, "stock.move", move, { picked });
  }
}

function refuseDone(env: Env, ids: readonly number[]): void {
  const isClosed = (id: number) =>
    ["done", "cancel"].includes(String(rowOf(env, "stock.move", rowOf(env, name, id).move_id).state));
  if (ids.some(isClosed)) throw userError(env.db.profile.logistics.says.deletesDone);
}

const places = ["quantity", "location_id", "location_dest_id", "lot_id", "product_uom_id"];

function isDone(env: Env, id: number): boolean {
  return rowOf(env, "stock.move", rowOf(env, name, id).move_id).state === "done";
}

export const moveLine: Behaviour = {
  model: name,
  defaults: { date: (env) => env.db.now() },
  displayName: (env, id) => String(read(env, "product.product", rowOf(env, name, id).product_id, "display_name") || ""),
  precompute: complete,
  afterCreate: settleMoves,
  beforeWrite(env, ids, values) {
    if (Number(values.quantity ?? 0) < 0) throw userError("Reserving a negative quantity is not allowed.");
    if ("product_id" in values)
      for (const id of ids) {
        const row = rowOf(env, name, id);
        if (rowOf(env, "stock.move", row.move_id).state !== "draft" && values.product_id !== row.product_id)
          throw userError("Changing the product is only allowed in 'Draft' state.");
      }
    if (!places.some((field) => field in values)) return;
    for (const id of ids) if (isDone(env, id)) carry(env, id, -lineQuantity(env, id));
  },
  afterWrite(env, ids, values) {
    if (places.some((field) => field in values))
      for (const id of ids) if (isDone(env, id)) carry(env, id, lineQuantity(env, id));
    if ("picked" in values || "quantity" in values) settleMoves(env, ids);
  },
  beforeUnlink: refuseDone,
  afterUnlink(env, rows) {
    for (const row of rows)
      if (typeof row.move_id === "number" && rowOf(env, "stock.move", row.move_id).state) settle(env, row.move_id);
  },
  computes: {
    quantity_product_uom: (env, id) => quantity(lineQuantity(env, id)),
    is_inventory: (env, id) => rowOf(env, "stock.move", rowOf(env, name, id).move_id).is_inventory === true,
    lots_visible: (env, id) => trackingOf(env, rowOf(env, name, id).product_id) !== "none",
    tracking: (env, id) => trackingOf(env, rowOf(env, name, id).product_id),
    scheduled_date: (env, id) => rowOf(env, "stock.move", rowOf(env, name, id).move_id).date ?? false,
    picking_type_id: (env, id) => rowOf(env, "stock.move", rowOf(env, name, id).move_id).picking_type_id ?? false,
    is_locked: (env, id) => rowOf(env, "stock.picking", rowOf(env, name, id).picking_id).is_locked === true,
    origin: (env, id) => rowOf(env, "stock.move", rowOf(env, name, id).move_id).origin ?? false,
  },
};
