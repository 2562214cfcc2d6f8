/**
 * A move's way: draft -> confirmed -> (partially_available) -> assigned -> done, and cancel from all but done.
 * Confirming joins a move with a like one of its transfer, turns one of a negative quantity round, and takes at
 * once what is to be had.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import { dropLines, linesOf, reserve, settleState, unreserve } from "./reserve.js";
import { book, dateOf, find, numberOf, quantity, rowOf } from "./rows.js";

const name = "stock.move";

/** Columns in which moves must agree to become one. */
const alike = [
  ...["picking_id", "product_id", "product_uom", "location_id", "location_dest_id", "procure_method", "price_unit"],
  ...["sale_line_id", "purchase_line_id", "origin_returned_move_id", "name", "description_picking", "partner_id"],
];

export function confirmMoves(env: Env, moves: readonly number[]): void {
  const started = moves.filter((move) => rowOf(env, name, move).state === "draft");
  const turned = started.filter((move) => numberOf(rowOf(env, name, move), "product_uom_qty") < 0);
  for (const move of started) book(env, name, move, { state: "confirmed", reservation_date: dateOf(env.db.now()) });
  if (turned.length > 0) turnRound(env, turned);
  const kept = started.filter((move) => !isJoined(env, move));
  const atOnce = kept.filter((move) => reservesAtOnce(env, rowOf(env, name, move)));
  reserve(env, atOnce);
}

/** Picking types may leave reservation to a click. */
function reservesAtOnce(env: Env, row: Row): boolean {
  const type = rowOf(env, "stock.picking.type", row.picking_type_id);
  return row.picking_type_id === undefined || type.reservation_method !== "manual";
}

/** Adds the move to an open one of its transfer that is like it, if there is one. */
function isJoined(env: Env, move: number): boolean {
  const row = rowOf(env, name, move);
  const open = (state: unknown) => state === "confirmed" || state === "partially_available" || state === "assigned";
  const [other] = find(env, name, "picking_id", row.picking_id).filter((id) => {
    const item = rowOf(env, name, id);
    return id < move && open(item.state) && alike.every((field) => item[field] === row[field]);
  });
  if (other === undefined) return false;
  const asked = numberOf(rowOf(env, name, other), "product_uom_qty") + numberOf(row, "product_uom_qty");
  book(env, name, other, { product_uom_qty: quantity(asked) });
  for (const line of linesOf(env, move)) book(env, "stock.move.line", line, { move_id: other });
  env.db.put(modelOf(env, name).table, move, undefined);
  settleState(env, other);
  reserve(env, [other]);
  return true;
}

/** A negative quantity is a return: the goods go the other way, in a transfer of their own. */
function turnRound(env: Env, moves: readonly number[]): void {
  const pickings = modelOf(env, "stock.picking");
  for (const move of moves) {
    const row = rowOf(env, name, move);
    const type = rowOf(env, "stock.picking.type", row.picking_type_id);
    const back = type.return_picking_type_id ?? row.picking_type_id ?? false;
    const ends = { location_id: row.location_dest_id, location_dest_id: row.location_id, picking_type_id: back };
    let picking: unknown = row.picking_id;
    if (picking !== undefined)
      [picking] = env.db.operations.create(sudo(env), pickings, [
        { ...ends, origin: row.origin ?? false, user_id: false },
      ]);
    const asked = -numberOf(row, "product_uom_qty");
    book(env, name, move, {
      ...ends,
      picking_id: picking,
      product_uom_qty: asked,
      reference: referenceOf(env, picking),
    });
  }
}

function referenceOf(env: Env, picking: unknown): unknown {
  return rowOf(env, "stock.picking", picking).name;
}

export function cancelMoves(env: Env, moves: readonly number[]): void {
  if (moves.some((move) => rowOf(env, name, move).state === "done"))
    throw userError(
      "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse the moves which took place.",
    );
  unreserve(env, moves);
  for (const move of moves) {
    dropLines(env, linesOf(env, move));
    book(env, name, move, { state: "cancel", picked: false, quantity: 0, procure_method: "make_to_stock" });
  }
}
