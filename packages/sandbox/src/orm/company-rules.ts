/**
 * The record rules that hold for everybody: what belongs to a company is seen by those who work for it now.
 * The companies are those of the context (allowed_company_ids), or all of the user's own. A child company
 * sees what its parents share (parent_of). With a single company there is nothing to test.
 */
import { type Env, modelOf } from "./env.js";
import type { Model } from "./model.js";
import { fieldValue } from "./value.js";

/** How a model's company is compared; `shared`: what belongs to no company is everybody's. */
interface CompanyRule {
  readonly field: "company_id" | "company_ids";
  readonly shared?: true;
  /** Also what belongs to a parent of the company. */
  readonly parents?: true;
}

const strict: CompanyRule = { field: "company_id" };
const shared: CompanyRule = { field: "company_id", shared: true };
const inherited: CompanyRule = { field: "company_id", parents: true };
const sharedInherited: CompanyRule = { field: "company_id", shared: true, parents: true };

const companyRules: Readonly<Record<string, CompanyRule>> = {
  ...Object.fromEntries(
    [
      ...["account.move", "account.move.line", "account.payment", "purchase.order", "purchase.order.line"],
      ...["sale.order", "sale.order.line", "stock.move", "stock.picking", "stock.picking.type", "stock.warehouse"],
    ].map((name) => [name, strict]),
  ),
  ...Object.fromEntries(
    [
      ...["crm.lead", "crm.team", "res.partner.bank", "stock.location", "stock.lot", "stock.move.line"],
      ...["stock.quant", "stock.route", "stock.rule"],
    ].map((name) => [name, shared]),
  ),
  "account.account": { field: "company_ids", parents: true },
  "account.fiscal.position": inherited,
  "account.journal": inherited,
  "account.tax": inherited,
  "account.tax.group": inherited,
  "account.payment.term": sharedInherited,
  "product.pricelist": sharedInherited,
  "product.pricelist.item": sharedInherited,
  "product.supplierinfo": sharedInherited,
  "product.template": sharedInherited,
  "product.product": sharedInherited,
  "res.partner": sharedInherited,
};

/** The companies that the user works for in this call. */
export function companiesOf(env: Env): readonly number[] {
  const { allowed_company_ids: allowed } = env.context;
  if (Array.isArray(allowed) && allowed.length > 0) return allowed.map(Number);
  const own = modelOf(env, "res.users").table.rows.get(env.uid)?.company_ids;
  return typeof own === "object" ? own : [];
}

function withParents(env: Env, companies: readonly number[]): ReadonlySet<number> {
  const { rows } = modelOf(env, "res.company").table;
  const all = new Set(companies);
  for (const id of all) {
    const parent = rows.get(id)?.parent_id;
    if (typeof parent === "number") all.add(parent);
  }
  return all;
}

/** The test of the company rule of a model, or undefined where there is none to apply. */
export function companyTest(env: Env, model: Model): ((id: number) => boolean) | undefined {
  const rule = Object.hasOwn(companyRules, model.name) ? companyRules[model.name] : undefined;
  if (!rule || modelOf(env, "res.company").table.rows.size < 2) return undefined;
  const companies = companiesOf(env);
  const seen = rule.parents ? withParents(env, companies) : new Set(companies);
  const users = modelOf(env, "res.users");
  return (id) => {
    const value = companyValue(env, model, id, rule.field);
    if (value === undefined) return rule.shared === true || isUnset(model, rule.field);
    if (typeof value === "object") return value.some((company) => seen.has(company));
    if (seen.has(Number(value))) return true;
    // The contacts of colleagues are everybody's.
    return (
      model.name === "res.partner" &&
      users.table.find("partner_id", id).some((user) => fieldValue(env, users, user, "share") !== true)
    );
  };
}

/** A company that is kept by another record (a line's order) is looked up there. */
function companyValue(env: Env, model: Model, id: number, name: string) {
  const row = model.table.rows.get(id);
  const path = model.fields.get(name)?.related;
  if (row?.[name] !== undefined || !path || path.length !== 2) return row?.[name];
  const [link = "", last = ""] = path;
  const relation = model.fields.get(link)?.relation;
  const other = relation ? env.db.models.get(relation)?.table.rows.get(Number(row?.[link] ?? 0)) : undefined;
  return other?.[last];
}

/** Models that the sandbox fills without a company belong to the first. */
function isUnset(model: Model, field: string): boolean {
  return model.fields.get(field)?.required !== true;
}
