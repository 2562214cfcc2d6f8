/**
 * When a document is to be paid: the payment terms that an installation brings, by their external ids. A
 * client cannot read the lines of a term here (Odoo keeps them in account.payment.term.line), so that terms
 * of one's own are due at once.
 */
import { type Env, modelOf } from "../../orm/env.js";
import { money } from "./documents.js";

interface Share {
  readonly percent: number;
  readonly due: (from: string) => string;
}

const days = (count: number) => (from: string) => shifted(from, (date) => date.setUTCDate(date.getUTCDate() + count));
/** The day of the month after this one; day 0 is the last of this. */
const monthEnd = (months: number, extra: number) => (from: string) =>
  shifted(from, (date) => {
    date.setUTCMonth(date.getUTCMonth() + 1 + months, 0);
    date.setUTCDate(date.getUTCDate() + extra);
  });

function shifted(from: string, change: (date: Date) => unknown): string {
  const date = new Date(`${from}T00:00:00Z`);
  change(date);
  return date.toISOString().slice(0, 10);
}

const whole = (due: Share["due"]): readonly Share[] => [{ percent: 100, due }];

/** 90 days on, then the tenth of the month after. */
function nextTenth(from: string): string {
  return shifted(from, (date) => {
    date.setUTCDate(date.getUTCDate() + 90);
    date.setUTCMonth(date.getUTCMonth() + 1, 10);
  });
}

const known: Readonly<Record<string, readonly Share[]>> = {
  account_payment_term_15days: whole(days(15)),
  account_payment_term_21days: whole(days(21)),
  account_payment_term_30days: whole(days(30)),
  account_payment_term_45days: whole(days(45)),
  account_payment_term_end_following_month: whole(monthEnd(1, 0)),
  account_payment_term_30_days_end_month_the_10: whole(monthEnd(1, 10)),
  account_payment_term_advance_60days: [
    { percent: 30, due: days(0) },
    { percent: 70, due: days(60) },
  ],
  account_payment_term_30days_early_discount: whole(days(30)),
  account_payment_term_90days_on_the_10th: whole(nextTenth),
};

/** The instalments of an amount; the last takes what rounding leaves. */
export function instalments(
  env: Env,
  term: unknown,
  from: string,
  amount: number,
): readonly { readonly due: string; readonly amount: number }[] {
  const { table } = modelOf(env, "ir.model.data");
  const xid = table
    .find("res_id", Number(term ?? 0))
    .find((id) => table.rows.get(id)?.model === "account.payment.term");
  const shares = known[String(table.rows.get(xid ?? 0)?.name)] ?? whole(days(0));
  let left = amount;
  return shares.map((share, at) => {
    const own = at === shares.length - 1 ? left : money(env, (amount * share.percent) / 100);
    left = money(env, left - own);
    return { due: share.due(from), amount: own };
  });
}
