/**
 * Quants as the moves see them: what lies where, what of it is held, and how a done move changes it.
 * What is held is never counted up and down: it is the sum of the open move lines that take from a place,
 * shared out among its quants, so that it cannot go astray.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { validationError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import { book, find, inUnit, isInside, numberOf, quantity, read, rowOf, unitOf } from "./rows.js";

/** A place: where goods of a product (and of a lot) lie. */
export interface Place {
  readonly product: number;
  readonly location: number;
  readonly lot: number | undefined;
}

const numberAt = (row: Row, field: string) => (typeof row[field] === "number" ? (row[field] as number) : undefined);

export function placeOf(row: Row): Place {
  return { product: numberOf(row, "product_id"), location: numberOf(row, "location_id"), lot: numberAt(row, "lot_id") };
}

function isSame(a: Place, b: Place): boolean {
  return a.location === b.location && a.lot === b.lot;
}

export function quantsAt(env: Env, place: Place): readonly number[] {
  return find(env, "stock.quant", "product_id", place.product).filter((id) =>
    isSame(placeOf(rowOf(env, "stock.quant", id)), place),
  );
}

/** The quantity of a move line in the product's unit. */
export function lineQuantity(env: Env, line: number): number {
  const row = rowOf(env, "stock.move.line", line);
  return inUnit(env, numberOf(row, "quantity"), row.product_uom_id, unitOf(env, row.product_id));
}

function heldAt(env: Env, place: Place): number {
  let held = 0;
  for (const line of find(env, "stock.move.line", "product_id", place.product)) {
    const row = rowOf(env, "stock.move.line", line);
    const { state } = rowOf(env, "stock.move", row.move_id);
    if (state === "done" || state === "cancel" || state === "draft" || !isSame(placeOf(row), place)) continue;
    held += lineQuantity(env, line);
  }
  return held;
}

/** What a quant holds for moves: its share of the place's, never more than it has. */
export function heldBy(env: Env, quant: number): number {
  const place = placeOf(rowOf(env, "stock.quant", quant));
  let left = heldAt(env, place);
  for (const id of quantsAt(env, place)) {
    const share = Math.min(left, Math.max(0, numberOf(rowOf(env, "stock.quant", id), "quantity")));
    if (id === quant) return quantity(share);
    left -= share;
  }
  return 0;
}

/** Quants of a product at a location or inside it, the oldest first. */
export function quantsInside(env: Env, product: number, location: number): readonly number[] {
  const arrived = (id: number) => String(rowOf(env, "stock.quant", id).in_date ?? "");
  return find(env, "stock.quant", "product_id", product)
    .filter((id) => isInside(env, rowOf(env, "stock.quant", id).location_id, location))
    .sort((a, b) => arrived(a).localeCompare(arrived(b)) || a - b);
}

/** What may be taken from where: at each place what is there and not held, first in first out. */
export function takings(env: Env, wanted: number, from: Place): readonly (Place & { readonly amount: number })[] {
  const found: (Place & { amount: number })[] = [];
  let left = wanted;
  for (const id of quantsInside(env, from.product, from.location)) {
    if (left <= 0) break;
    const row = rowOf(env, "stock.quant", id);
    const place = placeOf(row);
    if (from.lot !== undefined && place.lot !== from.lot) continue;
    const amount = quantity(Math.min(left, numberOf(row, "quantity") - heldBy(env, id)));
    if (amount <= 0) continue;
    found.push({ ...place, amount });
    left -= amount;
  }
  return found;
}

/** Adds to what lies at a place (or takes away, also below nothing). */
export function addOnHand(env: Env, place: Place, amount: number): void {
  if (amount === 0) return;
  const [known] = quantsAt(env, place);
  if (known !== undefined) {
    const now = numberOf(rowOf(env, "stock.quant", known), "quantity");
    book(env, "stock.quant", known, { quantity: quantity(now + amount) });
  } else {
    const values = {
      product_id: place.product,
      location_id: place.location,
      lot_id: place.lot ?? false,
      quantity: amount,
    };
    env.db.operations.create(sudo(env), modelOf(env, "stock.quant"), [values]);
  }
  refuseSerialTwice(env, place);
}

/** A serial number is one piece: no place has two of it. */
export function refuseSerialTwice(env: Env, place: Place): void {
  const usage = rowOf(env, "stock.location", place.location).usage;
  if (place.lot === undefined || usage === "inventory") return;
  if (read(env, "product.product", place.product, "tracking") !== "serial") return;
  let total = 0;
  for (const id of quantsAt(env, place)) total += numberOf(rowOf(env, "stock.quant", id), "quantity");
  if (Math.abs(total) <= 1) return;
  const product = read(env, "product.product", place.product, "display_name");
  const serial = rowOf(env, "stock.lot", place.lot).name;
  throw validationError(
    `The serial number has already been assigned: \n Product: ${product}, Serial Number: ${serial}`,
  );
}
