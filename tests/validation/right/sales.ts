/** Quotations with lines in every form, moments with every zone; leads. */
import { type RightRow, rightCases } from "../right-table.js";

const partner_id = "@partner";
const one = { length: 1 };
const line = (values: object) => ({ partner_id, order_line: { create: [values] } });

const rows: RightRow[] = [
  ["a customer alone", "POST sale.order", { partner_id }],
  ["a customer by reference", "POST sale.order", { partner_id: { ref: "VAL-1" } }, { partner_id }],
  [
    "a customer as it was read",
    "POST sale.order",
    { partner_id: { id: "@partner", name: "Validation Ann" } },
    { partner_id },
  ],
  ["addresses", "POST sale.order", { partner_id, partner_invoice_id: "@company", partner_shipping_id: "@other" }],
  ["a reference", "POST sale.order", { partner_id, client_order_ref: "PO-2026/0815" }],
  ["a moment in UTC", "POST sale.order", { partner_id, date_order: "2026-11-21T10:00:00Z" }],
  [
    "a moment in another zone",
    "POST sale.order",
    { partner_id, date_order: "2026-11-21T10:00:00+01:00" },
    { date_order: "2026-11-21T09:00:00Z" },
  ],
  [
    "a moment west of Greenwich",
    "POST sale.order",
    { partner_id, date_order: "2026-11-21T22:30:00-05:00" },
    { date_order: "2026-11-22T03:30:00Z" },
  ],
  [
    "a zone of half an hour",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21T10:00:00+05:30" },
    { commitment_date: "2026-11-21T04:30:00Z" },
  ],
  [
    "over the year's end",
    "POST sale.order",
    { partner_id, commitment_date: "2026-12-31T23:30:00-01:00" },
    { commitment_date: "2027-01-01T00:30:00Z" },
  ],
  [
    "fractions of a second",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21T10:00:00.123Z" },
    { commitment_date: "2026-11-21T10:00:00Z" },
  ],
  [
    "microseconds",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21T10:00:00.123456+00:00" },
    { commitment_date: "2026-11-21T10:00:00Z" },
  ],
  [
    "Odoo's own form",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21 10:00:00" },
    { commitment_date: "2026-11-21T10:00:00Z" },
  ],
  [
    "a space for the T",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21 10:00:00Z" },
    { commitment_date: "2026-11-21T10:00:00Z" },
  ],
  [
    "small letters",
    "POST sale.order",
    { partner_id, commitment_date: "2026-11-21t10:00:00z" },
    { commitment_date: "2026-11-21T10:00:00Z" },
  ],
  [
    "a leap second",
    "POST sale.order",
    { partner_id, commitment_date: "2016-12-31T23:59:60Z" },
    { commitment_date: "2017-01-01T00:00:00Z" },
  ],
  ["a leap day", "POST sale.order", { partner_id, validity_date: "2028-02-29" }],
  ["a day", "POST sale.order", { partner_id, validity_date: "2026-12-31" }],
  ["a day of long ago", "POST sale.order", { partner_id, commitment_date: "1999-12-31T23:59:59Z" }],
  ["no moment", "PATCH sale.order/@order", { commitment_date: null }],
  [
    "false for a moment, as Odoo gives it",
    "PATCH sale.order/@order",
    { commitment_date: false },
    { commitment_date: null },
  ],
  ["a note", "POST sale.order", { partner_id, note: "<p>Leave at the <em>door</em></p>" }],
  ["a picking policy", "POST sale.order", { partner_id, picking_policy: "one" }],
  ["a line", "POST sale.order", line({ product_id: "@product" }), { order_line: one }],
  ["a line's quantity", "POST sale.order", line({ product_id: "@product", product_uom_qty: 3 }), { order_line: one }],
  [
    "a line's quantity of fractions",
    "POST sale.order",
    line({ product_id: "@product", product_uom_qty: 0.5 }),
    { order_line: one },
  ],
  [
    "a line's quantity of zero",
    "POST sale.order",
    line({ product_id: "@product", product_uom_qty: 0 }),
    { order_line: one },
  ],
  [
    "a line that is taken back",
    "POST sale.order",
    line({ product_id: "@product", product_uom_qty: -1 }),
    { order_line: one },
  ],
  [
    "a line's price",
    "POST sale.order",
    line({ product_id: "@product", price_unit: 19.99, discount: 5 }),
    { order_line: one },
  ],
  [
    "a line that costs nothing",
    "POST sale.order",
    line({ product_id: "@product", price_unit: 0 }),
    { order_line: one },
  ],
  [
    "a line by product code",
    "POST sale.order",
    line({ product_id: { name: "Validation product" } }),
    { order_line: one },
  ],
  [
    "a section and a note",
    "POST sale.order",
    {
      partner_id,
      order_line: {
        create: [
          { display_type: "line_section", name: "Goods" },
          { display_type: "line_note", name: "Fragile" },
        ],
      },
    },
    { order_line: { length: 2 } },
  ],
  [
    "lines by Odoo's commands",
    "POST sale.order",
    {
      partner_id,
      order_line: [
        [0, 0, { product_id: "@product" }],
        [0, 0, { product_id: "@product", name: "Again" }],
      ],
    },
    { order_line: { length: 2 } },
  ],
  [
    "a line's own words",
    "POST sale.order",
    line({ product_id: "@product", name: "Blue,\nlarge" }),
    { order_line: one },
  ],
  ["a line's unit", "POST sale.order", line({ product_id: "@product", customer_lead: 3 }), { order_line: one }],
  [
    "a line changed",
    "PATCH sale.order/@order",
    { order_line: { update: [{ id: "@line", product_uom_qty: 5 }] } },
    { order_line: one },
  ],
  [
    "a line added",
    "PATCH sale.order/@order",
    { order_line: { create: [{ product_id: "@product", name: "More" }] } },
    { order_line: { length: 2 } },
  ],
  ["tags on the way", "POST sale.order", { partner_id, tag_ids: ["@crmtag"] }],
  ["by key with a line", "PUT sale.order", line({ product_id: "@product", product_uom_qty: 2 }), { order_line: one }],
  ["a line by itself", "POST sale.order.line", { order_id: "@order", product_id: "@product", product_uom_qty: 2 }],
  ["a line's quantity later", "PATCH sale.order.line/@line", { product_uom_qty: 7.25 }],
  ["a line's rank", "PATCH sale.order.line/@line", { sequence: 5 }],
  ["a line's price later", "PATCH sale.order.line/@line", { price_unit: 8.5 }],
  ["the quantity delivered by hand", "PATCH sale.order.line/@line", { name: "Validation product, changed" }],
  ["a lead", "POST crm.lead", { name: "Validation lead right" }],
  ["an opportunity", "POST crm.lead", { name: "Validation lead right", type: "opportunity", expected_revenue: 1250.5 }],
  ["a lead of a partner", "POST crm.lead", { name: "Validation lead right", partner_id: "@partner" }],
  [
    "a lead's stage by name",
    "POST crm.lead",
    { name: "Validation lead right", type: "opportunity", stage_id: "@stage" },
  ],
  ["a lead's priority", "POST crm.lead", { name: "Validation lead right", priority: "2" }],
  ["a lead's day", "POST crm.lead", { name: "Validation lead right", date_deadline: "2026-12-24" }],
  ["a lead's probability", "POST crm.lead", { name: "Validation lead right", probability: 12.5 }],
  [
    "a lead's tags",
    "POST crm.lead",
    { name: "Validation lead right", tag_ids: { add: ["@crmtag"] } },
    { tag_ids: ["@crmtag"] },
  ],
  ["a lead's words", "POST crm.lead", { name: "Validation lead right", description: "<p>Wants <b>more</b></p>" }],
  [
    "a lead's address",
    "POST crm.lead",
    { name: "Validation lead right", street: "Main street 1", zip: "1000", country_id: { code: "BE" } },
    { country_id: "@country" },
  ],
  ["a lead emptied", "PATCH crm.lead/@lead", { date_deadline: null, expected_revenue: 0 }],
  ["a lead by key", "PUT crm.lead", { name: "Validation lead right", email_from: "a@example.com" }],
  ["a sales tag", "POST crm.tag", { name: "Validation right sales tag", color: 2 }],
  ["a team", "POST crm.team", { name: "Validation right team" }],
];

export const sales = rightCases(rows);
