/**
 * What a move has in hand: its lines, each a quantity from one place to another. `quantity` of a move is the sum
 * of its lines; its state follows from it, once it is confirmed:
 *
 *   confirmed            nothing in hand
 *   partially_available  less than asked for
 *   assigned             all that was asked for, or more
 *
 * draft, done and cancel stay whatever is in hand (a draft with a quantity is on its way as well).
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Values } from "../../orm/model.js";
import { placeOf, takings } from "./on-hand.js";
import { book, find, givesFreely, inUnit, isStorable, numberOf, quantity, rowOf, trackingOf, unitOf } from "./rows.js";

const name = "stock.move";

export function linesOf(env: Env, move: number): readonly number[] {
  return find(env, "stock.move.line", "move_id", move);
}

/** Sums the lines up, and settles the state by the sum. */
export function settle(env: Env, move: number): void {
  const row = rowOf(env, name, move);
  let total = 0;
  for (const line of linesOf(env, move)) {
    const item = rowOf(env, "stock.move.line", line);
    total += inUnit(env, numberOf(item, "quantity"), item.product_uom_id, row.product_uom);
  }
  book(env, name, move, { quantity: quantity(total) });
  settleState(env, move);
}

export function settleState(env: Env, move: number): void {
  const row = rowOf(env, name, move);
  const inHand = numberOf(row, "quantity");
  const asked = numberOf(row, "product_uom_qty");
  if (row.state === "done" || row.state === "cancel" || (row.state === "draft" && inHand === 0)) return;
  const some = inHand > 0 ? "partially_available" : "confirmed";
  book(env, name, move, { state: inHand >= asked ? "assigned" : some });
}

/** A line as a move makes it. */
function addLine(env: Env, move: number, values: Values): number {
  const row = rowOf(env, name, move);
  const line = {
    move_id: move,
    picking_id: row.picking_id ?? false,
    product_id: row.product_id,
    product_uom_id: row.product_uom,
    location_id: row.location_id,
    location_dest_id: row.location_dest_id,
    company_id: row.company_id ?? 1,
    picked: row.picked === true,
    ...values,
  };
  const quiet = { ...sudo(env), context: { ...env.context, settled_by_move: true } };
  return env.db.operations.create(quiet, modelOf(env, "stock.move.line"), [line])[0] ?? 0;
}

/** Takes what is to be had for the move: anything from where goods are not counted, else what lies there free. */
export function reserve(env: Env, moves: readonly number[]): void {
  for (const move of moves) {
    const row = rowOf(env, name, move);
    if (row.state === "done" || row.state === "cancel" || row.state === "draft") continue;
    const missing = numberOf(row, "product_uom_qty") - numberOf(row, "quantity");
    if (missing > 0) {
      if (givesFreely(env, row.location_id) || !isStorable(env, row.product_id)) take(env, move, row, missing);
      else takeFromStock(env, move, row, missing);
    }
    settle(env, move);
  }
}

/** A line of the missing quantity; pieces with a serial number have a line each. */
function take(env: Env, move: number, row: Row, missing: number): void {
  if (trackingOf(env, row.product_id) === "serial") {
    const unit = unitOf(env, row.product_id);
    const pieces = inUnit(env, missing, row.product_uom, unit);
    for (let piece = 0; piece < pieces; piece += 1) addLine(env, move, { quantity: 1, product_uom_id: unit });
    return;
  }
  const [open] = linesOf(env, move).filter((line) => rowOf(env, "stock.move.line", line).lot_id === undefined);
  if (open === undefined) addLine(env, move, { quantity: missing });
  else {
    const now = numberOf(rowOf(env, "stock.move.line", open), "quantity");
    book(env, "stock.move.line", open, { quantity: quantity(now + missing) });
  }
}

function takeFromStock(env: Env, move: number, row: Row, missing: number): void {
  const unit = unitOf(env, row.product_id);
  const wanted = inUnit(env, missing, row.product_uom, unit);
  const serial = trackingOf(env, row.product_id) === "serial";
  for (const { location, lot, amount } of takings(env, wanted, { ...placeOf(row), lot: undefined })) {
    const where = { location_id: location, lot_id: lot ?? false };
    const taken = serial ? amount : inUnit(env, amount, unit, row.product_uom);
    const [same] = linesOf(env, move).filter((line) => {
      const item = rowOf(env, "stock.move.line", line);
      return item.location_id === location && item.lot_id === lot;
    });
    const now = same === undefined ? 0 : numberOf(rowOf(env, "stock.move.line", same), "quantity");
    if (same === undefined || serial)
      addLine(env, move, { ...where, quantity: quantity(taken), ...(serial ? { product_uom_id: unit } : {}) });
    else book(env, "stock.move.line", same, { quantity: quantity(now + taken) });
  }
}

/** Lets go of what the moves have in hand. */
export function unreserve(env: Env, moves: readonly number[]): void {
  for (const move of moves) {
    const { state } = rowOf(env, name, move);
    if (state === "done" || state === "cancel") continue;
    dropLines(env, linesOf(env, move));
    settle(env, move);
  }
}

export function dropLines(env: Env, lines: readonly number[]): void {
  const { table } = modelOf(env, "stock.move.line");
  for (const line of lines) env.db.put(table, line, undefined);
}

/**
 * Sets what a move has in hand: less lets go of the newest lines first; more is written at the line that takes
 * what is not there as well (a client forces a transfer this way).
 */
export function setInHand(env: Env, move: number, wanted: number): void {
  const row = rowOf(env, name, move);
  const isFree = givesFreely(env, row.location_id) || !isStorable(env, row.product_id);
  let change = wanted - numberOf(row, "quantity");
  const lines = [...linesOf(env, move)];
  for (const line of [...lines].reverse()) {
    if (change >= 0) break;
    const item = rowOf(env, "stock.move.line", line);
    const has = inUnit(env, numberOf(item, "quantity"), item.product_uom_id, row.product_uom);
    if (has <= -change && row.state !== "done") dropLines(env, [line]);
    else changeLine(env, line, inUnit(env, Math.max(0, has + change), row.product_uom, item.product_uom_id));
    change += Math.min(has, -change);
  }
  if (change > 0) {
    const [first] = lines;
    const item = rowOf(env, "stock.move.line", first);
    if (first === undefined || trackingOf(env, row.product_id) !== "none") {
      take(env, move, row, change);
      if (wanted !== numberOf(row, "product_uom_qty") && isFree) {
        // Where goods are not counted, a first line settles the state only if it is all that was asked for.
        book(env, name, move, { quantity: quantity(wanted) });
        return;
      }
    } else
      changeLine(env, first, numberOf(item, "quantity") + inUnit(env, change, row.product_uom, item.product_uom_id));
  }
  settle(env, move);
}

/** Through the ORM, since a line that is done takes its goods along. */
function changeLine(env: Env, line: number, wanted: number): void {
  const quiet = { ...sudo(env), context: { ...env.context, settled_by_move: true } };
  env.db.operations.write(quiet, modelOf(env, "stock.move.line"), [line], { quantity: quantity(wanted) });
}
