/** Documents in a state that forbids what is asked: refused before the call, with the action that would help. */
import { type WrongRow, wrongCases } from "../table.js";

const nothing = undefined;
const partner_id = "@other";

const rows: WrongRow[] = [
  ["deleting a confirmed order", "DELETE sale.order/@confirmed", nothing, "record_state_conflict: action_cancel"],
  ["deleting a locked order", "DELETE sale.order/@locked", nothing, "record_state_conflict: action_cancel"],
  [
    "a line's price of a locked order",
    "PATCH sale.order/@locked",
    { order_line: { update: [{ id: "@lockedline", price_unit: 1 }] } },
    "/order_line/update/0/price_unit record_state_conflict: action_unlock",
  ],
  [
    "a line's quantity of a locked order, by itself",
    "PATCH sale.order.line/@lockedline",
    { product_uom_qty: 9 },
    "/product_uom_qty record_state_conflict: action_unlock",
  ],
  [
    "a line for a locked order",
    "PATCH sale.order/@locked",
    { order_line: { create: [{ product_id: "@product" }] } },
    "/order_line record_state_conflict: action_unlock",
  ],
  [
    "a line for a locked order, by itself",
    "POST sale.order.line",
    { order_id: "@locked", product_id: "@product" },
    "/order_id record_state_conflict: action_unlock",
  ],
  [
    "a line taken from a confirmed order",
    "PATCH sale.order/@confirmed",
    { order_line: { delete: ["@confirmedline"] } },
    "/order_line/delete record_state_conflict: product_uom_qty to 0",
  ],
  [
    "a line of a confirmed order deleted by itself",
    "DELETE sale.order.line/@confirmedline",
    nothing,
    "record_state_conflict: product_uom_qty to 0",
  ],
  [
    "a line taken from a confirmed order by Odoo's command",
    "PATCH sale.order/@confirmed",
    { order_line: [[2, "@confirmedline", 0]] },
    "/order_line/0 record_state_conflict: product_uom_qty to 0",
  ],
  [
    "confirming what is confirmed",
    "ACTION sale.order/@confirmed/action_confirm",
    nothing,
    "record_state_conflict: Nothing needs to be done",
  ],
  [
    "a quotation of what is confirmed",
    "ACTION sale.order/@confirmed/action_draft",
    nothing,
    "record_state_conflict: action_cancel",
  ],
  [
    "cancelling a locked order",
    "ACTION sale.order/@locked/action_cancel",
    nothing,
    "record_state_conflict: action_unlock",
  ],
  [
    "confirming a cancelled order",
    "ACTION sale.order/@cancelled/action_confirm",
    nothing,
    "record_state_conflict: action_draft",
  ],
  [
    "a line for a cancelled order",
    "PATCH sale.order/@cancelled",
    { order_line: { create: [{ product_id: "@product" }] } },
    "/order_line record_state_conflict: action_draft",
  ],
  [
    "the day of a posted invoice",
    "PATCH account.move/@posted",
    { invoice_date: "2020-01-01" },
    "/invoice_date record_state_conflict: button_draft",
  ],
  [
    "the customer of a posted invoice",
    "PATCH account.move/@posted",
    { partner_id },
    "/partner_id record_state_conflict: credit note",
  ],
  [
    "a line of a posted invoice",
    "PATCH account.move/@posted",
    { invoice_line_ids: { update: [{ id: "@postedline", price_unit: 1 }] } },
    "/invoice_line_ids/update/0/price_unit record_state_conflict: button_draft",
    "/invoice_line_ids record_state_conflict: credit note",
  ],
  [
    "a debit of a posted invoice",
    "PATCH account.move.line/@postedline",
    { debit: 1 },
    "/debit record_state_conflict: button_draft",
  ],
  [
    "a price of a posted invoice, by itself",
    "PATCH account.move.line/@postedline",
    { price_unit: 1 },
    "/price_unit record_state_conflict: credit note",
  ],
  ["deleting a posted invoice", "DELETE account.move/@booked", nothing, "record_state_conflict: button_draft"],
  [
    "deleting a line of a posted invoice",
    "DELETE account.move.line/@bookedline",
    nothing,
    "record_state_conflict: button_draft",
  ],
  [
    "a line for a posted invoice",
    "POST account.move.line",
    { move_id: "@posted", name: "More" },
    "/move_id record_state_conflict: button_draft",
  ],
  [
    "posting what is posted",
    "ACTION account.move/@posted/action_post",
    nothing,
    "record_state_conflict: Nothing needs to be done",
  ],
  [
    "a draft of what is a draft",
    "ACTION account.move/@invoice/button_draft",
    nothing,
    "record_state_conflict: Nothing needs to be done",
  ],
  [
    "deleting a purchase that was sent",
    "DELETE purchase.order/@purchase",
    nothing,
    "record_state_conflict: button_cancel",
  ],
  [
    "deleting a confirmed purchase",
    "DELETE purchase.order/@purchased",
    nothing,
    "record_state_conflict: button_cancel",
  ],
  [
    "a line taken from a confirmed purchase",
    "PATCH purchase.order/@purchased",
    { order_line: { delete: ["@purchasedline"] } },
    "/order_line/delete record_state_conflict: product_qty to 0",
  ],
  [
    "a draft of a confirmed purchase",
    "ACTION purchase.order/@purchased/button_draft",
    nothing,
    "record_state_conflict: button_cancel",
  ],
  [
    "a place of a done transfer",
    "PATCH stock.picking/@done",
    { location_dest_id: "@stock" },
    "/location_dest_id record_state_conflict: return",
  ],
  ["cancelling a done transfer", "ACTION stock.picking/@done/action_cancel", nothing, "record_state_conflict: return"],
  ["deleting a done transfer", "DELETE stock.picking/@done", nothing, "record_state_conflict: return"],
  [
    "a state and a mistake at once",
    "PATCH account.move/@posted",
    { invoice_date: "2020-01-01", ref: 7 },
    "/invoice_date record_state_conflict: button_draft",
    "/ref wrong_type: text",
  ],
];

export const states = wrongCases(rows);
