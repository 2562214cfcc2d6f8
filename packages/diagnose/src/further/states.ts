/**
 * What unlocks a document: by model and the state that it is in. Methods are those of 17.0 to 19.0; where versions
 * differ, the fields that the connected one has tell them apart (sale.order has `locked` since 17.0 and a state
 * `done` before; purchase.order has `locked` since 19.0 and a state `done` before).
 */

export interface Unlocking {
  /** Nothing is locked in this state: what Odoo refused has another reason. */
  readonly open?: boolean;
  /** Holds for this state; absent: for any. */
  readonly state?: string;
  /** Holds where the field has this value. */
  readonly flag?: readonly [field: "locked" | "active", value: boolean];
  /** What the state means, after "is". */
  readonly means: string;
  /** What to do. */
  readonly action: string;
}

const draft = { state: "draft", open: true, means: "a draft", action: "Nothing locks it now: send the call again." };

export const unlockings: Readonly<Record<string, readonly Unlocking[]>> = {
  "sale.order": [
    {
      flag: ["locked", true],
      means: "locked",
      action: "Call action_unlock, change it, and action_lock again; to cancel it: action_unlock, then action_cancel.",
    },
    { state: "done", means: "locked", action: "Call action_unlock, change it, then action_done again." },
    {
      state: "sale",
      means: "confirmed",
      action:
        "Call action_cancel, and action_draft to have a quotation again; quantities and prices of its lines may be written as it is.",
    },
    { state: "cancel", means: "cancelled", action: "Call action_draft: it is a quotation again." },
    { ...draft, means: "a quotation" },
    { state: "sent", open: true, means: "a quotation that was sent", action: "Call action_draft, or action_confirm." },
  ],
  "purchase.order": [
    {
      flag: ["locked", true],
      means: "locked",
      action: "Call button_unlock, then change it, or button_cancel once its receipts and bills are cancelled.",
    },
    {
      state: "done",
      means: "locked",
      action: "Call button_unlock, then change it, or button_cancel once its receipts and bills are cancelled.",
    },
    {
      state: "purchase",
      means: "confirmed",
      action:
        "Call button_cancel (its bills must be cancelled first), then button_draft; quantities may be written as it is.",
    },
    {
      state: "to approve",
      means: "waiting for approval",
      action: "Call button_approve as a purchase manager, or button_cancel.",
    },
    { state: "cancel", means: "cancelled", action: "Call button_draft: it is a request for quotation again." },
    { ...draft, means: "a request for quotation" },
  ],
  "account.move": [
    {
      state: "posted",
      means: "posted",
      action:
        "Make a credit note (account.move.reversal); or, where it is neither paid nor sent nor in a closed period, call button_draft, change it, and action_post again.",
    },
    { state: "cancel", means: "cancelled", action: "Call button_draft: it is a draft again." },
    draft,
  ],
  "account.payment": [
    { state: "posted", means: "posted", action: "Call action_draft, change it, and action_post again." },
    { state: "in_process", means: "posted", action: "Call action_draft, change it, and action_post again." },
    {
      state: "paid",
      means: "paid",
      action: "Call action_draft, change it, and action_post again; or make a payment in the other direction.",
    },
    { state: "canceled", means: "cancelled", action: "Call action_draft: it is a draft again." },
    { state: "cancel", means: "cancelled", action: "Call action_draft: it is a draft again." },
    draft,
  ],
  "stock.picking": [
    {
      state: "done",
      means: "done",
      action:
        "A transfer that is done stays so: make a return (stock.return.picking), and a new transfer where needed.",
    },
    {
      state: "cancel",
      means: "cancelled",
      action: "A cancelled transfer stays so: copy it, or confirm its order again.",
    },
    { state: "assigned", means: "ready", action: "Call do_unreserve to change what is reserved, or action_cancel." },
    draft,
  ],
  "stock.move": [
    {
      state: "done",
      means: "done",
      action: "A move that is done stays so: make a return of its transfer (stock.return.picking).",
    },
    { state: "cancel", means: "cancelled", action: "A cancelled move stays so: make a new one." },
    draft,
  ],
  "mrp.production": [
    { state: "done", means: "done", action: "What is produced stays so: make an unbuild order (mrp.unbuild)." },
    { state: "cancel", means: "cancelled", action: "A cancelled order stays so: copy it." },
    draft,
  ],
  "crm.lead": [
    { flag: ["active", false], means: "lost or archived", action: "Call action_unarchive: it is open again." },
  ],
};

/** A document's name tells its model in a stock Odoo: S00012, P00007, INV/2026/00003, WH/OUT/00004. */
export const documentNames: readonly (readonly [RegExp, string])[] = [
  [/\bS\d{5}\b/, "sale.order"],
  [/\bP\d{5}\b/, "purchase.order"],
  [/\b(?:INV|RINV|BILL|RBILL|MISC|EXCH|CABA)\/\d{4}\/(?:\d{2}\/)?\d{4,6}\b/, "account.move"],
  [/\b[A-Z]{2,5}\/(?:OUT|IN|INT|PICK|PACK|DS)\/\d{5}\b/, "stock.picking"],
];
