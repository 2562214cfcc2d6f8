/** Button methods that the gateway passes on: those that move a document through its life, of Odoo's own modules (16 to 19). */
const defaultActions: Readonly<Record<string, readonly string[]>> = {
  "*": ["action_archive", "action_unarchive"],
  "sale.order": [
    "action_confirm",
    "action_cancel",
    "action_draft",
    "action_lock",
    "action_unlock",
    "action_quotation_sent",
  ],
  "purchase.order": [
    "button_confirm",
    "button_approve",
    "button_cancel",
    "button_draft",
    "button_done",
    "button_unlock",
  ],
  "stock.picking": ["action_confirm", "action_assign", "button_validate", "action_cancel", "do_unreserve"],
  "account.move": ["action_post", "button_draft", "button_cancel"],
  "crm.lead": ["action_set_won", "action_set_lost"],
};

/** The default list with a configuration's additions. */
export function withDefaultActions(
  more: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> {
  const all: Record<string, readonly string[]> = { ...defaultActions };
  for (const [model, methods] of Object.entries(more))
    all[model] = [...new Set([...(defaultActions[model] ?? []), ...methods])];
  return all;
}
