/** Quotations, orders and their lines; leads and their tags. */
import { type WrongRow, wrongCases } from "../table.js";

const partner_id = "@partner";
const line = (values: object) => ({ partner_id, order_line: { create: [values] } });

const rows: WrongRow[] = [
  ["no customer", "POST sale.order", { client_order_ref: "PO1" }, "/partner_id missing_required_field: partner_id"],
  ["a customer by name", "POST sale.order", { partner_id: "Validation Ann" }, "/partner_id wrong_type: an id"],
  [
    "a customer that is gone",
    "POST sale.order",
    { partner_id: "@gone" },
    "/partner_id invalid_relation_id: res.partner",
  ],
  [
    "a customer by a name that two have",
    "POST sale.order",
    { partner_id: { name: "Validation Twin" } },
    "/partner_id ambiguous_relation: an id or an external id",
  ],
  ["the total", "POST sale.order", { partner_id, amount_total: 99.5 }, "/amount_total readonly_field: amount_total"],
  [
    "the total, later",
    "PATCH sale.order/@order",
    { amount_untaxed: 10 },
    "/amount_untaxed readonly_field: amount_untaxed",
  ],
  ["the state", "PATCH sale.order/@order", { state: "sale" }, "/state readonly_field: state"],
  ["the state in a create", "POST sale.order", { partner_id, state: "sale" }, "/state readonly_field: state"],
  ["a state that is none", "PATCH sale.order/@order", { state: "confirmed" }, "/state readonly_field: state"],
  [
    "a day where a moment belongs",
    "POST sale.order",
    { partner_id, date_order: "2026-11-21" },
    "/date_order wrong_type: RFC 3339",
  ],
  [
    "a moment without a zone",
    "POST sale.order",
    { partner_id, date_order: "2026-11-21T10:00:00" },
    "/date_order wrong_type: with a zone",
  ],
  [
    "a day of a month that has it not",
    "POST sale.order",
    { partner_id, commitment_date: "2026-02-30T10:00:00Z" },
    "/commitment_date wrong_type: RFC 3339",
  ],
  [
    "an hour 25",
    "POST sale.order",
    { partner_id, commitment_date: "2026-02-03T25:00:00Z" },
    "/commitment_date wrong_type: RFC 3339",
  ],
  [
    "seconds since the epoch",
    "POST sale.order",
    { partner_id, date_order: 1795255200 },
    "/date_order wrong_type: RFC 3339",
  ],
  [
    "a European day",
    "POST sale.order",
    { partner_id, validity_date: "21.11.2026" },
    "/validity_date wrong_type: a date such as",
  ],
  [
    "an American day",
    "POST sale.order",
    { partner_id, validity_date: "11/21/2026" },
    "/validity_date wrong_type: a date such as",
  ],
  [
    "a day that is none",
    "POST sale.order",
    { partner_id, validity_date: "2026-02-29" },
    "/validity_date wrong_type: a date such as",
  ],
  [
    "a day with a time",
    "PATCH sale.order/@order",
    { validity_date: "2026-11-21 10:00:00" },
    "/validity_date wrong_type: a date such as",
  ],
  [
    "a reference as a number",
    "POST sale.order",
    { partner_id, client_order_ref: 4711 },
    "/client_order_ref wrong_type: text",
  ],
  ["a currency by its code", "POST sale.order", { partner_id, pricelist_id: "EUR" }, "/pricelist_id wrong_type: an id"],
  [
    "a misspelt field",
    "POST sale.order",
    { partner_id, order_lines: [] },
    "/order_lines unknown_field: Did you mean order_line?",
  ],
  [
    "a picking policy that is none",
    "POST sale.order",
    { partner_id, picking_policy: "partial" },
    "/picking_policy invalid_selection_value: direct",
  ],
  [
    "lines as a list of objects",
    "POST sale.order",
    { partner_id, order_line: [{ product_id: "@product" }] },
    '/order_line/0 x2many_command_syntax: {"create"',
  ],
  [
    "lines in one object",
    "POST sale.order",
    { partner_id, order_line: { product_id: "@product" } },
    "/order_line/product_id x2many_command_syntax: add",
  ],
  [
    "a line's quantity as text",
    "POST sale.order",
    line({ product_id: "@product", product_uom_qty: "2" }),
    "/order_line/create/0/product_uom_qty wrong_type: a number",
  ],
  [
    "a line's price with a comma",
    "POST sale.order",
    line({ product_id: "@product", price_unit: "9,50" }),
    "/order_line/create/0/price_unit wrong_type: a number",
  ],
  [
    "a line's product by its code",
    "POST sale.order",
    line({ product_id: "SKU-1" }),
    "/order_line/create/0/product_id wrong_type: key fields",
  ],
  [
    "a line's product that nobody has",
    "POST sale.order",
    line({ product_id: { default_code: "NO-SUCH-SKU" } }),
    "/order_line/create/0/product_id invalid_relation_id: product.product",
  ],
  [
    "a line's product that is gone",
    "POST sale.order",
    line({ product_id: 99999999 }),
    "/order_line/create/0/product_id invalid_relation_id: product.product",
  ],
  [
    "a line's total",
    "POST sale.order",
    line({ product_id: "@product", price_subtotal: 20 }),
    "/order_line/create/0/price_subtotal readonly_field: price_subtotal",
  ],
  [
    "a line's misspelt quantity",
    "POST sale.order",
    line({ product_id: "@product", quantity: 2 }),
    "/order_line/create/0/quantity unknown_field: GET /v1/models/sale.order.line",
  ],
  [
    "a line's discount in words",
    "POST sale.order",
    line({ product_id: "@product", discount: "10%" }),
    "/order_line/create/0/discount wrong_type: a number",
  ],
  [
    "a section that is none",
    "POST sale.order",
    line({ display_type: "section", name: "A" }),
    "/order_line/create/0/display_type invalid_selection_value: line_section",
  ],
  [
    "a line's foreign order",
    "PATCH sale.order/@order",
    { order_line: { update: [{ id: 99999999, price_unit: 3 }] } },
    "/order_line/update/0/id invalid_relation_id: sale.order.line",
  ],
  [
    "mistakes in head and lines",
    "POST sale.order",
    {
      partner_id: { email: "nobody@example.com" },
      note: 7,
      order_line: { create: [{ product_id: "@product", price_unit: "x" }, { nmae: "y" }] },
    },
    "/partner_id invalid_relation_id: res.partner",
    "/note wrong_type: text",
    "/order_line/create/0/price_unit wrong_type: a number",
    "/order_line/create/1/nmae unknown_field: Did you mean name?",
  ],
  [
    "mistakes of a command's values",
    "POST sale.order",
    {
      partner_id,
      order_line: [
        [0, 0, { product_id: "@product", product_uom_qty: null }],
        [7, 0, 0],
      ],
    },
    "/order_line/0/2/product_uom_qty missing_required_field: product_uom_qty",
    "/order_line/1 x2many_command_syntax: [[6, 0, [1, 2]]]",
  ],
  ["an order that is gone", "PATCH sale.order/99999999", { note: "x" }, "missing_record"],
  ["no customer by key", "PUT sale.order", { note: "x" }, "/partner_id missing_required_field: partner_id"],
  [
    "a line without its order",
    "POST sale.order.line",
    { product_id: "@product" },
    "/order_id missing_required_field: order_id",
  ],
  [
    "a line of an order that is gone",
    "POST sale.order.line",
    { order_id: 99999999, product_id: "@product" },
    "/order_id invalid_relation_id: sale.order",
  ],
  [
    "the quantity delivered in words",
    "PATCH sale.order.line/@line",
    { qty_delivered: "all" },
    "/qty_delivered wrong_type: a number",
  ],
  [
    "the quantity invoiced",
    "PATCH sale.order.line/@line",
    { qty_invoiced: 1 },
    "/qty_invoiced readonly_field: qty_invoiced",
  ],
  [
    "an infinite quantity",
    "PATCH sale.order.line/@line",
    { product_uom_qty: 1e200 },
    "/product_uom_qty out_of_range: digits before the point",
  ],
  ["a sequence with a fraction", "PATCH sale.order.line/@line", { sequence: 1.5 }, "/sequence wrong_type: an integer"],
  ["a method that is not let through", "ACTION sale.order/@spare/unlink", undefined, "action_not_allowed: action_"],
  ["a misspelt method", "ACTION sale.order/@order/action_confirmed", undefined, "action_not_allowed: action_confirm"],
  ["a method of a record that is gone", "ACTION sale.order/99999999/action_confirm", undefined, "missing_record"],
  ["a lead without a name", "POST crm.lead", { email_from: "a@example.com" }, "/name missing_required_field: name"],
  ["a stage by its name", "POST crm.lead", { name: "L", stage_id: "Won" }, "/stage_id wrong_type: an id"],
  ["a type that is none", "POST crm.lead", { name: "L", type: "deal" }, "/type invalid_selection_value: opportunity"],
  [
    "a revenue as text",
    "PATCH crm.lead/@lead",
    { expected_revenue: "1.000,00" },
    "/expected_revenue wrong_type: a number",
  ],
  ["a priority as a number", "POST crm.lead", { name: "L", priority: 2 }, "/priority wrong_type: one of"],
  ["a priority that is none", "PATCH crm.lead/@lead", { priority: "5" }, "/priority invalid_selection_value: Choices"],
  [
    "a closing day in words",
    "PATCH crm.lead/@lead",
    { date_deadline: "next week" },
    "/date_deadline wrong_type: a date such as",
  ],
  ["tags as words", "PATCH crm.lead/@lead", { tag_ids: ["Validation crm tag"] }, "/tag_ids/0 wrong_type: an id"],
  ["a colour of 40 bits", "PATCH crm.lead/@lead", { color: 1099511627776 }, "/color out_of_range: 2147483647"],
  [
    "a country and a state by codes",
    "POST crm.lead",
    { name: "L", country_id: "US", state_id: "CA" },
    "/country_id wrong_type: an id",
    "/state_id wrong_type: an id",
  ],
  [
    "a state that two countries have",
    "POST crm.lead",
    { name: "L", state_id: { code: "CA" } },
    "/state_id ambiguous_relation: an id or an external id",
  ],
  ["a sales tag without a name", "POST crm.tag", { color: 1 }, "/name missing_required_field: name"],
  ["a sales tag's name as a list", "PATCH crm.tag/@crmtag", { name: ["a", "b"] }, "/name wrong_type: text"],
  ["a sales tag's name as a translation", "POST crm.tag", { name: { en_US: "a" } }, "/name wrong_type: text"],
  ["a team without a name", "POST crm.team", { sequence: 1 }, "/name missing_required_field: name"],
  ["a stage's rank as text", "PATCH crm.stage/@stage", { sequence: "1st" }, "/sequence wrong_type: an integer"],
];

const of18: WrongRow[] = [
  [
    "a tax by its rate",
    "POST sale.order",
    line({ product_id: "@product", tax_id: 15 }),
    "/order_line/create/0/tax_id x2many_command_syntax: [1, 2]",
  ],
  [
    "a name of 19's",
    "POST sale.order",
    line({ product_id: "@product", tax_ids: [] }),
    "/order_line/create/0/tax_ids unknown_field: Did you mean tax_id?",
  ],
];

const of19: WrongRow[] = [
  [
    "a tax by its rate",
    "POST sale.order",
    line({ product_id: "@product", tax_ids: 15 }),
    "/order_line/create/0/tax_ids x2many_command_syntax: [1, 2]",
  ],
  [
    "a name of 18's",
    "POST sale.order",
    line({ product_id: "@product", tax_id: [] }),
    "/order_line/create/0/tax_id unknown_field: Did you mean tax_ids?",
  ],
];

export const sales = [...wrongCases(rows), ...wrongCases(of18, 18), ...wrongCases(of19, 19)];
