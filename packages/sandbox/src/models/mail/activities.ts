/**
 * mail.activity: planned on a record, then done (action_feedback, action_done). Done, 18 deletes it and 19
 * archives it with its feedback; both write under the record what was done.
 */
import { type Env, modelOf, sudo } from "../../orm/env.js";
import type { Behaviour, Method, Read, Values } from "../../orm/model.js";
import { str, truthy } from "../../orm/python.js";
import { displayName } from "../../orm/value.js";
import type { Right } from "../../versions/facts.js";
import { documentTest } from "./messages.js";
import { securityRefusal } from "./refusal.js";
import { activities, addMessage, referring, subtype } from "./store.js";

const types = (env: Env) => modelOf(env, "mail.activity.type");

function documentOf(env: Env, id: number): { model: string; id: number } {
  const row = activities(env).table.rows.get(id) ?? {};
  const model = modelOf(env, "ir.model").table.rows.get(Number(row.res_model_id ?? 0))?.model;
  return { model: String(model ?? ""), id: Number(row.res_id ?? 0) };
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The message of an activity that is done. */
function report(env: Env, id: number, feedback: string): string {
  const row = activities(env).table.rows.get(id) ?? {};
  const type = types(env).table.rows.get(Number(row.activity_type_id ?? 0));
  const user = modelOf(env, "res.users").table.rows.get(Number(row.user_id ?? 0));
  const assigned = modelOf(env, "res.partner").table.rows.get(Number(user?.partner_id ?? 0))?.name;
  const other =
    row.user_id === env.uid
      ? ""
      : `\n         (originally assigned to ${assigned ? `<span>${escaped(String(assigned))}</span>` : ""})`;
  const about = row.summary ? `\n        <span>: </span><span>${escaped(String(row.summary))}</span>` : "";
  const note = row.note
    ? `\n    \n        <div class="o_mail_note_title fw-bold">Original note:</div>\n        <div>${row.note}</div>`
    : "";
  const said =
    feedback === ""
      ? ""
      : `\n    <div>\n        <div class="fw-bold">Feedback:</div>\n            ${escaped(feedback)}\n    </div>`;
  const text = `\n    <p>\n        <span class="fa ${type?.icon ?? "fa-tasks"} fa-fw"></span><span>${escaped(String(type?.name ?? ""))}</span> done${other}${about}\n    </p>${note}${said}\n`;
  return env.db.profile.messaging.reported(text);
}

/** Ends activities; answers the last message written. */
function finish(env: Env, ids: readonly number[], feedback: string): number | false {
  let message: number | false = false;
  for (const id of ids) {
    const row = activities(env).table.rows.get(id);
    if (!row) continue;
    const { model, id: record } = documentOf(env, id);
    message = addMessage(env, {
      ...{ model, res_id: record, body: report(env, id, feedback), subtype_id: subtype(env, "mail.mt_activities") },
      mail_activity_type_id: row.activity_type_id,
      is_internal: true,
    });
    if (!env.db.profile.messaging.keepsDoneActivities) env.db.operations.unlink(sudo(env), activities(env), [id]);
    else {
      const done = { active: false, date_done: env.db.now().slice(0, 10), ...(feedback ? { feedback } : {}) };
      env.db.put(activities(env).table, id, { ...row, ...done });
    }
  }
  return message;
}

/** Activities follow their record, and are also their own people's. */
function visible(env: Env, right: Right): ((id: number) => boolean) | undefined {
  if (env.su) return undefined;
  const mayDocument = documentTest(env);
  const { readersSeeActivities } = env.db.profile.messaging;
  return (id) => {
    const row = activities(env).table.rows.get(id);
    if (!row || row.user_id === env.uid) return true;
    const { model, id: record } = documentOf(env, id);
    return mayDocument(model, record, right === "read" && readersSeeActivities ? "read" : "write");
  };
}

function stateOf(env: Env, id: number): Read {
  const row = activities(env).table.rows.get(id) ?? {};
  if (row.active === false && row.date_done !== undefined) return "done";
  const today = env.db.now().slice(0, 10);
  const due = String(row.date_deadline ?? today);
  return due < today ? "overdue" : due === today ? "today" : "planned";
}

export const activity: Behaviour = {
  model: "mail.activity",
  defaults: { date_deadline: (env) => env.db.now().slice(0, 10), user_id: (env) => env.uid },
  recName: "res_name",
  visible,
  refusal: (env, ids, right) => securityRefusal(env, "Activity", right, ids),
  displayName(env, id) {
    const row = activities(env).table.rows.get(id) ?? {};
    return String(row.summary ?? types(env).table.rows.get(Number(row.activity_type_id ?? 0))?.name ?? "") || false;
  },
  sql: [
    {
      message: "Activities have to be linked to records with a not null res_id.",
      check: (row) => (row.res_model_id !== undefined ? Number(row.res_id ?? 0) !== 0 : row.res_id === undefined),
    },
  ],
  precompute(env, values) {
    values.date_deadline ||= env.db.now().slice(0, 10);
    if (env.db.profile.messaging.assignsActivities) values.user_id ||= env.uid;
    const name = modelOf(env, "ir.model").table.rows.get(Number(values.res_model_id ?? 0))?.model;
    const model = env.db.models.get(String(name));
    if (model && typeof values.res_id === "number") values.res_name = displayName(sudo(env), model, values.res_id);
  },
  afterCreate(env, ids) {
    const allowed = env.su ? undefined : documentTest(env);
    const refused = ids.filter((id) => {
      const { model, id: record } = documentOf(env, id);
      return allowed !== undefined && !allowed(model, record, "write");
    });
    if (refused.length > 0) throw securityRefusal(env, "Activity", "create", refused);
  },
  computes: {
    state: stateOf,
    can_write: (env, id) => visible(env, "write")?.(id) ?? true,
    has_recommended_activities: () => false,
  },
  methods: {
    action_feedback: {
      ...{ parameters: ["feedback", "attachment_ids"], required: 0, owner: "own" },
      call: (env, _model, ids, args) => finish(env, ids, truthy(args.feedback) ? str(args.feedback) : ""),
    },
    action_done: { parameters: [], required: 0, owner: "own", call: (env, _model, ids) => finish(env, ids, "") },
  },
};

function named(env: Env, xids: unknown): readonly number[] {
  const list = Array.isArray(xids) ? xids : [xids];
  return list.flatMap((xid: unknown) => env.db.ref(String(xid))?.id ?? []);
}

/** Open activities of a record that are of the types named. */
function chosen(env: Env, model: string, ids: readonly number[], args: Values): readonly number[] {
  const wanted = named(env, args.act_type_xmlids);
  return ids
    .flatMap((id) => referring(env, activities(env), model, id))
    .filter((id) => {
      const row = activities(env).table.rows.get(id);
      const isTheirs = !truthy(args.user_id) || row?.user_id === args.user_id;
      return (
        row?.active !== false && row?.automated === true && isTheirs && wanted.includes(Number(row?.activity_type_id))
      );
    });
}

/** A recordset as each version answers it: its Python text, or its ids. */
const recordset = (env: Env, ids: readonly number[]): unknown => env.db.profile.messaging.records("mail.activity", ids);

export const activityMethods: Readonly<Record<string, Method>> = {
  activity_schedule: {
    ...{
      parameters: ["act_type_xmlid", "date_deadline", "summary", "note"],
      required: 0,
      owner: "own",
      anyKeyword: true,
    },
    call(env, model, ids, args) {
      const { act_type_xmlid: xid, date_deadline: due, summary, note, ...more } = args;
      const [type] = truthy(xid) ? named(env, xid) : [];
      const described = types(env).table.rows.get(type ?? 0);
      const values: Values = {
        ...{ activity_type_id: type ?? false, automated: true, date_deadline: due ?? false },
        ...{
          summary: truthy(summary) ? summary : (described?.summary ?? false),
          note: truthy(note) ? note : (described?.default_note ?? false),
        },
        ...more,
      };
      const made = env.db.operations.create(
        env,
        activities(env),
        ids.map((id) => ({ ...values, res_model_id: model.facts.id, res_id: id })),
      );
      return recordset(env, made);
    },
  },
  activity_feedback: {
    ...{ parameters: ["act_type_xmlids", "user_id", "feedback", "attachment_ids"], required: 1, owner: "own" },
    call(env, model, ids, args) {
      finish(env, chosen(env, model.name, ids, args), truthy(args.feedback) ? str(args.feedback) : "");
      return true;
    },
  },
  activity_unlink: {
    ...{ parameters: ["act_type_xmlids", "user_id"], required: 1, owner: "own" },
    call(env, model, ids, args) {
      env.db.operations.unlink(sudo(env), activities(env), chosen(env, model.name, ids, args));
      return true;
    },
  },
  activity_reschedule: {
    ...{ parameters: ["act_type_xmlids", "user_id", "date_deadline", "new_user_id"], required: 1, owner: "own" },
    call(env, model, ids, args) {
      const found = chosen(env, model.name, ids, args);
      const values: Values = {};
      if (truthy(args.date_deadline)) values.date_deadline = args.date_deadline;
      if (truthy(args.new_user_id)) values.user_id = args.new_user_id;
      if (Object.keys(values).length > 0) env.db.operations.write(env, activities(env), found, values);
      return recordset(env, found);
    },
  },
};
