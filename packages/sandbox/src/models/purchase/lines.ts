/** purchase.order.line: what is bought. Price, name and date come from the vendor's offer, else from the product. */
import { rounded } from "../../orm/convert.js";
import { type Env, modelOf } from "../../orm/env.js";
import { userError, validationError } from "../../orm/exceptions.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { fieldValue } from "../../orm/value.js";
import { book, daysAfter, find, inUnit, numberOf, quantity, read, rowOf, unitOf } from "../stock/rows.js";
import { invoicedOf, toInvoice } from "./bills.js";
import { bookReceived, isOrdered, isReceived, receive, receivedOf, refuseLess } from "./receipts.js";
import { leastOf, offerOf, sells } from "./vendors.js";

const name = "purchase.order.line";

function complete(env: Env, values: Values): void {
  if (truthy(values.display_type)) {
    const { purchaseUom } = env.db.profile.logistics;
    Object.assign(values, { product_id: false, price_unit: 0, [purchaseUom]: false, date_planned: false });
  } else fromProduct(env, values);
  if (!values.name) return;
  for (const field of ["product_qty", "price_unit"]) if (values[field] === undefined) throw missing(env, field);
}

/** Numbers that PostgreSQL wants to be told: none of them has a default. */
function missing(env: Env, field: string): Error {
  const { facts, fields } = modelOf(env, name);
  const text = env.db.profile.says.mandatory(facts.label, name, fields.get(field)?.string ?? field, field);
  return validationError(text, { kind: "not_null", model: name, field });
}

function fromProduct(env: Env, values: Values): void {
  const product = values.product_id;
  if (typeof product !== "number" || !modelOf(env, "product.product").table.rows.has(product)) return;
  const { purchaseUom, purchaseTaxes } = env.db.profile.logistics;
  const order = rowOf(env, "purchase.order", values.order_id);
  const ordered = String(order.date_order ?? env.db.now());
  const unit = values[purchaseUom] || unitOf(env, product);
  // Whatever quantity is given, price and date are those of the least that the vendor sells.
  const least = leastOf(env, product, order.partner_id);
  const offer = offerOf(env, product, order.partner_id, least, unit, ordered);
  values.product_qty ??= least;
  values[purchaseUom] ||= unit;
  values[purchaseTaxes] ??= [[6, 0, read(env, "product.product", product, "supplier_taxes_id")]];
  values.name ??= described(env, product, offer);
  values.date_planned ??= daysAfter(ordered, offer ? numberOf(offer, "delay") : 0);
  values.technical_price_unit = "price_unit" in values ? 0 : priceOf(env, product, offer, unit);
  values.price_unit ??= priceOf(env, product, offer, unit);
  if (offer) values.discount ??= numberOf(offer, "discount");
}

function described(env: Env, product: number, offer: ReturnType<typeof offerOf>): string {
  const own = String(read(env, "product.product", product, "display_name") || "");
  const title =
    offer?.product_name ?? (offer?.product_code ? read(env, "product.product", product, "name") : undefined);
  const shown = title === undefined ? own : `${offer?.product_code ? `[${offer.product_code}] ` : ""}${title}`;
  const more = read(env, "product.product", product, "description_purchase");
  return more ? `${shown}\n${more}` : shown;
}

function priceOf(env: Env, product: number, offer: ReturnType<typeof offerOf>, unit: unknown): number {
  const { vendorUom } = env.db.profile.logistics;
  if (offer) return rounded(numberOf(offer, "price") * inUnit(env, 1, unit, offer[vendorUom] ?? unit), 2);
  const cost = Number(read(env, "product.product", product, "standard_price"));
  // 18 and 19 take the cost of the product's unit as it is for a line of another one.
  return rounded(cost, 2);
}

/** Price of a line without and with its taxes; `exact` leaves the tax unrounded. */
export function amountsOf(env: Env, id: number): { subtotal: number; tax: number; exact: number } {
  const row = rowOf(env, name, id);
  const price = numberOf(row, "price_unit") * (1 - numberOf(row, "discount") / 100);
  const subtotal = rounded(numberOf(row, "product_qty") * price, 2);
  const taxes = row[env.db.profile.logistics.purchaseTaxes];
  let tax = 0;
  let exact = 0;
  for (const at of typeof taxes === "object" ? taxes : []) {
    const of = rowOf(env, "account.tax", at);
    const percent = of.amount_type === "percent" ? numberOf(of, "amount") : 0;
    tax += rounded((subtotal * percent) / 100, 2);
    exact += (subtotal * percent) / 100;
  }
  return { subtotal, tax: rounded(tax, 2), exact };
}

export const purchaseLine: Behaviour = {
  model: name,
  recName: "name",
  displayName: (env, id) => String(rowOf(env, name, id).name ?? ""),
  precompute: complete,
  afterCreate: receive,
  beforeWrite(env, ids, values) {
    if (
      "display_type" in values &&
      ids.some((id) => (rowOf(env, name, id).display_type ?? false) !== values.display_type)
    )
      throw userError(
        "You cannot change the type of a purchase order line. Instead you should delete the current line and create a new line of the proper type.",
      );
    refuseLess(env, ids, values);
  },
  afterWrite(env, ids, values) {
    if ("product_qty" in values && !("price_unit" in values)) for (const id of ids) priceAgain(env, id);
    if ("product_qty" in values) receive(env, ids);
    if ("price_unit" in values || "date_planned" in values) follow(env, ids, values);
  },
  beforeUnlink(env, ids) {
    for (const id of ids) {
      const { state } = rowOf(env, "purchase.order", rowOf(env, name, id).order_id);
      if (!isOrdered(state)) continue;
      const labels = modelOf(env, "purchase.order").fields.get("state")?.selection;
      const label = labels?.find(([key]) => key === state)?.[1] ?? state;
      throw userError(`Cannot delete a purchase order line which is in state “${label}”.`);
    }
  },
  sql: [
    {
      message: "Forbidden values on non-accountable purchase order line",
      check: (row) =>
        row.display_type === undefined ||
        (row.product_id === undefined && !row.price_unit && !row.product_qty && row.date_planned === undefined),
    },
  ],
  computes: {
    product_uom_qty(env, id) {
      const row = rowOf(env, name, id);
      return quantity(
        inUnit(
          env,
          numberOf(row, "product_qty"),
          row[env.db.profile.logistics.purchaseUom],
          unitOf(env, row.product_id),
        ),
      );
    },
    analytic_precision: () => 2,
    price_subtotal: (env, id) => amountsOf(env, id).subtotal,
    price_total: (env, id) => rounded(amountsOf(env, id).subtotal + amountsOf(env, id).tax, 2),
    price_tax: (env, id) =>
      rounded(amountsOf(env, id).subtotal + amountsOf(env, id).tax, 2) - amountsOf(env, id).subtotal,
    price_unit_discounted: (env, id) => {
      const row = rowOf(env, name, id);
      return numberOf(row, "price_unit") * (1 - numberOf(row, "discount") / 100);
    },
    qty_received: receivedOf,
    qty_received_method: (env, id) =>
      rowOf(env, name, id).product_id === undefined ? false : isReceived(env, id) ? "stock_moves" : "manual",
    qty_invoiced: invoicedOf,
    qty_to_invoice: toInvoice,
    currency_id: (env, id) =>
      fieldValue(env, modelOf(env, "purchase.order"), numberOf(rowOf(env, name, id), "order_id"), "currency_id"),
    move_ids: (env, id) => find(env, "stock.move", "purchase_line_id", id),
    is_storable: (env, id) => read(env, "product.product", rowOf(env, name, id).product_id, "is_storable") === true,
  },
  inverses: { qty_received: bookReceived },
};

/**
 * Another quantity may have another price: the offer's that fits it, or the product's cost where the vendor has
 * offers and none fits. 19 leaves alone what a client set itself.
 */
function priceAgain(env: Env, id: number): void {
  const row = rowOf(env, name, id);
  if (typeof row.product_id !== "number" || invoicedOf(env, id) !== 0) return;
  const isOwn = numberOf(row, "price_unit") !== numberOf(row, "technical_price_unit");
  if (!env.db.profile.logistics.locksByState && isOwn) return;
  const { partner_id: partner, date_order: ordered } = rowOf(env, "purchase.order", row.order_id);
  const unit = row[env.db.profile.logistics.purchaseUom];
  const amount = numberOf(row, "product_qty");
  const offer = offerOf(env, row.product_id, partner, amount, unit, String(ordered ?? env.db.now()));
  if (!offer && (!sells(env, row.product_id, partner) || row.price_unit === undefined)) return;
  const price = priceOf(env, row.product_id, offer, unit);
  book(env, name, id, {
    price_unit: price,
    technical_price_unit: price,
    discount: offer ? numberOf(offer, "discount") : 0,
  });
}

/** Price and date of a line are those of its open moves. */
function follow(env: Env, ids: readonly number[], values: Values): void {
  for (const id of ids)
    for (const move of find(env, "stock.move", "purchase_line_id", id)) {
      if (["done", "cancel"].includes(String(rowOf(env, "stock.move", move).state))) continue;
      if ("price_unit" in values) book(env, "stock.move", move, { price_unit: Number(values.price_unit) || 0 });
      if (values.date_planned) book(env, "stock.move", move, { date: rowOf(env, name, id).date_planned });
    }
}
