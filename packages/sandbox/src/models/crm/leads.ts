/**
 * crm.lead: a lead becomes an opportunity (convert_opportunity), an opportunity moves through stages.
 *
 * Won: in a stage that is_won, probability 100 (action_set_won, or stage_id written). Lost: archived with
 * probability 0 (action_set_lost, with a reason). Restored: active again, without the reason, and with the
 * probability that its stage gives. Odoo learns that probability from past leads; here it is 100 in a won
 * stage and 0 in any other. From 19 on a lead in a won stage cannot be lost.
 */
import { type Env, modelOf } from "../../orm/env.js";
import { attributeError, validationError } from "../../orm/exceptions.js";
import type { Row, Value } from "../../orm/fields.js";
import type { Behaviour, Method, Rule, Values } from "../../orm/model.js";
import { truthy, typeName } from "../../orm/python.js";

const leads = (env: Env) => modelOf(env, "crm.lead");
const stages = (env: Env) => modelOf(env, "crm.stage");

const isWon = (env: Env, stage: unknown) => stages(env).table.rows.get(Number(stage ?? 0))?.is_won === true;

/** Stages in their order, the won ones or the first of all. */
function stageOf(env: Env, won: boolean): number | false {
  const list = [...stages(env).table.rows].filter(([, row]) => !won || row.is_won === true);
  list.sort((a, b) => Number(a[1].sequence ?? 0) - Number(b[1].sequence ?? 0) || a[0] - b[0]);
  return list[0]?.[0] ?? false;
}

const own: readonly Rule[] = [
  { groups: ["sales_team.group_sale_salesman_all_leads"], domain: () => [] },
  {
    groups: ["sales_team.group_sale_salesman"],
    domain: (env) => ["|", ["user_id", "=", env.uid], ["user_id", "=", false]],
  },
];

/** What the contact tells of itself, where the lead says nothing. */
function fromPartner(env: Env, values: Values, before: Row): void {
  const id = values.partner_id;
  const partners = modelOf(env, "res.partner");
  const row = typeof id === "number" ? partners.table.rows.get(id) : undefined;
  if (!row) return;
  const parent = partners.table.rows.get(Number(row.parent_id ?? 0))?.name;
  const company = parent ?? (row.is_company === true ? row.name : row.company_name);
  const set = (name: string, value: Value | undefined) => {
    if (leads(env).fields.has(name) && value !== undefined) values[name] ??= value;
    else if (before[name] === undefined) values[name] ??= false;
  };
  set("contact_name", row.is_company === true ? undefined : row.name);
  set("partner_name", company);
  for (const name of [
    "phone",
    "mobile",
    "website",
    "function",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "country_id",
  ])
    if (leads(env).fields.has(name)) set(name, row[name]);
  set("email_from", row.email);
  const [lang] = typeof row.lang === "string" ? modelOf(env, "res.lang").table.find("code", row.lang) : [];
  set("lang_id", lang);
}

function normalise(values: Values): void {
  if (!("email_from" in values)) return;
  const email = typeof values.email_from === "string" ? values.email_from.trim().toLowerCase() : "";
  const match = /<?([^\s<>@]+@([^\s<>@]+))>?$/.exec(email);
  values.email_normalized = match?.[1] ?? false;
  values.email_domain_criterion = match ? `@${match[2]}` : false;
}

function prorated(row: Row | Values): number {
  return Math.round(Number(row.expected_revenue ?? 0) * Number(row.probability ?? 0)) / 100;
}

/** 19 keeps whether a lead is won, lost or neither. */
function wonStatus(env: Env, row: Row | Values): string {
  if (isWon(env, row.stage_id)) return "won";
  return row.active === false && Number(row.probability ?? 0) === 0 ? "lost" : "pending";
}

function setFollowing(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = leads(env).table.rows.get(id);
    if (!row) continue;
    const status = leads(env).fields.has("won_status") ? { won_status: wonStatus(env, row) } : {};
    env.db.put(leads(env).table, id, { ...row, prorated_revenue: prorated(row), ...status });
  }
}

function beforeWrite(env: Env, ids: readonly number[], values: Values): void {
  const rows = ids.map((id) => leads(env).table.rows.get(id) ?? {});
  const now = env.db.now();
  const moves = "stage_id" in values && rows.some((row) => row.stage_id !== values.stage_id);
  const wins = moves && isWon(env, values.stage_id);
  if (moves) values.date_last_stage_update = now;
  if (wins) Object.assign(values, { active: true, probability: 100, automated_probability: 100 });
  else if (moves && !("probability" in values)) Object.assign(values, { probability: 0, automated_probability: 0 });
  if ("user_id" in values) {
    if (!truthy(values.user_id)) values.date_open = false;
    else if (rows.some((row) => row.user_id !== values.user_id)) values.date_open = now;
  }
  const probability = Number(values.probability ?? 0);
  if (probability >= 100 || values.active === false) values.date_closed = now;
  else if (probability > 0 || moves) values.date_closed = false;
  if (truthy(values.partner_id)) fromPartner(env, values, rows[0] ?? {});
  normalise(values);
}

const write = (env: Env, ids: readonly number[], values: Values) =>
  env.db.operations.write(env, leads(env), ids, values);

function archive(env: Env, ids: readonly number[]): void {
  const active = ids.filter((id) => leads(env).table.rows.get(id)?.active === true);
  if (active.length === 0) return;
  const falls = env.db.profile.selling.archivingLoses ? { probability: 0, automated_probability: 0 } : {};
  write(env, active, { active: false, ...falls });
}

function restore(env: Env, ids: readonly number[]): void {
  for (const id of ids) {
    const row = leads(env).table.rows.get(id);
    if (row?.active === true) continue;
    const probability = isWon(env, row?.stage_id) ? 100 : 0;
    const before = row?.date_closed ?? false;
    write(env, [id], {
      active: true,
      lost_reason_id: false,
      probability,
      automated_probability: probability,
      date_closed: before,
    });
  }
}

function step(call: (env: Env, ids: readonly number[]) => unknown, more: Partial<Method> = {}): Method {
  return { parameters: [], required: 0, owner: "own", call: (env, _model, ids) => call(env, ids), ...more };
}

const setWon = (env: Env, ids: readonly number[]): boolean => {
  restore(env, ids);
  write(env, ids, { stage_id: stageOf(env, true), probability: 100 });
  return true;
};

export const lead: Behaviour = {
  model: "crm.lead",
  namesSearched: ["name", "partner_name", "contact_name", "email_from"],
  rules: own,
  sql: [
    {
      message: "The probability of closing the deal should be between 0% and 100%!",
      check: (row) => Number(row.probability ?? 0) >= 0 && Number(row.probability ?? 0) <= 100,
    },
  ],
  precompute(env, values) {
    const now = env.db.now();
    values.user_id ??= env.uid;
    values.team_id ??= 1;
    values.company_id ??= 1;
    values.stage_id ??= stageOf(env, false);
    if (truthy(values.user_id)) values.date_open ??= now;
    values.date_last_stage_update ??= now;
    fromPartner(env, values, {});
    normalise(values);
    const won = isWon(env, values.stage_id);
    values.automated_probability ??= won ? 100 : 0;
    values.probability ??= values.automated_probability;
    if (won && env.db.profile.selling.keepsWonLeads) values.date_closed ??= now;
  },
  afterCreate: (env, ids) => setFollowing(env, ids),
  beforeWrite,
  afterWrite: (env, ids) => setFollowing(env, ids),
  computes: {
    company_currency: (env, id) => {
      const company = leads(env).table.rows.get(id)?.company_id ?? 1;
      return modelOf(env, "res.company").table.rows.get(Number(company))?.currency_id ?? false;
    },
    is_automated_probability: (env, id) => {
      const row = leads(env).table.rows.get(id) ?? {};
      return Number(row.probability ?? 0) === Number(row.automated_probability ?? 0);
    },
    quotation_count: (env, id) => quotations(env, id, ["draft", "sent"]),
    sale_order_count: (env, id) => quotations(env, id, ["sale"]),
  },
  constraints: [
    {
      fields: ["probability", "stage_id"],
      check(env, ids) {
        if (!env.db.profile.selling.keepsWonLeads) return;
        const rows = ids.map((id) => leads(env).table.rows.get(id) ?? {});
        if (rows.some((row) => isWon(env, row.stage_id) && Number(row.probability ?? 0) !== 100))
          throw validationError("A lead in a Won stage cannot be lost. Move it to another stage first.");
      },
    },
  ],
  methods: {
    action_set_won: step(setWon),
    action_set_won_rainbowman: step(setWon),
    action_set_lost: {
      ...{ parameters: [], required: 0, owner: "own", anyKeyword: true },
      call(env, _model, ids, reasons) {
        archive(env, ids);
        if (!env.db.profile.selling.archivingLoses)
          write(env, ids, { ...reasons, probability: 0, automated_probability: 0 });
        else if (Object.keys(reasons).length > 0) write(env, ids, reasons);
      },
    },
    action_archive: step(archive),
    action_unarchive: step(restore),
    action_restore: step(restore, { since: 19 }),
    toggle_active: step((env, ids) => {
      const active = ids.filter((id) => leads(env).table.rows.get(id)?.active === true);
      archive(env, active);
      restore(
        env,
        ids.filter((id) => !active.includes(id)),
      );
    }),
    copy: {
      ...{ parameters: ["default"], required: 0, owner: "own" },
      call: (env, _model, ids, args) => ids.map((id) => copied(env, id, args.default)),
    },
    convert_opportunity: {
      ...{ parameters: ["partner", "user_ids", "team_id"], required: 1, owner: "own" },
      call(env, _model, ids, { partner, user_ids: users, team_id: team }) {
        if (truthy(partner)) throw attributeError(`'${typeName(partner)}' object has no attribute 'id'`);
        const now = env.db.now();
        for (const id of ids) {
          const row = leads(env).table.rows.get(id);
          if (row?.active !== true || Number(row.probability ?? 0) === 100) continue;
          const stage = row.stage_id === undefined ? { stage_id: stageOf(env, false) } : {};
          write(env, [id], { type: "opportunity", date_conversion: now, ...stage });
        }
        const [user] = Array.isArray(users) ? users : [];
        if (truthy(user)) write(env, ids, { user_id: user, ...(truthy(team) ? { team_id: team } : {}) });
        return true;
      },
    },
  },
};

/** A copy starts anew in the same place: no dates of its course, no reason for losing it. */
function copied(env: Env, id: number, overrides: unknown): number {
  const values: Values = {};
  for (const [name, value] of Object.entries(leads(env).table.rows.get(id) ?? {}))
    if (!/^(date_|create_|write_|lost_|won_|active$|.*probability$|prorated)/.test(name))
      values[name] = typeof value === "object" ? [[6, 0, value]] : value;
  const given = truthy(overrides) ? (overrides as Values) : {};
  return env.db.operations.create(env, leads(env), [{ ...values, ...given }])[0] ?? 0;
}

function quotations(env: Env, id: number, states: readonly string[]): number {
  const orders = modelOf(env, "sale.order");
  if (!orders.fields.has("opportunity_id")) return 0;
  return orders.table
    .find("opportunity_id", id)
    .filter((order) => states.includes(String(orders.table.rows.get(order)?.state))).length;
}
