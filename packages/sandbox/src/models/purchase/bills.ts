/** Bills of purchase orders: what of a line is billed, what is still to be, and the button that makes the draft. */
import { type Env, modelOf } from "../../orm/env.js";
import { userError } from "../../orm/exceptions.js";
import { find, numberOf, quantity, read, rowOf } from "../stock/rows.js";
import { isOrdered, receivedOf } from "./receipts.js";

const lineModel = "purchase.order.line";

/** What bills have of a line already; those of vendors less what they gave back. */
export function invoicedOf(env: Env, line: number): number {
  let total = 0;
  for (const item of find(env, "account.move.line", "purchase_line_id", line)) {
    const row = rowOf(env, "account.move.line", item);
    const bill = rowOf(env, "account.move", row.move_id);
    if (bill.state === "cancel") continue;
    total += bill.move_type === "in_refund" ? -numberOf(row, "quantity") : numberOf(row, "quantity");
  }
  return quantity(total);
}

/** By order or by receipt, as the product's policy says. */
export function toInvoice(env: Env, line: number): number {
  const row = rowOf(env, lineModel, line);
  if (!isOrdered(rowOf(env, "purchase.order", row.order_id).state)) return 0;
  const byOrder = read(env, "product.product", row.product_id, "purchase_method") === "purchase";
  return quantity((byOrder ? numberOf(row, "product_qty") : receivedOf(env, line)) - invoicedOf(env, line));
}

export function billsOf(env: Env, order: number): readonly number[] {
  const bills = new Set<number>();
  for (const line of find(env, lineModel, "order_id", order))
    for (const item of find(env, "account.move.line", "purchase_line_id", line)) {
      const { move_id: bill } = rowOf(env, "account.move.line", item);
      if (typeof bill === "number") bills.add(bill);
    }
  return [...bills];
}

/** A draft bill of all that is to be invoiced, one for each order. */
export function createBills(env: Env, orders: readonly number[]): unknown {
  const { purchaseTaxes, purchaseUom, namesVendorReference, refusesEmptyBill } = env.db.profile.logistics;
  const made = orders.flatMap((order) => {
    const lines = find(env, lineModel, "order_id", order).filter((line) => toInvoice(env, line) !== 0);
    if (lines.length === 0) return [];
    const row = rowOf(env, "purchase.order", order);
    const invoice_line_ids = lines.map((line) => {
      const item = rowOf(env, lineModel, line);
      const values = {
        name: item.name,
        product_id: item.product_id ?? false,
        quantity: toInvoice(env, line),
        price_unit: numberOf(item, "price_unit"),
        discount: numberOf(item, "discount"),
        product_uom_id: item[purchaseUom] ?? false,
        tax_ids: [[6, 0, item[purchaseTaxes] ?? []]],
        purchase_line_id: line,
      };
      return [0, 0, values];
    });
    const bill = {
      move_type: "in_invoice",
      partner_id: row.partner_id,
      ref: (namesVendorReference && row.partner_ref) || false,
    };
    return env.db.operations.create(env, modelOf(env, "account.move"), [
      { ...bill, invoice_origin: row.name, invoice_line_ids },
    ]);
  });
  if (made.length === 0 && refusesEmptyBill)
    throw userError(
      "There is no invoiceable line. If a product has a control policy based on received quantity, please make sure that a quantity has been received.",
    );
  const bills = {
    name: "Bills",
    type: "ir.actions.act_window",
    res_model: "account.move",
    context: { ...env.context },
  };
  const many = made.length > 1 ? { domain: [["id", "in", made]] } : {};
  return { ...bills, view_mode: "list,kanban,form,activity", ...(made.length === 1 ? { res_id: made[0] } : many) };
}

/** An order with a bill that was sent to the books cannot be cancelled. */
export function refuseBilled(env: Env, orders: readonly number[], names: (ids: readonly number[]) => string): void {
  const billed = orders.filter((order) =>
    billsOf(env, order).some((bill) => !["cancel", "draft"].includes(String(rowOf(env, "account.move", bill).state))),
  );
  if (billed.length > 0)
    throw userError(
      `Unable to cancel purchase order(s): ${names(billed)}. You must first cancel their related vendor bills.`,
    );
}
