/** The small models of base: users and groups, countries, currencies, the registry of models and external ids. */
import { hasAccess } from "../orm/access.js";
import { companiesOf } from "../orm/company-rules.js";
import { type Env, modelOf, sudo } from "../orm/env.js";
import { accessDenied, userError, valueError } from "../orm/exceptions.js";
import type { Behaviour, Values } from "../orm/model.js";
import { str } from "../orm/python.js";
import { fieldValue } from "../orm/value.js";

/** Fields of res.users that are everybody's own affair. */
const preferences = new Set(["signature", "email", "name", "image_1920", "lang", "tz", "notification_type"]);

/** An empty password changes nothing. */
function setPassword(env: Env, id: number, value: unknown): void {
  const { table } = modelOf(env, "res.users");
  const row = table.rows.get(id);
  if (row && typeof value === "string" && value !== "") env.db.put(table, id, { ...row, password: value });
}

const users: Behaviour = {
  model: "res.users",
  namesSearched: ["name", "login"],
  inherits: { model: "res.partner", field: "partner_id" },
  displayName: (env, id) => String(fieldValue(env, modelOf(env, "res.users"), id, "name") || "") || false,
  sql: [{ message: "You can not have two users with the same login!", unique: ["login"] }],
  computes: {
    all_group_ids: (env, id) => [...env.db.groupsOf(id)].sort((a, b) => a - b),
    password: () => "",
    new_password: () => "",
    share: (env, id) => {
      const internal = env.db.ref("base.group_user");
      return internal === undefined || !env.db.groupsOf(id).has(internal.id);
    },
    outgoing_mail_server_type: () => "default",
    companies_count: (env) => modelOf(env, "res.company").table.rows.size,
  },
  inverses: {
    // A password may be set, and is never read: its field shows nothing.
    password: setPassword,
    new_password: setPassword,
  },
  methods: {
    // Users may change their own preferences without any right on users.
    write: {
      parameters: ["vals"],
      required: 1,
      owner: "own",
      call(env, model, ids, { vals }) {
        const names = typeof vals === "object" && vals !== null ? Object.keys(vals) : [];
        const isOwn = ids.length === 1 && ids[0] === env.uid && names.every((name) => preferences.has(name));
        env.db.operations.write(isOwn ? sudo(env) : env, model, ids, vals as Values);
        return true;
      },
    },
    // The password as sessions know it; an API key is none.
    change_password: {
      onModel: true,
      parameters: ["old_passwd", "new_passwd"],
      required: 2,
      owner: "own",
      call(env, model, _ids, { old_passwd: before, new_passwd: after }) {
        if (typeof before !== "string" || before === "" || model.table.rows.get(env.uid)?.password !== before)
          throw accessDenied();
        if (typeof after !== "string" || after.trim() === "")
          throw userError("Setting empty passwords is not allowed for security reasons!");
        setPassword(env, env.uid, after);
        return true;
      },
    },
    context_get: {
      onModel: true,
      parameters: [],
      required: 0,
      owner: "own",
      call(env, model) {
        const read = (name: string) => fieldValue({ ...env, su: true }, model, env.uid, name);
        return { lang: read("lang") || "en_US", tz: read("tz"), uid: env.uid };
      },
    },
    has_group: {
      parameters: ["group_ext_id"],
      required: 1,
      owner: "own",
      call(env, _model, ids, args) {
        const group = env.db.ref(String(args.group_ext_id));
        return group !== undefined && env.db.groupsOf(ids[0] ?? env.uid).has(group.id);
      },
    },
  },
};

function groupName(env: Env, id: number): string {
  const { groupParent } = env.db.profile;
  const model = modelOf(env, "res.groups");
  const parents = modelOf(env, groupParent === "category_id" ? "ir.module.category" : "res.groups.privilege");
  const row = model.table.rows.get(id);
  const parent = parents.table.rows.get(Number(row?.[groupParent] ?? 0));
  return parent ? `${parent.name} / ${row?.name}` : String(row?.name ?? "");
}

const groups: Behaviour = {
  model: "res.groups",
  displayName: groupName,
  namesSearched: ["name"],
  computes: { full_name: groupName },
};

const country: Behaviour = {
  model: "res.country",
  namesSearched: ["name", "code"],
  sql: [
    { message: "The name of the country must be unique!", unique: ["name"] },
    { message: "The code of the country must be unique!", unique: ["code"] },
  ],
  mirrors: { country_group_ids: "country_ids" },
};

const state: Behaviour = {
  model: "res.country.state",
  namesSearched: ["name", "code"],
  sql: [{ message: "The code of the state must be unique by country!", unique: ["code", "country_id"] }],
  displayName(env, id) {
    const row = modelOf(env, "res.country.state").table.rows.get(id);
    const owner = modelOf(env, "res.country").table.rows.get(Number(row?.country_id ?? 0));
    return `${row?.name} (${owner?.code})`;
  },
};

const currency: Behaviour = {
  model: "res.currency",
  sql: [{ message: "The currency code must be unique!", unique: ["name"] }],
  computes: { rate: () => 1, inverse_rate: () => 1 },
};

const company: Behaviour = {
  model: "res.company",
  defaults: { account_opening_date: (env) => `${env.db.now().slice(0, 4)}-01-01` },
  sql: [{ message: "The company name must be unique!", unique: ["name"] }],
  computes: { user_ids: (env, id) => modelOf(env, "res.users").table.find("company_ids", id) },
  rules: [
    { groups: ["base.group_erp_manager"], domain: () => [] },
    {
      groups: ["base.group_user", "base.group_portal", "base.group_public"],
      domain: (env) => [["id", "in", [...companiesOf(env)]]],
    },
  ],
  // A company has a contact of its own, and whoever makes it works for it.
  precompute(env, values) {
    values.account_opening_date ??= `${env.db.now().slice(0, 4)}-01-01`;
    values.cost_method ??= "standard";
    if (values.partner_id || !values.name) return;
    const contact: Values = { name: values.name, is_company: true };
    for (const name of ["email", "phone", "website", "vat", "country_id"])
      if (values[name] !== undefined) contact[name] = values[name];
    [values.partner_id] = env.db.operations.create(sudo(env), modelOf(env, "res.partner"), [contact]);
    values.currency_id ||= modelOf(env, "res.company").table.rows.get(1)?.currency_id;
  },
  afterCreate(env, ids) {
    const users = modelOf(env, "res.users");
    const makers = new Set([env.uid, 1]);
    const commands = ids.map((id) => [4, id]);
    env.db.operations.write(
      sudo(env),
      users,
      [...makers].filter((id) => users.table.rows.has(id)),
      { company_ids: commands },
    );
  },
};

const modelData: Behaviour = {
  model: "ir.model.data",
  computes: {
    complete_name: (env, id) => {
      const row = modelOf(env, "ir.model.data").table.rows.get(id);
      return [row?.module, row?.name].filter(Boolean).join(".");
    },
    reference: (env, id) => {
      const row = modelOf(env, "ir.model.data").table.rows.get(id);
      return `${row?.model},${row?.res_id ?? 0}`;
    },
  },
  displayName(env, id) {
    const row = modelOf(env, "ir.model.data").table.rows.get(id);
    const model = env.db.models.get(String(row?.model));
    const name = model ? fieldValue(env, model, Number(row?.res_id ?? 0), "display_name") : false;
    return typeof name === "string" && name !== "" ? name : `${row?.module}.${row?.name}`;
  },
  sql: [
    {
      message: (row) =>
        'duplicate key value violates unique constraint "ir_model_data_module_name_uniq_index"\n' +
        `DETAIL:  Key (module, name)=(${row.module}, ${row.name}) already exists.\n`,
      unique: ["name", "module"],
    },
    { message: "External IDs cannot contain spaces", check: (row) => !String(row.name ?? "").includes(" ") },
  ],
  methods: {
    check_object_reference: {
      onModel: true,
      parameters: ["module", "xml_id", "raise_on_access_error"],
      required: 2,
      owner: "own",
      call(env, _model, _ids, args) {
        const xid = `${str(args.module)}.${str(args.xml_id)}`;
        const known = env.db.ref(xid);
        if (!known) throw valueError(`External ID not found in the system: ${xid}`);
        return [known.model, known.id];
      },
    },
  },
};

const registry: Behaviour = {
  model: "ir.model",
  methods: {
    // Answers any internal user, who may not read ir.model itself.
    get_available_models: {
      onModel: true,
      parameters: [],
      required: 0,
      owner: "own",
      call(env) {
        return [...modelOf(env, "ir.model").table.rows.values()].flatMap((row) => {
          const model = env.db.models.get(String(row.model));
          return model && hasAccess(env, model, "read") ? [{ display_name: row.name, model: row.model }] : [];
        });
      },
    },
  },
};

const crmTag: Behaviour = { model: "crm.tag", sql: [{ message: "Tag name already exists!", unique: ["name"] }] };
const productTag: Behaviour = {
  model: "product.tag",
  sql: [{ message: "Tag name already exists!", unique: ["name"] }],
};
const modelFields: Behaviour = {
  model: "ir.model.fields",
  recName: "field_description",
  displayName(env, id) {
    const row = modelOf(env, "ir.model.fields").table.rows.get(id);
    return `${row?.field_description} (${row?.model})`;
  },
};
export const baseModels: readonly Behaviour[] = [
  users,
  groups,
  country,
  state,
  currency,
  company,
  registry,
  modelData,
  crmTag,
  productTag,
  modelFields,
];
