/**
 * Reconciliation: a partial says how much of a debit line a credit line pays. What no partial covers is the
 * line's residual; a document whose residual is gone is paid, or reversed where a refund of it did that.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import { accounts, isInvoice, items, linesOf, money, moves, patch } from "./documents.js";

const partials = (env: Env) => modelOf(env, "account.partial.reconcile");

function matched(env: Env, line: number): readonly number[] {
  const { table } = partials(env);
  return [...table.find("debit_move_id", line), ...table.find("credit_move_id", line)];
}

/** What is open of a line: nothing ever, on accounts that are not reconciled. */
export function residualOf(env: Env, line: number): { amount: number; reconciled: boolean } {
  const row = items(env).table.rows.get(line);
  const account = accounts(env).table.rows.get(Number(row?.account_id ?? 0));
  const counts = account?.reconcile === true || account?.account_type === "asset_cash";
  if (!row || !counts) return { amount: 0, reconciled: false };
  let amount = Number(row.balance ?? 0);
  const sign = Math.sign(amount);
  const paid = matched(env, line);
  for (const id of paid) amount -= sign * Number(partials(env).table.rows.get(id)?.amount ?? 0);
  amount = money(env, amount) || 0;
  return { amount, reconciled: amount === 0 && (paid.length > 0 || Number(row.balance ?? 0) === 0) };
}

/** Pairs debits and credits in the order given until one side is used up; answers the moves touched. */
export function reconcile(env: Env, lines: readonly number[]): readonly number[] {
  const { rows } = items(env).table;
  const open = (id: number) => residualOf(env, id).amount;
  const debits = lines.filter((id) => open(id) > 0);
  const credits = lines.filter((id) => open(id) < 0);
  for (const debit of debits)
    for (const credit of credits) {
      const amount = Math.min(open(debit), -open(credit));
      if (amount <= 0) continue;
      env.db.operations.create(sudo(env), partials(env), [
        {
          ...{ debit_move_id: debit, credit_move_id: credit, amount },
          ...{ debit_amount_currency: amount, credit_amount_currency: amount },
          company_id: moves(env).table.rows.get(Number(rows.get(debit)?.move_id))?.company_id,
          max_date: env.db.now().slice(0, 10),
        },
      ]);
    }
  return [...new Set(lines.map((id) => Number(rows.get(id)?.move_id)))];
}

/** Takes the partials of a move's lines away; answers the moves on the other sides. */
export function undoReconciliation(env: Env, move: number): readonly number[] {
  const doomed = new Set(linesOf(env, move).flatMap((line) => matched(env, line)));
  const others = new Set<number>();
  for (const id of doomed) {
    const row = partials(env).table.rows.get(id) ?? {};
    for (const line of [row.debit_move_id, row.credit_move_id]) {
      const owner = items(env).table.rows.get(Number(line))?.move_id;
      if (owner !== undefined && owner !== move) others.add(Number(owner));
    }
  }
  env.db.operations.unlink(sudo(env), partials(env), [...doomed]);
  return [...others];
}

/** The moves that pay a document, or that it pays. */
export function counterparts(env: Env, move: number): readonly number[] {
  const found = new Set<number>();
  for (const line of linesOf(env, move))
    for (const id of matched(env, line)) {
      const { debit_move_id: debit, credit_move_id: credit } = partials(env).table.rows.get(id) ?? {};
      const other = items(env).table.rows.get(Number(debit === line ? credit : debit))?.move_id;
      if (other !== undefined) found.add(Number(other));
    }
  return [...found];
}

const opposite: Readonly<Record<string, string>> = {
  out_invoice: "out_refund",
  in_invoice: "in_refund",
  out_refund: "out_invoice",
  in_refund: "in_invoice",
};

/** not_paid, partial, paid or reversed, from the residual and from what stands against the document. */
export function setPaymentState(env: Env, move: number): void {
  const row: Row = moves(env).table.rows.get(move) ?? {};
  if (!isInvoice(row.move_type)) {
    patch(env, moves(env), move, { payment_state: "not_paid" });
    return;
  }
  const others = counterparts(env, move).map((id) => moves(env).table.rows.get(id));
  const open = Number(row.amount_residual ?? 0);
  const isLive = row.state === "posted" || (row.state === "draft" && others.length > 0);
  let state = "not_paid";
  if (isLive && open === 0) {
    const refunded = others.length > 0 && others.every((other) => other?.move_type === opposite[String(row.move_type)]);
    const isRefund = row.move_type === "out_refund" || row.move_type === "in_refund";
    state = refunded && !isRefund ? "reversed" : "paid";
  } else if (isLive && others.length > 0) state = "partial";
  patch(env, moves(env), move, { payment_state: state });
}
