/** message_post and the other methods of mail.thread that a client calls on a record. */
import { checkRecords, hasAccess } from "../../orm/access.js";
import { type Env, modelOf, sudo } from "../../orm/env.js";
import { accessError, missingError, valueError } from "../../orm/exceptions.js";
import type { Method, Model, Values } from "../../orm/model.js";
import { repr, str, truthy } from "../../orm/python.js";
import { displayName } from "../../orm/value.js";
import { securityRefusal } from "./refusal.js";
import { addMessage, follow, messages, ownPartner, subtype, unfollow } from "./store.js";

const parameters = [
  ...["body", "subject", "message_type", "email_from", "author_id", "parent_id", "subtype_xmlid", "subtype_id"],
  ...["partner_ids", "attachments", "attachment_ids", "body_is_html"],
];
/** Keywords beyond those that Odoo takes too; they do nothing to a record here. */
const passedOver = new Set([
  ...["email_add_signature", "email_layout_xmlid", "mail_auto_delete", "model_description", "record_name", "reply_to"],
  ...["reply_to_force_new", "mail_server_id", "force_send", "notify_author", "outgoing_email_to", "tracking_value_ids"],
]);

/** A text over RPC is plain: its marks are shown, not read. */
function bodyOf(args: Values): string {
  const text = args.body === undefined || args.body === false ? "" : str(args.body);
  if (text === "") return "";
  if (truthy(args.body_is_html)) return text;
  return `<p>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")}</p>`;
}

function idsOf(value: unknown): readonly number[] {
  const list = Array.isArray(value) ? value : [];
  return list.flatMap((item: unknown) => {
    if (typeof item === "number") return [item];
    if (!Array.isArray(item)) return [];
    if (item[0] === 4 && typeof item[1] === "number") return [item[1]];
    return item[0] === 6 && Array.isArray(item[2]) ? item[2].filter((id) => typeof id === "number") : [];
  });
}

function only(model: Model, ids: readonly number[]): number {
  const [id] = ids;
  if (ids.length !== 1 || id === undefined) throw valueError(`Expected singleton: ${model.name}${repr(ids, true)}`);
  return id;
}

function refuse(env: Env, model: Model, args: Values): void {
  const known = modelOf(env, "mail.message").fields.get("message_type")?.selection ?? [];
  const type = args.message_type ?? "notification";
  if (type === "user_notification") throw valueError("Use message_notify to send a notification to an user.");
  const strange = Object.keys(args).filter((name) => !parameters.includes(name) && !passedOver.has(name));
  if (strange.length > 0)
    throw valueError(`Those values are not supported when posting or notifying: ${strange.sort().join(", ")}`);
  const { partner_ids: partners } = args;
  if (truthy(partners) && (!Array.isArray(partners) || partners.some((id) => typeof id === "string")))
    throw valueError(`Posting a message should receive partners as a list of IDs (received ${repr(partners)})`);
  if (!known.some(([key]) => key === type))
    throw valueError(`Wrong value for mail.message.message_type: ${repr(type)}`);
  // An invoice takes messages of whoever may read it; of any other record one must be allowed to write.
  const right = model.name === "account.move" ? "read" : "write";
  if (!hasAccess(env, model, right)) throw securityRefusal(env, "Message", "create", [messages(env).table.nextId()]);
}

/** Files given by value become attachments of the record; those uploaded for it before are linked. */
function attach(env: Env, model: Model, id: number, args: Values): readonly number[] {
  const files = modelOf(env, "ir.attachment");
  const given = Array.isArray(args.attachments) ? args.attachments : [];
  const made = given.flatMap((file: unknown) => {
    if (!Array.isArray(file)) return [];
    const datas = Buffer.from(str(file[1])).toString("base64");
    return env.db.operations.create(sudo(env), files, [{ name: file[0], datas, res_model: model.name, res_id: id }]);
  });
  const linked = idsOf(args.attachment_ids);
  for (const file of linked) {
    const row = files.table.rows.get(file);
    if (row?.res_model === "mail.compose.message" && row.create_uid === env.uid)
      env.db.put(files.table, file, { ...row, res_model: model.name, res_id: id });
  }
  return [...linked, ...made].sort((a, b) => a - b);
}

function post(env: Env, model: Model, ids: readonly number[], args: Values): unknown {
  const id = only(model, ids);
  if (!model.table.rows.has(id)) throw missingError(model.name, id, env.uid);
  refuse(env, model, args);
  checkRecords(env, model, ids, "read");
  const attachments = attach(env, model, id, args);
  const partners = idsOf(args.partner_ids);
  const xid = typeof args.subtype_xmlid === "string" ? args.subtype_xmlid : "mail.mt_note";
  const author = typeof args.author_id === "number" ? args.author_id : ownPartner(env);
  const message = addMessage(env, {
    ...{ model: model.name, res_id: id, body: bodyOf(args), author_id: author },
    message_type: str(args.message_type ?? "notification"),
    subtype_id: typeof args.subtype_id === "number" ? args.subtype_id : subtype(env, xid),
    record_name: displayName(sudo(env), model, id) || undefined,
    ...(truthy(args.subject) ? { subject: str(args.subject) } : {}),
    ...(truthy(args.email_from) ? { email_from: str(args.email_from) } : {}),
    ...(typeof args.parent_id === "number" ? { parent_id: args.parent_id } : {}),
    ...(partners.length > 0 ? { partner_ids: partners, notified_partner_ids: partners } : {}),
    ...(attachments.length > 0 ? { attachment_ids: attachments } : {}),
  });
  if (args.message_type === "comment" && author !== undefined) follow(env, model.name, id, [author]);
  return env.db.profile.messaging.posted(message);
}

export const threadMethods: Readonly<Record<string, Method>> = {
  message_post: { parameters: [], required: 0, owner: "own", anyKeyword: true, call: post },
  message_subscribe: {
    ...{ parameters: ["partner_ids", "subtype_ids"], required: 0, owner: "own" },
    call(env, model, ids, args) {
      checkRecords(env, model, ids, "read");
      const subtypes = truthy(args.subtype_ids) ? idsOf(args.subtype_ids) : undefined;
      const others = idsOf(args.partner_ids).some((partner) => partner !== ownPartner(env));
      if (others && !hasAccess(env, model, "write"))
        throw accessError(`You are not allowed to modify '${model.facts.label}' (${model.name}) records.`);
      for (const id of ids) follow(env, model.name, id, idsOf(args.partner_ids), subtypes);
      return true;
    },
  },
  message_unsubscribe: {
    ...{ parameters: ["partner_ids"], required: 0, owner: "own" },
    call(env, model, ids, args) {
      checkRecords(env, model, ids, "read");
      for (const id of ids) unfollow(env, model.name, id, idsOf(args.partner_ids));
    },
  },
};
