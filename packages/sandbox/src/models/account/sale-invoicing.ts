/**
 * From sale orders to invoices: what of an order is invoiced and what is still to be, and the wizard
 * sale.advance.payment.inv that makes the draft. By order or by delivery, as the product's policy says; a
 * down payment is a line of the order that later invoices take off.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { fieldValue } from "../../orm/value.js";
import { items, money, moves } from "./documents.js";
import { button } from "./moves-methods.js";

const orders = (env: Env) => modelOf(env, "sale.order");
const orderLines = (env: Env) => modelOf(env, "sale.order.line");
const wizards = (env: Env) => modelOf(env, "sale.advance.payment.inv");

/** Invoice lines of an order line that are not cancelled, with the sign of a refund. */
function invoiced(env: Env, line: number): readonly { row: Row; move: Row; sign: number }[] {
  return items(env)
    .table.find("sale_line_ids", line)
    .flatMap((id) => {
      const row = items(env).table.rows.get(id) ?? {};
      const move = moves(env).table.rows.get(Number(row.move_id)) ?? {};
      return move.state === "cancel" ? [] : [{ row, move, sign: move.move_type === "out_refund" ? -1 : 1 }];
    });
}

function quantityInvoiced(env: Env, line: number): number {
  return invoiced(env, line).reduce((sum, { row, sign }) => sum + sign * Number(row.quantity ?? 0), 0);
}

function amountInvoiced(env: Env, line: number, field: "price_subtotal" | "price_total"): number {
  const posted = invoiced(env, line).filter(({ move }) => move.state === "posted");
  return (
    money(
      env,
      posted.reduce((sum, { row, sign }) => sum + sign * Number(row[field] ?? 0), 0),
    ) || 0
  );
}

function quantityToInvoice(env: Env, line: number): number {
  const row = orderLines(env).table.rows.get(line) ?? {};
  if (orders(env).table.rows.get(Number(row.order_id))?.state !== "sale" || row.display_type !== undefined) return 0;
  const policy = fieldValue(env, modelOf(env, "product.product"), Number(row.product_id ?? 0), "invoice_policy");
  const due = policy === "delivery" ? fieldValue(env, orderLines(env), line, "qty_delivered") : row.product_uom_qty;
  return Number(due ?? 0) - quantityInvoiced(env, line);
}

function lineStatus(env: Env, line: number): string {
  const row = orderLines(env).table.rows.get(line) ?? {};
  if (orders(env).table.rows.get(Number(row.order_id))?.state !== "sale" || row.display_type !== undefined) return "no";
  const quantity = quantityToInvoice(env, line);
  if (row.is_downpayment === true) return quantity === 0 ? "invoiced" : "to invoice";
  if (quantity !== 0) return "to invoice";
  return quantityInvoiced(env, line) >= Number(row.product_uom_qty ?? 0) ? "invoiced" : "no";
}

const linesOf = (env: Env, order: number) => orderLines(env).table.find("order_id", order);

/** Invoices of an order, through its lines. */
function invoicesOf(env: Env, order: number): readonly number[] {
  const found = linesOf(env, order).flatMap((line) =>
    items(env)
      .table.find("sale_line_ids", line)
      .map((id) => Number(items(env).table.rows.get(id)?.move_id)),
  );
  return [...new Set(found)].sort((a, b) => a - b);
}

function orderStatus(env: Env, order: number): string {
  if (orders(env).table.rows.get(order)?.state !== "sale") return "no";
  const counted = linesOf(env, order).filter((line) => {
    const row = orderLines(env).table.rows.get(line);
    return row?.display_type === undefined && row?.is_downpayment !== true;
  });
  const states = counted.map((line) => lineStatus(env, line));
  if (states.includes("to invoice")) return "to invoice";
  return states.length > 0 && states.every((state) => state === "invoiced") ? "invoiced" : "no";
}

const total = (env: Env, order: number, amount: (line: number) => number) =>
  money(
    env,
    linesOf(env, order).reduce((sum, line) => sum + amount(line), 0),
  ) || 0;

/** What sale.order shows of its invoices. */
export const orderInvoicing: Behaviour["computes"] = {
  invoice_ids: invoicesOf,
  invoice_count: (env, id) => invoicesOf(env, id).length,
  invoice_status: orderStatus,
  amount_invoiced: (env, id) => total(env, id, (line) => amountInvoiced(env, line, "price_total")),
  amount_to_invoice: (env, id): Read =>
    total(
      env,
      id,
      (line) =>
        Number(fieldValue(env, orderLines(env), line, "price_total")) - amountInvoiced(env, line, "price_total"),
    ),
};

/** What sale.order.line shows of its invoices. */
export const lineInvoicing: Behaviour["computes"] = {
  invoice_lines: (env, id) => items(env).table.find("sale_line_ids", id),
  qty_invoiced: quantityInvoiced,
  qty_to_invoice: quantityToInvoice,
  invoice_status: lineStatus,
  untaxed_amount_invoiced: (env, id) => amountInvoiced(env, id, "price_subtotal"),
  untaxed_amount_to_invoice: (env, id) => {
    const row = orderLines(env).table.rows.get(id) ?? {};
    if (orders(env).table.rows.get(Number(row.order_id))?.state !== "sale") return 0;
    return (
      money(
        env,
        Number(fieldValue(env, orderLines(env), id, "price_subtotal")) - amountInvoiced(env, id, "price_subtotal"),
      ) || 0
    );
  },
};

const nothing =
  "Cannot create an invoice. No items are available to invoice.\n\nTo resolve this issue, please ensure that:\n" +
  "   • The products have been delivered before attempting to invoice them.\n" +
  "   • The invoicing policy of the product is configured correctly.\n\n" +
  "If you want to invoice based on ordered quantities instead:\n" +
  "   • For consumable or storable products, open the product, go to the 'General Information' tab and change the " +
  "'Invoicing Policy' from 'Delivered Quantities' to 'Ordered Quantities'.\n" +
  "   • For services (and other products), change the 'Invoicing Policy' to 'Prepaid/Fixed Price'.\n";

function head(env: Env, order: number): Values {
  const row = orders(env).table.rows.get(order) ?? {};
  const read = (name: string) => fieldValue(env, orders(env), order, name);
  return {
    ...{
      move_type: "out_invoice",
      partner_id: read("partner_invoice_id"),
      partner_shipping_id: read("partner_shipping_id"),
    },
    ...{ invoice_user_id: read("user_id"), team_id: read("team_id"), invoice_payment_term_id: read("payment_term_id") },
    ...{ currency_id: read("currency_id"), company_id: read("company_id"), invoice_origin: row.name },
    ref: row.client_order_ref ?? (env.db.profile.accounting.namesDrafts ? "" : row.name),
  };
}

/** The label of an invoice line: the product before the line's own words, unless they name it. */
function labelOf(env: Env, row: Row): string {
  const product = fieldValue(env, modelOf(env, "product.product"), Number(row.product_id ?? 0), "display_name");
  const own = String(row.name ?? "");
  if (!product || own.includes(String(product))) return own;
  return `${product}${env.db.profile.accounting.namesDrafts ? " " : "\n"}${own}`;
}

function delivered(env: Env, order: number): number {
  const { lineTaxes, lineUom } = env.db.profile;
  const due = linesOf(env, order).filter((line) => quantityToInvoice(env, line) !== 0);
  if (!due.some((line) => orderLines(env).table.rows.get(line)?.is_downpayment !== true)) throw userError(nothing);
  const commands = due.map((line, at) => {
    const row = orderLines(env).table.rows.get(line) ?? {};
    return [
      ...[0, 0],
      {
        ...{ name: labelOf(env, row), product_id: row.product_id ?? false, product_uom_id: row[lineUom] ?? false },
        ...{ quantity: quantityToInvoice(env, line), price_unit: row.price_unit ?? 0, discount: row.discount ?? 0 },
        ...{ tax_ids: [[6, 0, row[lineTaxes] ?? []]], sale_line_ids: [[4, line]], sequence: at },
        is_downpayment: row.is_downpayment === true,
      },
    ];
  });
  return env.db.operations.create(sudo(env), moves(env), [{ ...head(env, order), invoice_line_ids: commands }])[0] ?? 0;
}

/** The date as a user of the United States writes it. */
const american = (day: string) => `${day.slice(5, 7)}/${day.slice(8, 10)}/${day.slice(0, 4)}`;

function downPayment(env: Env, order: number, wizard: Row): number {
  const { lineTaxes, accounting } = env.db.profile;
  const isPercent = wizard.advance_payment_method === "percentage";
  const asked = Number((isPercent ? wizard.amount : wizard.fixed_amount) ?? 0);
  if (asked <= 0) throw userError("The value of the down payment amount must be positive.");
  const own = linesOf(env, order).filter((line) => orderLines(env).table.rows.get(line)?.display_type === undefined);
  const whole = Number(fieldValue(env, orders(env), order, "amount_untaxed"));
  const gross = Number(fieldValue(env, orders(env), order, "amount_total"));
  const price = money(env, isPercent ? (whole * asked) / 100 : gross === 0 ? asked : (whole * asked) / gross);
  const taxes = new Set(
    own.flatMap((line) => (orderLines(env).table.rows.get(line)?.[lineTaxes] ?? []) as readonly number[]),
  );
  const section = { order_id: order, name: "Down Payments", display_type: "line_section", is_downpayment: true };
  const label = `Down Payment: ${american(env.db.now())} (Draft)`;
  const values = { order_id: order, name: label, is_downpayment: true, price_unit: price, product_uom_qty: 0 };
  const [, line = 0] = env.db.operations.create(sudo(env), orderLines(env), [
    { ...section, product_uom_qty: 0 },
    { ...values, [lineTaxes]: [[6, 0, [...taxes]]] },
  ]);
  const name = isPercent ? accounting.downPayment(asked) : "Down Payment";
  const invoiceLine = {
    name,
    quantity: 1,
    price_unit: price,
    tax_ids: [[6, 0, [...taxes]]],
    sale_line_ids: [[4, line]],
    is_downpayment: true,
  };
  return (
    env.db.operations.create(sudo(env), moves(env), [
      { ...head(env, order), invoice_line_ids: [[0, 0, invoiceLine]] },
    ])[0] ?? 0
  );
}

function createInvoices(env: Env, wizard: Row): unknown {
  const chosen = typeof wizard.sale_order_ids === "object" ? wizard.sale_order_ids : [];
  const made = chosen.map((order) =>
    wizard.advance_payment_method === "delivered" ? delivered(env, order) : downPayment(env, order, wizard),
  );
  const action = { name: "Invoices", type: "ir.actions.act_window", res_model: "account.move", target: "current" };
  const context = { default_move_type: "out_invoice" };
  return made.length === 1
    ? { ...action, res_id: made[0], view_mode: "list,kanban,form,activity", context }
    : { ...action, domain: [["id", "in", made]], view_mode: "list,kanban,form,activity", context };
}

function ofOrders(env: Env, wizard: number, field: string): number {
  const chosen = wizards(env).table.rows.get(wizard)?.sale_order_ids;
  const list = typeof chosen === "object" ? chosen : [];
  return money(
    env,
    list.reduce((sum, id) => sum + Number(fieldValue(env, orders(env), id, field)), 0),
  );
}

export const advancePayment: Behaviour = {
  model: "sale.advance.payment.inv",
  precompute(env, values) {
    const { active_model: model, active_ids: active } = env.context;
    if (model === "sale.order" && Array.isArray(active) && active.length > 0) values.sale_order_ids = [[6, 0, active]];
    const [command] = Array.isArray(values.sale_order_ids) ? values.sale_order_ids : [];
    const [first] = Array.isArray(command) && Array.isArray(command[2]) ? command[2] : [];
    if (typeof first !== "number" || !orders(env).table.rows.has(first)) return;
    for (const name of ["currency_id", "company_id"]) values[name] ||= fieldValue(env, orders(env), first, name);
  },
  computes: {
    amount_to_invoice: (env, id) => ofOrders(env, id, "amount_to_invoice"),
    amount_invoiced: (env, id) => ofOrders(env, id, "amount_invoiced"),
    count: (env, id) => {
      const chosen = wizards(env).table.rows.get(id)?.sale_order_ids;
      return typeof chosen === "object" ? chosen.length : 0;
    },
  },
  methods: {
    create_invoices: button((env, ids) => createInvoices(env, wizards(env).table.rows.get(ids[0] ?? 0) ?? {})),
  },
};
