/** The kinds of account.move, with what follows from a kind: journal, sign, accounts, names. */
import { rounded } from "../../orm/convert.js";
import { type Env, modelOf } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Rule } from "../../orm/model.js";

export const moves = (env: Env) => modelOf(env, "account.move");
export const items = (env: Env) => modelOf(env, "account.move.line");
export const journals = (env: Env) => modelOf(env, "account.journal");
export const accounts = (env: Env) => modelOf(env, "account.account");

const sales = new Set(["out_invoice", "out_refund", "out_receipt"]);
const purchases = new Set(["in_invoice", "in_refund", "in_receipt"]);

export const isSale = (type: unknown) => sales.has(String(type));
export const isPurchase = (type: unknown) => purchases.has(String(type));
export const isInvoice = (type: unknown) => isSale(type) || isPurchase(type);
export const isRefund = (type: unknown) => type === "out_refund" || type === "in_refund";

/** -1 where the document's own lines are credits (what is sold, and vendors' refunds), 1 where they are debits. */
export function directionOf(type: unknown): 1 | -1 {
  return type === "entry" || type === "in_invoice" || type === "out_refund" || type === "in_receipt" ? 1 : -1;
}

/** What a draft of the kind is called before its number. */
export const draftLabels: Readonly<Record<string, string>> = {
  out_invoice: "Draft Invoice",
  out_refund: "Draft Credit Note",
  in_invoice: "Draft Bill",
  in_refund: "Draft Vendor Credit Note",
  out_receipt: "Draft Sales Receipt",
  in_receipt: "Draft Purchase Receipt",
  entry: "Draft Entry",
};

/** What the kind is called in its form. */
export const typeLabels: Readonly<Record<string, string>> = {
  out_invoice: "Invoice",
  out_refund: "Credit Note",
  in_invoice: "Vendor Bill",
  in_refund: "Vendor Credit Note",
  out_receipt: "Sales Receipt",
  in_receipt: "Purchase Receipt",
  entry: "Journal Entry",
};

/** The journal type that a kind belongs into. */
export function journalType(type: unknown): "sale" | "purchase" | "general" {
  return isSale(type) ? "sale" : isPurchase(type) ? "purchase" : "general";
}

export function linesOf(env: Env, move: number): readonly number[] {
  return items(env).table.find("move_id", move);
}

/** Lines of a move with their rows, in the order they were made. */
export function rowsOf(env: Env, move: number): readonly (readonly [number, Row])[] {
  const { rows } = items(env).table;
  return linesOf(env, move).flatMap((id) => {
    const row = rows.get(id);
    return row ? [[id, row] as const] : [];
  });
}

/** Sections and notes carry no amount. */
export const isText = (row: Row) => ["line_section", "line_subsection", "line_note"].includes(String(row.display_type));

/** Rounds an amount to the company's currency. */
export function money(env: Env, amount: number, currency?: unknown): number {
  const row = modelOf(env, "res.currency").table.rows.get(Number(currency ?? 0));
  const step = Number(row?.rounding ?? 0.01);
  // Sums of cents leave crumbs far below any currency.
  if (Math.abs(amount) < 1e-6) return 0;
  return rounded(amount, step > 0 ? Math.max(0, Math.round(-Math.log10(step))) : 2);
}

/** An amount as Odoo writes it in a message, e.g. `$\u00a01,234.50`. */
export function formatted(env: Env, amount: number, currency: unknown): string {
  const row = modelOf(env, "res.currency").table.rows.get(Number(currency));
  const number = Math.abs(amount).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const text = amount < 0 ? `-${number}` : number;
  return row?.position === "before" ? `${row.symbol ?? ""}\u00a0${text}` : `${text}\u00a0${row?.symbol ?? ""}`;
}

/** The id that the installation gave a record of the chart, company's number first: `1_sale`. */
export function accountOfType(env: Env, type: string, company: unknown): number | undefined {
  const found = accounts(env).table.find("account_type", type);
  return found.find((id) => {
    const companies = accounts(env).table.rows.get(id)?.company_ids;
    return typeof companies === "object" && companies.includes(Number(company));
  });
}

/** Puts values into a row; undefined and false of a text or relation take the column away. */
export function patch(
  env: Env,
  model: ReturnType<typeof moves>,
  id: number,
  values: Record<string, Row[string] | undefined>,
) {
  const row = model.table.rows.get(id);
  if (!row) return;
  const next: Record<string, Row[string]> = { ...row };
  let changed = false;
  for (const [name, value] of Object.entries(values)) {
    if (!model.fields.has(name) || next[name] === value) continue;
    changed = true;
    if (value === undefined) delete next[name];
    else next[name] = value;
  }
  if (changed) env.db.put(model.table, id, next);
}

/** Who sees which documents: accounting all, sellers those of customers (their own, or all), buyers those of vendors. */
export function documentRules(path: string): readonly Rule[] {
  const types = (list: readonly string[]) => [`${path}move_type`, "in", list];
  const out = ["out_invoice", "out_refund"];
  const bills = ["in_invoice", "in_refund", "in_receipt"];
  return [
    { groups: ["account.group_account_invoice", "account.group_account_readonly"], domain: () => [] },
    { groups: ["sales_team.group_sale_salesman_all_leads"], domain: () => [types(out)] },
    {
      groups: ["sales_team.group_sale_salesman"],
      domain: (env) => [
        types(out),
        "|",
        [`${path}invoice_user_id`, "=", env.uid],
        [`${path}invoice_user_id`, "=", false],
      ],
    },
    { groups: ["purchase.group_purchase_user"], domain: () => [types(bills)] },
  ];
}
