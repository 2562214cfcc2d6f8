/** product.template and product.product: one is made with the other, and shows the other's values. */

import { foreignKeyError } from "../orm/constraints.js";
import { type Env, modelOf, sudo } from "../orm/env.js";
import { userError, validationError } from "../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../orm/model.js";
import { fieldValue } from "../orm/value.js";
import { productPurchases, templatePurchases } from "./purchase/purchased.js";
import { productQuantities, setOnHand, templateQuantities } from "./stock/availability.js";

const templates = (env: Env) => modelOf(env, "product.template");
const variants = (env: Env) => modelOf(env, "product.product");

/** The variants of a template, archived ones only where all are. */
function variantsOf(env: Env, template: number): readonly number[] {
  const { table } = variants(env);
  const all = table.find("product_tmpl_id", template);
  const active = all.filter((id) => table.rows.get(id)?.active === true);
  return active.length > 0 ? active : all;
}

/** A field of the template that is its only variant's: read from it and written to it. */
function fromVariant(name: string, empty: Read) {
  return (env: Env, id: number): Read => {
    const found = variantsOf(env, id);
    const [only] = found;
    return found.length === 1 && only !== undefined ? fieldValue(env, variants(env), only, name) : empty;
  };
}
function toVariant(name: string) {
  return (env: Env, id: number, value: unknown): void => {
    const found = variantsOf(env, id);
    if (found.length === 1) env.db.operations.write(sudo(env), variants(env), found, { [name]: value });
  };
}
const shared: Readonly<Record<string, Read>> = {
  default_code: false,
  barcode: false,
  standard_price: 0,
  weight: 0,
  volume: 0,
};

function named(code: Read, name: Read): string {
  return code ? `[${code}] ${name || ""}` : String(name || "");
}

const currency = (env: Env): Read => modelOf(env, "res.company").table.rows.get(1)?.currency_id as number;

export const template: Behaviour = {
  model: "product.template",
  namesSearched: ["name", "default_code"],
  displayName: (env, id) =>
    named(fieldValue(env, templates(env), id, "default_code"), fieldValue(env, templates(env), id, "name")),
  precompute(env, values) {
    values.invoice_policy ??= "order";
    values.purchase_method ??= values.type === "service" ? "purchase" : "receive";
    if (templates(env).fields.has("uom_po_id") && !values.uom_po_id) values.uom_po_id = values.uom_id;
  },
  defaults: { responsible_id: (env) => env.uid },
  afterCreate(env, ids, given) {
    if (env.context["creating_product.product"]) return;
    const made = ids.map((id, at) => {
      const own = Object.keys(shared).flatMap((name) =>
        given[at] && name in given[at] ? [[name, given[at][name]]] : [],
      );
      return { product_tmpl_id: id, active: given[at]?.active ?? true, ...Object.fromEntries(own) };
    });
    env.db.operations.create(sudo(env), variants(env), made);
  },
  beforeWrite: refuseTracking,
  afterWrite(env, ids, values) {
    if (!("active" in values)) return;
    const all = ids.flatMap((id) => variants(env).table.find("product_tmpl_id", id));
    env.db.operations.write(sudo(env), variants(env), all, { active: values.active });
  },
  computes: {
    ...Object.fromEntries(Object.entries(shared).map(([name, empty]) => [name, fromVariant(name, empty)])),
    product_variant_ids: variantsOf,
    product_variant_id: (env, id) => variantsOf(env, id)[0] ?? false,
    product_variant_count: (env, id) => variantsOf(env, id).length,
    currency_id: currency,
    cost_currency_id: currency,
    lst_price: (env, id) => templates(env).table.rows.get(id)?.list_price ?? 0,
    is_product_variant: () => false,
    ...templateQuantities,
    ...templatePurchases,
  },
  inverses: {
    ...Object.fromEntries(Object.keys(shared).map((name) => [name, toVariant(name)])),
    lst_price: (env, id, value) => env.db.operations.write(env, templates(env), [id], { list_price: value }),
  },
};

export const product: Behaviour = {
  model: "product.product",
  namesSearched: ["default_code", "name", "barcode"],
  inherits: { model: "product.template", field: "product_tmpl_id" },
  displayName: (env, id) =>
    named(fieldValue(env, variants(env), id, "default_code"), fieldValue(env, variants(env), id, "name")),
  defaults: { responsible_id: (env) => env.uid },
  computes: {
    lst_price: (env, id) => fieldValue(env, variants(env), id, "list_price"),
    price_extra: () => 0,
    code: (env, id) => fieldValue(env, variants(env), id, "default_code"),
    partner_ref: (env, id) => fieldValue(env, variants(env), id, "display_name"),
    is_product_variant: () => true,
    product_variant_ids: (_env, id) => [id],
    currency_id: currency,
    cost_currency_id: currency,
    ...productQuantities,
    ...productPurchases,
  },
  inverses: {
    qty_available: setOnHand,
    lst_price: (env, id, value) => env.db.operations.write(env, variants(env), [id], { list_price: value }),
  },
  constraints: [{ fields: ["barcode"], check: refuseBarcodes }],
  beforeUnlink: refuseMoved,
  afterUnlink(env, rows) {
    for (const row of rows) {
      const owner = row.product_tmpl_id;
      if (typeof owner !== "number" || !templates(env).table.rows.has(owner)) continue;
      if (variants(env).table.find("product_tmpl_id", owner).length === 0)
        env.db.operations.unlink(env, templates(env), [owner]);
    }
  },
};

/** What keeps a product, in the order in which PostgreSQL comes upon it. */
const keepers = ["stock.quant", "stock.move"];

function refuseMoved(env: Env, ids: readonly number[]): void {
  for (const id of ids)
    for (const name of keepers) {
      const keeper = modelOf(env, name);
      const field = keeper.fields.get("product_id");
      if (field && keeper.table.find("product_id", id).length > 0) throw foreignKeyError(env, keeper, field);
    }
}

/** 18: goods that moved stay counted, or uncounted. */
function refuseTracking(env: Env, ids: readonly number[], values: Values): void {
  if (!("is_storable" in values) || !env.db.profile.logistics.keepsTracking) return;
  for (const id of ids) {
    if (templates(env).table.rows.get(id)?.is_storable === values.is_storable) continue;
    const moves = variants(env)
      .table.find("product_tmpl_id", id)
      .flatMap((one) => modelOf(env, "stock.move").table.find("product_id", one));
    if (moves.some((move) => modelOf(env, "stock.move").table.rows.get(move)?.state === "done"))
      throw userError("You can not change the inventory tracking of a product that was already used.");
  }
}

function refuseBarcodes(env: Env, ids: readonly number[]): void {
  const { table } = variants(env);
  const taken = new Map<string, readonly number[]>();
  for (const id of ids) {
    const barcode = table.rows.get(id)?.barcode;
    if (typeof barcode !== "string" || barcode === "") continue;
    const owners = table.find("barcode", barcode);
    if (owners.length > 1) taken.set(barcode, owners);
  }
  if (taken.size === 0) return;
  const lines = [...taken].map(([barcode, owners]) => {
    const names = owners.map((id) => String(fieldValue(env, variants(env), id, "name"))).sort();
    const list =
      names.length > 1
        ? `${names.slice(0, -1).join(", ")}${names.length > 2 ? "," : ""} and ${names.at(-1)}`
        : names[0];
    return `- Barcode "${barcode}" already assigned to product(s): ${list}`;
  });
  throw validationError(
    `Barcode(s) already assigned:\n\n${lines.join("\n")}\n\nNote: products that you don't have access to will not be shown above.`,
  );
}

export const category: Behaviour = {
  model: "product.category",
  recName: "complete_name",
  precompute(env, values) {
    values.complete_name = categoryName(env, values.name, values.parent_id);
  },
  afterWrite(env, ids, values) {
    if (!("name" in values || "parent_id" in values)) return;
    const { table } = modelOf(env, "product.category");
    const family = new Set(ids);
    for (const id of family) {
      const row = table.rows.get(id);
      if (row) env.db.put(table, id, { ...row, complete_name: categoryName(env, row.name, row.parent_id) });
      for (const inner of table.find("parent_id", id)) family.add(inner);
    }
  },
  computes: {
    product_count: (env, id) => templates(env).table.find("categ_id", id).length,
  },
};

function categoryName(env: Env, name: unknown, parent: unknown): string {
  const above =
    typeof parent === "number" ? modelOf(env, "product.category").table.rows.get(parent)?.complete_name : undefined;
  const own = typeof name === "string" ? name : "";
  return above === undefined ? own : `${above} / ${own}`;
}

export const uom: Behaviour = {
  model: "uom.uom",
  beforeUnlink(env, ids) {
    const { table } = modelOf(env, "ir.model.data");
    const { rows } = modelOf(env, "uom.uom").table;
    const kept = ids.filter((id) =>
      table.find("res_id", id).some((xid) => {
        const row = table.rows.get(xid);
        return row?.model === "uom.uom" && row.module === "uom";
      }),
    );
    if (kept.length > 0)
      throw userError(
        `The following units of measure are used by the system and cannot be deleted: ${kept.map((id) => rows.get(id)?.name).join(", ")}\n` +
          "You can archive them instead.",
      );
  },
};
