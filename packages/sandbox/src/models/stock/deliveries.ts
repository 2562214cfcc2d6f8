/**
 * What a sale order sends out (sale_stock): confirming it makes a delivery of its goods; more of a line raises the
 * open move, or makes another delivery where all is done; less lowers it, though never below what was delivered;
 * cancelling cancels what is not done. What was delivered is the sum of the done moves less what came back.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { cancelMoves, confirmMoves } from "./confirm.js";
import { tieOf } from "./groups.js";
import { locationOf } from "./locations.js";
import { reserve, settleState, unreserve } from "./reserve.js";
import { book, daysAfter, find, inUnit, numberOf, quantity, read, rowOf, unitOf } from "./rows.js";
import { movesOf, stateOf } from "./transfer.js";

const orderModel = "sale.order";
const lineModel = "sale.order.line";

export function isDelivered(env: Env, line: number): boolean {
  const row = rowOf(env, lineModel, line);
  return row.product_id !== undefined && read(env, "product.product", row.product_id, "type") !== "service";
}

function movesOfLine(env: Env, line: number): readonly number[] {
  return find(env, "stock.move", "sale_line_id", line);
}

const isOpen = (state: unknown) => state !== "done" && state !== "cancel";

/** What left for the customer, less what came back; in the line's unit. With `asked`, what was ordered to leave. */
function sent(env: Env, line: number, asked: boolean): number {
  const unit = rowOf(env, lineModel, line)[env.db.profile.lineUom];
  let total = 0;
  for (const move of movesOfLine(env, line)) {
    const row = rowOf(env, "stock.move", move);
    if (row.state === "cancel" || (!asked && row.state !== "done")) continue;
    const isOut = rowOf(env, "stock.location", row.location_dest_id).usage === "customer";
    const amount = numberOf(row, asked && isOpen(row.state) ? "product_uom_qty" : "quantity");
    const counted = inUnit(env, amount, row.product_uom, unit);
    if (isOut) total += counted;
    else if (row.to_refund === true) total -= counted;
  }
  return quantity(total);
}

function deliveredOf(env: Env, line: number): number {
  if (isDelivered(env, line)) return sent(env, line, false);
  return numberOf(rowOf(env, lineModel, line), "qty_delivered");
}

/** Makes the moves that are missing for the lines of confirmed orders. */
export function launch(env: Env, lines: readonly number[]): void {
  const trusted = sudo(env);
  const made: number[] = [];
  for (const line of lines) {
    const row = rowOf(env, lineModel, line);
    const order = rowOf(env, orderModel, row.order_id);
    if (order.state !== "sale" || !isDelivered(env, line)) continue;
    const missing = quantity(numberOf(row, "product_uom_qty") - sent(env, line, true));
    if (missing > 0) made.push(...deliver(trusted, line, missing));
    else if (missing < 0) lower(trusted, line, -missing);
  }
  confirmMoves(trusted, made);
}

function deliver(env: Env, line: number, amount: number): number[] {
  const row = rowOf(env, lineModel, line);
  const unit = unitOf(env, row.product_id);
  const more = quantity(inUnit(env, amount, row[env.db.profile.lineUom], unit));
  const [open] = movesOfLine(env, line).filter((move) => isOpen(rowOf(env, "stock.move", move).state));
  if (open !== undefined) {
    book(env, "stock.move", open, {
      product_uom_qty: numberOf(rowOf(env, "stock.move", open), "product_uom_qty") + more,
    });
    settleState(env, open);
    reserve(env, [open]);
    return [];
  }
  const order = rowOf(env, orderModel, row.order_id);
  const picking = deliveryOf(env, numberOf(row, "order_id"), order);
  const lead = daysAfter(env.db.now(), numberOf(row, "customer_lead"));
  const moves = modelOf(env, "stock.move");
  const rule = find(env, "stock.rule", "location_src_id", rowOf(env, "stock.picking", picking).location_id)[0];
  const values: Values = {
    ...tieOf(env, orderModel, numberOf(row, "order_id")),
    ...(moves.fields.has("name") ? { name: read(env, "product.product", row.product_id, "display_name") } : {}),
    picking_id: picking,
    product_id: row.product_id,
    product_uom: unit,
    product_uom_qty: more,
    location_id: rowOf(env, "stock.picking", picking).location_id,
    location_dest_id: rowOf(env, "stock.picking", picking).location_dest_id,
    location_final_id: rowOf(env, "stock.picking", picking).location_dest_id,
    sale_line_id: line,
    origin: order.name,
    partner_id: order.partner_shipping_id,
    date: order.commitment_date ?? lead,
    date_deadline: order.commitment_date ?? lead,
    ...(rule === undefined ? {} : { rule_id: rule }),
    warehouse_id: order.warehouse_id ?? 1,
    propagate_cancel: false,
    description_picking: moves.fields.has("name") ? read(env, "product.product", row.product_id, "name") : "",
  };
  return env.db.operations.create(env, moves, [values]);
}

/** The open delivery of an order, or another one. */
function deliveryOf(env: Env, order: number, row: Values): number {
  const open = pickingsOf(env, order).find(
    (id) =>
      isOpen(stateOf(env, id)) &&
      rowOf(env, "stock.location", rowOf(env, "stock.picking", id).location_dest_id).usage === "customer",
  );
  if (open !== undefined) return open;
  const warehouse = rowOf(env, "stock.warehouse", row.warehouse_id ?? 1);
  const values = {
    picking_type_id: warehouse.out_type_id,
    partner_id: row.partner_shipping_id ?? row.partner_id,
    origin: row.name,
    location_id: warehouse.lot_stock_id,
    location_dest_id: locationOf(env, "customer"),
    move_type: row.picking_policy ?? "direct",
    user_id: false,
    sale_id: order,
  };
  const [made = 0] = env.db.operations.create(env, modelOf(env, "stock.picking"), [values]);
  return made;
}

function lower(env: Env, line: number, amount: number): void {
  const row = rowOf(env, lineModel, line);
  let left = quantity(inUnit(env, amount, row[env.db.profile.lineUom], unitOf(env, row.product_id)));
  for (const move of [...movesOfLine(env, line)].reverse()) {
    const item = rowOf(env, "stock.move", move);
    if (left <= 0 || !isOpen(item.state)) continue;
    const now = quantity(Math.max(0, numberOf(item, "product_uom_qty") - left));
    left = quantity(left - (numberOf(item, "product_uom_qty") - now));
    book(env, "stock.move", move, { product_uom_qty: now });
    if (now === 0) cancelMoves(env, [move]);
    else if (numberOf(item, "quantity") > now) {
      unreserve(env, [move]);
      reserve(env, [move]);
    } else settleState(env, move);
  }
}

/** Less than was delivered cannot be ordered any more. */
export function refuseLess(env: Env, lines: readonly number[], values: Values): void {
  if (!("product_uom_qty" in values)) return;
  for (const line of lines) {
    if (rowOf(env, orderModel, rowOf(env, lineModel, line).order_id).state !== "sale" || !isDelivered(env, line))
      continue;
    if (Number(values.product_uom_qty) < deliveredOf(env, line))
      throw userError(
        "The ordered quantity of a sale order line cannot be decreased below the amount already delivered. Instead, create a return in your inventory.",
      );
  }
}

export function cancelDeliveries(env: Env, orders: readonly number[]): void {
  for (const order of orders)
    for (const picking of pickingsOf(env, order)) {
      if (stateOf(env, picking) === "done") continue;
      cancelMoves(
        sudo(env),
        movesOf(env, picking).filter((move) => rowOf(env, "stock.move", move).state !== "done"),
      );
    }
}

/** Transfers of an order, the newest first. */
function pickingsOf(env: Env, order: number): readonly number[] {
  const found = new Set<number>();
  for (const line of find(env, lineModel, "order_id", order))
    for (const move of movesOfLine(env, line)) {
      const picking = rowOf(env, "stock.move", move).picking_id;
      if (typeof picking === "number") found.add(picking);
    }
  return [...found].sort((a, b) => b - a);
}

/** The state of an order's transfers in a word; `some` where a part of them is done. */
export function progressOf(env: Env, pickings: readonly number[], some: (ids: readonly number[]) => string): Read {
  const states = pickings.map((id) => stateOf(env, id));
  if (states.every((state) => state === "cancel")) return false;
  if (states.every((state) => state === "done" || state === "cancel")) return "full";
  return states.includes("done") ? some(pickings) : "pending";
}

/** When the first goods went (or came). */
export function firstDone(env: Env, pickings: readonly number[]): Read {
  const dates = pickings.flatMap((id) =>
    stateOf(env, id) === "done" ? (rowOf(env, "stock.picking", id).date_done ?? []) : [],
  );
  return dates.map(String).sort()[0] ?? false;
}

export const orderDeliveries: NonNullable<Behaviour["computes"]> = {
  picking_ids: pickingsOf,
  delivery_count: (env, id) => pickingsOf(env, id).length,
  delivery_status: (env, id) =>
    progressOf(env, pickingsOf(env, id), () =>
      find(env, lineModel, "order_id", id).some((line) => deliveredOf(env, line) !== 0) ? "partial" : "started",
    ),
  expected_date(env, id) {
    const order = rowOf(env, orderModel, id);
    if (order.state === "cancel") return false;
    const from = order.state === "sale" ? String(order.date_order ?? env.db.now()) : env.db.now();
    const leads = find(env, lineModel, "order_id", id).map((line) => rowOf(env, lineModel, line));
    const days = leads.filter((row) => row.product_id !== undefined).map((row) => numberOf(row, "customer_lead"));
    if (days.length === 0) return false;
    return daysAfter(from, order.picking_policy === "one" ? Math.max(...days) : Math.min(...days));
  },
  effective_date: (env, id) => firstDone(env, pickingsOf(env, id)),
};

export const lineDeliveries: NonNullable<Behaviour["computes"]> = {
  move_ids: (env, id) => movesOfLine(env, id),
  qty_delivered: deliveredOf,
  qty_delivered_method: (env, id) => (isDelivered(env, id) ? "stock_move" : "manual"),
  qty_to_deliver: (env, id) => quantity(numberOf(rowOf(env, lineModel, id), "product_uom_qty") - deliveredOf(env, id)),
};
