/** A required value that is missing: all that the model asks for and has no default for, not only the one that Odoo named. */
import type { Explanation } from "../text/explain.js";
import { fieldsOf, finding, isObject, type SeenField } from "./ask.js";
import { type Asking, type Inquiry, nothing } from "./inquiry.js";
import type { Subject } from "./subject.js";

export function* missingValue({ model, field }: Subject, _explanation: Explanation): Inquiry {
  if (model === undefined) return nothing;
  const fields = yield* fieldsOf(model);
  if (fields === undefined) return nothing;
  const asked = required(fields);
  const defaults = yield* defaultsOf(
    model,
    asked.map(({ name }) => name),
  );
  if (defaults === undefined) return nothing;
  const lacking = asked.filter(({ name }) => defaults[name] === undefined || defaults[name] === false);
  const names = lacking.map(({ name, label }) => (label === name ? name : `${name} (${label})`)).join(", ");
  const what =
    lacking.length === 0
      ? `Every required field of ${model} has a default for this user: a value that was sent is empty.`
      : `To create a record of ${model} this user must send: ${names}. Odoo has no default for ${lacking.length === 1 ? "it" : "them"}.`;
  const findings = [finding(what, { model, fields: lacking.map(({ name }) => name) })];
  const one = field === undefined ? undefined : fields.get(field);
  if (one !== undefined && !lacking.includes(one) && lacking.length > 0)
    findings.push(
      finding(
        `${one.name} (${one.label}) is filled by Odoo where it is left out: it was sent empty, or set to nothing later.`,
        {
          model,
          field: one.name,
        },
      ),
    );
  const rest = lacking.filter(({ name }) => name !== field);
  if (rest.length === 0 || lacking.length === 0) return { findings };
  return { findings, fix: `Send values for ${names}.` };
}

/**
 * Columns of the model that must have a value and that Odoo does not compute. Links by which a model inherits
 * another one (product.product's product_tmpl_id) are filled by Odoo: three writable fields or more mirror theirs.
 */
function required(fields: Map<string, SeenField>): SeenField[] {
  const through = new Map<string, number>();
  for (const { name, related, readonly } of fields.values()) {
    const [link = "", end = ""] = related.split(".", 2);
    if (!readonly && end === name) through.set(link, (through.get(link) ?? 0) + 1);
  }
  return [...fields.values()].filter(
    (field) =>
      field.required &&
      field.stored &&
      !field.computed &&
      !field.type.endsWith("2many") &&
      (through.get(field.name) ?? 0) < 3,
  );
}

/** product.template of 18.0 takes the first argument of default_get for ids, and misses its names. */
function* defaultsOf(model: string, names: readonly string[]): Asking<Record<string, unknown> | undefined> {
  if (names.length === 0) return {};
  const about = { model, method: "default_get", kwargs: {} } as const;
  let answer = yield { ...about, args: [names], expected: ["bad_arguments"] };
  if ("refused" in answer && answer.refused === "bad_arguments") answer = yield { ...about, args: [[], names] };
  return "refused" in answer || !isObject(answer.value) ? undefined : answer.value;
}
