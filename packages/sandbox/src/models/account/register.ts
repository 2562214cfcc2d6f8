/**
 * account.payment.register, the wizard "Pay": opened on documents or on their lines by the context
 * (active_model, active_ids), it makes a payment of what is open, posts it and reconciles it. One payment
 * each partner where payments are grouped, else one each document.
 */
import { type Env, modelOf } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { accounts, items, linesOf, money, moves, patch } from "./documents.js";
import { button } from "./moves-methods.js";
import { bankJournals, methodLine, payments, postPayment } from "./payments.js";
import { openLines, settleLines } from "./posting.js";

const wizards = (env: Env) => modelOf(env, "account.payment.register");

function chosenLines(env: Env): readonly number[] {
  const { active_model: model, active_ids: active } = env.context;
  const ids = Array.isArray(active) ? active.map(Number) : [];
  if (model === "account.move") return openLines(env, ids);
  if (model === "account.move.line") {
    const open = new Set(openLines(env, [...new Set(ids.map((id) => Number(items(env).table.rows.get(id)?.move_id)))]));
    return ids.filter((id) => open.has(id));
  }
  throw userError("The register payment wizard should only be called on account.move or account.move.line records.");
}

const lineOf = (env: Env, id: number): Row => items(env).table.rows.get(id) ?? {};
const residual = (env: Env, lines: readonly number[]) =>
  lines.reduce((sum, id) => sum + Number(lineOf(env, id).amount_residual ?? 0), 0);

function communication(env: Env, lines: readonly number[]): string {
  const labels = lines.map((id) => {
    const move = moves(env).table.rows.get(Number(lineOf(env, id).move_id)) ?? {};
    return String(move.payment_reference ?? move.ref ?? move.name ?? "");
  });
  return [...new Set(labels)].filter(Boolean).join(", ");
}

function fill(env: Env, values: Values): void {
  const given = values.line_ids;
  const lines =
    given === undefined
      ? chosenLines(env)
      : (Array.isArray(given) ? given : []).flatMap((command) =>
          Array.isArray(command) && command[0] === 6 ? (command[2] as number[]) : [],
        );
  const { accounting } = env.db.profile;
  if (lines.length === 0) throw userError(accounting.nothingToPay);
  const types = new Set(
    lines.map((id) => accounts(env).table.rows.get(Number(lineOf(env, id).account_id))?.account_type),
  );
  if (types.size > 1)
    throw userError("You can't register payments for both inbound and outbound moves at the same time.");
  const open = money(env, residual(env, lines));
  const first = lineOf(env, lines[0] ?? 0);
  const company = moves(env).table.rows.get(Number(first.move_id))?.company_id ?? 1;
  values.line_ids = [[6, 0, lines]];
  values.company_id = company;
  values.payment_type = open > 0 ? "inbound" : "outbound";
  values.partner_type = types.has("asset_receivable") ? "customer" : "supplier";
  values.partner_id = first.partner_id ?? false;
  values.journal_id ||= bankJournals(env, company)[0] ?? false;
  values.payment_method_line_id ||= methodLine(env, values.journal_id, values.payment_type) ?? false;
  values.currency_id ||= first.currency_id;
  values.amount ??= Math.abs(open);
  values.source_amount = Math.abs(open);
  values.source_amount_currency = Math.abs(open);
  values.communication ??= communication(env, lines);
  values.payment_date ||= env.db.now().slice(0, 10);
  values.payment_difference_handling ??= "open";
  const documents = new Set(lines.map((id) => lineOf(env, id).move_id));
  values.group_payment ??= documents.size === 1;
  values.can_edit_wizard = new Set(lines.map((id) => lineOf(env, id).partner_id)).size === 1;
  values.can_group_payments = documents.size > 1;
  values.installments_mode ??= "full";
}

/** The lines of each payment to make. */
function batches(env: Env, wizard: Row): readonly (readonly number[])[] {
  const by = new Map<string, number[]>();
  for (const id of typeof wizard.line_ids === "object" ? wizard.line_ids : []) {
    const { partner_id: partner, move_id: move } = lineOf(env, id);
    const key = wizard.group_payment === true ? `partner ${partner}` : `move ${move}`;
    by.set(key, [...(by.get(key) ?? []), id]);
  }
  return [...by.values()];
}

function pay(env: Env, wizard: Row): readonly number[] {
  const groups = batches(env, wizard);
  return groups.map((lines) => {
    const open = Math.abs(money(env, residual(env, lines)));
    const amount = groups.length === 1 ? Number(wizard.amount ?? 0) : open;
    const first = lineOf(env, lines[0] ?? 0);
    const head: Values = {};
    for (const name of [
      "payment_type",
      "partner_type",
      "journal_id",
      "payment_method_line_id",
      "currency_id",
      "company_id",
    ])
      head[name] = wizard[name] ?? false;
    const memo = groups.length === 1 ? (wizard.communication ?? false) : communication(env, lines);
    const [id = 0] = env.db.operations.create(env, payments(env), [
      {
        ...head,
        amount,
        memo,
        date: wizard.payment_date,
        partner_id: first.partner_id ?? false,
        destination_account_id: first.account_id,
      },
    ]);
    const difference = money(env, open - amount);
    const writesOff = wizard.payment_difference_handling === "reconcile" && difference !== 0;
    const account = Number(wizard.writeoff_account_id ?? 0);
    postPayment(
      env,
      id,
      writesOff ? { account, amount: difference, label: String(wizard.writeoff_label ?? "Write-Off") } : undefined,
    );
    const entry = Number(payments(env).table.rows.get(id)?.move_id);
    const counterpart = linesOf(env, entry).filter((line) => lineOf(env, line).account_id === first.account_id);
    settleLines(env, [...lines, ...counterpart]);
    const isPaid = lines.every(
      (line) => moves(env).table.rows.get(Number(lineOf(env, line).move_id))?.payment_state === "paid",
    );
    if (isPaid) patch(env, payments(env), id, { state: "paid" });
    return id;
  });
}

export const register: Behaviour = {
  model: "account.payment.register",
  defaults: { payment_date: (env) => env.db.now().slice(0, 10) },
  precompute: fill,
  beforeWrite(env, ids, values) {
    if (!truthy(values.journal_id)) return;
    const row = wizards(env).table.rows.get(ids[0] ?? 0);
    values.payment_method_line_id ??= methodLine(env, values.journal_id, row?.payment_type) ?? false;
  },
  computes: {
    payment_difference: (env, id) => {
      const row = wizards(env).table.rows.get(id) ?? {};
      return money(env, Number(row.source_amount ?? 0) - Number(row.amount ?? 0)) || 0;
    },
    available_journal_ids: (env, id) => bankJournals(env, wizards(env).table.rows.get(id)?.company_id),
  },
  methods: {
    action_create_payments: button((env, ids) => {
      const made = ids.flatMap((id) => pay(env, wizards(env).table.rows.get(id) ?? {}));
      const action = {
        name: "Payments",
        type: "ir.actions.act_window",
        res_model: "account.payment",
        context: { create: false },
      };
      return made.length === 1
        ? { ...action, view_mode: "form", res_id: made[0] }
        : { ...action, view_mode: "list,form", domain: [["id", "in", made]] };
    }),
  },
};
