/**
 * Moves become done: what is short stays behind in a backorder (or is given up), tracked goods get their lot, the
 * goods go from quant to quant, and others that waited for them take what came in.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row, Value } from "../../orm/fields.js";
import { cancelMoves, confirmMoves } from "./confirm.js";
import { addOnHand, lineQuantity, placeOf } from "./on-hand.js";
import { dropLines, linesOf, reserve } from "./reserve.js";
import { book, find, isInside, isStorable, numberOf, quantity, read, rowOf, trackingOf } from "./rows.js";

const name = "stock.move";
const lineModel = "stock.move.line";

/** Does what is picked of the moves. With `givesUp` nothing stays behind for later. */
export function doneMoves(env: Env, moves: readonly number[], givesUp: boolean): void {
  const open = moves.filter((move) => !["done", "cancel"].includes(String(rowOf(env, name, move).state)));
  for (const move of open) {
    const row = rowOf(env, name, move);
    if (row.picked === true)
      dropLines(
        env,
        linesOf(env, move).filter((line) => rowOf(env, lineModel, line).picked !== true),
      );
    const isIdle = numberOf(row, "quantity") <= 0 || row.picked !== true;
    if (isIdle && row.is_inventory !== true && (numberOf(row, "product_uom_qty") === 0 || givesUp))
      cancelMoves(env, [move]);
  }
  const doing = open.filter((move) => {
    const row = rowOf(env, name, move);
    return (
      row.state !== "cancel" && row.picked === true && (numberOf(row, "quantity") > 0 || row.is_inventory === true)
    );
  });
  const left = givesUp ? [] : doing.flatMap((move) => splitOff(env, move));
  for (const move of doing) nameLots(env, linesOf(env, move));
  for (const move of doing) {
    for (const line of linesOf(env, move)) {
      carry(env, line, lineQuantity(env, line));
      book(env, lineModel, line, { date: env.db.now(), picked: true });
    }
    book(env, name, move, { state: "done", date: env.db.now() });
  }
  const pickings = new Set(doing.flatMap((move) => rowOf(env, name, move).picking_id ?? []));
  if (!givesUp) for (const picking of pickings) leaveBehind(env, Number(picking), left);
  confirmMoves(env, left);
  wake(env, doing);
}

/** The goods of a line go their way; a negative amount takes them back. */
export function carry(env: Env, line: number, amount: number): void {
  const row = rowOf(env, lineModel, line);
  if (!isStorable(env, row.product_id)) return;
  const from = placeOf(row);
  addOnHand(env, from, -amount);
  addOnHand(env, { ...from, location: numberOf(row, "location_dest_id") }, amount);
}

/** A move of what is short, made from one of which a part is there. */
function splitOff(env: Env, move: number): number[] {
  const row = rowOf(env, name, move);
  const short = quantity(numberOf(row, "product_uom_qty") - numberOf(row, "quantity"));
  if (short <= 0) return [];
  const { table } = modelOf(env, name);
  const id = table.nextId();
  const rest: Row = { ...row, product_uom_qty: short, quantity: 0, state: "draft", picked: false };
  env.db.put(table, id, rest);
  book(env, name, move, { product_uom_qty: numberOf(row, "quantity") });
  return [id];
}

/** Puts what of a transfer is not done yet into another one that follows it. */
function leaveBehind(env: Env, picking: number, left: readonly number[]): void {
  const settled = (move: number) => ["done", "cancel"].includes(String(rowOf(env, name, move).state));
  const open = find(env, name, "picking_id", picking).filter((move) => left.includes(move) || !settled(move));
  if (open.length === 0) return;
  const { name: _name, date_done: _done, printed: _printed, ...row } = rowOf(env, "stock.picking", picking);
  const kept: Record<string, Value> = { ...row, backorder_id: picking, user_id: false };
  const [made = 0] = env.db.operations.create(sudo(env), modelOf(env, "stock.picking"), [kept]);
  const reference = rowOf(env, "stock.picking", made).name;
  for (const move of open) {
    book(env, name, move, { picking_id: made, reference });
    for (const line of linesOf(env, move)) book(env, lineModel, line, { picking_id: made, picked: false });
    book(env, name, move, { picked: false });
  }
}

/** Lots that were given by name are looked up or made; tracked goods without one stay where they are. */
function nameLots(env: Env, lines: readonly number[]): void {
  const bare = new Set<string>();
  for (const line of lines) {
    const row = rowOf(env, lineModel, line);
    if (row.lot_id !== undefined || numberOf(row, "quantity") <= 0 || trackingOf(env, row.product_id) === "none")
      continue;
    const move = rowOf(env, name, row.move_id);
    const type = rowOf(env, "stock.picking.type", move.picking_type_id);
    const takesLots = type.use_create_lots === true || type.use_existing_lots === true;
    if (move.is_inventory === true || (move.picking_type_id !== undefined && !takesLots)) continue;
    if (type.use_create_lots !== true || row.lot_name === undefined)
      bare.add(String(read(env, "product.product", row.product_id, "display_name")));
  }
  if (bare.size > 0)
    throw userError(
      `You need to supply a Lot/Serial Number for product:\n${[...bare].map((product) => `- ${product}`).join("\n")}`,
    );
  const unnamed = lines.filter((line) => {
    const row = rowOf(env, lineModel, line);
    return row.lot_id === undefined && row.lot_name !== undefined && numberOf(row, "quantity") > 0;
  });
  const found = new Map(unnamed.map((line) => [line, knownLot(env, rowOf(env, lineModel, line))]));
  const lots = modelOf(env, "stock.lot");
  const values = unnamed
    .filter((line) => found.get(line) === undefined)
    .map((line) => ({
      line,
      name: rowOf(env, lineModel, line).lot_name,
      product_id: rowOf(env, lineModel, line).product_id,
    }));
  const made = env.db.operations.create(
    sudo(env),
    lots,
    values.map(({ line: _line, ...lot }) => lot),
  );
  for (const [at, { line }] of values.entries()) found.set(line, made[at]);
  for (const [line, lot] of found) book(env, lineModel, line, { lot_id: lot });
}

function knownLot(env: Env, row: Row): number | undefined {
  return find(env, "stock.lot", "name", row.lot_name).find(
    (lot) => rowOf(env, "stock.lot", lot).product_id === row.product_id,
  );
}

/** Moves that wait for what just came in take it. */
function wake(env: Env, done: readonly number[]): void {
  for (const move of done) {
    const row = rowOf(env, name, move);
    if (!isStorable(env, row.product_id) || row.picking_id === undefined) continue;
    const waiting = find(env, name, "product_id", row.product_id).filter((id) => {
      const other = rowOf(env, name, id);
      const isShort = other.state === "confirmed" || other.state === "partially_available";
      return isShort && isInside(env, row.location_dest_id, other.location_id);
    });
    reserve(env, waiting);
  }
}
