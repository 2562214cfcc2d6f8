/**
 * Fields of Odoo's own modules that only some groups see (recorded from 18.0 and 19.0, users' models left to base.group_user
 * aside): fields_get leaves them out for everybody else, so that they look unknown.
 */

const invoicing = "Invoicing, or Show Accounting Features - Readonly";
const sales = "Sales / User: Own Documents Only";
const purchases = "Purchase / User";
const inventory = "Inventory / Administrator";
const settings = "Administration / Settings";
const accessRights = "Administration / Access Rights";

const partner = {
  account_move_count: invoicing,
  credit: invoicing,
  credit_limit: invoicing,
  credit_to_invoice: invoicing,
  debit: invoicing,
  is_in_call: settings,
  opportunity_count: sales,
  purchase_order_count: purchases,
  sale_order_count: sales,
  show_credit_limit: invoicing,
  signup_type: accessRights,
  total_invoiced: invoicing,
  use_partner_credit_limit: invoicing,
} as const;

const hidden: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "res.partner": partner,
  "res.users": { ...partner, presence_ids: settings },
  "sale.order": {
    authorized_transaction_ids: invoicing,
    purchase_order_count: purchases,
    tag_ids: sales,
    transaction_ids: invoicing,
  },
  "purchase.order": { has_sale_order: sales, sale_order_count: sales },
  "account.move": {
    invoice_has_outstanding: invoicing,
    invoice_outstanding_credits_debits_widget: invoicing,
    invoice_payments_widget: invoicing,
    partner_credit_warning: invoicing,
  },
  "stock.quant": { currency_id: inventory, inventory_quantity_auto_apply: inventory, value: inventory },
  "mail.message": {
    link_preview_ids: accessRights,
    mail_ids: settings,
    message_link_preview_ids: accessRights,
    reaction_ids: settings,
    tracking_value_ids: settings,
  },
};

/** The groups that see the field, when it is one that Odoo hides from others. */
export function groupsThatSee(model: string, field: string): string | undefined {
  const fields = Object.hasOwn(hidden, model) ? hidden[model] : undefined;
  return fields !== undefined && Object.hasOwn(fields, field) ? fields[field] : undefined;
}
