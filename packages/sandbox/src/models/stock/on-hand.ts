/**
 * Quants as the moves see them: what lies where, what of it is held, and how a done move changes it.
 * What is held is never counted up and down: it is the sum of the open move lines that take from a place,
 * shown at the first of its quants, so that it cannot go astray.
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

/** What a quant holds for moves: the first of a place holds all, more than it has where a transfer was forced. */
export function heldBy(env: Env, quant: number): number {
  const place = placeOf(rowOf(env, "stock.quant", quant));
  return quantsAt(env, place)[0] === quant ? quantity(heldAt(env, place)) : 0;
}

/** What is free at a place. */
function freeAt(env: Env, place: Place): number {
  const there = quantsAt(env, place).reduce((sum, id) => sum + numberOf(rowOf(env, "stock.quant", id), "quantity"), 0);
  return there - heldAt(env, place);
}

/** Goods that are taken from where none are known leave a quant of nothing, which holds them. */
export function holdPlace(env: Env, place: Place): void {
  if (quantsAt(env, place).length > 0) return;
  const values = { product_id: place.product, location_id: place.location, lot_id: place.lot ?? false, quantity: 0 };
  env.db.operations.create(sudo(env), modelOf(env, "stock.quant"), [values]);
}

/** Quants of a product at a location or inside it, the oldest first. */
function quantsInside(env: Env, product: number, location: number): readonly number[] {
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
    const place = placeOf(rowOf(env, "stock.quant", id));
    if ((from.lot !== undefined && place.lot !== from.lot) || found.some((other) => isSame(other, place))) continue;
    const amount = quantity(Math.min(left, freeAt(env, place)));
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
