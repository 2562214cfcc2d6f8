/** Where goods are: stock.location, the warehouse with its places, and the picking types of a warehouse. */

import { foreignKeyError } from "../../orm/constraints.js";
import { type Env, hasGroup, modelOf, sudo } from "../../orm/env.js";
import { accessError, userError } from "../../orm/exceptions.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { book, find, isInside, numberOf, read, rowOf } from "./rows.js";

const name = "stock.location";

/** A view stands for itself; what lies inside another location says where. */
function fullName(env: Env, title: unknown, usage: unknown, parent: unknown): string {
  const above = rowOf(env, name, parent).complete_name;
  const own = typeof title === "string" ? title : "";
  return above === undefined || usage === "view" ? own : `${above}/${own}`;
}

/** Ids from the outermost location to this one. */
function pathOf(env: Env, id: number): string {
  const above = rowOf(env, name, id).location_id;
  return `${typeof above === "number" ? pathOf(env, above) : ""}${id}/`;
}

function warehouseOf(env: Env, parent: unknown): unknown {
  return rowOf(env, name, parent).warehouse_id ?? false;
}

function renameInside(env: Env, ids: readonly number[]): void {
  const family = new Set(ids);
  for (const id of family) {
    const row = rowOf(env, name, id);
    book(env, name, id, { complete_name: fullName(env, row.name, row.usage, row.location_id) });
    for (const inner of find(env, name, "location_id", id)) family.add(inner);
  }
}

function refuseWrite(env: Env, ids: readonly number[], values: Values): void {
  const warehouses = modelOf(env, "stock.warehouse").table;
  for (const id of ids) {
    if (values.location_id && isInside(env, values.location_id, id)) throw userError("Recursion Detected.");
    if (values.active === false)
      for (const [, warehouse] of warehouses.rows)
        if (warehouse.active === true && [warehouse.lot_stock_id, warehouse.view_location_id].includes(id))
          throw userError(
            `You cannot archive location ${read(env, name, id, "display_name")} because it is used by warehouse ${warehouse.name}`,
          );
    const holds = find(env, "stock.quant", "location_id", id).some(
      (quant) => numberOf(rowOf(env, "stock.quant", quant), "quantity") !== 0,
    );
    if (values.usage === "view" && rowOf(env, name, id).usage !== "view" && holds)
      throw userError("This location's usage cannot be changed to view as it contains products.");
  }
}

export const location: Behaviour = {
  model: name,
  recName: "complete_name",
  namesSearched: ["complete_name", "barcode"],
  parentField: "location_id",
  precompute(env, values) {
    values.complete_name = fullName(env, values.name, values.usage, values.location_id);
    values.warehouse_id ??= warehouseOf(env, values.location_id);
  },
  beforeWrite: refuseWrite,
  afterWrite(env, ids, values) {
    if ("name" in values || "location_id" in values) renameInside(env, ids);
  },
  beforeUnlink(env, ids) {
    const types = modelOf(env, "stock.picking.type");
    for (const field of ["default_location_dest_id", "default_location_src_id"]) {
      const column = types.fields.get(field);
      if (column && ids.some((id) => types.table.find(field, id).length > 0)) throw foreignKeyError(env, types, column);
    }
  },
  methods: {
    name_create: {
      onModel: true,
      parameters: ["name"],
      required: 1,
      call(env, model, _ids, args) {
        const [id = 0] = env.db.operations.create(env, model, [{ name: args.name }]);
        return [id, read(env, name, id, "display_name")];
      },
    },
  },
  sql: [{ message: "The barcode for a location must be unique per company!", unique: ["barcode", "company_id"] }],
  computes: {
    parent_path: pathOf,
    child_internal_location_ids: (env, id) =>
      [...modelOf(env, name).table.rows.keys()].filter(
        (other) => rowOf(env, name, other).usage === "internal" && isInside(env, other, id),
      ),
    is_empty: (env, id) =>
      find(env, "stock.quant", "location_id", id).every(
        (quant) => numberOf(rowOf(env, "stock.quant", quant), "quantity") <= 0,
      ),
  },
};

/** What a warehouse consists of: field, name, barcode, whether it is in use with one-step routes. */
const places = [
  ["lot_stock_id", "Stock", "STOCK", true],
  ["wh_input_stock_loc_id", "Input", "INPUT", false],
  ["wh_qc_stock_loc_id", "Quality Control", "QUALITY", false],
  ["wh_output_stock_loc_id", "Output", "OUTPUT", false],
  ["wh_pack_stock_loc_id", "Packing Zone", "PACKING", false],
] as const;

/** Picking types: field, name, code, prefix, from, to, in use. The last three return goods to one another. */
const types = [
  ["in_type_id", "Receipts", "incoming", "IN", "supplier", "lot_stock_id", true],
  ["out_type_id", "Delivery Orders", "outgoing", "OUT", "lot_stock_id", "customer", true],
  ["pick_type_id", "Pick", "internal", "PICK", "lot_stock_id", "wh_pack_stock_loc_id", false],
  ["pack_type_id", "Pack", "internal", "PACK", "wh_pack_stock_loc_id", "lot_stock_id", false],
  ["qc_type_id", "Quality Control", "internal", "QC", "wh_input_stock_loc_id", "wh_qc_stock_loc_id", false],
  ["store_type_id", "Storage", "internal", "STOR", "wh_qc_stock_loc_id", "lot_stock_id", false],
  ["int_type_id", "Internal Transfers", "internal", "INT", "lot_stock_id", "lot_stock_id", false],
  ["xdock_type_id", "Cross Dock", "internal", "XD", "wh_input_stock_loc_id", "wh_output_stock_loc_id", false],
] as const;

/** The first location of a usage: the vendors', the customers'. */
export function locationOf(env: Env, usage: string): number {
  return find(env, name, "usage", usage)[0] ?? 0;
}

function createPlaces(env: Env, values: Values): void {
  const trusted = sudo(env);
  const make = (model: string, given: Values) =>
    env.db.operations.create(trusted, modelOf(env, model), [given])[0] ?? 0;
  const code = values.code;
  const company_id = values.company_id || 1;
  const root = find(env, name, "name", "Physical Locations")[0] ?? false;
  values.view_location_id ??= make(name, { name: code, usage: "view", location_id: root, company_id });
  for (const [field, title, mark, active] of places) {
    const barcode = `${String(code).replaceAll(" ", "").toUpperCase()}${mark}`;
    const given = { name: title, usage: "internal", location_id: values.view_location_id, company_id, active, barcode };
    values[field] ??= make(name, given);
  }
}

function createTypes(env: Env, warehouse: number): void {
  const trusted = sudo(env);
  const row = rowOf(env, "stock.warehouse", warehouse);
  const at = (place: string) => (place === "supplier" || place === "customer" ? locationOf(env, place) : row[place]);
  const made: Record<string, number> = {};
  for (const [field, title, code, prefix, from, to, active] of types) {
    const sequence = {
      name: `${row.name} Sequence ${title.toLowerCase()}`,
      prefix: `${row.code}/${prefix}/`,
      padding: 5,
    };
    const [sequence_id = 0] = env.db.operations.create(trusted, modelOf(env, "ir.sequence"), [sequence]);
    const ends = { default_location_src_id: at(from), default_location_dest_id: at(to) };
    const given = { name: title, code, sequence_code: prefix, sequence_id, warehouse_id: warehouse, active, ...ends };
    [made[field] = 0] = env.db.operations.create(trusted, modelOf(env, "stock.picking.type"), [given]);
  }
  book(env, "stock.picking.type", made.in_type_id ?? 0, { return_picking_type_id: made.out_type_id });
  book(env, "stock.picking.type", made.out_type_id ?? 0, { return_picking_type_id: made.in_type_id });
  book(env, "stock.warehouse", warehouse, made);
}

/** The second warehouse switches multi-warehouse settings on, which takes an administrator. */
function refuseSecond(env: Env): void {
  if (env.su || hasGroup(env, "base.group_system")) return;
  throw accessError(
    "You are not allowed to create 'Config Settings' (res.config.settings) records.\n\n" +
      `This operation is allowed for the following groups:\n\t- ${env.db.profile.logistics.settingsGroup}\n\n` +
      "Contact your administrator to request access if necessary.",
  );
}

export const warehouse: Behaviour = {
  model: "stock.warehouse",
  namesSearched: ["name", "code"],
  precompute: createPlaces,
  afterCreate(env, ids) {
    refuseSecond(env);
    for (const id of ids) {
      const row = rowOf(env, "stock.warehouse", id);
      const family = [...modelOf(env, name).table.rows.keys()].filter((at) => isInside(env, at, row.view_location_id));
      for (const at of family) book(env, name, at, { warehouse_id: id });
      createTypes(env, id);
    }
  },
  sql: [
    { message: "The name of the warehouse must be unique per company!", unique: ["name", "company_id"] },
    { message: "The short name of the warehouse must be unique per company!", unique: ["code", "company_id"] },
  ],
};

function transfersIn(state: string) {
  return (env: Env, type: number): number =>
    find(env, "stock.picking", "picking_type_id", type).filter(
      (id) => read(env, "stock.picking", id, "state") === state,
    ).length;
}

export const pickingType: Behaviour = {
  model: "stock.picking.type",
  displayName(env, id) {
    const row = rowOf(env, "stock.picking.type", id);
    const house = rowOf(env, "stock.warehouse", row.warehouse_id).name;
    return house === undefined ? String(row.name ?? "") : `${house}: ${row.name}`;
  },
  precompute(env, values) {
    const house = rowOf(env, "stock.warehouse", values.warehouse_id ?? 1);
    values.warehouse_id ??= 1;
    const stock = house.lot_stock_id ?? false;
    values.default_location_src_id ??= values.code === "incoming" ? locationOf(env, "supplier") : stock;
    values.default_location_dest_id ??= values.code === "outgoing" ? locationOf(env, "customer") : stock;
    if (values.sequence_id || !values.sequence_code) return;
    const sequence = {
      name: `Sequence ${values.sequence_code}`,
      prefix: `${house.code}/${values.sequence_code}/`,
      padding: 5,
    };
    [values.sequence_id] = env.db.operations.create(sudo(env), modelOf(env, "ir.sequence"), [sequence]);
  },
  computes: {
    count_picking_ready: transfersIn("assigned"),
    count_picking_draft: transfersIn("draft"),
    count_picking_waiting: transfersIn("confirmed"),
    is_favorite: () => false,
  },
};
