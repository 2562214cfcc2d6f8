/**
 * What the state of a document forbids, model by model: tried on Odoo 18.0 and 19.0 over RPC (hr and project: read in
 * the source of 18.0), and named before the call. Refused is what Odoo refuses, and what it takes in silence
 * and spoils (a debit written to a line of a posted invoice leaves an invoice that does not balance). What users change
 * on a confirmed document every day (references, addresses, quantities of an unlocked order) passes.
 *
 * A rule holds while every field of `when` has one of its values. `write` names fields of the document, `lines` what
 * happens to its lines, through the document or by themselves. Values that the record has already are no change,
 * and are left out of the call instead, for Odoo refuses them all the same. project.task and project.project are not
 * here: no state of theirs forbids anything (what forbids is timesheets, which Odoo names itself).
 */

export interface StateRule {
  readonly when: Readonly<Record<string, readonly unknown[]>>;
  /** The state in a word, for people. */
  readonly is: string;
  readonly write?: readonly string[];
  readonly lines?: {
    readonly write?: readonly string[];
    readonly create?: true;
    readonly delete?: true;
    /** Lines with one of these fields set may be deleted all the same. */
    readonly except?: readonly string[];
  };
  readonly delete?: true;
  readonly actions?: readonly string[];
  /** What Odoo does with it. */
  readonly because: string;
  /** What helps; `{id}` is the document's id, `{model}` its model. */
  readonly remedy: string;
}

export interface DocumentRules {
  /** Fields of the document that its rules look at. */
  readonly state: readonly string[];
  /** The document's lines: its fields that show them (`all`: all of them), their model, the line's link back. */
  readonly lines?: {
    readonly fields: readonly string[];
    readonly all: string;
    readonly model: string;
    readonly link: string;
  };
  readonly rules: readonly StateRule[];
}

const press = (method: string) => `POST /v1/records/{model}/{id}/actions/${method}`;

const saleLine = [
  "product_id",
  "name",
  "price_unit",
  "product_uom",
  "product_uom_id",
  "product_uom_qty",
  "tax_id",
  "tax_ids",
  "analytic_distribution",
  "discount",
];

const saleOrder: DocumentRules = {
  state: ["state", "locked"],
  lines: { fields: ["order_line"], all: "order_line", model: "sale.order.line", link: "order_id" },
  rules: [
    {
      when: { state: ["sale", "done"] },
      is: "confirmed",
      write: ["pricelist_id"],
      because: "Odoo does not change the pricelist of a confirmed order",
      remedy: `Cancel the order and set it back to a quotation first: ${press("action_cancel")}, then action_draft.`,
    },
    {
      when: { state: ["sent", "sale", "done"] },
      is: "sent or confirmed",
      delete: true,
      because: "Odoo deletes quotations and cancelled orders only",
      remedy: `Cancel it first: ${press("action_cancel")}.`,
    },
    {
      when: { state: ["sale", "done"] },
      is: "confirmed",
      lines: { delete: true, except: ["display_type", "is_downpayment"] },
      because: "Odoo does not remove lines of a confirmed order",
      remedy: "Set the line's product_uom_qty to 0 instead.",
    },
    {
      when: { locked: [true], state: ["sale", "done"] },
      is: "locked",
      lines: { write: saleLine, create: true },
      actions: ["action_cancel"],
      because: "the lines of a locked order are fixed (Odoo 18 and 19 would add new ones in silence)",
      remedy: `Unlock it first: ${press("action_unlock")}`,
    },
    {
      when: { state: ["done"] },
      is: "locked",
      lines: { write: saleLine, create: true },
      actions: ["action_cancel"],
      because: "the lines of a locked order are fixed",
      remedy: `Unlock it first: ${press("action_unlock")}`,
    },
    {
      when: { state: ["cancel"] },
      is: "cancelled",
      lines: { write: ["product_id", "product_uom_qty", "price_unit"], create: true },
      actions: ["action_confirm", "action_quotation_sent"],
      because: "nothing would be delivered or invoiced of it (Odoo takes lines of a cancelled order in silence)",
      remedy: `Set it back to a quotation first: ${press("action_draft")}`,
    },
    {
      when: { state: ["sale", "done"] },
      is: "confirmed",
      actions: ["action_confirm", "action_quotation_sent"],
      because: "it is confirmed already",
      remedy: "Nothing needs to be done.",
    },
    {
      when: { state: ["sale", "done"] },
      is: "confirmed",
      actions: ["action_draft"],
      because: "Odoo answers true and changes nothing unless the order is cancelled or sent",
      remedy: `Cancel it first: ${press("action_cancel")}`,
    },
  ],
};

const accountMove: DocumentRules = {
  state: ["state"],
  lines: { fields: ["invoice_line_ids", "line_ids"], all: "line_ids", model: "account.move.line", link: "move_id" },
  rules: [
    {
      when: { state: ["posted"] },
      is: "posted",
      write: [
        "invoice_line_ids",
        "line_ids",
        "invoice_date",
        "date",
        "partner_id",
        "partner_bank_id",
        "invoice_payment_term_id",
        "currency_id",
        "fiscal_position_id",
        "invoice_cash_rounding_id",
        "journal_id",
        "move_type",
      ],
      because:
        "Odoo does not change these of a posted entry (the type it would change in silence, and the books with it)",
      remedy: `Set it back to draft first, ${press("button_draft")}, or reverse it with a credit note.`,
    },
    {
      when: { state: ["posted"] },
      is: "posted",
      lines: {
        write: [
          "account_id",
          "amount_currency",
          "balance",
          "credit",
          "currency_id",
          "debit",
          "discount",
          "move_id",
          "partner_id",
          "price_unit",
          "product_id",
          "product_uom_id",
          "quantity",
          "tax_ids",
        ],
        create: true,
        delete: true,
      },
      because: "the books are closed on it (Odoo would take most of this in silence and leave totals that do not fit)",
      remedy: `Set it back to draft first, ${press("button_draft")}, or reverse it with a credit note.`,
    },
    {
      when: { state: ["posted"] },
      is: "posted",
      delete: true,
      because: "Odoo does not delete posted entries",
      remedy: `Set it back to draft first, ${press("button_draft")}, or reverse it with a credit note.`,
    },
    {
      when: { state: ["posted"] },
      is: "posted",
      actions: ["action_post"],
      because: "it is posted already",
      remedy: "Nothing needs to be done.",
    },
    {
      when: { state: ["cancel"] },
      is: "cancelled",
      actions: ["action_post", "button_cancel"],
      because: "Odoo does this to drafts only",
      remedy: `Set it back to draft first: ${press("button_draft")}`,
    },
    {
      when: { state: ["draft"] },
      is: "a draft",
      actions: ["button_draft"],
      because: "it is a draft already",
      remedy: "Nothing needs to be done.",
    },
  ],
};

const transferReturn = "Make a return for it in Odoo (wizard stock.return.picking); what is done is not undone.";

const stockPicking: DocumentRules = {
  state: ["state"],
  lines: {
    fields: ["move_ids", "move_ids_without_package", "move_line_ids", "move_line_ids_without_package"],
    all: "move_ids",
    model: "stock.move",
    link: "picking_id",
  },
  rules: [
    {
      when: { state: ["done"] },
      is: "done",
      write: ["picking_type_id", "location_id", "location_dest_id", "scheduled_date"],
      lines: {
        write: ["product_id", "product_uom", "product_uom_qty", "location_id", "location_dest_id", "picking_id"],
        create: true,
        delete: true,
      },
      because: "the goods have moved (a new move would make a draft of it, in silence)",
      remedy: transferReturn,
    },
    {
      when: { state: ["done"] },
      is: "done",
      delete: true,
      actions: ["action_confirm", "action_assign", "action_cancel", "do_unreserve"],
      because: "the goods have moved",
      remedy: transferReturn,
    },
    {
      when: { state: ["cancel"] },
      is: "cancelled",
      write: ["picking_type_id", "scheduled_date"],
      lines: { write: ["quantity", "quantity_done", "product_uom_qty"], create: true },
      actions: ["action_assign", "button_validate"],
      because: "Odoo delivers nothing of a cancelled transfer",
      remedy: "Create a new transfer.",
    },
  ],
};

const purchaseLine = [
  "product_id",
  "product_qty",
  "price_unit",
  "product_uom",
  "product_uom_id",
  "taxes_id",
  "tax_ids",
  "discount",
];

const purchaseOrder: DocumentRules = {
  state: ["state", "locked"],
  lines: { fields: ["order_line"], all: "order_line", model: "purchase.order.line", link: "order_id" },
  rules: [
    {
      when: { state: ["draft", "sent", "to approve", "purchase", "done"] },
      is: "not cancelled",
      delete: true,
      because: "Odoo deletes cancelled purchase orders only",
      remedy: `Cancel it first: ${press("button_cancel")}`,
    },
    {
      when: { state: ["purchase", "done"] },
      is: "confirmed",
      lines: { delete: true, except: ["display_type"] },
      because: "Odoo does not remove lines of a confirmed purchase order",
      remedy: "Set the line's product_qty to 0 instead.",
    },
    {
      when: { state: ["purchase", "done"] },
      is: "confirmed",
      actions: ["button_draft"],
      because: "Odoo would make a draft of it in silence and leave its receipts as they are",
      remedy: `Cancel it first: ${press("button_cancel")}`,
    },
    {
      when: { state: ["done"] },
      is: "locked",
      lines: { write: purchaseLine, create: true },
      actions: ["button_cancel"],
      because: "it was locked so that nobody changes it (Odoo would, in silence)",
      remedy: `Unlock it first: ${press("button_unlock")}`,
    },
    {
      when: { locked: [true], state: ["purchase"] },
      is: "locked",
      lines: { write: purchaseLine, create: true },
      actions: ["button_cancel"],
      because: "it was locked so that nobody changes it (Odoo would, in silence)",
      remedy: `Unlock it first: ${press("button_unlock")}`,
    },
    {
      when: { state: ["cancel"] },
      is: "cancelled",
      lines: { write: ["product_id", "product_qty", "price_unit"], create: true },
      actions: ["button_confirm", "button_approve"],
      because: "nothing would be received of it (Odoo takes it in silence)",
      remedy: `Set it back to draft first: ${press("button_draft")}`,
    },
  ],
};

/** hr of Odoo 18.0, from its source. */
const leave: DocumentRules = {
  state: ["state"],
  rules: [
    {
      when: { state: ["validate", "refuse"] },
      is: "approved or refused",
      delete: true,
      because: "Odoo deletes time off that waits for approval or is cancelled only",
      remedy: "Cancel it in Odoo first (wizard hr.holidays.cancel.leave), or refuse it: action_refuse.",
    },
  ],
};

const expense: DocumentRules = {
  state: ["state"],
  rules: [
    {
      when: { state: ["approved", "posted", "in_payment", "paid", "done"] },
      is: "approved or posted",
      delete: true,
      because: "Odoo does not delete approved or posted expenses",
      remedy: "Set its report back to draft first.",
    },
  ],
};

const expenseSheet: DocumentRules = {
  state: ["state"],
  rules: [
    {
      when: { state: ["post", "done"] },
      is: "posted or paid",
      delete: true,
      because: "Odoo does not delete posted or paid expense reports",
      remedy: "Reverse its journal entry first.",
    },
  ],
};

const documents: Readonly<Record<string, DocumentRules>> = {
  "sale.order": saleOrder,
  "account.move": accountMove,
  "stock.picking": stockPicking,
  "purchase.order": purchaseOrder,
  "hr.leave": leave,
  "hr.expense": expense,
  "hr.expense.sheet": expenseSheet,
};

/** The rules of a document's model. */
export function documentRules(model: string): DocumentRules | undefined {
  return Object.hasOwn(documents, model) ? documents[model] : undefined;
}

/** The document that a model's records are lines of. */
export function documentOfLine(
  model: string,
): { readonly document: string; readonly rules: DocumentRules } | undefined {
  return lineModels.get(model);
}

const lineModels = new Map(
  Object.entries(documents).flatMap(([document, rules]) =>
    rules.lines === undefined ? [] : [[rules.lines.model, { document, rules }] as const],
  ),
);
