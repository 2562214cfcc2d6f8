/** For tests: the same failure as each transport carries it, and a diagnosis whose templates show no hole. */
import { type CatalogueEntry, catalogue, type ErrorCode, type Evidence, renderTemplate } from "@odoorway/core";
import { expect } from "vitest";
import { type CallFacts, type Diagnosis, diagnose, type OdooFailure } from "../src/index.js";

export const call: CallFacts = {
  model: "res.partner",
  method: "create",
  database: "shop",
  login: "api",
  url: "http://odoo.example",
};

export const traceback = (...exceptions: string[]) =>
  exceptions
    .map(
      (line) =>
        `Traceback (most recent call last):\n  File "/opt/odoo/odoo/models.py", line 9, in f\n    raise\n${line}\n`,
    )
    .join("\nDuring handling of the above exception, another exception occurred:\n\n");

/** The failure of JSON-RPC, of an exception and those that it was raised from. */
export function json(name: string, message: string, ...before: string[]): OdooFailure {
  const debug = traceback(...before, `${name.replace("builtins.", "")}: ${message}`);
  return {
    kind: "jsonrpc",
    error: { code: 200, message: "Odoo Server Error", data: { name, message, debug, arguments: [message] } },
  };
}

/** The same failure over JSON-2, as its exception; the status follows from it and says nothing more. */
export function json2(name: string, message: string, ...before: string[]): OdooFailure {
  const debug = traceback(...before, `${name.replace("builtins.", "")}: ${message}`);
  return { kind: "json2", status: 500, error: { name, message, arguments: [message], debug } };
}

/** The same failure over XML-RPC: a number and the message when it is for users, else a traceback. */
export function xml(name: string, message: string, ...before: string[]): OdooFailure {
  const number = { AccessDenied: 3, AccessError: 4, UserError: 2, ValidationError: 2, MissingError: 2 }[
    name.split(".").at(-1) ?? ""
  ];
  if (number !== undefined) return { kind: "xmlrpc", fault: { code: number, message } };
  return {
    kind: "xmlrpc",
    fault: { code: 1, message: traceback(...before, `${name.replace("builtins.", "")}: ${message}`) },
  };
}

/** Diagnoses, and checks that every name that the templates need is there. */
export function checked(failure: OdooFailure, facts: CallFacts = call): Diagnosis {
  const diagnosis = diagnose(failure, facts);
  expectNoHole(diagnosis.code, diagnosis.evidence);
  return diagnosis;
}

export function expectNoHole(code: ErrorCode, evidence: Evidence): void {
  const entry: CatalogueEntry = catalogue[code];
  for (const template of [entry.title, entry.cause, entry.fix]) {
    const needed = template.replace(/\[\[(?:[^\]]|\](?!\]))*\]\]/g, "").matchAll(/\{(\w+)\}/g);
    for (const [, name] of needed)
      expect(evidence, `${code}: ${renderTemplate(template, evidence)}`).toHaveProperty(name ?? "");
  }
}
