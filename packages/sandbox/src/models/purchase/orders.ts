/**
 * purchase.order. States: draft (request for quotation) -> sent -> purchase, from draft or sent by button_confirm
 * (`to approve` lies between where the company wants a second approval and the user may not give it, and
 * button_approve leads on); any but done receipts allow cancel, and button_draft leads back from any state.
 * Locked is a state of its own in 18 (done, by button_done; button_unlock leads back) and a flag in 19.
 */
import { rounded } from "../../orm/convert.js";
import { type Env, hasGroup, modelOf } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import type { Behaviour, Read, Values } from "../../orm/model.js";
import { copiedWith } from "../creation.js";
import { firstDone, progressOf } from "../stock/deliveries.js";
import { button, find, numberOf, read, rowOf } from "../stock/rows.js";
import { stateOf } from "../stock/transfer.js";
import { billsOf, createBills, refuseBilled, toInvoice } from "./bills.js";
import { amountsOf } from "./lines.js";
import { cancelReceipts, isOrdered, receiptsOf, receive } from "./receipts.js";

const name = "purchase.order";
const notCopied = ["name", "state", "locked", "partner_ref", "date_approve", "origin", "date_planned", "priority"];
const linesOf = (env: Env, id: number) => find(env, "purchase.order.line", "order_id", id);

function write(env: Env, ids: readonly number[], values: Values): void {
  if (ids.length > 0) env.db.operations.write(env, modelOf(env, name), ids, values);
}

function inStates(env: Env, ids: readonly number[], ...states: readonly string[]): number[] {
  return ids.filter((id) => states.includes(String(rowOf(env, name, id).state)));
}

/** Where the company wants two approvals, a purchase user may give the second up to an amount. */
function isApprovable(env: Env, id: number): boolean {
  const company = rowOf(env, "res.company", rowOf(env, name, id).company_id);
  if (company.po_double_validation !== "two_step" || hasGroup(env, "purchase.group_purchase_manager")) return true;
  return Number(read(env, name, id, "amount_total")) < numberOf(company, "po_double_validation_amount");
}

function approve(env: Env, ids: readonly number[]): unknown {
  const approved = ids.filter((id) => isApprovable(env, id));
  write(env, approved, { state: "purchase", date_approve: env.db.now() });
  receive(
    env,
    approved.flatMap((id) => [...linesOf(env, id)]),
  );
  const locks = approved.filter((id) => rowOf(env, "res.company", rowOf(env, name, id).company_id).po_lock === "lock");
  lock(env, locks, true);
  return env.db.profile.logistics.purchaseButtonAnswer;
}

function confirm(env: Env, ids: readonly number[]): boolean {
  const waiting = inStates(env, ids, "draft", "sent");
  if (!env.db.profile.logistics.confirmsWithoutProduct) refuseBare(env, waiting);
  for (const id of waiting) {
    if (isApprovable(env, id)) approve(env, [id]);
    else write(env, [id], { state: "to approve" });
  }
  return true;
}

function refuseBare(env: Env, ids: readonly number[]): void {
  const bare = ids.some((id) =>
    linesOf(env, id).some((line) => {
      const row = rowOf(env, "purchase.order.line", line);
      return row.display_type === undefined && row.product_id === undefined && row.is_downpayment !== true;
    }),
  );
  if (bare) throw userError("Some order lines are missing a product, you need to correct them before going further.");
}

function names(env: Env, ids: readonly number[]): string {
  return ids.map((id) => String(read(env, name, id, "display_name"))).join(", ");
}

function cancel(env: Env, ids: readonly number[]): void {
  const { says, keepsReceived } = env.db.profile.logistics;
  const locked = ids.filter((id) => rowOf(env, name, id).locked === true);
  const received = ids.filter((id) => receiptsOf(env, id).some((picking) => stateOf(env, picking) === "done"));
  if (keepsReceived && received.length > 0) throw userError(says.cannotCancelReceived(names(env, received)));
  if (locked.length > 0) throw userError(says.cannotCancelLocked(names(env, locked)));
  refuseBilled(env, ids, (billed) => names(env, billed));
  cancelReceipts(env, ids);
  write(env, ids, { state: "cancel" });
}

function lock(env: Env, ids: readonly number[], on: boolean): void {
  if (!env.db.profile.logistics.locksByState) write(env, ids, { locked: on });
  else write(env, ids, { state: on ? "done" : "purchase" });
}

function sum(figure: "subtotal" | "tax" | "exact") {
  return (env: Env, id: number): number => {
    let total = 0;
    for (const line of linesOf(env, id)) total += amountsOf(env, line)[figure];
    return rounded(total, 2);
  };
}

/** 18 rounds the tax of every line, 19 that of the order. */
function taxOf(env: Env, id: number): number {
  return sum(env.db.profile.logistics.locksByState ? "tax" : "exact")(env, id);
}

function invoiceStatus(env: Env, id: number): Read {
  if (!isOrdered(rowOf(env, name, id).state)) return "no";
  const lines = linesOf(env, id).filter((line) => rowOf(env, "purchase.order.line", line).display_type === undefined);
  if (lines.some((line) => toInvoice(env, line) !== 0)) return "to invoice";
  return billsOf(env, id).length > 0 ? "invoiced" : "no";
}

export const purchaseOrder: Behaviour = {
  model: name,
  namesSearched: ["name", "partner_ref"],
  displayName(env, id) {
    const row = rowOf(env, name, id);
    const isNamed = env.db.profile.logistics.namesVendorReference && row.partner_ref !== undefined;
    return isNamed ? `${row.name} (${row.partner_ref})` : String(row.name ?? "");
  },
  defaults: { date_order: (env) => env.db.now(), user_id: (env) => env.uid },
  precompute(env, values) {
    if (!values.name || values.name === "New") values.name = `P${String(env.db.nextInSequence(name)).padStart(5, "0")}`;
    values.company_id ||= 1;
    values.currency_id ||= rowOf(env, "res.company", values.company_id).currency_id ?? 1;
    values.currency_rate ??= 1;
    values.picking_type_id ||= 1;
  },
  beforeUnlink(env, ids) {
    if (inStates(env, ids, "cancel").length < ids.length)
      throw userError("In order to delete a purchase order, you must cancel it first.");
  },
  computes: {
    amount_untaxed: sum("subtotal"),
    amount_tax: taxOf,
    amount_total: (env, id) => rounded(sum("subtotal")(env, id) + taxOf(env, id), 2),
    amount_total_cc: (env, id) => rounded(sum("subtotal")(env, id) + taxOf(env, id), 2),
    date_planned(env, id) {
      const dates = linesOf(env, id).flatMap((line) => rowOf(env, "purchase.order.line", line).date_planned ?? []);
      return dates.map(String).sort()[0] ?? rowOf(env, name, id).date_planned ?? false;
    },
    date_calendar_start(env, id) {
      const row = rowOf(env, name, id);
      return (isOrdered(row.state) ? row.date_approve : row.date_order) ?? row.date_order ?? false;
    },
    invoice_status: invoiceStatus,
    invoice_ids: billsOf,
    invoice_count: (env, id) => billsOf(env, id).length,
    picking_ids: receiptsOf,
    incoming_picking_count: (env, id) => receiptsOf(env, id).length,
    receipt_status: (env, id) => progressOf(env, receiptsOf(env, id), () => "partial"),
    effective_date: (env, id) => firstDone(env, receiptsOf(env, id)),
    is_shipped: (env, id) => {
      const states = receiptsOf(env, id).map((picking) => stateOf(env, picking));
      return states.length > 0 && states.every((state) => state === "done" || state === "cancel");
    },
    product_id: (env, id) => rowOf(env, "purchase.order.line", linesOf(env, id)[0]).product_id ?? false,
    default_location_dest_id_usage: () => "internal",
    on_time_rate: () => -1,
    tax_country_id: (env) => rowOf(env, "res.partner", 1).country_id ?? false,
    tax_calculation_rounding_method: (env) =>
      env.db.profile.logistics.locksByState ? "round_per_line" : "round_globally",
  },
  methods: {
    copy: copiedWith(
      (env, _id, values) => {
        for (const field of notCopied) delete values[field];
        values.date_order = env.db.now();
      },
      "order_line",
      ["qty_received_manual", "date_planned"],
    ),
    button_confirm: button(confirm),
    button_approve: button(approve),
    button_cancel: button(cancel),
    button_draft: button((env, ids) => {
      write(env, ids, { state: "draft" });
      return env.db.profile.logistics.purchaseButtonAnswer;
    }),
    button_done: button((env, ids) => lock(env, ids, true), { until: 18 }),
    button_lock: button((env, ids) => lock(env, ids, true), { since: 19 }),
    button_unlock: button((env, ids) => lock(env, ids, false)),
    action_create_invoice: button(createBills),
    print_quotation: button((env, ids) => {
      write(env, inStates(env, ids, "draft", "sent"), { state: "sent" });
      return {
        context: { ...env.context, active_ids: [...ids] },
        data: null,
        type: "ir.actions.report",
        report_name: "purchase.report_purchasequotation",
        report_type: "qweb-pdf",
        report_file: "purchase.report_purchasequotation",
      };
    }),
  },
};
