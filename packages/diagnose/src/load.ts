/**
 * The messages of `load()`, which converts cells itself and says what it could not. Each names the field by
 * its technical name in `field`; the wording is Odoo's of 12 to 19, translated when the user's language is
 * another, and then the other rules and Odoo's own words remain.
 */
import type { Facts } from "./facts.js";
import { known, type Rule } from "./rules/rule.js";

export const loadMessage: Rule = (facts) => {
  const { load, message } = facts;
  if (load === undefined) return undefined;
  const where = {
    field: load.field ?? fieldIn(message) ?? "(not named by Odoo)",
    model: facts.call.model ?? "the model",
  };
  let match = /^No matching records? found for (?:name|external id|database id|[\w ]+?) '([\s\S]*?)' in field/.exec(
    message,
  );
  if (match !== null)
    return {
      code: "row_lookup_failed",
      evidence: { relation: relationOf(facts), received: match[1] ?? "", column: where.field },
    };
  match = /^'([\s\S]*)' does not seem to be an? (?:valid )?(\w+)/.exec(message);
  if (match !== null)
    return {
      code: "wrong_type",
      evidence: { ...where, expected: forms[match[2] ?? ""] ?? match[2] ?? "", received: `"${match[1]}"` },
    };
  match = /^Unknown value '([\s\S]*)' for boolean field/.exec(message);
  if (match !== null)
    return { code: "wrong_type", evidence: { ...where, expected: "true or false", received: `"${match[1]}"` } };
  match = /^Value '([\s\S]*)' not found in selection field/.exec(message);
  if (match !== null)
    return {
      code: "invalid_selection_value",
      evidence: { ...where, received: `"${match[1]}"`, expected: choices(facts) },
    };
  match = /^Invalid database id '([\s\S]*)' for the field/.exec(message);
  if (match !== null)
    return {
      code: "invalid_relation_id",
      evidence: { ...where, relation: relationOf(facts), received: match[1] ?? "" },
    };
  if (relationName(facts) !== undefined)
    return {
      code: "row_lookup_failed",
      evidence: { relation: relationOf(facts), received: secondQuoted(message), column: where.field },
    };
  return undefined;
};

/** What no rule knows of a row is still Odoo's word on the row's values. */
export const loadRemainder: Rule = (facts) => {
  if (facts.load === undefined || facts.exception !== "") return undefined;
  return { code: "python_constraint", evidence: { detail: facts.shown, ...known({ field: facts.load.field }) } };
};

const forms: Readonly<Record<string, string>> = {
  number: "a number",
  integer: "an integer",
  date: "a date, YYYY-MM-DD",
  datetime: "a datetime, YYYY-MM-DD HH:MM:SS",
};

/** The related model, which Odoo offers as a window of possible values. */
function relationName(facts: Facts): string | undefined {
  const info = facts.load?.moreinfo;
  const model = typeof info === "object" && info !== null && "res_model" in info ? info.res_model : undefined;
  return typeof model === "string" ? model : undefined;
}

const relationOf = (facts: Facts): string => relationName(facts) ?? "related record";

function choices(facts: Facts): string {
  const info = facts.load?.moreinfo;
  if (!Array.isArray(info) || info.length === 0) return "the keys that the model's description lists";
  return info.slice(0, 20).map(String).join(", ");
}

function fieldIn(message: string): string | undefined {
  return /\(([a-z][a-z0-9_]*)\)/.exec(message)?.[1];
}

function secondQuoted(message: string): string {
  return /["'«“]([^"'»”]+)["'»”]/.exec(message)?.[1] ?? "the value";
}
