/** Access rights: the lines of ir.model.access by group, and record rules, in Odoo's words. */
import { type Right, rights } from "../versions/facts.js";
import { companyTest } from "./company-rules.js";
import { type Env, hasGroup, modelOf, sudo } from "./env.js";
import { accessError, missingError } from "./exceptions.js";
import type { Field } from "./fields.js";
import { matcherOf } from "./match.js";
import type { Model } from "./model.js";
import { fieldValue } from "./value.js";

const verbs: Readonly<Record<Right, string>> = {
  read: "access",
  write: "modify",
  create: "create",
  unlink: "delete",
};

export function hasAccess(env: Env, model: Model, right: Right): boolean {
  if (env.su) return true;
  const groups = env.db.groupsOf(env.uid);
  return env.db.facts.access.some(
    (line) =>
      line.model === model.name && (line.rights & rights[right]) !== 0 && (line.group === 0 || groups.has(line.group)),
  );
}

/** Refuses with AccessError, naming the groups that would be allowed. */
export function checkAccess(env: Env, model: Model, right: Right): void {
  if (hasAccess(env, model, right)) return;
  const groups = env.db.facts.access
    .filter((line) => line.model === model.name && (line.rights & rights[right]) !== 0 && line.group !== 0)
    .map((line) => `\t- ${groupName(env, line.group)}`);
  const allowed = [...new Set(groups)].sort((a, b) => a.localeCompare(b));
  const who =
    allowed.length > 0
      ? `This operation is allowed for the following groups:\n${allowed.join("\n")}`
      : "No group currently allows this operation.";
  throw accessError(
    `You are not allowed to ${verbs[right]} '${model.facts.label}' (${model.name}) records.\n\n${who}\n\n` +
      "Contact your administrator to request access if necessary.",
  );
}

function groupName(env: Env, id: number): string {
  const row = modelOf(env, "res.groups").table.rows.get(id);
  const parentField = env.db.profile.groupParent;
  const parentModel = env.db.models.get(parentField === "category_id" ? "ir.module.category" : "res.groups.privilege");
  const parent = parentModel?.table.rows.get(Number(row?.[parentField] ?? 0));
  return parent ? `${parent.name}/${row?.name}` : String(row?.name ?? "");
}

/** A test of what rules leave of a model to a user, or undefined where none applies: all must hold. */
export function ruleTest(env: Env, model: Model, right: Right = "read"): ((id: number) => boolean) | undefined {
  if (env.su) return undefined;
  const tests = [
    companyTest(env, model),
    groupTest(env, model),
    model.behaviour.visible?.(env, right),
    parentTest(env, model, right),
  ];
  const known = tests.filter((test) => test !== undefined);
  const [only] = known;
  return known.length < 2 ? only : (id) => known.every((test) => test(id));
}

/** Of the rules of a user's groups, one is enough. */
function groupTest(env: Env, model: Model): ((id: number) => boolean) | undefined {
  const rules = (model.behaviour.rules ?? []).filter((rule) => rule.groups.some((group) => hasGroup(env, group)));
  const inner = { ...sudo(env), context: { active_test: false } };
  const domains = rules.map((rule) => rule.domain(env));
  if (domains.length === 0 || domains.some((domain) => domain.length === 0)) return undefined;
  const matchers = domains.map((domain) => matcherOf(inner, model, domain));
  return (id) => matchers.some((matcher) => matcher.test(id));
}

/** A record that inherits (_inherits) is seen where the one behind it is. */
function parentTest(env: Env, model: Model, right: Right): ((id: number) => boolean) | undefined {
  const { inherits } = model.behaviour;
  const allowed = inherits ? ruleTest(env, modelOf(env, inherits.model), right) : undefined;
  return inherits && allowed && ((id) => allowed(Number(model.table.rows.get(id)?.[inherits.field] ?? 0)));
}

/** Models with record rules: to apply one, Odoo reads the record, and so finds out that it is gone. */
const ruled = new Set([
  ...["account.account", "account.journal", "account.move", "account.move.line", "account.payment", "mail.message"],
  ...["purchase.order", "purchase.order.line", "stock.picking", "stock.move", "mail.activity", "ir.attachment"],
  ...["account.fiscal.position", "account.payment.term", "account.tax", "crm.lead", "crm.team", "product.pricelist"],
  ...["product.template", "product.product", "res.company", "res.partner", "res.partner.bank", "res.users"],
  ...["sale.order", "sale.order.line", "stock.warehouse"],
]);

/** The ids to work on: one that is gone is an error where the model has rules, and passed over elsewhere. */
export function checkedIds(env: Env, model: Model, ids: readonly number[], right: Right): readonly number[] {
  const present = ruled.has(model.name) ? ids : ids.filter((id) => model.table.rows.has(id));
  checkRecords(env, model, present, right);
  return present;
}

/** Refuses records that are gone or that a rule hides. */
export function checkRecords(env: Env, model: Model, ids: readonly number[], right: Right): void {
  for (const id of ids) if (!model.table.rows.has(id)) throw missingError(model.name, id, env.uid);
  const allowed = ruleTest(env, model, right);
  if (!allowed || ids.every(allowed)) return;
  const refused = model.behaviour.refusal?.(
    env,
    ids.filter((id) => !allowed(id)),
    right,
  );
  if (refused) throw refused;
  const user = modelOf(env, "res.users").table.rows.get(env.uid);
  const partner = modelOf(env, "res.partner").table.rows.get(Number(user?.partner_id ?? 0));
  throw accessError(
    "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\n" +
      `Sorry, ${partner?.name ?? "False"} (id=${env.uid}) doesn't have '${right}' access to:\n` +
      `- ${model.facts.label} (${model.name})\n\n` +
      "If you really, really need access, perhaps you can win over your friendly administrator with a batch of freshly baked cookies." +
      companyNote(env, model, ids),
  );
}

/** Where the rule of companies refuses, Odoo says whether switching to the record's company would help. */
function companyNote(env: Env, model: Model, ids: readonly number[]): string {
  const allowed = companyTest(env, model);
  const refused = allowed ? ids.filter((id) => !allowed(id)) : [];
  if (refused.length === 0) return "";
  const wanted = new Set(refused.map((id) => model.table.rows.get(id)?.company_id));
  const [only] = wanted;
  if (wanted.size !== 1 || typeof only !== "number")
    return "\n\nNote: this might be a multi-company issue. Switching company may help - in Odoo, not in real life!";
  const own = modelOf(env, "res.users").table.rows.get(env.uid)?.company_ids;
  if (typeof own !== "object" || !own.includes(only))
    return "\n\nThis seems to be a multi-company issue, but you do not have access to the proper company to access the record anyhow.";
  const name = fieldValue(sudo(env), modelOf(env, "res.company"), only, "name");
  return `\n\nThis seems to be a multi-company issue, you might be able to access the record by switching to the company: ${name}.`;
}

/** Whether the user may see a field that is limited to groups. */
export function seesField(env: Env, field: Field): boolean {
  if (env.su || !field.groups) return true;
  const groups = field.groups.split(",").map((name) => name.trim());
  const wanted = groups.filter((name) => !name.startsWith("!"));
  const forbidden = groups.filter((name) => name.startsWith("!")).some((name) => hasGroup(env, name.slice(1)));
  return (
    !forbidden &&
    (wanted.length === 0 ||
      wanted.some((name) => name !== "base.group_no_one" && hasGroup(env, name)) ||
      wanted.some((name) => hasGroup(env, name)))
  );
}
