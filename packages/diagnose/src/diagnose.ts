/**
 * The one door: a failure to its diagnosis. The rules are asked in order and the first that recognises the
 * facts decides: what names itself by exception or SQLSTATE first, what is known by its words later, what
 * Odoo merely says to its user last. What nobody recognises is server_exception, with the exception's name.
 */
import type { OdooSaid } from "@odoorway/core";
import { type Facts, factsOf, factsOfText } from "./facts.js";
import { diagnoseHttp, exceptionIn } from "./http.js";
import { loadMessage, loadRemainder } from "./load.js";
import { access, credentials } from "./rules/access.js";
import { businessRule, companies, externalId, missingRecord } from "./rules/business.js";
import { marshalling, unknownField, unknownMethod, unknownModel, wrongArguments, wrongDomain } from "./rules/calls.js";
import { concurrency, integrity, missingDatabase } from "./rules/database.js";
import type { Rule } from "./rules/rule.js";
import { wrongValue } from "./rules/values.js";
import type { CallFacts, Diagnosis, OdooFailure } from "./types.js";

const rules: readonly Rule[] = [
  missingDatabase,
  credentials,
  access,
  concurrency,
  marshalling,
  externalId,
  integrity,
  loadMessage,
  missingRecord,
  unknownModel,
  unknownMethod,
  unknownField,
  wrongDomain,
  wrongArguments,
  wrongValue,
  companies,
  businessRule,
  loadRemainder,
];

/** Diagnoses a failure. `call` fills the evidence where Odoo's words leave a name out. Never throws. */
export function diagnose(failure: OdooFailure, call: CallFacts = {}): Diagnosis {
  if (failure.kind !== "http") return decide(factsOf(failure, call));
  const inside = exceptionIn(failure);
  return inside === undefined ? diagnoseHttp(failure, call) : diagnose(inside, call);
}

/** Diagnoses a text that somebody pasted: a traceback, a line `Exception: message`, a message. */
export function diagnoseText(text: string, call: CallFacts = {}): Diagnosis {
  const fault = /<?Fault (\w+): (["'])([\s\S]*)\2>?/.exec(text);
  if (fault === null) return decide(factsOfText(text, call));
  const message = (fault[3] ?? "").replaceAll("\\n", "\n").replaceAll("\\'", "'");
  return diagnose({ kind: "xmlrpc", fault: { code: Number(fault[1]), message } }, call);
}

function decide(facts: Facts): Diagnosis {
  const odoo = said(facts);
  for (const rule of rules) {
    const verdict = rule(facts);
    if (verdict !== undefined) return odoo === undefined ? verdict : { ...verdict, odoo };
  }
  const evidence = {
    exception: facts.fullName || "an exception that it does not name",
    ...(facts.shown === "" ? {} : { detail: facts.shown }),
  };
  return { code: "server_exception", evidence, ...(odoo === undefined ? {} : { odoo }) };
}

function said(facts: Facts): OdooSaid | undefined {
  if (facts.shown === "" && facts.fullName === "") return undefined;
  return { message: facts.shown, ...(facts.fullName === "" ? {} : { exception: facts.fullName }) };
}
