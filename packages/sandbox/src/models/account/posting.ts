/** Posting a move, taking it back to draft, cancelling it: the steps of account.move's states. */
import { type Env, hasGroup, modelOf } from "../../orm/env.js";
import { accessError, userError, validationError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import { track } from "../mail/chatter.js";
import { follow } from "../mail/store.js";
import { accounts, isInvoice, isPurchase, isSale, isText, items, journals, moves, patch, rowsOf } from "./documents.js";
import { isNumbered, nextName, parted } from "./numbering.js";
import { reconcile, setPaymentState, undoReconciliation } from "./reconcile.js";
import { refuseUnbalanced, setTotals, synchronise } from "./sync.js";

/** Why an entry cannot be posted, in Odoo's order. */
function problems(env: Env, id: number, row: Row): string[] {
  const { accounting } = env.db.profile;
  const found: string[] = [];
  const lines = rowsOf(env, id).filter(([, line]) => !isText(line));
  if (isInvoice(row.move_type)) {
    if (Number(row.amount_total ?? 0) < 0)
      found.push(
        "You cannot validate an invoice with a negative total amount. You should create a credit note instead. " +
          "Use the action menu to transform it into a credit note or refund.",
      );
    if (row.partner_id === undefined && isSale(row.move_type)) found.push(accounting.customerMissing);
    if (row.partner_id === undefined && isPurchase(row.move_type)) found.push(accounting.vendorMissing);
    if (row.invoice_date === undefined && isPurchase(row.move_type))
      found.push("The Bill/Refund date is required to validate this document.");
  }
  if (row.state !== "draft") found.push(`The entry ${row.name} (id ${id}) must be in draft.`);
  if (lines.length === 0) found.push(accounting.nothingToPost);
  const journal = journals(env).table.rows.get(Number(row.journal_id));
  if (journal?.active !== true) found.push(`You cannot post an entry in an archived journal (${journal?.name ?? ""})`);
  const currency = modelOf(env, "res.currency").table.rows.get(Number(row.currency_id));
  if (currency?.active !== true)
    found.push(`You cannot validate a document with an inactive currency: ${currency?.name ?? ""}`);
  const archived = lines.some(([, line]) => {
    const account = accounts(env).table.rows.get(Number(line.account_id));
    return account?.active === false || account?.deprecated === true;
  });
  if (archived) found.push(accounting.archivedAccount);
  return found;
}

/** Posts drafts: dated, numbered, and set against what they reverse. */
export function post(env: Env, ids: readonly number[]): void {
  if (!env.su && !hasGroup(env, "account.group_account_invoice"))
    throw accessError("You don't have the access rights to post an invoice.");
  const found = ids.flatMap((id) => problems(env, id, moves(env).table.rows.get(id) ?? {}));
  if (found.length > 0) throw userError([...new Set(found)].join("\n"));
  for (const id of ids) postOne(env, id);
}

function postOne(env: Env, id: number): void {
  const today = env.db.now().slice(0, 10);
  const before = moves(env).table.rows.get(id) ?? {};
  if (isSale(before.move_type) && before.invoice_date === undefined)
    patch(env, moves(env), id, { invoice_date: today, date: today });
  const dated = moves(env).table.rows.get(id) ?? {};
  const name = isNumbered(dated) ? String(dated.name) : nextName(env, id, dated).name;
  refuseTaken(env, id, { ...dated, name });
  const { prefix, number } = parted(name);
  patch(env, moves(env), id, {
    ...{ name, sequence_prefix: prefix, sequence_number: number, state: "posted", posted_before: true },
    ...(dated.move_type === "out_invoice" ? { payment_reference: dated.payment_reference ?? name } : {}),
    write_uid: env.uid,
    write_date: env.db.now(),
  });
  synchronise(env, [id]);
  refuseUnbalanced(env, [id]);
  setPaymentState(env, id);
  track(env, moves(env), id, before);
  const partner = dated.partner_id;
  if (env.db.profile.messaging.customersFollow && typeof partner === "number")
    follow(env, "account.move", id, [partner]);
  const reversed = moves(env).table.rows.get(Number(dated.reversed_entry_id ?? 0));
  if (reversed?.state === "posted") settleReversal(env, id, Number(dated.reversed_entry_id));
}

/** A posted reversal pays what it reverses, account by account. */
function settleReversal(env: Env, id: number, reversed: number): void {
  const byAccount = new Map<number, number[]>();
  for (const move of [reversed, id])
    for (const [line, row] of rowsOf(env, move))
      if (accounts(env).table.rows.get(Number(row.account_id))?.reconcile === true)
        byAccount.set(Number(row.account_id), [...(byAccount.get(Number(row.account_id)) ?? []), line]);
  for (const lines of byAccount.values()) settleLines(env, lines);
}

/** Reconciles lines and brings their documents up to date. */
export function settleLines(env: Env, lines: readonly number[]): void {
  for (const move of reconcile(env, lines)) {
    setTotals(env, move);
    setPaymentState(env, move);
  }
}

export function toDraft(env: Env, ids: readonly number[]): void {
  if (ids.some((id) => !["posted", "cancel"].includes(String(moves(env).table.rows.get(id)?.state))))
    throw userError("Only posted/cancelled journal entries can be reset to draft.");
  for (const id of ids) {
    const others = env.db.profile.accounting.draftUndoesPayments ? undoReconciliation(env, id) : [];
    patch(env, moves(env), id, { state: "draft", write_uid: env.uid, write_date: env.db.now() });
    for (const move of [...others, id]) {
      setTotals(env, move);
      setPaymentState(env, move);
    }
  }
}

export function cancel(env: Env, ids: readonly number[]): void {
  const posted = ids.filter((id) => moves(env).table.rows.get(id)?.state === "posted");
  if (posted.length > 0) toDraft(env, posted);
  if (ids.some((id) => moves(env).table.rows.get(id)?.state !== "draft"))
    throw userError("Only draft journal entries can be cancelled.");
  for (const id of ids) {
    patch(env, moves(env), id, { state: "cancel", auto_post: "no", write_uid: env.uid, write_date: env.db.now() });
    setPaymentState(env, id);
  }
}

/** Two posted entries of a journal do not share a name. */
export function refuseTaken(env: Env, id: number, row: Row): void {
  const taken = moves(env)
    .table.find("name", String(row.name))
    .some((other) => {
      const known = moves(env).table.rows.get(other);
      return other !== id && known?.state === "posted" && known.journal_id === row.journal_id;
    });
  if (!taken || !isNumbered(row)) return;
  const message = "Another entry with the same name already exists.";
  throw validationError(`The operation cannot be completed: ${message}`, {
    ...{ kind: "unique", model: "account.move", field: "name" },
    message,
  });
}

/** Open receivable and payable lines of documents. */
export function openLines(env: Env, ids: readonly number[]): readonly number[] {
  return ids.flatMap((id) =>
    rowsOf(env, id).flatMap(([line]) => {
      const row = items(env).table.rows.get(line);
      const type = accounts(env).table.rows.get(Number(row?.account_id))?.account_type;
      const isOpen = type === "asset_receivable" || type === "liability_payable";
      return isOpen && Number(row?.amount_residual ?? 0) !== 0 ? [line] : [];
    }),
  );
}
