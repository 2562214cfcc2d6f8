/**
 * sale.order and its lines. States: draft (quotation) -> sent -> sale (confirmed), any of them -> cancel,
 * and cancel or sent -> draft. `locked` is a flag beside the state sale: it forbids cancelling.
 */
import { checkAccess, checkRecords } from "../orm/access.js";
import { rounded } from "../orm/convert.js";
import { type Env, hasGroup, modelOf } from "../orm/env.js";
import { userError } from "../orm/exceptions.js";
import type { Behaviour, Method, Read, Rule, Values } from "../orm/model.js";
import { truthy } from "../orm/python.js";
import { fieldValue } from "../orm/value.js";
import { computed } from "./account/taxes.js";
import { copiedWith } from "./creation.js";
import {
  cancelDeliveries,
  isDelivered,
  launch,
  lineDeliveries,
  orderDeliveries,
  refuseLess,
} from "./stock/deliveries.js";
import { book, inUnit } from "./stock/rows.js";

const orders = (env: Env) => modelOf(env, "sale.order");
const lines = (env: Env) => modelOf(env, "sale.order.line");

/** A partner's contact of a type (invoice, delivery), or the partner. */
function addressOf(env: Env, partnerId: number, type: string): number {
  const { table } = modelOf(env, "res.partner");
  const found = table.find("parent_id", partnerId).find((id) => {
    const row = table.rows.get(id);
    return row?.type === type && row.active === true;
  });
  return found ?? partnerId;
}

function dayAfter(now: string, days: number): string {
  return new Date(Date.parse(`${now.replace(" ", "T")}Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function sumOf(field: string) {
  return (env: Env, id: number): Read => {
    let sum = 0;
    for (const line of lines(env).table.find("order_id", id)) sum += Number(fieldValue(env, lines(env), line, field));
    return rounded(sum, 2);
  };
}

const companyCurrency = (env: Env): Read => modelOf(env, "res.company").table.rows.get(1)?.currency_id as number;

const ownDocuments: readonly Rule[] = [
  { groups: ["sales_team.group_sale_salesman_all_leads", "sales_team.group_sale_manager"], domain: () => [] },
  {
    groups: ["sales_team.group_sale_salesman"],
    domain: (env) => ["|", ["user_id", "=", env.uid], ["user_id", "=", false]],
  },
];

/** What belongs to the one order: a copy has its own. */
const notCopied = [
  ...["name", "state", "locked", "date_order", "validity_date", "commitment_date", "client_order_ref", "reference"],
  ...["signed_by", "signed_on", "signature", "access_token", "procurement_group_id", "invoice_status"],
];

/** A button of the form: no arguments beside the ids. */
function button(call: (env: Env, ids: readonly number[]) => unknown): Method {
  return {
    parameters: [],
    required: 0,
    owner: "own",
    call(env, model, ids) {
      checkAccess(env, model, "read");
      checkRecords(env, model, ids, "read");
      return call(env, ids);
    },
  };
}

function states(env: Env, ids: readonly number[]): string[] {
  return ids.map((id) => String(orders(env).table.rows.get(id)?.state));
}

function write(env: Env, ids: readonly number[], values: Values): void {
  env.db.operations.write(env, orders(env), ids, values);
}

function confirm(env: Env, ids: readonly number[]): boolean {
  if (states(env, ids).some((state) => state !== "draft" && state !== "sent"))
    throw userError("Some orders are not in a state requiring confirmation.");
  const { table } = lines(env);
  const bare = ids.some((id) =>
    table.find("order_id", id).some((line) => {
      const row = table.rows.get(line);
      return row?.display_type === undefined && row?.product_id === undefined && row?.is_downpayment !== true;
    }),
  );
  if (bare) throw userError(env.db.profile.says.productMissing);
  write(env, ids, { state: "sale", date_order: env.db.now() });
  launch(
    env,
    ids.flatMap((id) => [...table.find("order_id", id)]),
  );
  return true;
}

function cancel(env: Env, ids: readonly number[]): unknown {
  if (ids.some((id) => orders(env).table.rows.get(id)?.locked === true))
    throw userError("You cannot cancel a locked order. Please unlock it first.");
  const { asksBeforeCancel } = env.db.profile;
  if (
    asksBeforeCancel &&
    !truthy(env.context.disable_cancel_warning) &&
    states(env, ids).some((state) => state !== "draft")
  )
    return {
      name: "Cancel Sales Order",
      view_mode: "form",
      res_model: "sale.order.cancel",
      view_id: false,
      type: "ir.actions.act_window",
      context: { default_order_id: ids[0] ?? false, mark_so_as_canceled: true },
      target: "new",
    };
  cancelDeliveries(env, ids);
  write(env, ids, { state: "cancel" });
  return true;
}

export const saleOrder: Behaviour = {
  model: "sale.order",
  namesSearched: ["name", "partner_id.name"],
  rules: ownDocuments,
  defaults: {
    date_order: (env) => env.db.now(),
  },
  precompute(env, values) {
    if (values.name === "New" || !truthy(values.name))
      values.name = `S${String(env.db.nextInSequence("sale.order")).padStart(5, "0")}`;
    const partner = values.partner_id;
    if (typeof partner === "number") {
      const row = modelOf(env, "res.partner").table.rows.get(partner);
      values.partner_invoice_id ||= addressOf(env, partner, "invoice");
      values.partner_shipping_id ||= addressOf(env, partner, "delivery");
      values.payment_term_id ??= row?.property_payment_term_id ?? false;
    }
    values.user_id ??= hasGroup(env, "sales_team.group_sale_salesman") ? env.uid : false;
    values.company_id ||= 1;
    values.warehouse_id ??= 1;
    values.validity_date ??= dayAfter(env.db.now(), 30);
    values.require_signature ??= true;
    values.prepayment_percent ??= 1;
    values.currency_rate ??= 1;
    values.team_id ??= 1;
  },
  beforeWrite(env, ids, values) {
    const partner = values.partner_id;
    if (typeof partner === "number" && ids.length > 0 && modelOf(env, "res.partner").table.rows.has(partner)) {
      values.partner_invoice_id ??= addressOf(env, partner, "invoice");
      values.partner_shipping_id ??= addressOf(env, partner, "delivery");
    }
  },
  beforeUnlink(env, ids) {
    if (states(env, ids).some((state) => state !== "draft" && state !== "cancel"))
      throw userError("You can not delete a sent quotation or a confirmed sales order. You must first cancel it.");
  },
  computes: {
    ...orderDeliveries,
    currency_id: companyCurrency,
    amount_untaxed: sumOf("price_subtotal"),
    amount_tax: sumOf("price_tax"),
    amount_total: sumOf("price_total"),
    amount_undiscounted: (env, id) => {
      let sum = 0;
      for (const line of lines(env).table.find("order_id", id)) sum += undiscounted(env, line);
      return sum;
    },
    amount_to_invoice: sumOf("price_total"),
    invoice_status: (env, id) => (orders(env).table.rows.get(id)?.state === "sale" ? "to invoice" : "no"),
    type_name: (env, id) => (orders(env).table.rows.get(id)?.state === "sale" ? "Sales Order" : "Quotation"),
    tax_country_id: (env) => modelOf(env, "res.partner").table.rows.get(1)?.country_id as Read,
  },
  methods: {
    copy: copiedWith(
      (env, _id, values) => {
        for (const field of notCopied) delete values[field];
        values.date_order = env.db.now();
      },
      "order_line",
      ["qty_delivered"],
    ),
    action_confirm: button(confirm),
    action_cancel: button(cancel),
    action_draft: button((env, ids) => {
      const found = ids.filter((id) => ["cancel", "sent"].includes(String(orders(env).table.rows.get(id)?.state)));
      write(env, found, { state: "draft" });
      return true;
    }),
    action_quotation_sent: button((env, ids) => {
      if (states(env, ids).some((state) => state !== "draft"))
        throw userError("Only draft orders can be marked as sent directly.");
      write(env, ids, { state: "sent" });
    }),
    action_lock: button((env, ids) => write(env, ids, { locked: true })),
    action_unlock: button((env, ids) => write(env, ids, { locked: false })),
  },
};

/** Subtotal and tax of a line: quantity × price less discount, and its taxes as invoices reckon them. */
function amounts(env: Env, id: number): { subtotal: number; tax: number } {
  const row = lines(env).table.rows.get(id) ?? {};
  const line = {
    price: Number(row.price_unit ?? 0),
    quantity: Number(row.product_uom_qty ?? 0),
    discount: Number(row.discount ?? 0),
  };
  const held = row[env.db.profile.lineTaxes];
  const taxes = typeof held === "object" ? held : [];
  if (taxes.length === 0)
    return { subtotal: rounded(line.quantity * line.price * (1 - line.discount / 100), 2), tax: 0 };
  const { subtotal, total } = computed(env, { ...line, taxes }, true);
  return { subtotal, tax: rounded(total - subtotal, 2) };
}

function undiscounted(env: Env, id: number): number {
  const row = lines(env).table.rows.get(id) ?? {};
  const discount = Number(row.discount ?? 0);
  if (env.db.profile.selling.reckonsDiscountBack && discount !== 100)
    return (amounts(env, id).subtotal * 100) / (100 - discount);
  return Number(row.price_unit ?? 0) * Number(row.product_uom_qty ?? 0);
}

/** Fields of a line that a locked order protects; the first that are written are named by their labels. */
function refuseLocked(env: Env, ids: readonly number[], values: Values): void {
  const { lineUom, lineTaxes } = env.db.profile;
  const guarded = ["product_id", "name", "price_unit", lineUom, "product_uom_qty", lineTaxes, "analytic_distribution"];
  const touched = guarded.filter((name) => name in values);
  if (touched.length === 0) return;
  const locked = ids.some(
    (id) => orders(env).table.rows.get(Number(lines(env).table.rows.get(id)?.order_id))?.locked === true,
  );
  if (!locked) return;
  const labels = touched.map((name) => lines(env).fields.get(name)?.string ?? name);
  throw userError(`It is forbidden to modify the following fields in a locked order:\n${labels.join("\n")}`);
}

function refuseRemoval(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = lines(env).table.rows.get(id);
    const order = orders(env).table.rows.get(Number(row?.order_id));
    if (order?.state !== "sale" || row?.is_downpayment === true || row?.display_type !== undefined) continue;
    throw userError(
      "Once a sales order is confirmed, you can't remove one of its lines (we need to track if something gets invoiced or " +
        "delivered).\n                Set the quantity to 0 instead.",
    );
  }
}

/** What a line takes from its product where nothing else was said. */
function fromProduct(env: Env, values: Values): void {
  const { lineUom, lineTaxes } = env.db.profile;
  const product = values.product_id;
  if (typeof product !== "number" || !modelOf(env, "product.product").table.rows.has(product)) return;
  const read = (name: string) => fieldValue(env, modelOf(env, "product.product"), product, name);
  const description = read("description_sale");
  values.name ??= description ? `${read("display_name")}\n${description}` : read("display_name");
  values[lineUom] ??= read("uom_id");
  values.price_unit ??= Number(read("lst_price")) * inUnit(env, 1, values[lineUom], read("uom_id"));
  values[lineTaxes] ??= [[6, 0, read("taxes_id")]];
  values.customer_lead ??= read("sale_delay");
}

export const saleOrderLine: Behaviour = {
  model: "sale.order.line",
  rules: ownDocuments.map((rule) => ({
    groups: rule.groups,
    domain: (env: Env) =>
      rule.domain(env).map((term) => (Array.isArray(term) ? [`order_id.${term[0]}`, term[1], term[2]] : term)),
  })),
  displayName(env, id) {
    const order = Number(lines(env).table.rows.get(id)?.order_id ?? 0);
    const partner = modelOf(env, "res.partner").table.rows.get(Number(orders(env).table.rows.get(order)?.partner_id));
    const name = String(fieldValue(env, lines(env), id, "name") || "").split("\n")[0];
    return `${fieldValue(env, orders(env), order, "display_name") || ""} - ${name} (${partner?.name ?? ""})`;
  },
  precompute(env, values) {
    if (truthy(values.display_type)) {
      const none = { product_id: false, price_unit: 0, product_uom_qty: 0, customer_lead: 0 };
      Object.assign(values, none, { [env.db.profile.lineUom]: false });
      return;
    }
    fromProduct(env, values);
    values.price_unit ??= 0;
    values.customer_lead ??= 0;
  },
  beforeUnlink: refuseRemoval,
  afterCreate: launch,
  beforeWrite(env, ids, values) {
    refuseLocked(env, ids, values);
    refuseLess(env, ids, values);
    if (truthy(values.product_id)) fromProduct(env, values);
  },
  afterWrite(env, ids, values) {
    if ("product_uom_qty" in values) launch(env, ids);
  },
  inverses: {
    // What was delivered of goods is told by their moves; of services a client tells it.
    qty_delivered(env, id, value) {
      if (!isDelivered(env, id)) book(env, "sale.order.line", id, { qty_delivered: Number(value) || 0 });
    },
  },
  computes: {
    ...lineDeliveries,
    price_subtotal: (env, id) => amounts(env, id).subtotal,
    price_tax: (env, id) => amounts(env, id).tax,
    price_total(env, id) {
      const { subtotal, tax } = amounts(env, id);
      return rounded(subtotal + tax, 2);
    },
    price_reduce_taxexcl(env, id) {
      const quantity = Number(lines(env).table.rows.get(id)?.product_uom_qty ?? 0);
      return quantity === 0 ? 0 : rounded(amounts(env, id).subtotal / quantity, 2);
    },
    currency_id: companyCurrency,
    product_updatable: () => true,
    invoice_status: (env, id) => (fieldValue(env, lines(env), id, "state") === "sale" ? "to invoice" : "no"),
  },
};
