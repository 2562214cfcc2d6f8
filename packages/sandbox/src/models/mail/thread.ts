/**
 * mail.thread and mail.activity.mixin: what every model with messages has beside its own behaviour. A new
 * record gets a message and its maker as follower; deleted, it takes messages, followers, activities and
 * attachments along.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Row } from "../../orm/fields.js";
import type { Behaviour, Model, Read } from "../../orm/model.js";
import { fieldValue } from "../../orm/value.js";
import { activityMethods } from "./activities.js";
import { announce, track } from "./chatter.js";
import { threadMethods } from "./post.js";
import { activities, followers, messages, ownPartner, referring } from "./store.js";

/** Models with messages; the others have neither the fields nor the methods. */
const threads = [
  ...["account.account", "account.journal", "account.move", "account.payment", "account.tax", "crm.lead", "crm.team"],
  ...["product.category", "product.pricelist", "product.product", "product.template", "purchase.order"],
  ...["res.company", "res.partner", "res.partner.bank", "res.users", "sale.order", "stock.lot", "stock.picking"],
];

/** Rows as they were, by the values of the write under way. */
const before = new WeakMap<object, readonly (readonly [number, Row])[]>();
/** Fields whose change is told; the others need no look back. */
const watched = ["state", "stage_id", "active"];

function openActivities(env: Env, model: string, id: number): readonly number[] {
  const { rows } = activities(env).table;
  const open = referring(env, activities(env), model, id).filter((other) => rows.get(other)?.active !== false);
  return [...open].sort(
    (a, b) => String(rows.get(a)?.date_deadline).localeCompare(String(rows.get(b)?.date_deadline)) || a - b,
  );
}

function computesOf(model: string): Behaviour["computes"] {
  const messageIds = (env: Env, id: number): readonly number[] =>
    [...referring(env, messages(env), model, id)].reverse();
  const following = (env: Env, id: number): readonly number[] =>
    referring(env, followers(env), model, id).map((other) => Number(followers(env).table.rows.get(other)?.partner_id));
  const next =
    (name: string) =>
    (env: Env, id: number): Read => {
      const [first] = openActivities(env, model, id);
      return first === undefined ? false : fieldValue(env, activities(env), first, name);
    };
  return {
    message_ids: messageIds,
    has_message: (env, id) => messageIds(env, id).length > 0,
    message_follower_ids: (env, id) => referring(env, followers(env), model, id),
    message_partner_ids: (env, id) => [...following(env, id)].sort((a, b) => a - b),
    message_is_follower: (env, id) => following(env, id).includes(ownPartner(env) ?? 0),
    message_attachment_count: (env, id) => referring(env, modelOf(env, "ir.attachment"), model, id).length,
    activity_ids: (env, id) => openActivities(env, model, id),
    activity_state: next("state"),
    activity_user_id: next("user_id"),
    activity_type_id: next("activity_type_id"),
    activity_summary: next("summary"),
    activity_date_deadline: next("date_deadline"),
    my_activity_date_deadline: (env, id) => {
      const { rows } = activities(env).table;
      const own = openActivities(env, model, id).find((other) => rows.get(other)?.user_id === env.uid);
      return own === undefined ? false : (rows.get(own)?.date_deadline ?? false);
    },
  };
}

/** Takes away what was written about records. */
function forget(env: Env, model: string, ids: readonly number[]): void {
  for (const other of [messages(env), followers(env), activities(env), modelOf(env, "ir.attachment")])
    for (const id of ids) {
      const gone = referring(env, other, model, id);
      if (gone.length > 0) env.db.operations.unlink(sudo(env), other, gone);
    }
}

const hasThread = (model: Model) => model.fields.has("message_ids");

function threaded(own: Behaviour): Behaviour {
  const { model } = own;
  const self = (env: Env) => modelOf(env, model);
  return {
    ...own,
    computes: { ...computesOf(model), ...own.computes },
    methods: { ...threadMethods, ...activityMethods, ...own.methods },
    afterCreate(env, ids, given) {
      own.afterCreate?.(env, ids, given);
      if (hasThread(self(env))) announce(env, self(env), ids);
    },
    beforeWrite(env, ids, values) {
      if (watched.some((name) => name in values))
        before.set(
          values,
          ids.map((id) => [id, self(env).table.rows.get(id) ?? {}] as const),
        );
      own.beforeWrite?.(env, ids, values);
    },
    afterWrite(env, ids, values) {
      own.afterWrite?.(env, ids, values);
      for (const [id, row] of before.get(values) ?? []) track(env, self(env), id, row);
    },
    beforeUnlink(env, ids) {
      own.beforeUnlink?.(env, ids);
      forget(env, model, ids);
    },
  };
}

/** The behaviours with threads where a model has messages, those without a behaviour of their own included. */
export function withThreads(behaviours: readonly Behaviour[]): readonly Behaviour[] {
  const known = new Set(behaviours.map(({ model }) => model));
  const bare = threads.filter((model) => !known.has(model)).map((model): Behaviour => ({ model }));
  return [...behaviours, ...bare].map((own) => (threads.includes(own.model) ? threaded(own) : own));
}
