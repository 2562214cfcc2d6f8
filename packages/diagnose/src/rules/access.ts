/** Who may not: credentials, sessions, models, records, fields, private methods. */
import type { Facts } from "../facts.js";
import { known, modelIn, operationOf, type Rule, type Verdict } from "./rule.js";

export const credentials: Rule = (facts) => {
  const session = /SessionExpired(?:Exception)?\b/;
  if (session.test(facts.exception) || (facts.exception === "" && session.test(facts.message)))
    return { code: "auth_session_expired", evidence: {} };
  // JSON-2 answers a key that is unknown, expired or missing with HTTP's own exception (19.0).
  const denied = facts.exception === "AccessDenied" || facts.fullName === "werkzeug.exceptions.Unauthorized";
  if (!denied) return undefined;
  if (/too many/i.test(facts.message)) return { code: "auth_locked_out", evidence: {} };
  return {
    code: "auth_invalid_credentials",
    evidence: { database: "that was asked", ...known({ database: facts.call.database, login: facts.call.login }) },
  };
};

export const access: Rule = (facts) => {
  const isAccess = facts.exception === "AccessError" || (facts.exception === "" && accessWords.test(facts.message));
  const method = privateMethod(facts);
  if (method !== undefined && (isAccess || facts.exception === ""))
    return { code: "method_private", evidence: { method } };
  if (!isAccess) return undefined;
  return fieldDenied(facts) ?? modelDenied(facts) ?? ruleDenied(facts);
};

/** A pasted message has no exception beside it; these are its words in 8.0 to 19.0, and those of the server's log. */
const accessWords =
  /not allowed to (?:access|modify|create|delete) |\(Document (?:type|model): |^AccessError\b|Access Denied by (?:ACLs|record rules)|doesn't have '\w+' access to|enough rights to access the fields? "/;

function privateMethod(facts: Facts): string | undefined {
  const named = /Private methods? \(such as '?([\w.]+?)'?\)/.exec(facts.message)?.[1];
  if (named !== undefined) return named;
  const called = facts.call.method;
  return called?.startsWith("_") && facts.message.includes(called) ? called : undefined;
}

/** The fields stand in quotes before their model, or as a line of their own with the groups that may. */
function fieldDenied(facts: Facts): Verdict | undefined {
  const quoted = /fields?:? "([\w, ]+)"/i.exec(facts.message)?.[1];
  const logged = /Access Denied by ACLs .*? fields: ([\w, ]+)/.exec(facts.message)?.[1];
  const listed = /^Fields?:\s*((?:[\w]+[^\n]*))$/m.exec(facts.message)?.[1];
  const line = /^[ \t-]*(\w+) \((?:allowed for|always forbidden)/m.exec(facts.message)?.[1];
  const field = quoted ?? logged ?? listed?.replace(/ \([^)]*\)/g, "") ?? line;
  if (field === undefined) return undefined;
  const groups = [...facts.message.matchAll(/allowed for groups? ([^)\n]+)/g)].map((match) => match[1] ?? "");
  return {
    code: "access_field_denied",
    evidence: {
      field,
      model: modelIn(facts) ?? loggedModel(facts) ?? "the model",
      ...known({ groups: groups.join("; ") }),
    },
  };
}

/** The server's log writes `model: res.partner`. */
function loggedModel(facts: Facts): string | undefined {
  return /model: ([a-z]\w*(?:\.\w+)*)/.exec(facts.message)?.[1];
}

/** A list of groups that may, each on a line with a tab, whatever the language; or the absence of any said. */
function modelDenied(facts: Facts): Verdict | undefined {
  const groups = [...facts.message.matchAll(/^\t- (.+)$/gm)].map((match) => match[1] ?? "");
  const english = /not allowed to (access|modify|create|delete)/.exec(facts.message)?.[1];
  const old = /\(Document model: ([\w.]+)\)/.exec(facts.message)?.[1];
  const restricted = groups.length > 0 || english !== undefined || old !== undefined;
  if (!restricted) return undefined;
  const words: Readonly<Record<string, string>> = {
    access: "read",
    modify: "write",
    create: "create",
    delete: "unlink",
  };
  return {
    code: "access_model_denied",
    evidence: {
      operation: (english === undefined ? undefined : words[english]) ?? operationOf(facts),
      model: old ?? modelIn(facts) ?? "this model",
      ...known({ groups: groups.join(", ") }),
    },
  };
}

/** What remains of AccessError speaks of single records or of companies: both are record rules' work. */
function ruleDenied(facts: Facts): Verdict {
  const operation = /'(read|write|create|unlink)'|Operation: (read|write|create|unlink)/.exec(facts.message);
  const type = /Document type: ([a-z][\w]*(?:\.\w+)+)/.exec(facts.message)?.[1];
  return {
    code: "access_record_rule",
    evidence: {
      operation: operation?.[1] ?? operation?.[2] ?? operationOf(facts),
      model: type ?? modelIn(facts) ?? loggedModel(facts) ?? "this model",
    },
  };
}
