/** Names that versions of Odoo changed, and what took their place; those that people still send. Facts of 8.0 to 20. */

interface Renamed {
  /** What to use now. */
  readonly now: string;
  /** The first version without the old name. */
  readonly since: string;
}

/** Models by their old name. */
export const renamedModels: Readonly<Record<string, Renamed>> = {
  "account.invoice": { now: "account.move", since: "13.0" },
  "account.invoice.line": { now: "account.move.line", since: "13.0" },
  "account.invoice.tax": { now: "account.move.line", since: "13.0" },
  "account.voucher": { now: "account.move", since: "13.0" },
  "product.uom": { now: "uom.uom", since: "12.0" },
  "product.uom.categ": { now: "uom.category", since: "12.0" },
  "uom.category": { now: "uom.uom", since: "19.0" },
  "hr.holidays": { now: "hr.leave", since: "12.0" },
  "hr.holidays.status": { now: "hr.leave.type", since: "12.0" },
  "stock.production.lot": { now: "stock.lot", since: "16.0" },
  "stock.pack.operation": { now: "stock.move.line", since: "11.0" },
  "stock.inventory": { now: "stock.quant", since: "15.0" },
  "payment.acquirer": { now: "payment.provider", since: "16.0" },
  "mail.channel": { now: "discuss.channel", since: "17.0" },
  "mail.channel.partner": { now: "discuss.channel.member", since: "17.0" },
};

/** Fields by model and old name; suggested only where the connected Odoo has the new one. */
export const renamedFields: Readonly<Record<string, readonly string[]>> = {
  "res.users.groups_id": ["group_ids"],
  "res.groups.users": ["user_ids"],
  "product.template.detailed_type": ["type"],
  "product.product.detailed_type": ["type"],
  "product.template.uom_po_id": ["uom_id"],
  "sale.order.line.product_uom": ["product_uom_id"],
  "sale.order.line.tax_id": ["tax_ids"],
  "purchase.order.line.product_uom": ["product_uom_id"],
  "purchase.order.line.taxes_id": ["tax_ids"],
  "stock.move.quantity_done": ["quantity"],
  "stock.move.name": ["description_picking"],
  "stock.move.line.qty_done": ["quantity"],
  "account.move.type": ["move_type"],
  "account.move.number": ["name"],
  "account.move.date_invoice": ["invoice_date"],
  "account.move.date_due": ["invoice_date_due"],
  "account.payment.communication": ["memo", "ref"],
  "account.payment.ref": ["memo"],
  "account.payment.payment_date": ["date"],
  "sale.order.confirmation_date": ["date_order"],
  "res.partner.customer": ["customer_rank"],
  "res.partner.supplier": ["supplier_rank"],
  "res.partner.mobile": ["phone"],
  "res.partner.image": ["image_1920"],
};

/** Methods by their old name; `model` where only that model's is meant. */
export const renamedMethods: readonly (Renamed & { readonly method: string; readonly model?: RegExp })[] = [
  { method: "name_get", now: "read with the field display_name", since: "18.0" },
  { method: "exists", now: "search with [['id', 'in', ids]]", since: "19.0" },
  { method: "browse", now: "read (browse exists inside Odoo only)", since: "19.0" },
  { method: "fields_view_get", now: "get_views", since: "17.0" },
  { method: "load_views", now: "get_views", since: "16.0" },
  { method: "check_access_rights", now: "has_access(operation)", since: "20.0" },
  { method: "read_group", now: "formatted_read_group", since: "20.0" },
  { method: "action_invoice_open", now: "action_post of account.move", since: "13.0" },
  { method: "invoice_validate", now: "action_post of account.move", since: "13.0" },
  { method: "action_invoice_cancel", now: "button_cancel of account.move", since: "13.0" },
  { method: "action_invoice_draft", now: "button_draft of account.move", since: "13.0" },
  { method: "post", model: /^account\./, now: "action_post", since: "14.0" },
  { method: "action_invoice_create", now: "create_invoices of the wizard sale.advance.payment.inv", since: "13.0" },
  { method: "action_button_confirm", model: /^sale\.order$/, now: "action_confirm", since: "10.0" },
  { method: "action_done", model: /^sale\.order$/, now: "action_lock", since: "17.0" },
  { method: "do_new_transfer", model: /^stock\.picking$/, now: "button_validate", since: "11.0" },
  { method: "action_done", model: /^stock\.picking$/, now: "button_validate", since: "14.0" },
  { method: "button_done", model: /^purchase\.order$/, now: "button_lock", since: "19.0" },
];

/** Modules by the beginning of their models' names, as Apps lists them. */
export const modulesOf: readonly (readonly [prefix: string, module: string, label: string])[] = [
  ["sale.", "sale_management", "Sales"],
  ["crm.", "crm", "CRM"],
  ["purchase.", "purchase", "Purchase"],
  ["stock.", "stock", "Inventory"],
  ["account.", "account", "Invoicing"],
  ["mrp.", "mrp", "Manufacturing"],
  ["project.", "project", "Project"],
  ["hr.leave", "hr_holidays", "Time Off"],
  ["hr.expense", "hr_expense", "Expenses"],
  ["hr.", "hr", "Employees"],
  ["pos.", "point_of_sale", "Point of Sale"],
  ["event.", "event", "Events"],
  ["website", "website", "Website"],
  ["fleet.", "fleet", "Fleet"],
  ["repair.", "repair", "Repairs"],
  ["maintenance.", "maintenance", "Maintenance"],
  ["helpdesk.", "helpdesk", "Helpdesk (Enterprise)"],
  ["quality.", "quality_control", "Quality (Enterprise)"],
  ["planning.", "planning", "Planning (Enterprise)"],
  ["sale.subscription", "sale_subscription", "Subscriptions (Enterprise)"],
  ["uom.", "uom", "Units of measure"],
  ["product.", "product", "Products"],
  ["delivery.", "delivery", "Delivery Costs"],
  ["loyalty.", "loyalty", "Coupons & Loyalty"],
  ["calendar.", "calendar", "Calendar"],
];
