/**
 * mail.message: read by its author, by those it was sent to, and by whoever may read the record it stands
 * under; written and deleted by its author and by whoever may write that record.
 */
import { hasAccess, ruleTest } from "../../orm/access.js";
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Behaviour } from "../../orm/model.js";
import type { Right } from "../../versions/facts.js";
import { securityRefusal } from "./refusal.js";
import { followers, messages, ownPartner } from "./store.js";

/** Whether a record of any model may be read or written, rules included; asked once a model. */
export function documentTest(env: Env): (model: unknown, id: unknown, right: Right) => boolean {
  const tests = new Map<string, ((id: number) => boolean) | undefined>();
  return (name, id, right) => {
    const model = env.db.models.get(String(name));
    if (!model?.table.rows.has(Number(id)) || !hasAccess(env, model, right)) return false;
    const key = `${name} ${right}`;
    if (!tests.has(key)) tests.set(key, ruleTest(env, model, right));
    return tests.get(key)?.(Number(id)) ?? true;
  };
}

function visible(env: Env, right: Right): ((id: number) => boolean) | undefined {
  if (env.su) return undefined;
  const own = ownPartner(env);
  const mayDocument = documentTest(env);
  const isInternal = env.db.groupsOf(env.uid).has(env.db.ref("base.group_user")?.id ?? 0);
  return (id) => {
    const row = messages(env).table.rows.get(id);
    if (!row) return true;
    if (!isInternal && row.is_internal === true) return false;
    const told = [row.partner_ids, row.notified_partner_ids].some(
      (list) => typeof list === "object" && list.includes(own ?? 0),
    );
    if (right === "read" && (row.author_id === own || row.create_uid === env.uid || told)) return true;
    if (right !== "read" && row.author_id === own && row.res_id === undefined) return true;
    return (
      row.model !== undefined &&
      mayDocument(row.model, row.res_id, right === "read" || right === "create" ? "read" : "write")
    );
  };
}

export const message: Behaviour = {
  model: "mail.message",
  displayName: (env, id) =>
    (env.db.profile.messaging.messagesHaveNames && messages(env).table.rows.get(id)?.record_name?.toString()) || false,
  visible,
  refusal: (env, ids, right) => securityRefusal(env, "Message", right, ids),
  defaults: {
    author_id: (env) => ownPartner(env) ?? false,
    date: (env) => env.db.now(),
    email_from: (env) => {
      const row = modelOf(env, "res.partner").table.rows.get(ownPartner(env) ?? 0);
      return row?.email === undefined ? false : `"${row.name ?? ""}" <${row.email}>`;
    },
  },
  precompute(env, values) {
    values.subtype_id ??= env.db.ref("mail.mt_note")?.id ?? false;
  },
  afterCreate(env, ids) {
    if (env.su) return;
    const mayDocument = documentTest(env);
    const refused = ids.filter((id) => {
      const row = messages(env).table.rows.get(id);
      return row?.model !== undefined && !mayDocument(row.model, row.res_id, "write");
    });
    if (refused.length > 0) throw securityRefusal(env, "Message", "create", refused);
  },
  computes: {
    preview: (env, id) => {
      const text = String(messages(env).table.rows.get(id)?.body ?? "").replace(/<[^>]*>/g, " ");
      const plain = text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
      return plain.replace(/\s+/g, " ").trim();
    },
    is_current_user_or_guest_author: (env, id) => messages(env).table.rows.get(id)?.author_id === ownPartner(env),
    needaction: () => false,
    starred: () => false,
  },
};

export const follower: Behaviour = {
  model: "mail.followers",
  displayName: (env, id) => {
    const partner = followers(env).table.rows.get(id)?.partner_id;
    return String(modelOf(sudo(env), "res.partner").table.rows.get(Number(partner ?? 0))?.name ?? "");
  },
  sql: [
    {
      message: "Error, a partner cannot follow twice the same object.",
      // The record's id first: looked up by it, few followers are compared.
      unique: ["res_id", "res_model", "partner_id"],
    },
  ],
};
