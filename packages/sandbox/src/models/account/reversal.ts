/**
 * account.move.reversal, the wizard of credit notes: reverse_moves and refund_moves make a draft of each
 * posted move, modify_moves posts it against the move and makes a new draft of the same. What reverses a
 * plain entry is posted at once.
 */
import { type Env, modelOf } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour } from "../../orm/model.js";
import { isInvoice, moves } from "./documents.js";
import { button, headAgain, linesAgain } from "./moves-methods.js";
import { post } from "./posting.js";

const opposite: Readonly<Record<string, string>> = {
  out_invoice: "out_refund",
  out_refund: "entry",
  in_invoice: "in_refund",
  in_refund: "entry",
  out_receipt: "out_refund",
  in_receipt: "in_refund",
  entry: "entry",
};

function reverse(env: Env, wizard: Row, modify: boolean): unknown {
  const chosen = typeof wizard.move_ids === "object" ? wizard.move_ids : [];
  const posted = chosen.filter((id) => moves(env).table.rows.get(id)?.state === "posted");
  const date = String(wizard.date ?? env.db.now().slice(0, 10));
  const answered = posted.map((id) => {
    const row = moves(env).table.rows.get(id) ?? {};
    const type = opposite[String(row.move_type)] ?? "entry";
    const lines = isInvoice(type) ? "invoice_line_ids" : "line_ids";
    const [made = 0] = env.db.operations.create(env, moves(env), [
      {
        ...headAgain(row),
        ...{ move_type: type, date, journal_id: wizard.journal_id ?? row.journal_id, reversed_entry_id: id },
        ...(isInvoice(type) ? { invoice_date: date, invoice_payment_term_id: false } : {}),
        ref: wizard.reason ? `Reversal of: ${row.name}, ${wizard.reason}` : `Reversal of: ${row.name}`,
        [lines]: linesAgain(env, id, true),
      },
    ]);
    if (modify || row.move_type === "entry") post(env, [made]);
    if (!modify) return made;
    const [again = 0] = env.db.operations.create(env, moves(env), [
      {
        ...headAgain(row),
        ...(isInvoice(row.move_type) ? { invoice_date: date } : { date }),
        [lines]: linesAgain(env, id, false),
      },
    ]);
    return again;
  });
  const action = { name: "Reverse Moves", type: "ir.actions.act_window", res_model: "account.move" };
  const [only] = answered;
  if (answered.length !== 1 || only === undefined)
    return { ...action, view_mode: "list,form", domain: [["id", "in", answered]] };
  const type = moves(env).table.rows.get(only)?.move_type;
  return { ...action, view_mode: "form", res_id: only, context: { default_move_type: type } };
}

const wizards = (env: Env) => modelOf(env, "account.move.reversal");
const step = (modify: boolean) =>
  button((env, ids) => reverse(env, wizards(env).table.rows.get(ids[0] ?? 0) ?? {}, modify));

export const reversal: Behaviour = {
  model: "account.move.reversal",
  defaults: { date: (env) => env.db.now().slice(0, 10) },
  precompute(env, values) {
    if (env.context.active_model !== "account.move" || values.move_ids !== undefined) return;
    values.move_ids = [[6, 0, env.context.active_ids]];
  },
  computes: {
    residual: (env, id) => {
      const chosen = wizards(env).table.rows.get(id)?.move_ids;
      const [only] = typeof chosen === "object" && chosen.length === 1 ? chosen : [];
      return Number(moves(env).table.rows.get(only ?? 0)?.amount_residual ?? 0);
    },
    move_type: (env, id) => {
      const chosen = wizards(env).table.rows.get(id)?.move_ids;
      const types = new Set(
        (typeof chosen === "object" ? chosen : []).map((move) => moves(env).table.rows.get(move)?.move_type),
      );
      const [only] = types;
      return types.size === 1 && only !== undefined ? only : "some_invoice";
    },
  },
  methods: { reverse_moves: step(false), refund_moves: step(false), modify_moves: step(true) },
};
