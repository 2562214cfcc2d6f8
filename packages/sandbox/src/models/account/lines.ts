/** account.move.line: what a line takes from its entry, its product and its journal, and what protects it. */
import { type Env, modelOf } from "../../orm/env.js";
import { userError, validationError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { fieldValue } from "../../orm/value.js";
import {
  accounts,
  directionOf,
  documentRules,
  isInvoice,
  isPurchase,
  isSale,
  isText,
  items,
  journals,
  moves,
} from "./documents.js";
import { reconcile, residualOf, setPaymentState, undoReconciliation } from "./reconcile.js";
import { refuseUnbalanced, setTotals, synchronise } from "./sync.js";
import { isQuiet, shownLine } from "./views.js";

const places: Readonly<Record<string, number>> = { tax: 10_000, payment_term: 12_000 };

function moveOf(env: Env, values: Values | Row): Row {
  return moves(env).table.rows.get(Number(values.move_id ?? 0)) ?? {};
}

/** Name, price, unit and taxes of the product, in the words and prices of a sale or of a purchase. */
function fromProduct(env: Env, values: Values, move: Row): void {
  const product = values.product_id;
  const model = modelOf(env, "product.product");
  if (typeof product !== "number" || !model.table.rows.has(product)) return;
  const read = (name: string) => fieldValue(env, model, product, name);
  const buys = isPurchase(move.move_type);
  const description = read(buys ? "description_purchase" : "description_sale");
  values.name ??= description ? `${read("display_name")}\n${description}` : read("display_name");
  if (!isInvoice(move.move_type)) return;
  values.product_uom_id ??= read("uom_id");
  values.price_unit ??= read(buys ? "standard_price" : "lst_price");
  values.tax_ids ??= [[6, 0, read(buys ? "supplier_taxes_id" : "taxes_id")]];
}

function accountOf(env: Env, values: Values, move: Row): unknown {
  const product = modelOf(env, "product.product");
  const field = isPurchase(move.move_type) ? "property_account_expense_id" : "property_account_income_id";
  const own = typeof values.product_id === "number" ? fieldValue(env, product, values.product_id, field) : false;
  return own || journals(env).table.rows.get(Number(move.journal_id))?.default_account_id || false;
}

/** Debit and credit from the balance, or the balance from them; the price where only an amount is known. */
function setAmounts(values: Values, move: Row): void {
  const number = (name: string) => Number(values[name] ?? 0);
  if (values.balance === undefined) {
    if (values.debit !== undefined || values.credit !== undefined) values.balance = number("debit") - number("credit");
    else if (values.amount_currency !== undefined) values.balance = number("amount_currency");
  }
  if (values.balance === undefined) return;
  const balance = number("balance");
  values.debit = Math.max(balance, 0);
  values.credit = Math.max(-balance, 0);
  values.amount_currency ??= balance;
  if (!isInvoice(move.move_type)) {
    values.price_subtotal = balance;
    values.price_total = balance;
  } else if (values.price_unit === undefined && values.display_type === "product" && balance !== 0)
    values.price_unit = (directionOf(move.move_type) * balance) / (number("quantity") || 1);
}

function accountType(env: Env, account: unknown): unknown {
  return accounts(env).table.rows.get(Number(account ?? 0))?.account_type;
}

/** A line of a document on a receivable or payable account is the one that is to be paid. */
function isDue(env: Env, values: Values, move: Row): boolean {
  const type = accountType(env, values.account_id);
  return isInvoice(move.move_type) && (type === "asset_receivable" || type === "liability_payable");
}

function refuseTypes(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const line = items(env).table.rows.get(id) ?? {};
    const { move_type: type } = moveOf(env, line);
    const { code_store: code } = accounts(env).table.rows.get(Number(line.account_id)) ?? {};
    const own = accountType(env, line.account_id);
    if (isSale(type) && own === "liability_payable")
      throw userError(`Account ${code} is of payable type, but is used in a sale operation.`);
    if (isPurchase(type) && own === "asset_receivable")
      throw userError(`Account ${code} is of receivable type, but is used in a purchase operation.`);
  }
}

/** Posted entries keep their taxes, reconciled lines their amounts, accounts and partners. */
function refuseChange(env: Env, ids: readonly number[], values: Values): void {
  for (const id of ids) {
    const line = items(env).table.rows.get(id) ?? {};
    const move = moveOf(env, line);
    if (move.state === "posted" && ("tax_ids" in values || "tax_line_id" in values))
      throw userError(
        "You cannot modify the taxes related to a posted journal item, you should reset the journal entry to draft to do so.",
      );
    const held = ["account_id", "debit", "credit", "balance", "amount_currency", "partner_id"];
    const changes = held.some((name) => name in values && (values[name] || 0) !== (line[name] ?? 0));
    const paid =
      residualOf(env, id).amount !== Number(line.balance ?? 0) &&
      Number(line.amount_residual ?? 0) !== Number(line.balance ?? 0);
    const counts = accounts(env).table.rows.get(Number(line.account_id))?.reconcile === true;
    if (changes && counts && paid && move.state === "posted")
      throw userError(
        "You cannot do this modification on a reconciled journal entry. You can just change some non legal fields or you " +
          `must unreconcile first.\nJournal Entry (id): ${move.name} (${Number(line.move_id)})`,
      );
  }
}

function settle(env: Env, ids: readonly number[]): void {
  if (isQuiet(env)) return;
  const touched = [...new Set(ids)];
  synchronise(env, touched);
  refuseUnbalanced(env, touched);
}

/** A line against the way of its document: what an invoice gives back, or a refund takes. */
function isRefundLine(env: Env, id: number): boolean {
  const line = items(env).table.rows.get(id) ?? {};
  const type = moveOf(env, line).move_type;
  return type === "out_refund" || type === "in_refund";
}

export const moveLine: Behaviour = {
  model: "account.move.line",
  namesSearched: ["name", "move_id", "product_id"],
  displayName: shownLine,
  rules: documentRules("move_id."),
  sql: [
    {
      message: "Wrong credit or debit value in accounting entry!",
      check: (row) => isText(row) || Number(row.credit ?? 0) * Number(row.debit ?? 0) === 0,
    },
    {
      message: "Missing required account on accountable line.",
      check: (row) => isText(row) || row.account_id !== undefined,
    },
  ],
  precompute(env, values) {
    const move = moveOf(env, values);
    if (!truthy(values.display_type)) values.display_type = isDue(env, values, move) ? "payment_term" : "product";
    const kind = String(values.display_type);
    values.sequence ??= places[kind] ?? 100;
    values.currency_id ||= move.currency_id ?? 1;
    values.partner_id ??= move.commercial_partner_id ?? false;
    values.company_currency_id ??= move.currency_id ?? 1;
    if (kind.startsWith("line_")) {
      Object.assign(values, { account_id: false, quantity: 0, price_unit: 0, debit: 0, credit: 0, balance: 0 });
      return;
    }
    if (kind === "product") {
      fromProduct(env, values, move);
      values.account_id ||= accountOf(env, values, move);
    }
    values.quantity ??= kind === "product" ? 1 : 0;
    setAmounts(values, move);
  },
  afterCreate(env, ids) {
    settle(
      env,
      ids.map((id) => Number(items(env).table.rows.get(id)?.move_id)),
    );
  },
  beforeWrite(env, ids, values) {
    if (isQuiet(env)) return;
    refuseChange(env, ids, values);
    const first = items(env).table.rows.get(ids[0] ?? 0) ?? {};
    if (!["debit", "credit", "balance", "amount_currency"].some((name) => name in values)) return;
    // Of debit and credit, the one that is not written goes.
    if ("debit" in values && truthy(values.debit)) values.credit = 0;
    else if ("credit" in values && truthy(values.credit)) values.debit = 0;
    const known = { display_type: first.display_type, quantity: first.quantity };
    const amounts: Values = { ...known, ...values };
    setAmounts(amounts, moveOf(env, first));
    for (const name of ["debit", "credit", "balance", "amount_currency", "price_subtotal", "price_total"])
      if (amounts[name] !== undefined) values[name] = amounts[name];
  },
  afterWrite(env, ids) {
    settle(
      env,
      ids.map((id) => Number(items(env).table.rows.get(id)?.move_id)),
    );
  },
  beforeUnlink(env, ids) {
    if (isQuiet(env)) return;
    for (const id of ids) {
      const line = items(env).table.rows.get(id) ?? {};
      const move = moveOf(env, line);
      if (move.state === "posted") throw postedItem();
      if (!isInvoice(move.move_type)) continue;
      if (line.display_type === "tax")
        throw validationError("You cannot delete a tax line as it would impact the tax report");
      if (line.display_type === "payment_term")
        throw validationError(
          "You cannot delete a payable/receivable line as it would not be consistent with the payment terms",
        );
    }
  },
  afterUnlink(env, rows) {
    settle(
      env,
      rows.map((row) => Number(row.move_id)),
    );
  },
  computes: { currency_rate: () => 1, is_refund: (env, id) => isRefundLine(env, id) },
  constraints: [{ fields: ["account_id", "display_type"], check: refuseTypes }],
  methods: {
    reconcile: {
      parameters: [],
      required: 0,
      owner: "own",
      call(env, _model, ids) {
        for (const move of reconcile(env, ids)) {
          setTotals(env, move);
          setPaymentState(env, move);
        }
      },
    },
    remove_move_reconcile: {
      parameters: [],
      required: 0,
      owner: "own",
      call(env, _model, ids) {
        for (const own of new Set(ids.map((id) => Number(items(env).table.rows.get(id)?.move_id))))
          for (const move of [...undoReconciliation(env, own), own]) {
            setTotals(env, move);
            setPaymentState(env, move);
          }
      },
    },
  },
};

export function postedItem(): Error {
  return userError(
    "You can't delete a posted journal item. Don’t play games with your accounting records; reset the journal entry to draft before deleting it.",
  );
}
