/**
 * Records the facts that the sandbox serves from a running, freshly installed Odoo, and writes
 * src/generated/{models,records}-{version}.ts. Only facts are taken: field descriptions (no help
 * texts), defaults, access rights, external ids, and the master data that an installation brings.
 *
 * usage: node record.mjs 18 http://127.0.0.1:8069 DATABASE LOGIN KEY
 */
import { writeFileSync } from "node:fs";

const [version, url, database, login, key] = process.argv.slice(2);

const models = [
  "res.partner",
  "res.partner.category",
  "res.partner.title",
  "res.partner.industry",
  "res.partner.bank",
  "res.bank",
  "res.country",
  "res.country.state",
  "res.country.group",
  "res.currency",
  "res.lang",
  "res.company",
  "res.users",
  "res.groups",
  "res.groups.privilege",
  "ir.model",
  "ir.model.fields",
  "ir.model.data",
  "ir.model.access",
  "ir.config_parameter",
  "ir.module.category",
  "ir.attachment",
  "product.template",
  "product.product",
  "product.category",
  "product.tag",
  "product.pricelist",
  "product.attribute",
  "product.attribute.value",
  "product.template.attribute.line",
  "product.template.attribute.value",
  "uom.uom",
  "uom.category",
  "sale.order",
  "sale.order.line",
  "account.tax",
  "account.payment.term",
  "account.fiscal.position",
  "crm.team",
  "crm.tag",
  "crm.lead",
  "crm.stage",
  "stock.warehouse",
  "utm.source",
  "utm.medium",
  "utm.campaign",
  "account.account",
  "account.full.reconcile",
  "account.incoterms",
  "account.journal",
  "account.move",
  "account.move.line",
  "account.move.reversal",
  "account.partial.reconcile",
  "account.payment",
  "account.payment.method",
  "account.payment.method.line",
  "account.payment.register",
  "account.tax.group",
  "account.tax.repartition.line",
  "crm.lost.reason",
  "decimal.precision",
  "ir.cron",
  "ir.rule",
  "ir.sequence",
  "mail.activity",
  "mail.activity.type",
  "mail.followers",
  "mail.message",
  "mail.message.subtype",
  "product.pricelist.item",
  "product.supplierinfo",
  "purchase.order",
  "purchase.order.line",
  "sale.advance.payment.inv",
  "sale.order.cancel",
  "stock.backorder.confirmation",
  "stock.location",
  "stock.lot",
  "stock.move",
  "stock.move.line",
  "stock.package",
  "stock.picking",
  "stock.picking.type",
  "stock.quant",
  "stock.quant.package",
  "stock.return.picking",
  "stock.route",
  "stock.rule",
  "procurement.group",
  "stock.reference",
  "stock.return.picking.line",
  "stock.backorder.confirmation.line",
  "stock.warehouse.orderpoint",
  "stock.scrap",
];
const seeded = [
  "res.country",
  "res.country.state",
  "res.country.group",
  "res.currency",
  "res.lang",
  "res.groups",
  "res.groups.privilege",
  "ir.module.category",
  "uom.uom",
  "uom.category",
  "product.category",
  "crm.team",
  "crm.stage",
  "stock.warehouse",
  "account.tax",
  "account.payment.term",
  "res.company",
  "res.partner",
  "res.users",
  "res.partner.industry",
  "res.partner.title",
  "utm.source",
  "utm.medium",
  "account.account",
  "account.incoterms",
  "account.journal",
  "account.payment.method",
  "account.payment.method.line",
  "account.tax.group",
  "account.tax.repartition.line",
  "crm.lost.reason",
  "decimal.precision",
  "ir.cron",
  "ir.sequence",
  "mail.activity.type",
  "mail.message.subtype",
  "stock.location",
  "stock.picking.type",
  "stock.route",
  "stock.rule",
];
/** Users that an installation brings; any other was made later. */
const installed = ["admin", "__system__", "default", "public", "portaltemplate"];
const plain = new Set([
  "char",
  "text",
  "integer",
  "float",
  "monetary",
  "boolean",
  "selection",
  "many2one",
  "many2many",
]);
const unrecorded = new Set([
  "id",
  "create_uid",
  "create_date",
  "write_uid",
  "write_date",
  "password",
  "users",
  "user_ids",
  "display_name",
  "barcode",
]);

async function rpc(service, method, args) {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } });
  const answer = await fetch(`${url}/jsonrpc`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  const { result, error } = await answer.json();
  if (error) throw new Error(error.data.message);
  return result;
}
const uid = await rpc("common", "authenticate", [database, login, key, {}]);
const call = (model, method, args, kwargs = {}) =>
  rpc("object", "execute_kw", [database, uid, key, model, method, args, kwargs]);
const all = { context: { active_test: false } };

const known = await call("ir.model", "search_read", [[["model", "in", models]]], {
  fields: ["name", "model", "order"],
});
const described = {};
for (const { id, name, model, order } of known) {
  const fields = await call(model, "fields_get", []);
  const kept = await call(
    "ir.model.fields",
    "search_read",
    [
      [
        ["model", "=", model],
        ["ttype", "=", "many2one"],
      ],
    ],
    { fields: ["name", "on_delete"] },
  );
  const ondelete = new Map(kept.map((k) => [k.name, k.on_delete]));
  for (const field of Object.values(fields)) {
    delete field.help;
    if (ondelete.get(field.name)) field.ondelete = ondelete.get(field.name);
  }
  const wanted = Object.keys(fields).filter((f) => !["date", "datetime", "properties"].includes(fields[f].type));
  // Some overrides of 18.0 are no @api.model methods: their first argument is taken for ids.
  const [takesIds, defaults] = await call(model, "default_get", [wanted])
    .then((d) => [false, d])
    .catch(async () => [true, await call(model, "default_get", [[], wanted])])
    // A wizard that wants its records in the context has no defaults without them.
    .catch(() => [false, {}]);
  described[model] = {
    id,
    model,
    label: name,
    order,
    ...(takesIds ? { defaultGetTakesIds: true } : {}),
    defaults,
    fields,
  };
}
const common = commonAttributes(Object.values(described).flatMap((d) => Object.values(d.fields)));
const lines = [JSON.stringify({ common })];
for (const model of models.filter((m) => described[m])) {
  const d = described[model];
  const fields = Object.entries(d.fields).map(([name, field]) => [
    name,
    field.type,
    different(field, common[field.type]),
  ]);
  lines.push(JSON.stringify({ ...d, defaults: cleaned(d), fields }));
}
write(`models-${version}.ts`, `models${version}`, "Fields, defaults and order of the models", lines);

const records = [];
const recorded = new Map();
for (const model of seeded.filter((m) => described[m])) {
  const fields = Object.entries(described[model].fields)
    .filter(
      ([n, f]) =>
        f.store && !f.related && plain.has(f.type) && !unrecorded.has(n) && (!f.relation || described[f.relation]),
    )
    .map(([n]) => n);
  const domain =
    model === "res.users"
      ? [["login", "in", installed]]
      : model === "res.partner"
        ? ["|", ["id", "=", 1], ["user_ids.login", "in", installed]]
        : [];
  const rows = await call(model, "search_read", [domain], { fields, order: "id", ...all });
  const kept = fields.filter((f) => rows.some((r) => !empty(r[f])));
  const value = (row, f) => (described[model].fields[f].type === "many2one" && row[f] ? row[f][0] : row[f]);
  recorded.set(model, new Set(rows.map((r) => r.id)));
  records.push(JSON.stringify({ model, fields: kept, rows: rows.map((r) => [r.id, ...kept.map((f) => value(r, f))]) }));
}
const access = await call(
  "ir.model.access",
  "search_read",
  [
    [
      ["model_id.model", "in", models],
      ["active", "=", true],
    ],
  ],
  { fields: ["model_id", "group_id", "perm_read", "perm_write", "perm_create", "perm_unlink"], order: "id" },
);
const nameOf = new Map(known.map((k) => [k.id, k.model]));
records.push(
  JSON.stringify({
    access: access.map((a) => [
      nameOf.get(a.model_id[0]),
      a.group_id ? a.group_id[0] : 0,
      Number(a.perm_read) + 2 * a.perm_write + 4 * a.perm_create + 8 * a.perm_unlink,
    ]),
  }),
);
const xids = await call("ir.model.data", "search_read", [[["model", "in", seeded]]], {
  fields: ["module", "name", "model", "res_id"],
  order: "id",
});
const byModel = {};
for (const x of xids) {
  if (!recorded.get(x.model)?.has(x.res_id)) continue;
  byModel[x.model] ??= [];
  byModel[x.model].push([x.module, x.name, x.res_id]);
}
for (const [model, data] of Object.entries(byModel)) records.push(JSON.stringify({ xids: model, data }));
write(`records-${version}.ts`, `records${version}`, "Master data, access rights and external ids", records);

/** The values that fields of a type share, so that each field names only what differs. */
function commonAttributes(fields) {
  const types = {};
  for (const type of new Set(fields.map((f) => f.type))) {
    const same = fields.filter((f) => f.type === type);
    types[type] = {};
    for (const name of Object.keys(same[0])) {
      if (name === "name" || name === "type" || name === "string" || !same.every((f) => name in f)) continue;
      const counts = new Map();
      for (const f of same) counts.set(JSON.stringify(f[name]), (counts.get(JSON.stringify(f[name])) ?? 0) + 1);
      types[type][name] = JSON.parse([...counts].sort((a, b) => b[1] - a[1])[0][0]);
    }
  }
  return types;
}
function different(field, shared) {
  const rest = Object.entries(field).filter(
    ([n, v]) => n !== "name" && n !== "type" && JSON.stringify(v) !== JSON.stringify(shared[n]),
  );
  return Object.fromEntries(rest);
}
/** Defaults that hold for everybody: no user of that installation, no record of a model unrecorded. */
function cleaned({ defaults, fields }) {
  const keep = Object.entries(defaults).filter(([n]) => {
    const relation = fields[n].relation;
    return JSON.stringify(defaults[n]).length < 500 && (!relation || (described[relation] && relation !== "res.users"));
  });
  return Object.fromEntries(keep);
}
function empty(value) {
  return (
    value === false || value === null || value === 0 || value === "" || (Array.isArray(value) && value.length === 0)
  );
}
function write(file, name, what, texts) {
  const quoted = texts.map((t) => `  '${t.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}',`).join("\n");
  const head = `/** ${what}, as an unmodified Odoo ${version} has them. Generated by scripts/record.mjs; not for editing. */\n\n`;
  writeFileSync(
    new URL(`../src/generated/${file}`, import.meta.url),
    `${head}export const ${name}: readonly string[] = [\n${quoted}\n];\n`,
  );
}
