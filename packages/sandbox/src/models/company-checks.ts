/** check_company: what a record refers to belongs to its company, or to none. */
import { type Env, modelOf, sudo } from "../orm/env.js";
import { userError } from "../orm/exceptions.js";
import type { Behaviour, Model } from "../orm/model.js";
import { repr } from "../orm/python.js";
import { displayName, fieldValue } from "../orm/value.js";

/** The fields that Odoo declares with check_company, of the models that a client links most. */
const checked: Readonly<Record<string, readonly string[]>> = {
  "account.move": ["journal_id", "partner_id", "partner_shipping_id", "invoice_payment_term_id", "fiscal_position_id"],
  "account.move.line": ["account_id", "partner_id", "product_id", "tax_ids"],
  "account.payment": ["partner_id", "journal_id", "destination_account_id", "outstanding_account_id"],
  "crm.lead": ["user_id", "team_id", "partner_id"],
  "product.template": ["taxes_id", "supplier_taxes_id"],
  "purchase.order": ["partner_id", "payment_term_id", "picking_type_id"],
  "sale.order": [
    ...["partner_id", "partner_invoice_id", "partner_shipping_id", "pricelist_id", "payment_term_id", "user_id"],
    ...["team_id", "warehouse_id", "fiscal_position_id"],
  ],
  "sale.order.line": ["product_id", "tax_id", "tax_ids"],
  "stock.picking": ["partner_id", "location_id", "location_dest_id", "picking_type_id"],
};

const companiesOf = (env: Env, model: Model, id: number): readonly number[] => {
  const name = model.fields.has("company_id") ? "company_id" : "company_ids";
  const value = model.fields.has(name) ? fieldValue(env, model, id, name) : false;
  return typeof value === "number" ? [value] : typeof value === "object" ? value : [];
};

/** Users belong where they may work, anything else to its company or, without one, to all. */
function fits(env: Env, model: Model, id: number, company: number): boolean {
  if (model.name === "res.users") {
    const own = model.table.rows.get(id)?.company_ids;
    return typeof own === "object" && own.includes(company);
  }
  const own = companiesOf(env, model, id);
  return own.length === 0 || own.includes(company);
}

function check(name: string, env: Env, ids: readonly number[]): void {
  const model = modelOf(env, name);
  const inner = sudo(env);
  if (modelOf(env, "res.company").table.rows.size < 2) return;
  const { joint, head, tail } = env.db.profile.says.companies;
  const lines: string[] = [];
  for (const id of ids) {
    const [company] = companiesOf(inner, model, id);
    if (company === undefined) continue;
    for (const fieldName of checked[name] ?? []) {
      const field = model.fields.get(fieldName);
      const comodel = field?.relation ? env.db.models.get(field.relation) : undefined;
      if (!field || !comodel) continue;
      const value = fieldValue(inner, model, id, fieldName);
      const linked = typeof value === "number" ? [value] : typeof value === "object" ? value : [];
      if (linked.every((other) => fits(inner, comodel, other, company))) continue;
      const values = linked.map((other) => repr(displayName(inner, comodel, other))).join(", ");
      const own = displayName(inner, model, id);
      const where = fieldValue(inner, modelOf(env, "res.company"), company, "display_name");
      lines.push(
        `- “${own}” belongs to company “${where}” ${joint} “${field.string}” (${fieldName}: ${values}) belongs to another company.`,
      );
    }
  }
  if (lines.length === 0) return;
  throw userError([head, ...lines.slice(0, 5), ...tail].join("\n"));
}

/** The behaviours with the check where Odoo has it. */
export function withCompanyChecks(behaviours: readonly Behaviour[]): readonly Behaviour[] {
  return behaviours.map((own) => {
    const fields = Object.hasOwn(checked, own.model) ? checked[own.model] : undefined;
    if (!fields) return own;
    const rule = {
      fields: [...fields, "company_id"],
      check: (env: Env, ids: readonly number[]) => check(own.model, env, ids),
    };
    return { ...own, constraints: [...(own.constraints ?? []), rule] };
  });
}
