/** The buttons of account.move, and what a copy of a move takes along. */
import { checkAccess, checkRecords } from "../../orm/access.js";
import type { Env } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Method, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { isInvoice, moves, rowsOf } from "./documents.js";
import { cancel, openLines, post, settleLines, toDraft } from "./posting.js";

/** A button: no arguments, and every record must be readable. */
export function button(call: (env: Env, ids: readonly number[]) => unknown): Method {
  return {
    ...{ parameters: [], required: 0, owner: "own" },
    call(env, model, ids) {
      checkAccess(env, model, "read");
      checkRecords(env, model, ids, "read");
      return call(env, ids);
    },
  };
}

function writing(call: (env: Env, ids: readonly number[]) => void): Method {
  return button((env, ids) => {
    checkAccess(env, moves(env), "write");
    checkRecords(env, moves(env), ids, "write");
    call(env, ids);
  });
}

const carried = [
  ...["display_type", "name", "product_id", "product_uom_id", "quantity", "price_unit", "discount", "account_id"],
  ...["sequence", "analytic_distribution"],
];

/** Commands that make a document's own lines again; an entry's turned around where it is reversed. */
export function linesAgain(env: Env, id: number, turned: boolean): readonly unknown[] {
  const row = moves(env).table.rows.get(id);
  const isDocument = isInvoice(row?.move_type);
  return rowsOf(env, id).flatMap(([, line]) => {
    if (isDocument && (line.display_type === "tax" || line.display_type === "payment_term")) return [];
    const values: Values = {};
    for (const name of carried) if (line[name] !== undefined) values[name] = line[name];
    if (Array.isArray(line.tax_ids)) values.tax_ids = [[6, 0, line.tax_ids]];
    if (!isDocument) {
      values.partner_id = line.partner_id ?? false;
      values.balance = Number(line.balance ?? 0) * (turned ? -1 : 1);
    }
    return [[0, 0, values]];
  });
}

const kept = [
  ...["move_type", "journal_id", "partner_id", "currency_id", "narration", "invoice_payment_term_id", "team_id"],
  ...[
    "invoice_user_id",
    "partner_shipping_id",
    "fiscal_position_id",
    "company_id",
    "invoice_origin",
    "partner_bank_id",
  ],
];

/** What a new move takes from another. */
export function headAgain(row: Row): Values {
  return Object.fromEntries(kept.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}

export const documentMethods: Readonly<Record<string, Method>> = {
  action_post: button((env, ids) => {
    post(env, ids);
    return false;
  }),
  button_draft: writing(toDraft),
  button_cancel: writing(cancel),
  copy: {
    ...{ parameters: ["default"], required: 0, owner: "own" },
    call(env, model, ids, args) {
      checkRecords(env, model, ids, "read");
      const overrides = truthy(args.default) ? (args.default as Values) : {};
      const copies = ids.map((id) => {
        const head = headAgain(model.table.rows.get(id) ?? {});
        const lines = isInvoice(head.move_type) ? "invoice_line_ids" : "line_ids";
        return { ...head, [lines]: linesAgain(env, id, false), ...overrides };
      });
      return env.db.operations.create(env, model, copies);
    },
  },
  action_reverse: button((env, ids) => {
    const [id = 0] = ids;
    const type = moves(env).table.rows.get(id)?.move_type;
    return {
      type: "ir.actions.act_window",
      name: isInvoice(type) ? "Credit Note" : "Reverse",
      ...{ res_model: "account.move.reversal", res_id: 0, view_mode: "list,form", target: "new", context: "{}" },
    };
  }),
  action_register_payment: button((env, ids) => {
    if (ids.some((id) => !["draft", "posted"].includes(String(moves(env).table.rows.get(id)?.state))))
      throw userError("You can only register payment for posted journal entries.");
    const lines = ids.flatMap((id) => rowsOf(env, id).map(([line]) => line));
    return {
      ...{ name: "Pay", res_model: "account.payment.register", view_mode: "form", views: [[false, "form"]] },
      context: { active_model: "account.move.line", active_ids: lines },
      ...{ target: "new", type: "ir.actions.act_window" },
    };
  }),
  js_assign_outstanding_line: {
    ...{ parameters: ["line_id"], required: 1, owner: "own" },
    call(env, model, ids, args) {
      checkAccess(env, model, "write");
      settleLines(env, [...openLines(env, ids), Number(args.line_id)]);
      return true;
    },
  },
};
