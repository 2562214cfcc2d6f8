/** Messages and followers of a record, as rows: written by the server itself, without asking for rights. */
import { checkRow } from "../../orm/constraints.js";
import { type Env, modelOf } from "../../orm/env.js";
import type { Row, Value } from "../../orm/fields.js";
import type { Model } from "../../orm/model.js";

export const messages = (env: Env) => modelOf(env, "mail.message");
export const followers = (env: Env) => modelOf(env, "mail.followers");
export const activities = (env: Env) => modelOf(env, "mail.activity");

/** The contact of the user who calls. */
export function ownPartner(env: Env): number | undefined {
  const partner = modelOf(env, "res.users").table.rows.get(env.uid)?.partner_id;
  return typeof partner === "number" ? partner : undefined;
}

/** Records of a model that refer to one by its model's name and its id, in the order they were made. */
export function referring(env: Env, to: Model, model: string, id: number): readonly number[] {
  return to.table.find("res_id", id).filter((other) => {
    const row = to.table.rows.get(other);
    return (row?.model ?? row?.res_model ?? modelName(env, row?.res_model_id)) === model;
  });
}

function modelName(env: Env, id: Value | undefined): Value | undefined {
  return modelOf(env, "ir.model").table.rows.get(Number(id ?? 0))?.model;
}

/** Email address with the name before it. */
function sender(env: Env, partner: number | undefined): string | undefined {
  const row = modelOf(env, "res.partner").table.rows.get(partner ?? 0);
  return row?.email === undefined ? undefined : `"${row.name ?? ""}" <${row.email}>`;
}

/** Stores a message of the user who calls. */
export function addMessage(env: Env, values: Record<string, Value | undefined>): number {
  const { table, fields } = messages(env);
  const id = table.nextId();
  const author = typeof values.author_id === "number" ? values.author_id : ownPartner(env);
  const now = env.db.now();
  const all: Record<string, Value | undefined> = {
    ...{ message_type: "notification", date: now, author_id: author, email_from: sender(env, author) },
    ...{ reply_to: sender(env, author), is_internal: false, body: "", email_add_signature: true },
    message_id: `<${id}.${values.res_id ?? 0}-openerp-${values.model ?? "private"}@sandbox>`,
    ...{ create_uid: env.uid, create_date: now, write_uid: env.uid, write_date: now },
    ...values,
  };
  const row: Record<string, Value> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined && fields.has(name)) row[name] = value;
  checkRow(env, messages(env), id, row, undefined);
  env.db.put(table, id, row);
  return id;
}

/** Makes contacts follow a record; those who do already stay as they are. */
export function follow(
  env: Env,
  model: string,
  id: number,
  partners: readonly number[],
  subtypes?: readonly number[],
): void {
  const { table } = followers(env);
  const known = new Set(referring(env, followers(env), model, id).map((other) => table.rows.get(other)?.partner_id));
  for (const partner of partners) {
    if (known.has(partner)) continue;
    known.add(partner);
    const row: Row = {
      res_model: model,
      res_id: id,
      partner_id: partner,
      subtype_ids: subtypes ?? defaultSubtypes(env, model),
    };
    const follower = table.nextId();
    checkRow(env, followers(env), follower, row, undefined);
    env.db.put(table, follower, row);
  }
}

export function unfollow(env: Env, model: string, id: number, partners: readonly number[]): void {
  const { table } = followers(env);
  for (const other of referring(env, followers(env), model, id))
    if (partners.includes(Number(table.rows.get(other)?.partner_id))) env.db.put(table, other, undefined);
}

/** What a follower hears of: the subtypes of the model, or of all, that are on by default. */
function defaultSubtypes(env: Env, model: string): readonly number[] {
  const rows = [...modelOf(env, "mail.message.subtype").table.rows];
  const on = rows.filter(([, row]) => row.default === true && (row.res_model ?? model) === model);
  return on.map(([id]) => id);
}

export function subtype(env: Env, xid: string): number | undefined {
  return env.db.ref(xid)?.id;
}
