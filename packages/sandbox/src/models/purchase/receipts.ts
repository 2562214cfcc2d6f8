/**
 * What a purchase order brings in (purchase_stock): approving it makes a receipt of its goods; more or less of a
 * line changes the open move, more makes another one where all is done; cancelling cancels what is not done.
 * What was received is the sum of the done moves less what went back.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Values } from "../../orm/model.js";
import { cancelMoves, confirmMoves } from "../stock/confirm.js";
import { tieOf } from "../stock/groups.js";
import { locationOf } from "../stock/locations.js";
import { book, find, inUnit, numberOf, quantity, read, rowOf, unitOf } from "../stock/rows.js";
import { movesOf, stateOf } from "../stock/transfer.js";

const lineModel = "purchase.order.line";

export const isOrdered = (state: unknown) => state === "purchase" || state === "done";

export function isReceived(env: Env, line: number): boolean {
  const { product_id: product } = rowOf(env, lineModel, line);
  return product !== undefined && read(env, "product.product", product, "type") !== "service";
}

function movesOfLine(env: Env, line: number): readonly number[] {
  return find(env, "stock.move", "purchase_line_id", line);
}

/** What came in less what went back, in the line's unit; with `asked` what is still to come as well. */
function came(env: Env, line: number, asked: boolean): number {
  const unit = rowOf(env, lineModel, line)[env.db.profile.logistics.purchaseUom];
  let total = 0;
  for (const move of movesOfLine(env, line)) {
    const row = rowOf(env, "stock.move", move);
    if (row.state === "cancel" || (!asked && row.state !== "done")) continue;
    const goesBack = rowOf(env, "stock.location", row.location_dest_id).usage === "supplier";
    const amount = numberOf(row, asked && row.state !== "done" ? "product_uom_qty" : "quantity");
    const counted = inUnit(env, amount, row.product_uom, unit);
    if (!goesBack) total += counted;
    else if (row.to_refund === true) total -= counted;
  }
  return quantity(total);
}

export function receivedOf(env: Env, line: number): number {
  if (isReceived(env, line)) return came(env, line, false);
  return numberOf(rowOf(env, lineModel, line), "qty_received_manual");
}

/** Makes the moves that are missing for the lines of orders that are approved. */
export function receive(env: Env, lines: readonly number[]): void {
  const trusted = sudo(env);
  const made: number[] = [];
  for (const line of lines) {
    const row = rowOf(env, lineModel, line);
    if (!isOrdered(rowOf(env, "purchase.order", row.order_id).state) || !isReceived(env, line)) continue;
    const unit = unitOf(env, row.product_id);
    const missing = numberOf(row, "product_qty") - came(env, line, true);
    const change = quantity(inUnit(env, missing, row[env.db.profile.logistics.purchaseUom], unit));
    const [open] = movesOfLine(env, line).filter(
      (move) => !["done", "cancel"].includes(String(rowOf(env, "stock.move", move).state)),
    );
    if (open !== undefined && change !== 0) {
      const asked = Math.max(0, numberOf(rowOf(env, "stock.move", open), "product_uom_qty") + change);
      env.db.operations.write(trusted, modelOf(env, "stock.move"), [open], { product_uom_qty: quantity(asked) });
    } else if (change > 0) made.push(...bring(trusted, line, change));
  }
  confirmMoves(trusted, made);
}

function bring(env: Env, line: number, amount: number): number[] {
  const row = rowOf(env, lineModel, line);
  const order = rowOf(env, "purchase.order", row.order_id);
  const picking = receiptOf(env, numberOf(row, "order_id"));
  const { location_id, location_dest_id, picking_type_id } = rowOf(env, "stock.picking", picking);
  const moves = modelOf(env, "stock.move");
  const unit = unitOf(env, row.product_id);
  const { purchaseUom } = env.db.profile.logistics;
  const values: Values = {
    ...tieOf(env, "purchase.order", numberOf(row, "order_id")),
    ...(moves.fields.has("name") ? { name: read(env, "product.product", row.product_id, "display_name") } : {}),
    description_picking: row.name,
    sequence: row.sequence ?? 10,
    picking_id: picking,
    product_id: row.product_id,
    product_uom: unit,
    product_uom_qty: amount,
    price_unit: quantity(numberOf(row, "price_unit") / inUnit(env, 1, row[purchaseUom], unit)),
    location_id,
    location_dest_id,
    location_final_id: location_dest_id,
    purchase_line_id: line,
    origin: order.name,
    partner_id: false,
    date: row.date_planned,
    date_deadline: row.date_planned,
    picking_type_id,
    warehouse_id: rowOf(env, "stock.picking.type", picking_type_id).warehouse_id ?? false,
    propagate_cancel: true,
  };
  return env.db.operations.create(env, moves, [values]);
}

/** The open receipt of an order, or another one. */
function receiptOf(env: Env, order: number): number {
  const open = receiptsOf(env, order).find((id) => !["done", "cancel"].includes(stateOf(env, id)));
  if (open !== undefined) return open;
  const row = rowOf(env, "purchase.order", order);
  const type = rowOf(env, "stock.picking.type", row.picking_type_id);
  const values = {
    picking_type_id: row.picking_type_id,
    partner_id: row.partner_id,
    origin: row.name,
    location_id: locationOf(env, "supplier"),
    location_dest_id: type.default_location_dest_id,
    user_id: false,
  };
  return env.db.operations.create(env, modelOf(env, "stock.picking"), [values])[0] ?? 0;
}

/** Transfers of an order, the newest first. */
export function receiptsOf(env: Env, order: number): readonly number[] {
  const found = new Set<number>();
  for (const line of find(env, lineModel, "order_id", order))
    for (const move of movesOfLine(env, line)) {
      const picking = rowOf(env, "stock.move", move).picking_id;
      if (typeof picking === "number") found.add(picking);
    }
  return [...found].sort((a, b) => b - a);
}

export function cancelReceipts(env: Env, orders: readonly number[]): void {
  for (const order of orders)
    for (const picking of receiptsOf(env, order))
      cancelMoves(
        sudo(env),
        movesOf(env, picking).filter((move) => rowOf(env, "stock.move", move).state !== "done"),
      );
}

/** In 18 less than was received cannot be ordered any more. */
export function refuseLess(env: Env, lines: readonly number[], values: Values): void {
  if (!("product_qty" in values) || !env.db.profile.logistics.keepsReceived) return;
  for (const line of lines) {
    const isApproved = rowOf(env, "purchase.order", rowOf(env, lineModel, line).order_id).state === "purchase";
    if (isApproved && isReceived(env, line) && Number(values.product_qty) < receivedOf(env, line))
      throw userError("You cannot decrease the ordered quantity below the received quantity.\nCreate a return first.");
  }
}

export function bookReceived(env: Env, line: number, value: unknown): void {
  if (!isReceived(env, line)) book(env, lineModel, line, { qty_received_manual: Number(value) || 0 });
}
