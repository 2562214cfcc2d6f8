/** What Odoo's own rules refuse: missing records, companies, locked states, constraints, business rules. */
import { givesValues, known, modelIn, type Rule } from "./rule.js";

export const missingRecord: Rule = (facts) => {
  const record = /\b([a-z][\w]*(?:\.\w+)+)\((\d[\d.]*|<NewId[^>]*>)?[^)]*\)/.exec(facts.message);
  const said = facts.exception === "MissingError" || /Record does not exist or has been deleted/.test(facts.message);
  // In other languages the records still stand in Python's notation beside the user: (Record: res.partner(7,), User: 6).
  const noted = facts.forUser && /\([^()]*: [a-z][\w.]+\([\d., ]+\), [^()]*: \d+\)\s*$/.test(facts.message);
  if (!said && !noted) return undefined;
  return {
    code: "missing_record",
    evidence: { model: record?.[1] ?? modelIn(facts) ?? "record", id: record?.[2] ?? "this id" },
  };
};

export const externalId: Rule = ({ message }) => {
  const other =
    /For external id (\S+) when trying to create\/update a record of model (\S+) found record of different model (\S+)/.exec(
      message,
    );
  if (other !== null)
    return {
      code: "key_of_other_model",
      evidence: { key: other[1] ?? "", model: other[2] ?? "", received: other[3] ?? "" },
    };
  return undefined;
};

export const companies: Rule = (facts) => {
  if (!/Incompatible companies on records|belongs to (?:another )?company|for different companies/i.test(facts.message))
    return undefined;
  return { code: "multi_company_mismatch", evidence: known({ detail: facts.shown }) };
};

/** Over XML-RPC a UserError and a ValidationError are both fault 2, so it is the call that tells values from states. */
export const businessRule: Rule = (facts) => {
  // A pasted message without an exception may still say that a state forbids it.
  if (!facts.forUser && !(facts.exception === "" && locked.test(facts.message))) return undefined;
  const detail = facts.shown === "" ? "(nothing)" : facts.shown;
  if (locked.test(facts.message)) return { code: "record_locked_state", evidence: { detail } };
  const forValues = facts.call.method === undefined ? facts.exception === "ValidationError" : givesValues(facts);
  return { code: forValues ? "python_constraint" : "user_error_business_rule", evidence: { detail } };
};

const locked =
  /\blocked\b|(?:can ?not|can't|not allowed to|not possible to|impossible to) (?:(?!if\b|unless\b|nor\b)\w+ ){0,9}(?:posted|validated|confirmed|done|sent|cancell?ed|reconciled)\b|(?:posted|validated|confirmed|done|cancell?ed) (?:\w+ ){0,3}(?:can ?not|may not) be|after it has been (?:validated|posted)/i;
