/**
 * stock.quant: how much of a product lies at a location. A count is `inventory_quantity`, set by a client, and
 * becomes true with action_apply_inventory: a done move between the location and the adjustment's location.
 *
 * With `inventory_mode` in the context, for a user of the inventory, create is a count: it finds the quant of
 * that place instead of making another, and write refuses what would turn a quant into another one. Without it
 * create and write store what they are told, as over RPC integrations do.
 */
import { type Env, hasGroup, modelOf, type Operations, sudo } from "../../orm/env.js";
import { userError, validationError } from "../../orm/exceptions.js";
import { load } from "../../orm/load.js";
import type { Behaviour, Method, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { createdByQuery } from "../creation.js";
import { doneMoves } from "./done.js";
import { heldBy, placeOf, quantsAt, refuseSerialTwice } from "./on-hand.js";
import { book, button, dateOf, isStorable, numberOf, quantity, read, rowOf, unitOf } from "./rows.js";

const name = "stock.quant";
const countable = new Set([
  ...["product_id", "location_id", "lot_id", "package_id", "owner_id", "inventory_quantity"],
  ...[
    "inventory_quantity_auto_apply",
    "inventory_diff_quantity",
    "inventory_date",
    "user_id",
    "inventory_quantity_set",
  ],
  ...["is_outdated", "accounting_date"],
]);
const keptInMode = ["product_id", "location_id", "lot_id", "package_id", "owner_id"];

function isCounting(env: Env): boolean {
  return truthy(env.context.inventory_mode) && hasGroup(env, "stock.group_stock_user");
}

function difference(env: Env, id: number): number {
  const row = rowOf(env, name, id);
  return quantity(numberOf(row, "inventory_quantity") - numberOf(row, "quantity"));
}

function count(env: Env, id: number, counted: number): void {
  book(env, name, id, { inventory_quantity: quantity(counted), inventory_quantity_set: true, user_id: env.uid });
}

/** A quant that nobody counted is left alone by 18, and counted as nothing by 19. */
function toApply(env: Env, id: number): number {
  const row = rowOf(env, name, id);
  const isCounted = row.inventory_quantity_set === true || numberOf(row, "inventory_quantity") !== 0;
  return isCounted || env.db.profile.logistics.countsUnset ? difference(env, id) : 0;
}

/** Where adjustments come from: the location for inventory loss of the company. */
function adjustmentLocation(env: Env): number {
  const { table } = modelOf(env, "stock.location");
  const scrap = (id: number) => table.rows.get(id)?.scrap_location === true;
  return table.find("usage", "inventory").find((id) => !scrap(id)) ?? 0;
}

/** The count becomes true; a place that is as it was counted needs no move. */
export function applyCount(env: Env, id: number): void {
  const row = rowOf(env, name, id);
  const amount = toApply(env, id);
  book(env, name, id, { inventory_quantity: 0, inventory_quantity_set: false, user_id: false });
  if (amount === 0) return;
  const outside = adjustmentLocation(env);
  const [from, to] = amount > 0 ? [outside, row.location_id] : [row.location_id, outside];
  const user = rowOf(env, "res.partner", rowOf(env, "res.users", env.uid).partner_id).name;
  const title = env.db.profile.logistics.says.adjustment(String(user));
  const uom = unitOf(env, row.product_id);
  const shared = { product_id: row.product_id, location_id: from, location_dest_id: to };
  const line = { ...shared, product_uom_id: uom, quantity: Math.abs(amount), lot_id: row.lot_id ?? false };
  const move = { ...shared, name: title, product_uom: uom, product_uom_qty: Math.abs(amount), is_inventory: true };
  const moves = modelOf(env, "stock.move");
  const values = [{ ...move, reference: title, state: "confirmed", company_id: 1, move_line_ids: [[0, 0, line]] }];
  const [made = 0] = env.db.operations.create(sudo(env), moves, withKnown(env, values));
  for (const item of modelOf(env, "stock.move.line").table.find("move_id", made))
    book(env, "stock.move.line", item, { picked: true });
  book(env, "stock.move", made, { picked: true, reference: title });
  doneMoves(sudo(env), [made], true);
}

/** 19 has no name of a move. */
function withKnown(env: Env, list: readonly Values[]): Values[] {
  const { fields } = modelOf(env, "stock.move");
  return list.map((values) => Object.fromEntries(Object.entries(values).filter(([field]) => fields.has(field))));
}

function refuseUnstorable(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = rowOf(env, name, id);
    if (!isStorable(env, row.product_id))
      throw validationError("Quants cannot be created for consumables or services.");
    const location = rowOf(env, "stock.location", row.location_id);
    if (location.usage === "view")
      throw validationError(
        `You cannot take products from or deliver products to a location of type "view" (${location.name}).`,
      );
    if (row.lot_id === undefined) continue;
    const lot = rowOf(env, "stock.lot", row.lot_id);
    if (lot.product_id !== row.product_id)
      throw validationError(
        `The Lot/Serial number (${env.db.profile.logistics.lotCreateTakesIds ? location.name : lot.name}) is linked to another product.`,
      );
    refuseSerialTwice(env, placeOf(row));
  }
}

/** The quants of a call: with `inventory_mode` those of their places, where there are any. */
function createQuants(env: Env, list: readonly Values[]): number[] {
  const made = list.map((given) => {
    const counts = "inventory_quantity" in given || "inventory_quantity_auto_apply" in given;
    if (!isCounting(env) || !counts) return env.db.operations.create(env, modelOf(env, name), [given])[0] ?? 0;
    if (Object.keys(given).some((field) => !countable.has(field)))
      throw userError("Quant's creation is restricted, you can't do this operation.");
    const { inventory_quantity: counted, inventory_quantity_auto_apply: applied, ...rest } = given;
    const place = placeOf(rest as Parameters<typeof placeOf>[0]);
    const [known] = quantsAt(env, place);
    const id = known ?? env.db.operations.create(sudo(env), modelOf(env, name), [rest])[0] ?? 0;
    count(env, id, Number(applied ?? counted ?? 0));
    book(env, name, id, { inventory_date: dateOf(env.db.now()) });
    if (applied !== undefined) applyCount(env, id);
    return id;
  });
  return [...new Set(made)];
}

/** Rows that are loaded are counts: what lies at a place already is counted anew. */
const loadCounts: Method = {
  onModel: true,
  parameters: ["fields", "data"],
  required: 2,
  call(env, model, _ids, args) {
    const create: Operations["create"] = (asking, of, list) =>
      of.name === name
        ? createQuants({ ...asking, db: env.db }, list)
        : env.db.operations.create({ ...asking, db: env.db }, of, list);
    const db = { ...env.db, operations: { ...env.db.operations, create } };
    return load({ ...env, db, context: { ...env.context, inventory_mode: true } }, model, args.fields, args.data);
  },
};

export const quant: Behaviour = {
  model: name,
  defaults: { in_date: (env) => env.db.now() },
  displayName: (env, id) => {
    const row = rowOf(env, name, id);
    const parts = [
      read(env, "stock.location", row.location_id, "display_name"),
      rowOf(env, "stock.lot", row.lot_id).name,
    ];
    return parts.filter(Boolean).join(" - ");
  },
  precompute(env, values) {
    values.in_date ??= env.db.now();
    if (!values.inventory_date && typeof values.location_id === "number" && isStock(env, values.location_id))
      values.inventory_date = `${dateOf(env.db.now()).slice(0, 4)}-12-31`;
    if ("inventory_quantity" in values && !env.db.profile.logistics.lotCreateTakesIds)
      values.inventory_quantity_set ??= true;
  },
  beforeWrite(env, ids, values) {
    if (!isCounting(env) || !keptInMode.some((field) => field in values)) return;
    if (ids.some((id) => rowOf(env, "stock.location", rowOf(env, name, id).location_id).usage === "inventory")) return;
    throw userError("Quant's editing is restricted, you can't do this operation.");
  },
  afterWrite(env, ids, values) {
    if (!("inventory_quantity" in values)) return;
    for (const id of ids) book(env, name, id, { inventory_quantity_set: true });
  },
  constraints: [{ fields: ["product_id", "location_id", "lot_id", "quantity"], check: refuseUnstorable }],
  computes: {
    reserved_quantity: heldBy,
    available_quantity: (env, id) => quantity(numberOf(rowOf(env, name, id), "quantity") - heldBy(env, id)),
    inventory_quantity_auto_apply: (env, id) => numberOf(rowOf(env, name, id), "quantity"),
    inventory_diff_quantity(env, id) {
      const row = rowOf(env, name, id);
      return row.inventory_quantity_set === true || numberOf(row, "inventory_quantity") !== 0 ? difference(env, id) : 0;
    },
    lot_properties: () => [],
    on_hand(env, id) {
      const row = rowOf(env, name, id);
      return isStock(env, row.location_id) && numberOf(row, "quantity") > 0;
    },
    is_outdated: () => false,
    currency_id: () => 1,
  },
  inverses: {
    inventory_quantity_auto_apply(env, id, value) {
      if (!isCounting(env)) return;
      count(env, id, Number(value));
      applyCount(env, id);
    },
  },
  methods: {
    create: createdByQuery(createQuants),
    load: loadCounts,
    copy: {
      parameters: ["default"],
      required: 0,
      owner: "own",
      call() {
        throw userError("You cannot duplicate stock quants.");
      },
    },
    action_apply_inventory: button((env, ids) => {
      for (const id of ids) applyCount(env, id);
    }),
    action_set_inventory_quantity: button((env, ids) => {
      for (const id of ids) count(env, id, numberOf(rowOf(env, name, id), "quantity"));
    }),
    action_set_inventory_quantity_to_zero: button((env, ids) => {
      for (const id of ids) book(env, name, id, { inventory_quantity: 0, inventory_quantity_set: false });
    }),
    action_clear_inventory_quantity: button((env, ids) => {
      for (const id of ids)
        book(env, name, id, { inventory_quantity: 0, inventory_quantity_set: false, user_id: false });
    }),
  },
};

function isStock(env: Env, location: unknown): boolean {
  const { usage } = rowOf(env, "stock.location", location);
  return usage === "internal" || usage === "transit";
}
