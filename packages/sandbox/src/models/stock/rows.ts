/** Small tools of the stock models: reading columns, and booking values that no client's write may refuse. */
import { checkAccess, checkRecords } from "../../orm/access.js";
import { rounded } from "../../orm/convert.js";
import { type Env, modelOf } from "../../orm/env.js";
import type { Row, Value } from "../../orm/fields.js";
import type { Method, Read } from "../../orm/model.js";
import { stored } from "../../orm/timezone.js";
import { fieldValue } from "../../orm/value.js";

/** Decimals of "Product Unit of Measure". */
const decimals = 2;

export function rowOf(env: Env, model: string, id: unknown): Row {
  return (typeof id === "number" ? modelOf(env, model).table.rows.get(id) : undefined) ?? {};
}

export function find(env: Env, model: string, field: string, key: unknown): readonly number[] {
  return typeof key === "number" || typeof key === "string" ? modelOf(env, model).table.find(field, key) : [];
}

export function read(env: Env, model: string, id: unknown, field: string): Read {
  return typeof id === "number" ? fieldValue(env, modelOf(env, model), id, field) : false;
}

export function numberOf(row: Row, field: string): number {
  return Number(row[field] ?? 0);
}

/** A quantity as the database keeps it; what arithmetic leaves behind is gone. */
export function quantity(value: number): number {
  return rounded(value, decimals);
}

/** Puts values into a row past every check and hook; undefined and false are NULL. */
export function book(env: Env, model: string, id: number, values: Readonly<Record<string, unknown>>): void {
  const { table, fields } = modelOf(env, model);
  const row: Record<string, Value> = { ...table.rows.get(id) };
  for (const [name, value] of Object.entries(values)) {
    if (!fields.has(name)) continue;
    if (value === undefined || value === null || (value === false && fields.get(name)?.type !== "boolean"))
      delete row[name];
    else row[name] = value as Value;
  }
  env.db.put(table, id, row);
}

/** A button of the form: no arguments beside the ids. */
export function button(call: (env: Env, ids: readonly number[]) => unknown, more: Partial<Method> = {}): Method {
  return {
    parameters: [],
    required: 0,
    owner: "own",
    ...more,
    call(env, model, ids) {
      checkAccess(env, model, "read");
      checkRecords(env, model, ids, "read");
      return call(env, ids);
    },
  };
}

/** A quantity of one unit in another. */
export function inUnit(env: Env, value: number, from: unknown, to: unknown): number {
  if (from === to || typeof from !== "number" || typeof to !== "number") return value;
  const [of, as] = [Number(rowOf(env, "uom.uom", from).factor ?? 1), Number(rowOf(env, "uom.uom", to).factor ?? 1)];
  return env.db.profile.selling.unitFactor === "into" ? (value / of) * as : (value * of) / as;
}

export function unitOf(env: Env, product: unknown): Read {
  return read(env, "product.product", product, "uom_id");
}

export function isStorable(env: Env, product: unknown): boolean {
  return read(env, "product.product", product, "is_storable") === true;
}

export function trackingOf(env: Env, product: unknown): string {
  return isStorable(env, product) ? String(read(env, "product.product", product, "tracking") || "none") : "none";
}

const unlimited = new Set(["supplier", "customer", "inventory", "production"]);

/** Locations that give without holding: nothing is reserved there. */
export function givesFreely(env: Env, location: unknown): boolean {
  return unlimited.has(String(rowOf(env, "stock.location", location).usage));
}

/** Where goods that are sent to a view are put: the first place inside it. */
export function shelfOf(env: Env, location: unknown): unknown {
  if (rowOf(env, "stock.location", location).usage !== "view") return location;
  const { rows } = modelOf(env, "stock.location").table;
  const inside = [...rows].filter(
    ([id, row]) => row.active === true && row.usage === "internal" && isInside(env, id, location),
  );
  inside.sort(([, a], [, b]) => String(a.complete_name).localeCompare(String(b.complete_name)));
  return inside[0]?.[0] ?? location;
}

/** Whether a location is another one or lies inside it. */
export function isInside(env: Env, location: unknown, outer: unknown): boolean {
  let at = location;
  for (let steps = 0; typeof at === "number" && steps < 100; steps += 1) {
    if (at === outer) return true;
    at = rowOf(env, "stock.location", at).location_id;
  }
  return false;
}

export function dateOf(moment: string): string {
  return moment.slice(0, 10);
}

/** `2026-11-21 10:00:00` so many days later. */
export function daysAfter(moment: string, days: number): string {
  return stored(Date.parse(`${moment.replace(" ", "T")}Z`) + days * 86_400_000);
}
