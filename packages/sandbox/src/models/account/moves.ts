/**
 * account.move: invoices, refunds, bills and plain entries.
 *
 * draft -> posted (action_post: complete, balanced, numbered), draft or posted -> cancel (button_cancel),
 * posted or cancel -> draft (button_draft). Posted, a move keeps its lines, dates, partner and terms, and
 * is not deleted; its lines may change in what does not touch taxes or reconciliation, as in Odoo. A number
 * once given stays through draft and cancel.
 */
import { applyCommands } from "../../orm/commands.js";
import { type Env, hasGroup, modelOf, withContext } from "../../orm/env.js";
import { userError, validationError } from "../../orm/exceptions.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Values } from "../../orm/model.js";
import { truthy } from "../../orm/python.js";
import { fieldValue } from "../../orm/value.js";
import {
  directionOf,
  documentRules,
  isInvoice,
  isPurchase,
  isSale,
  items,
  journals,
  journalType,
  linesOf,
  moves,
  patch,
  rowsOf,
  typeLabels,
} from "./documents.js";
import { postedItem } from "./lines.js";
import { documentMethods } from "./moves-methods.js";
import { isNumbered, nextName, parted } from "./numbering.js";
import { refuseTaken } from "./posting.js";
import { counterparts, undoReconciliation } from "./reconcile.js";
import { refuseUnbalanced, synchronise } from "./sync.js";
import { companyOf, isQuiet, quiet, shownName } from "./views.js";

/** Line commands of a create or write under way: they run once the move itself is stored. */
const waiting = new WeakMap<Values, readonly (readonly [string, unknown])[]>();

function setAside(values: Values): void {
  const commands = ["invoice_line_ids", "line_ids"].flatMap((name) => {
    if (!(name in values)) return [];
    const value = values[name];
    delete values[name];
    return [[name, value] as const];
  });
  waiting.set(values, commands);
}

function applyLines(env: Env, id: number, values: Values): void {
  const inner = withContext(env, { check_move_validity: false });
  for (const [name, value] of waiting.get(values) ?? []) {
    const field = moves(env).fields.get(name);
    if (field && !(Array.isArray(value) && value.length === 0)) applyCommands(inner, moves(env), id, field, value);
  }
}

function defaultJournal(env: Env, values: Values): number | false {
  const { table } = journals(env);
  const wanted = journalType(values.move_type);
  const fits = [...table.rows].filter(([, row]) => {
    const own = values.company_id === undefined || row.company_id === values.company_id;
    return row.type === wanted && row.active === true && own;
  });
  fits.sort((a, b) => Number(a[1].sequence ?? 0) - Number(b[1].sequence ?? 0) || a[0] - b[0]);
  return fits[0]?.[0] ?? false;
}

function setPartner(env: Env, values: Values): void {
  const partners = modelOf(env, "res.partner");
  const id = values.partner_id;
  const row = typeof id === "number" ? partners.table.rows.get(id) : undefined;
  if (typeof id !== "number" || !row) return;
  const read = (name: string) => fieldValue(env, partners, id, name);
  values.commercial_partner_id = read("commercial_partner_id");
  values.invoice_partner_display_name = read("display_name");
  values.partner_shipping_id ??= id;
  const term = isPurchase(values.move_type) ? "property_supplier_payment_term_id" : "property_payment_term_id";
  if (isInvoice(values.move_type)) values.invoice_payment_term_id ??= read(term);
}

/** The date of the books: an invoice's own, or today. */
function accountingDate(env: Env, values: Values | Row): unknown {
  return (isInvoice(values.move_type) && values.invoice_date) || values.date || env.db.now().slice(0, 10);
}

function refuseJournals(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = moves(env).table.rows.get(id) ?? {};
    const { type } = journals(env).table.rows.get(Number(row.journal_id)) ?? {};
    if (isPurchase(row.move_type) && type !== "purchase")
      throw validationError("Cannot create a purchase document in a non purchase journal");
    if (isSale(row.move_type) && type !== "sale")
      throw validationError("Cannot create a sale document in a non sale journal");
  }
}

const readonlyWhenPosted = new Set([
  ...["invoice_line_ids", "line_ids", "invoice_date", "date", "partner_id", "partner_bank_id"],
  ...["invoice_payment_term_id", "currency_id", "fiscal_position_id", "invoice_cash_rounding_id"],
]);

function refuseWrite(env: Env, row: Row, values: Values): void {
  const leaves = "journal_id" in values && values.journal_id !== row.journal_id;
  const unnamed = !isNumbered(row) || ("name" in values && (!truthy(values.name) || values.name === "/"));
  if (leaves && !unnamed && (row.posted_before === true || parted(row.name).number > 1))
    throw userError(
      `You cannot edit the journal of an account move ${row.posted_before === true ? "if it has been posted once" : "with a sequence number assigned"}, ` +
        'unless the name is removed or set to "/". This might create a gap in the sequence.',
    );
  const held = Object.keys(values).filter((name) => readonlyWhenPosted.has(name));
  if ((values.state ?? row.state) === "posted" && held.length > 0 && env.context.skip_readonly_check !== true)
    throw userError(`You cannot modify the following readonly fields on a posted move: ${held.join(", ")}`);
}

/** Before posting, 18 numbers a draft that is the first of its period, and shows any other as "/". */
function nameDraft(env: Env, id: number): void {
  const row = moves(env).table.rows.get(id);
  if (!row || !env.db.profile.accounting.namesDrafts || row.state !== "draft" || isNumbered(row)) return;
  const { name, first } = nextName(env, id, row);
  patch(env, moves(env), id, { name: first && rowsOf(env, id).length > 0 ? name : "/" });
}

function setNumber(env: Env, id: number): void {
  const row = moves(env).table.rows.get(id) ?? {};
  const { prefix, number } = parted(row.name);
  patch(env, moves(env), id, { sequence_prefix: prefix, sequence_number: number });
}

/** Only an accounting manager takes a number out of the middle of its sequence. */
function refuseGap(env: Env, ids: readonly number[]): void {
  if (env.su || hasGroup(env, "account.group_account_manager")) return;
  const doomed = new Set(ids);
  for (const id of ids) {
    const row = moves(env).table.rows.get(id) ?? {};
    const { prefix, number } = parted(row.name);
    const follows = moves(env)
      .table.find("journal_id", Number(row.journal_id))
      .some((other) => {
        const taken = parted(moves(env).table.rows.get(other)?.name);
        return !doomed.has(other) && taken.prefix === prefix && taken.number > number;
      });
    if (number > 0 && follows)
      throw userError(
        "You cannot delete this entry, as it has already consumed a sequence number and is not the last one in the chain. " +
          "You should probably revert it instead.",
      );
  }
}

export const move: Behaviour = {
  model: "account.move",
  namesSearched: ["name", "partner_id.name", "ref"],
  displayName: shownName,
  rules: documentRules(""),
  precompute(env, values) {
    setAside(values);
    values.company_id ||= Number(env.context.company_id ?? 1);
    values.journal_id ||= defaultJournal(env, values);
    const journal = journals(env).table.rows.get(Number(values.journal_id));
    if (journal?.company_id !== undefined) values.company_id = journal.company_id;
    values.currency_id ||= journal?.currency_id ?? companyOf(env, values.company_id)?.currency_id ?? 1;
    values.date = accountingDate(env, values);
    values.invoice_partner_display_name ??= `#Created by: ${fieldValue(env, modelOf(env, "res.users"), env.uid, "name")}`;
    setPartner(env, values);
    const sells = isSale(values.move_type);
    if (sells) {
      values.invoice_user_id ??= env.uid;
      values.team_id ??= 1;
    }
    if (isInvoice(values.move_type)) values.invoice_currency_rate ??= 1;
    else values.invoice_date_due ??= values.date;
    values.payment_state ??= "not_paid";
    if (!truthy(values.name)) values.name = env.db.profile.accounting.namesDrafts ? "/" : false;
  },
  afterCreate(env, ids, given) {
    ids.forEach((id, at) => {
      const values = given[at];
      if (values) applyLines(env, id, values);
      synchronise(env, [id]);
      nameDraft(env, id);
      setNumber(env, id);
    });
    refuseUnbalanced(env, ids);
  },
  beforeWrite(env, ids, values) {
    if (!isQuiet(env))
      for (const id of ids) {
        const row = moves(env).table.rows.get(id) ?? {};
        refuseWrite(env, row, values);
        if (values.state === "posted" && row.state !== "posted") refuseTaken(env, id, row);
      }
    setAside(values);
    const first = moves(env).table.rows.get(ids[0] ?? 0);
    if ("partner_id" in values) {
      const known: Values = { move_type: first?.move_type, ...values };
      setPartner(env, known);
      for (const name of ["commercial_partner_id", "invoice_partner_display_name", "partner_shipping_id"])
        if (known[name] !== undefined) values[name] = known[name];
    }
    if (truthy(values.invoice_date) && isInvoice(first?.move_type)) values.date ??= values.invoice_date;
  },
  afterWrite(env, ids, values) {
    for (const id of ids) {
      if ((waiting.get(values) ?? []).length > 0) applyLines(env, id, values);
      if ("partner_id" in values)
        for (const line of linesOf(env, id))
          patch(env, items(env), line, { partner_id: moves(env).table.rows.get(id)?.commercial_partner_id });
      if (!isQuiet(env)) synchronise(env, [id]);
      if (values.name === false) nameDraft(env, id);
      if ("name" in values) setNumber(env, id);
    }
    if (!isQuiet(env)) refuseUnbalanced(env, ids);
  },
  beforeUnlink(env, ids) {
    if (ids.some((id) => moves(env).table.rows.get(id)?.state === "posted" && linesOf(env, id).length > 0))
      throw postedItem();
    refuseGap(env, ids);
    for (const id of ids) undoReconciliation(env, id);
    env.db.operations.unlink(
      quiet(env),
      items(env),
      ids.flatMap((id) => linesOf(env, id)),
    );
  },
  constraints: [{ fields: ["journal_id", "move_type"], check: refuseJournals }],
  computes: {
    invoice_line_ids: (env, id) =>
      rowsOf(env, id)
        .filter(([, line]) => !["tax", "payment_term", "rounding"].includes(String(line.display_type)))
        .sort((a, b) => Number(a[1].sequence ?? 0) - Number(b[1].sequence ?? 0) || a[0] - b[0])
        .map(([line]) => line),
    type_name: (env, id) => typeLabels[String(moves(env).table.rows.get(id)?.move_type)] ?? false,
    direction_sign: (env, id) => directionOf(moves(env).table.rows.get(id)?.move_type),
    access_url: (env, id) => (isInvoice(moves(env).table.rows.get(id)?.move_type) ? `/my/invoices/${id}` : "#"),
    bank_partner_id: (env, id) => {
      const row = moves(env).table.rows.get(id) ?? {};
      if (!isInvoice(row.move_type)) return false;
      const inbound = row.move_type === "out_invoice" || row.move_type === "in_refund";
      return (inbound ? companyOf(env, row.company_id)?.partner_id : row.commercial_partner_id) ?? false;
    },
    name_placeholder: (env, id) => {
      const row = moves(env).table.rows.get(id);
      const shows = row?.state === "draft" && !isNumbered(row) && rowsOf(env, id).length > 0;
      const next = shows && row ? nextName(env, id, row) : undefined;
      return next?.first ? next.name : false;
    },
    status_in_payment: (env, id) => {
      const row = moves(env).table.rows.get(id) ?? {};
      if (row.state !== "posted") return row.state ?? false;
      const plain = env.db.profile.accounting.namesDrafts ? "not_paid" : "posted";
      return isInvoice(row.move_type) ? (row.payment_state ?? false) : plain;
    },
    show_reset_to_draft_button: (env, id) => moves(env).table.rows.get(id)?.state === "posted",
    matched_payment_ids: (env, id) =>
      counterparts(env, id).flatMap((other) => {
        const made = moves(env).table.rows.get(other)?.origin_payment_id;
        return typeof made === "number" ? [made] : [];
      }),
    has_reconciled_entries: (env, id) => counterparts(env, id).length > 0,
    always_tax_exigible: (env, id) => !isInvoice(moves(env).table.rows.get(id)?.move_type),
    tax_country_code: (env, id) => {
      const country = companyOf(env, moves(env).table.rows.get(id)?.company_id)?.account_fiscal_country_id;
      return modelOf(env, "res.country").table.rows.get(Number(country ?? 0))?.code ?? false;
    },
    tax_country_id: (env, id) =>
      companyOf(env, moves(env).table.rows.get(id)?.company_id)?.account_fiscal_country_id ?? false,
  },
  methods: documentMethods,
};
