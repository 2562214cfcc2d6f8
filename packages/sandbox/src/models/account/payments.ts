/**
 * account.payment: draft -> in_process (action_post: an entry of its own in the journal, on the outstanding
 * account) -> paid (action_validate, or when the documents it pays are paid), any of them -> canceled
 * (action_cancel), and back to draft (action_draft). Its number is its entry's.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { validationError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { accountOfType, journals, linesOf, moves, patch } from "./documents.js";
import { button } from "./moves-methods.js";
import { cancel, post, toDraft } from "./posting.js";
import { counterparts } from "./reconcile.js";
import { companyOf } from "./views.js";

export const payments = (env: Env) => modelOf(env, "account.payment");

/** The first bank or cash journal. */
export function bankJournals(env: Env, company: unknown): readonly number[] {
  const found = [...journals(env).table.rows].filter(
    ([, row]) =>
      ["bank", "cash", "credit"].includes(String(row.type)) &&
      row.active === true &&
      row.company_id === Number(company ?? 1),
  );
  found.sort((a, b) => Number(a[1].sequence ?? 0) - Number(b[1].sequence ?? 0) || a[0] - b[0]);
  return found.map(([id]) => id);
}

/** The journal's way to pay or be paid. */
export function methodLine(env: Env, journal: unknown, type: unknown): number | undefined {
  const { table } = modelOf(env, "account.payment.method.line");
  const { rows } = modelOf(env, "account.payment.method").table;
  return table
    .find("journal_id", Number(journal))
    .find((id) => rows.get(Number(table.rows.get(id)?.payment_method_id))?.payment_type === type);
}

const outstanding: Readonly<Record<string, string>> = { inbound: "debit", outbound: "credit" };

function outstandingAccount(env: Env, type: unknown): number | false {
  return env.db.ref(`account.1_account_journal_payment_${outstanding[String(type)]}_account_id`)?.id ?? false;
}

/** Makes the entry of a payment: liquidity first, then the partner's account, then what is written off. */
function makeEntry(
  env: Env,
  id: number,
  row: Row,
  writeOff?: { account: number; amount: number; label: string },
): number {
  const sign = row.payment_type === "inbound" ? 1 : -1;
  const amount = sign * Number(row.amount ?? 0);
  const method = modelOf(env, "account.payment.method.line").table.rows.get(Number(row.payment_method_line_id));
  const name = row.memo === undefined ? String(method?.name ?? "") : `${method?.name}: ${row.memo}`;
  const off = writeOff ? sign * writeOff.amount : 0;
  const common = { name, partner_id: row.partner_id ?? false };
  const lines: Values[] = [
    { ...common, account_id: row.outstanding_account_id ?? false, balance: amount },
    { ...common, account_id: row.destination_account_id ?? false, balance: -amount - off },
  ];
  if (writeOff) lines.push({ ...common, name: writeOff.label, account_id: writeOff.account, balance: off });
  const [move = 0] = env.db.operations.create(sudo(env), moves(env), [
    {
      ...{ move_type: "entry", journal_id: row.journal_id, date: row.date, ref: row.memo ?? false },
      ...{ partner_id: row.partner_id ?? false, origin_payment_id: id },
      line_ids: lines.map((line) => [0, 0, line]),
    },
  ]);
  patch(env, payments(env), id, { move_id: move });
  return move;
}

/** Posts payments and numbers them by their entries. */
export function postPayment(env: Env, id: number, writeOff?: { account: number; amount: number; label: string }): void {
  const row = payments(env).table.rows.get(id) ?? {};
  if (row.state === "in_process" && env.db.profile.accounting.repostsPayments) return;
  const move = typeof row.move_id === "number" ? row.move_id : makeEntry(env, id, row, writeOff);
  post(env, [move]);
  patch(env, payments(env), id, { state: "in_process", name: String(moves(env).table.rows.get(move)?.name) });
}

function fill(env: Env, values: Values): void {
  values.company_id ||= 1;
  values.date ||= env.db.now().slice(0, 10);
  values.journal_id ||= bankJournals(env, values.company_id)[0] ?? false;
  values.currency_id ||= companyOf(env, values.company_id)?.currency_id ?? 1;
  values.payment_method_line_id ||= methodLine(env, values.journal_id, values.payment_type) ?? false;
  const type = values.partner_type === "supplier" ? "liability_payable" : "asset_receivable";
  values.destination_account_id ||= accountOfType(env, type, values.company_id) ?? false;
  values.outstanding_account_id ||= outstandingAccount(env, values.payment_type);
}

/** Documents that a payment's entry stands against. */
function paidDocuments(env: Env, id: number): readonly number[] {
  const move = payments(env).table.rows.get(id)?.move_id;
  return typeof move === "number" ? counterparts(env, move) : [];
}

const bare = (change: (env: Env, id: number, row: Row) => void) =>
  button((env, ids) => {
    for (const id of ids) change(env, id, payments(env).table.rows.get(id) ?? {});
  });

export const payment: Behaviour = {
  model: "account.payment",
  defaults: { date: (env) => env.db.now().slice(0, 10) },
  displayName: (env, id) => String(payments(env).table.rows.get(id)?.name ?? "Draft Payment"),
  sql: [{ message: "The payment amount cannot be negative.", check: (row) => Number(row.amount ?? 0) >= 0 }],
  precompute: fill,
  constraints: [
    {
      fields: ["payment_method_line_id"],
      check(env, ids) {
        if (ids.some((id) => payments(env).table.rows.get(id)?.payment_method_line_id === undefined))
          throw validationError("Please define a payment method line on your payment.");
      },
    },
  ],
  beforeWrite(env, ids, values) {
    if (!truthy(values.journal_id)) return;
    const row = payments(env).table.rows.get(ids[0] ?? 0) ?? {};
    values.payment_method_line_id ??=
      methodLine(env, values.journal_id, values.payment_type ?? row.payment_type) ?? false;
  },
  beforeUnlink(env, ids) {
    const rows = ids.map((id) => payments(env).table.rows.get(id) ?? {});
    if (rows.some((row) => row.state !== "draft" && row.state !== "canceled"))
      throw validationError(
        "A payment with an outstanding account cannot be confirmed without having a journal entry.",
      );
    const entries = rows.flatMap((row) => (typeof row.move_id === "number" ? [row.move_id] : []));
    env.db.operations.unlink(sudo(env), moves(env), entries);
  },
  computes: {
    reconciled_invoice_ids: paidDocuments,
    reconciled_invoices_count: (env, id) => paidDocuments(env, id).length,
    invoice_ids: paidDocuments,
    is_reconciled: (env, id): Read => {
      const move = payments(env).table.rows.get(id)?.move_id;
      if (typeof move !== "number") return false;
      return paidDocuments(env, id).length > 0 && linesOf(env, move).length > 0;
    },
    amount_signed: (env, id) => {
      const row = payments(env).table.rows.get(id) ?? {};
      return Number(row.amount ?? 0) * (row.payment_type === "outbound" ? -1 : 1);
    },
    available_journal_ids: (env, id) => bankJournals(env, payments(env).table.rows.get(id)?.company_id),
  },
  methods: {
    action_post: bare((env, id) => postPayment(env, id)),
    action_validate: bare((env, id) => patch(env, payments(env), id, { state: "paid" })),
    action_cancel: bare((env, id, row) => {
      patch(env, payments(env), id, { state: "canceled" });
      if (typeof row.move_id === "number") cancel(env, [row.move_id]);
    }),
    action_draft: bare((env, id, row) => {
      patch(env, payments(env), id, { state: "draft" });
      if (typeof row.move_id === "number") toDraft(env, [row.move_id]);
    }),
  },
};
