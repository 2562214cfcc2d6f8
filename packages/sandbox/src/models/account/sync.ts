/**
 * What follows from the lines that a client wrote: amounts of the lines, one line for each tax and account,
 * the receivable or payable line of each instalment, and the totals of the document. Odoo keeps them so
 * through every create and write; a number that a client gave for a tax line by hand is not kept here.
 */
import type { Env } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import {
  accountOfType,
  directionOf,
  formatted,
  isInvoice,
  isRefund,
  isSale,
  isText,
  items,
  journals,
  linesOf,
  money,
  moves,
  patch,
  rowsOf,
} from "./documents.js";
import { residualOf } from "./reconcile.js";
import { computed, repartition } from "./taxes.js";
import { instalments } from "./terms.js";
import { companyOf, quiet, shownName } from "./views.js";

/** Brings lines and totals of moves in line with what was written. */
export function synchronise(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = moves(env).table.rows.get(id);
    if (!row) continue;
    if (isInvoice(row.move_type)) {
      const taxed = priceLines(env, id, row);
      setTaxLines(env, id, row, taxed);
      setTermLines(env, id, row);
    }
    setTotals(env, id);
  }
}

/** Refuses moves whose debits and credits differ. */
export function refuseUnbalanced(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = moves(env).table.rows.get(id);
    let debits = 0;
    let credits = 0;
    for (const [, line] of rowsOf(env, id)) {
      debits += Number(line.debit ?? 0);
      credits += Number(line.credit ?? 0);
    }
    if (!row || money(env, debits - credits) === 0) continue;
    const currency = companyOf(env, row.company_id)?.currency_id;
    const journal = journals(env).table.rows.get(Number(row.journal_id))?.name;
    throw userError(
      env.db.profile.accounting.unbalanced(
        shownName(env, id),
        formatted(env, debits, currency),
        formatted(env, credits, currency),
        String(journal),
      ),
    );
  }
}

interface Taxed {
  readonly line: Row;
  readonly parts: readonly { tax: number; base: number; amount: number }[];
}

function setBalance(env: Env, id: number, balance: number, more: Record<string, Row[string] | undefined> = {}): void {
  const debit = balance > 0 ? balance : 0;
  const credit = balance < 0 ? -balance : 0;
  patch(env, items(env), id, { balance, debit, credit, amount_currency: balance, ...more });
}

function priceLines(env: Env, move: number, row: Row): readonly Taxed[] {
  const perLine = companyOf(env, row.company_id)?.tax_calculation_rounding_method !== "round_globally";
  const direction = directionOf(row.move_type);
  return rowsOf(env, move).flatMap(([id, line]) => {
    if (line.display_type !== "product") return [];
    const { tax_ids: taxes } = line;
    const amounts = computed(
      env,
      {
        price: Number(line.price_unit ?? 0),
        quantity: Number(line.quantity ?? 0),
        discount: Number(line.discount ?? 0),
        taxes: typeof taxes === "object" ? taxes : [],
      },
      perLine,
      row.currency_id,
    );
    const { untaxed, subtotal, total, parts } = amounts;
    setBalance(env, id, direction * untaxed, { price_subtotal: subtotal, price_total: total });
    return [{ line: items(env).table.rows.get(id) ?? line, parts }];
  });
}

/** What a tax line was computed on: 19 gives it the sign of the line. */
function taxBase(env: Env, direction: number, base: number): number {
  return money(env, env.db.profile.accounting.namesDrafts ? base : direction * base);
}

function setTaxLines(env: Env, move: number, row: Row, lines: readonly Taxed[]): void {
  const direction = directionOf(row.move_type);
  const wanted = new Map<string, { amount: number; base: number; share: number; tax: number; account: unknown }>();
  for (const { line, parts } of lines)
    for (const part of parts)
      for (const [share, { factor_percent: factor, account_id: own }] of repartition(
        env,
        part.tax,
        isRefund(row.move_type),
      )) {
        const account = own ?? line.account_id;
        const key = `${share} ${account}`;
        const sum = wanted.get(key) ?? { amount: 0, base: 0, share, tax: part.tax, account };
        sum.amount += (part.amount * Number(factor ?? 100)) / 100;
        sum.base += part.base;
        wanted.set(key, sum);
      }
  const stale: number[] = [];
  for (const [id, line] of rowsOf(env, move)) {
    if (line.display_type !== "tax") continue;
    const key = `${line.tax_repartition_line_id} ${line.account_id}`;
    const sum = wanted.get(key);
    wanted.delete(key);
    if (!sum || money(env, sum.amount) === 0) stale.push(id);
    else
      setBalance(env, id, direction * money(env, sum.amount), { tax_base_amount: taxBase(env, direction, sum.base) });
  }
  const { operations, models } = env.db;
  const missing = [...wanted.values()].filter(({ amount }) => money(env, amount) !== 0);
  const made = missing.map(({ amount, base, share, tax, account }) => {
    const balance = direction * money(env, amount);
    return {
      move_id: move,
      display_type: "tax",
      name: models.get("account.tax")?.table.rows.get(tax)?.name,
      tax_repartition_line_id: share,
      account_id: account,
      tax_base_amount: taxBase(env, direction, base),
      balance,
    };
  });
  if (stale.length > 0) operations.unlink(quiet(env), items(env), stale);
  if (made.length > 0) operations.create(quiet(env), items(env), made);
}

function setTermLines(env: Env, move: number, row: Row): void {
  let open = 0;
  let accountable = 0;
  for (const [, line] of rowsOf(env, move)) {
    if (line.display_type === "payment_term" || isText(line)) continue;
    open -= Number(line.balance ?? 0);
    accountable += 1;
  }
  open = money(env, open);
  const known = rowsOf(env, move).filter(([, line]) => line.display_type === "payment_term");
  const from = String(row.invoice_date ?? row.date);
  const none = { due: String(row.invoice_date_due ?? env.db.now().slice(0, 10)), amount: open };
  const term = row.invoice_payment_term_id;
  const wanted = accountable === 0 ? [] : term === undefined ? [none] : instalments(env, term, from, open);
  const { operations } = env.db;
  const account = accountOfType(env, isSale(row.move_type) ? "asset_receivable" : "liability_payable", row.company_id);
  const label = row.payment_reference ?? (env.db.profile.accounting.namesDrafts ? "" : undefined);
  const numbered = (at: number) => (wanted.length > 1 ? `${label ? `${label} ` : ""}installment #${at + 1}` : label);
  wanted.forEach(({ due, amount }, at) => {
    const line = known[at];
    if (line)
      setBalance(env, line[0], amount, {
        date_maturity: due,
        name: numbered(at),
        partner_id: row.commercial_partner_id,
      });
    else {
      const values = { move_id: move, display_type: "payment_term", account_id: account, date_maturity: due };
      operations.create(quiet(env), items(env), [{ ...values, name: numbered(at) ?? false, balance: amount }]);
    }
  });
  const surplus = known.slice(wanted.length).map(([id]) => id);
  if (surplus.length > 0) operations.unlink(quiet(env), items(env), surplus);
  const last = wanted
    .map(({ due }) => due)
    .sort()
    .at(-1);
  patch(env, moves(env), move, { invoice_date_due: last ?? row.invoice_date_due ?? env.db.now().slice(0, 10) });
}

/** Residuals of the lines and what the document says of them. */
export function setTotals(env: Env, move: number): void {
  const row = moves(env).table.rows.get(move);
  if (!row) return;
  const sum = { untaxed: 0, tax: 0, debit: 0, residual: 0 };
  for (const id of linesOf(env, move)) {
    const residual = residualOf(env, id);
    const line = items(env).table.rows.get(id);
    patch(env, items(env), id, {
      amount_residual: residual.amount,
      amount_residual_currency: residual.amount,
      reconciled: residual.reconciled,
    });
    const balance = Number(line?.balance ?? 0);
    if (line?.display_type === "tax") sum.tax += balance;
    else if (line?.display_type === "payment_term") sum.residual += residual.amount;
    else sum.untaxed += balance;
    sum.debit += Number(line?.debit ?? 0);
  }
  const round = (amount: number) => money(env, amount) || 0;
  if (!isInvoice(row.move_type)) {
    const total = round(sum.debit);
    patch(env, moves(env), move, {
      ...{ amount_untaxed: 0, amount_tax: 0, amount_total: total, amount_residual: 0, amount_total_signed: total },
      ...{ amount_untaxed_signed: 0, amount_tax_signed: 0, amount_residual_signed: 0 },
      amount_total_in_currency_signed: total,
    });
    return;
  }
  const direction = directionOf(row.move_type);
  const total = round(direction * (sum.untaxed + sum.tax));
  patch(env, moves(env), move, {
    amount_untaxed: round(direction * sum.untaxed),
    amount_tax: round(direction * sum.tax),
    amount_total: total,
    amount_residual: round(-direction * sum.residual),
    amount_untaxed_signed: round(-sum.untaxed),
    amount_tax_signed: round(-sum.tax),
    amount_total_signed: round(-(sum.untaxed + sum.tax)),
    amount_residual_signed: round(sum.residual),
    amount_total_in_currency_signed: round(-direction * total),
  });
}
