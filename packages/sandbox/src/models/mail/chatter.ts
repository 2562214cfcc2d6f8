/** What the server itself writes under a record: that it was made, and which step it took. */
import { type Env, modelOf } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Model } from "../../orm/model.js";
import { displayName } from "../../orm/value.js";
import { addMessage, follow, ownPartner, subtype } from "./store.js";

const summary = (text: string) => `<div summary="o_mail_notification"><p>${text}</p></div>`;
const documents: Readonly<Record<string, string>> = {
  out_invoice: "Invoice Created",
  out_refund: "Credit Note Created",
  in_invoice: "Vendor Bill Created",
  in_refund: "Refund Created",
  out_receipt: "Sales Receipt Created",
  in_receipt: "Purchase Receipt Created",
};

/** Text and subtype of the first message. */
function creation(env: Env, model: Model, row: Row): { body: string; subtype: string } {
  const document = model.name === "account.move" ? documents[String(row.move_type)] : undefined;
  if (document)
    return row.move_type === "out_invoice"
      ? { body: summary(document), subtype: "account.mt_invoice_created" }
      : { body: `<p>${document}</p>`, subtype: "mail.mt_note" };
  if (model.name !== "crm.lead") return { body: `<p>${model.facts.label} created</p>`, subtype: "mail.mt_note" };
  const team = modelOf(env, "crm.team").table.rows.get(Number(row.team_id ?? 0))?.name;
  const text = team
    ? `A new lead has been created for the team "${team}".`
    : "A new lead has been created and is not assigned to any team.";
  return { body: summary(text), subtype: "crm.mt_lead_create" };
}

/** The message of a new record, and its maker as the first follower; the context may forbid either. */
export function announce(env: Env, model: Model, ids: readonly number[]): void {
  const { context } = env;
  if (context.tracking_disable === true) return;
  const own = ownPartner(env);
  for (const id of ids) {
    const row = model.table.rows.get(id) ?? {};
    if (context.mail_create_nosubscribe !== true && own !== undefined && env.uid !== 1)
      follow(env, model.name, id, [own]);
    if (context.mail_create_nolog === true) continue;
    const { body, subtype: xid } = creation(env, model, row);
    addMessage(env, {
      model: model.name,
      res_id: id,
      body,
      subtype_id: subtype(env, xid),
      is_internal: xid === "mail.mt_note",
      record_name: env.db.profile.messaging.namesFirstMessage ? displayName(env, model, id) || undefined : undefined,
    });
  }
}

/** The subtype under which a model's change of state is told, or undefined where nothing is. */
function told(env: Env, model: Model, before: Row, after: Row): string | undefined {
  if (model.name === "sale.order" && before.state !== after.state) {
    if (after.state === "sale") return "sale.mt_order_confirmed";
    return after.state === "sent" ? "sale.mt_order_sent" : undefined;
  }
  if (model.name === "account.move" && before.state !== after.state && after.state === "posted")
    return after.move_type === "entry" ? "mail.mt_note" : "account.mt_invoice_validated";
  if (model.name !== "crm.lead") return undefined;
  if (before.active === true && after.active !== true) return "crm.mt_lead_lost";
  if (before.active !== true && after.active === true) return "crm.mt_lead_restored";
  if (before.stage_id === after.stage_id) return undefined;
  const won = modelOf(env, "crm.stage").table.rows.get(Number(after.stage_id ?? 0))?.is_won === true;
  return won ? "crm.mt_lead_won" : "crm.mt_lead_stage";
}

/** A message without words where a tracked step was taken. */
export function track(env: Env, model: Model, id: number, before: Row): void {
  if (env.context.tracking_disable === true || env.context.mail_notrack === true) return;
  const after = model.table.rows.get(id) ?? {};
  const xid = told(env, model, before, after);
  if (xid === undefined) return;
  const customer = env.db.profile.messaging.customersFollow ? after.partner_id : undefined;
  if (xid === "sale.mt_order_confirmed" && typeof customer === "number") follow(env, model.name, id, [customer]);
  addMessage(env, {
    model: model.name,
    res_id: id,
    subtype_id: subtype(env, xid),
    is_internal: xid === "mail.mt_note",
  });
}
