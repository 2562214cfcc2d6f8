/** product.supplierinfo: what a vendor asks for a product, from which quantity on, and in how many days it comes. */
import type { Env } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour } from "../../orm/model.js";
import { dateOf, find, inUnit, numberOf, read, rowOf, unitOf } from "../stock/rows.js";

const name = "product.supplierinfo";

/** The vendor's offer that fits a quantity and a day: the first of them in order, the cheapest of equals. */
export function offerOf(
  env: Env,
  product: number,
  partner: unknown,
  amount: number,
  unit: unknown,
  moment: string,
): Row | undefined {
  const template = rowOf(env, "product.product", product).product_tmpl_id;
  const { vendorUom } = env.db.profile.logistics;
  const day = dateOf(moment);
  const fits = (row: Row) => {
    const asked = inUnit(env, amount, unit, row[vendorUom] ?? unitOf(env, product));
    const isOfProduct = row.product_id === undefined || row.product_id === product;
    const isNow = String(row.date_start ?? day) <= day && day <= String(row.date_end ?? day);
    return row.partner_id === partner && isOfProduct && isNow && asked >= numberOf(row, "min_qty");
  };
  const offers = find(env, name, "product_tmpl_id", template)
    .map((id) => rowOf(env, name, id))
    .filter(fits);
  offers.sort(
    (a, b) =>
      numberOf(a, "sequence") - numberOf(b, "sequence") ||
      numberOf(b, "min_qty") - numberOf(a, "min_qty") ||
      numberOf(a, "price") - numberOf(b, "price"),
  );
  return offers[0];
}

/** The least quantity that a vendor sells of a product; one where nothing is known. */
export function leastOf(env: Env, product: number, partner: unknown): number {
  const template = rowOf(env, "product.product", product).product_tmpl_id;
  const offers = find(env, name, "product_tmpl_id", template).map((id) => rowOf(env, name, id));
  const amounts = offers.filter((row) => row.partner_id === partner).map((row) => numberOf(row, "min_qty"));
  return Math.min(...amounts, Number.POSITIVE_INFINITY) === Number.POSITIVE_INFINITY ? 1 : Math.min(...amounts) || 1;
}

/** Whether a vendor has any offer of a product. */
export function sells(env: Env, product: number, partner: unknown): boolean {
  const template = rowOf(env, "product.product", product).product_tmpl_id;
  return find(env, name, "product_tmpl_id", template).some((id) => rowOf(env, name, id).partner_id === partner);
}

export const vendorOffer: Behaviour = {
  model: name,
  recName: "partner_id",
  displayName(env, id) {
    const row = rowOf(env, name, id);
    const partner = String(read(env, "res.partner", row.partner_id, "display_name") || "");
    if (env.db.profile.logistics.locksByState) return partner;
    const unit = rowOf(env, "uom.uom", row.product_uom_id).name;
    const amount = numberOf(row, "min_qty");
    const price = numberOf(row, "price").toFixed(2);
    return `${partner} (${Number.isInteger(amount) ? amount.toFixed(1) : amount} ${unit} - $\u00a0${price})`;
  },
  precompute(env, values) {
    const { vendorUom } = env.db.profile.logistics;
    const template = values.product_tmpl_id || rowOf(env, "product.product", values.product_id).product_tmpl_id;
    values.product_tmpl_id ||= template ?? false;
    values[vendorUom] ||= rowOf(env, "product.template", template).uom_id ?? false;
  },
  computes: {
    price_discounted(env, id) {
      const row = rowOf(env, name, id);
      return numberOf(row, "price") * (1 - numberOf(row, "discount") / 100);
    },
  },
};
