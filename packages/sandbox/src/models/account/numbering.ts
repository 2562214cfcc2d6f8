/**
 * Numbers of journal entries: the journal's code and the year (invoices, bank, cash) or year and month
 * (bills, other entries), then the next number of that prefix in the journal. Refunds and payments have a
 * sequence of their own where the journal says so. A number is the highest one plus one: deleted numbers at
 * the end are used again, as in Odoo.
 */
import type { Env } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import { isRefund, journals, moves } from "./documents.js";

const yearly = new Set(["sale", "bank", "cash", "credit"]);

/** What an entry of this journal, kind and date is called before its number, and how long the number is. */
function patternOf(env: Env, row: Row): { prefix: string; width: number } {
  const journal = journals(env).table.rows.get(Number(row.journal_id));
  const [year = "", month = ""] = String(row.date).split("-");
  const ofRefund = journal?.refund_sequence === true && isRefund(row.move_type) ? "R" : "";
  const ofPayment = journal?.payment_sequence === true && row.origin_payment_id !== undefined ? "P" : "";
  const isYearly = yearly.has(String(journal?.type));
  const period = isYearly ? year : `${year}/${month}`;
  return { prefix: `${ofRefund}${ofPayment}${journal?.code ?? ""}/${period}/`, width: isYearly ? 5 : 4 };
}

export const isNumbered = (row: Row): boolean => row.name !== undefined && row.name !== "" && row.name !== "/";

/** Prefix and number of a name, e.g. `INV/2026/` and 12; a name without a number is all prefix. */
export function parted(name: unknown): { prefix: string; number: number } {
  const match = /^(.*?)(\d+)$/.exec(typeof name === "string" && name !== "/" ? name : "");
  return { prefix: match?.[1] ?? "", number: Number(match?.[2] ?? 0) };
}

/** The next name for an entry as it stands; `first` tells whether nothing has that prefix yet. */
export function nextName(env: Env, id: number, row: Row): { name: string; first: boolean } {
  const { table } = moves(env);
  const { prefix, width } = patternOf(env, row);
  let highest = 0;
  for (const other of table.find("journal_id", Number(row.journal_id))) {
    if (other === id) continue;
    const taken = parted(table.rows.get(other)?.name);
    if (taken.prefix === prefix) highest = Math.max(highest, taken.number);
  }
  return { name: `${prefix}${String(highest + 1).padStart(width, "0")}`, first: highest === 0 };
}
