/** Invoices, payments and purchases. */
import { type WrongRow, wrongCases } from "../table.js";

const partner_id = "@partner";
const name = "Validation wrong";
const invoice = (values: object) => ({ move_type: "out_invoice", partner_id, invoice_line_ids: { create: [values] } });

const rows: WrongRow[] = [
  [
    "a type that is none",
    "POST account.move",
    { move_type: "invoice", partner_id },
    "/move_type invalid_selection_value: out_invoice",
  ],
  ["the state", "PATCH account.move/@invoice", { state: "posted" }, "/state readonly_field: state"],
  [
    "the total",
    "POST account.move",
    { move_type: "out_invoice", partner_id, amount_total: 100 },
    "/amount_total readonly_field: amount_total",
  ],
  [
    "what is owed",
    "PATCH account.move/@invoice",
    { amount_residual: 0 },
    "/amount_residual readonly_field: amount_residual",
  ],
  ["paid", "PATCH account.move/@invoice", { payment_state: "paid" }, "/payment_state readonly_field: payment_state"],
  [
    "a day in words",
    "POST account.move",
    { move_type: "out_invoice", partner_id, invoice_date: "today" },
    "/invoice_date wrong_type: a date such as",
  ],
  [
    "a moment for a day",
    "PATCH account.move/@invoice",
    { invoice_date: "2026-11-21T00:00:00Z" },
    "/invoice_date wrong_type: a date such as",
  ],
  [
    "a currency by its code",
    "POST account.move",
    { move_type: "out_invoice", partner_id, currency_id: "EUR" },
    "/currency_id wrong_type: an id",
  ],
  [
    "a journal by its code",
    "POST account.move",
    { move_type: "out_invoice", partner_id, journal_id: "INV" },
    "/journal_id wrong_type: an id",
  ],
  [
    "a line's quantity in words",
    "POST account.move",
    invoice({ name, quantity: "two" }),
    "/invoice_line_ids/create/0/quantity wrong_type: a number",
  ],
  [
    "a line's price with a comma",
    "POST account.move",
    invoice({ name, price_unit: "9,50" }),
    "/invoice_line_ids/create/0/price_unit wrong_type: a number",
  ],
  [
    "a line's account by its code",
    "POST account.move",
    invoice({ name, account_id: "400000" }),
    "/invoice_line_ids/create/0/account_id wrong_type: an id",
  ],
  [
    "a line's total",
    "POST account.move",
    invoice({ name, price_total: 3 }),
    "/invoice_line_ids/create/0/price_total readonly_field: price_total",
  ],
  [
    "mistakes in head and lines",
    "POST account.move",
    {
      move_type: "out_invoice",
      partner_id: "@gone",
      invoice_date: "1.1.2026",
      invoice_line_ids: { create: [{ name: 3 }, { tax_ids: "15%" }] },
    },
    "/partner_id invalid_relation_id: res.partner",
    "/invoice_date wrong_type: a date such as",
    "/invoice_line_ids/create/0/name wrong_type: text",
    "/invoice_line_ids/create/1/tax_ids x2many_command_syntax: [1, 2]",
  ],
  ["a line without its invoice", "POST account.move.line", { name }, "/move_id missing_required_field: move_id"],
  ["a debit as text", "PATCH account.move.line/@invoiceline", { debit: "100" }, "/debit wrong_type: a number"],
  [
    "taxes as a number",
    "PATCH account.move.line/@invoiceline",
    { tax_ids: 1 },
    "/tax_ids x2many_command_syntax: [1, 2]",
  ],
  [
    "a line's balance due",
    "PATCH account.move.line/@invoiceline",
    { amount_residual: 5 },
    "/amount_residual readonly_field: amount_residual",
  ],
  [
    "an amount as text",
    "POST account.payment",
    { payment_type: "inbound", partner_id, amount: "100 USD" },
    "/amount wrong_type: a number",
  ],
  [
    "a direction that is none",
    "POST account.payment",
    { payment_type: "in", amount: 1 },
    "/payment_type invalid_selection_value: inbound",
  ],
  [
    "a payment's day",
    "POST account.payment",
    { payment_type: "inbound", amount: 1, date: "2026-13-01" },
    "/date wrong_type: a date such as",
  ],
  [
    "a payment of who is gone",
    "POST account.payment",
    { payment_type: "inbound", amount: 1, partner_id: "@gone" },
    "/partner_id invalid_relation_id: res.partner",
  ],
  ["a tax in words", "POST account.tax", { name, amount: "15%" }, "/amount wrong_type: a number"],
  [
    "a tax's use that is none",
    "POST account.tax",
    { name, amount: 15, type_tax_use: "sales" },
    "/type_tax_use invalid_selection_value: sale",
  ],
  [
    "an account's kind that is none",
    "POST account.account",
    { name, code: "9999", account_type: "sales" },
    "/account_type invalid_selection_value: Choices",
  ],
  [
    "a journal's kind that is none",
    "POST account.journal",
    { name, code: "VAL", type: "sales" },
    "/type invalid_selection_value: Did you mean sale?",
  ],
  [
    "a payment term without a name",
    "POST account.payment.term",
    { active: true },
    "/name missing_required_field: name",
  ],
  ["no vendor", "POST purchase.order", { partner_ref: "X" }, "/partner_id missing_required_field: partner_id"],
  [
    "a vendor that is gone",
    "POST purchase.order",
    { partner_id: "@gone" },
    "/partner_id invalid_relation_id: res.partner",
  ],
  ["the state of a purchase", "PATCH purchase.order/@purchase", { state: "purchase" }, "/state readonly_field: state"],
  [
    "a planned day for a moment",
    "PATCH purchase.order/@purchase",
    { date_planned: "2026-12-01" },
    "/date_planned wrong_type: RFC 3339",
  ],
  [
    "a line's quantity in words",
    "POST purchase.order",
    { partner_id, order_line: { create: [{ product_id: "@product", product_qty: "ten" }] } },
    "/order_line/create/0/product_qty wrong_type: a number",
  ],
  [
    "three mistakes of a purchase",
    "POST purchase.order",
    {
      partner_id: "ACME",
      currency_id: { name: "XQX" },
      order_line: { create: [{ product_id: { default_code: "NO-SUCH" }, product_qty: 1 }] },
    },
    "/partner_id wrong_type: an id",
    "/currency_id invalid_relation_id: res.currency",
    "/order_line/create/0/product_id invalid_relation_id: product.product",
  ],
  [
    "the quantity received in words",
    "PATCH purchase.order.line/@purchaseline",
    { qty_received: "1 box" },
    "/qty_received wrong_type: a number",
  ],
  [
    "a purchase line's total",
    "PATCH purchase.order.line/@purchaseline",
    { price_subtotal: 1 },
    "/price_subtotal readonly_field: price_subtotal",
  ],
  [
    "a purchase line of no order",
    "POST purchase.order.line",
    { product_id: "@product", name, product_qty: 1, price_unit: 1 },
    "/order_id missing_required_field: order_id",
  ],
];

export const books = wrongCases(rows);
