/** Values of the wrong form, as Python, PostgreSQL and `load()` refuse them. */
import type { Facts } from "../facts.js";
import { known, modelIn, type Rule, type Verdict } from "./rule.js";

const postgresTypes: Readonly<Record<string, string>> = {
  integer: "an integer (the id, for a relation)",
  numeric: "a number",
  "double precision": "a number",
  boolean: "true or false",
  date: "a date, YYYY-MM-DD",
  timestamp: "a datetime",
  json: "JSON",
};

export const wrongValue: Rule = (facts) => {
  const { message } = facts;
  let match = /invalid input syntax for (?:type )?([\w ]+?):? "([^"]*)"/.exec(message);
  if (match !== null)
    return wrongType(facts, postgresTypes[match[1] ?? ""] ?? match[1] ?? "another type", quoted(match[2]));
  match = /could not convert string to float: (.*)/.exec(message);
  if (match !== null) return wrongType(facts, "a number", match[1] ?? "text");
  match = /invalid literal for int\(\) with base 10: (.*)/.exec(message);
  if (match !== null) return wrongType(facts, "an integer", match[1] ?? "text");
  match = /time data '?(.*?)'? does not match format '(%[^']*)'/.exec(message);
  if (match !== null) return wrongType(facts, dateForm(match[2] ?? ""), quoted(match[1]));
  if (/^Wrong value for relation field\b/.test(message)) return bareRelation(facts);
  match = /Wrong value for ([a-z][\w]*(?:\.\w+)*)\.(\w+): ([\s\S]*)/.exec(message);
  if (match !== null) return wrongForField(match[1] ?? "", match[2] ?? "", match[3] ?? "");
  if (/cannot contain NUL/.test(message)) return wrongType(facts, "text without NUL characters", "text with U+0000");
  return outOfRange(facts);
};

/** A one2many or many2many that was given something else than commands; Odoo did not name it. */
function bareRelation(facts: Facts): Verdict {
  return {
    code: "x2many_command_syntax",
    evidence: {
      field: "(not named by Odoo)",
      model: modelIn(facts) ?? "the model",
      received: "something else",
      expected: "a list of ids; to Odoo itself [[6, 0, [1, 2]]]",
    },
  };
}

/** A selection takes one of its keys (text); a relation takes ids or commands. */
function wrongForField(model: string, field: string, received: string): Verdict {
  const value = received.trim().slice(0, 100);
  if (/^u?['"]/.test(value)) {
    const expected = "the keys that the model's description lists";
    return { code: "invalid_selection_value", evidence: { model, field, received: value, expected } };
  }
  return {
    code: "wrong_type",
    evidence: { model, field, received: value, expected: "a value of the field's own type" },
  };
}

function outOfRange(facts: Facts): Verdict | undefined {
  const { message } = facts;
  const number = /value "(-?\d+)" is out of range for type (\w+)/.exec(message);
  const isRange =
    facts.exception === "NumericValueOutOfRange" ||
    /^(?:integer|bigint|numeric field) o(?:ut of range|verflow)/.test(message);
  if (number === null && !isRange) return undefined;
  return {
    code: "out_of_range",
    evidence: {
      ...known({ field: facts.load?.field, model: modelIn(facts) }),
      expected: "a number that its column can hold (32 bits for an integer)",
      received: number?.[1] ?? "a larger one",
    },
  };
}

function wrongType(facts: Facts, expected: string, received: string): Verdict {
  return {
    code: "wrong_type",
    evidence: {
      ...known({ field: facts.load?.field, model: modelIn(facts) }),
      expected,
      received: received.slice(0, 100),
    },
  };
}

const quoted = (text: string | undefined): string => `"${text ?? ""}"`;

function dateForm(format: string): string {
  return format.includes("%H") ? "a datetime, YYYY-MM-DD HH:MM:SS in UTC" : "a date, YYYY-MM-DD";
}
