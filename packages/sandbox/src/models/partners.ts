/** res.partner and its tags: complete names, the commercial entity, the hierarchy of contacts. */
import { type Env, modelOf } from "../orm/env.js";
import { OdooException, validationError } from "../orm/exceptions.js";
import type { Behaviour } from "../orm/model.js";
import { truthy } from "../orm/python.js";
import { fieldValue } from "../orm/value.js";

const partners = (env: Env) => modelOf(env, "res.partner");

function completeName(env: Env, name: unknown, parentId: unknown, type: unknown): string | false {
  const parent = typeof parentId === "number" ? partners(env).table.rows.get(parentId) : undefined;
  const own = typeof name === "string" ? name : "";
  if (!parent) return own;
  const shown = own || (env.db.profile.selling.addressNames[String(type)] ?? "");
  return `${parent.name ?? ""}, ${shown}`;
}

function rename(env: Env, id: number): void {
  const { table } = partners(env);
  const row = table.rows.get(id);
  if (!row) return;
  const complete = completeName(env, row.name, row.parent_id, row.type);
  if (complete !== row.complete_name) env.db.put(table, id, { ...row, complete_name: complete || "" });
}

/** The company that a contact belongs to: itself when it is one or has no parent. */
function commercialPartner(env: Env, id: number): number {
  const { rows } = partners(env).table;
  const seen = new Set<number>();
  let current = id;
  for (;;) {
    const row = rows.get(current);
    const parent = row?.parent_id;
    if (typeof parent !== "number" || row?.is_company === true || seen.has(current)) return current;
    seen.add(current);
    current = parent;
  }
}

const address = /^[^@\s]+@[^@\s]+$/;

export const partner: Behaviour = {
  model: "res.partner",
  rules: [
    // Internal users see all contacts, also those who are in a portal group besides.
    { groups: ["base.group_user"], domain: () => [] },
  ],
  recName: "complete_name",
  namesSearched: ["complete_name", "email", "ref", "vat", "company_registry"],
  sql: [{ message: "Contacts require a name", check: (row) => row.type !== "contact" || row.name !== undefined }],
  precompute(env, values) {
    if (truthy(values.company_type)) values.is_company = values.company_type === "company";
    const name = completeName(env, values.name, values.parent_id, values.type);
    if (name !== false) values.complete_name = name;
    if (typeof values.email === "string" && address.test(values.email.trim()))
      values.email_normalized = values.email.trim().toLowerCase();
  },
  afterWrite(env, ids, values) {
    const named = ["name", "parent_id", "type"].some((field) => field in values);
    for (const id of ids) {
      if (named) for (const other of [id, ...partners(env).table.find("parent_id", id)]) rename(env, other);
      if ("email" in values) normaliseEmail(env, id);
    }
  },
  beforeUnlink(env, ids) {
    const { table } = modelOf(env, "res.users");
    const linked = ids.filter((id) =>
      table.find("partner_id", id).some((user) => table.rows.get(user)?.active === true),
    );
    if (linked.length === 0) return;
    const names = linked.map((id) => partners(env).table.rows.get(id)?.name).join(", ");
    throw new OdooException(
      "odoo.exceptions.RedirectWarning",
      "You cannot delete contacts linked to an active user.\nYou should rather archive them after archiving their " +
        `associated user.\n\nLinked active users : ${names}`,
    );
  },
  computes: {
    commercial_partner_id: commercialPartner,
    commercial_company_name(env, id) {
      const row = partners(env).table.rows.get(commercialPartner(env, id));
      return row?.is_company === true ? String(row.name) : false;
    },
    company_type: (env, id) => (partners(env).table.rows.get(id)?.is_company === true ? "company" : "person"),
    partner_share(env, id) {
      const users = modelOf(env, "res.users");
      return !users.table.find("partner_id", id).some((user) => fieldValue(env, users, user, "share") !== true);
    },
    user_ids: (env, id) => modelOf(env, "res.users").table.find("partner_id", id),
    sale_order_count: (env, id) => modelOf(env, "sale.order").table.find("partner_id", id).length,
    self: (_env, id) => id,
    email_formatted(env, id) {
      const row = partners(env).table.rows.get(id);
      return row?.email === undefined ? false : `"${row.name ?? ""}" <${row.email}>`;
    },
  },
  inverses: {
    company_type: (env, id, value) =>
      env.db.operations.write(env, partners(env), [id], { is_company: value === "company" }),
  },
  constraints: [
    {
      fields: ["parent_id"],
      check(env, ids) {
        for (const id of ids) refuseLoop(env, id);
      },
    },
  ],
};

function refuseLoop(env: Env, id: number): void {
  const { rows } = partners(env).table;
  const seen = new Set([id]);
  for (let parent = rows.get(id)?.parent_id; typeof parent === "number"; parent = rows.get(parent)?.parent_id) {
    if (seen.has(parent)) throw validationError("You cannot create recursive Partner hierarchies.");
    seen.add(parent);
  }
}

function normaliseEmail(env: Env, id: number): void {
  const { table } = partners(env);
  const { email_normalized: _old, ...rest } = table.rows.get(id) ?? {};
  const email = rest.email;
  const normal =
    typeof email === "string" && address.test(email.trim()) ? { email_normalized: email.trim().toLowerCase() } : {};
  env.db.put(table, id, { ...rest, ...normal });
}

export const partnerCategory: Behaviour = {
  model: "res.partner.category",
  displayName(env, id) {
    const model = modelOf(env, "res.partner.category");
    const names: string[] = [];
    const seen = new Set<number>();
    for (let at: unknown = id; typeof at === "number" && !seen.has(at); at = model.table.rows.get(at)?.parent_id) {
      seen.add(at);
      names.unshift(String(fieldValue(env, model, at, "name") || ""));
    }
    return names.join(" / ");
  },
  computes: { parent_path: (env, id) => pathOf(env, id) },
  mirrors: { partner_ids: "category_id" },
};

function pathOf(env: Env, id: number): string {
  const { rows } = modelOf(env, "res.partner.category").table;
  const path: number[] = [];
  for (let at: unknown = id; typeof at === "number" && !path.includes(at); at = rows.get(at)?.parent_id)
    path.unshift(at);
  return `${path.join("/")}/`;
}
