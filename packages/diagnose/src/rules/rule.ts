/** What a rule is: facts in, a diagnosis out, or undefined when it does not recognise them. */
import type { ErrorCode, Evidence, Happened } from "@odoorway/core";
import type { Facts } from "../facts.js";

export interface Verdict {
  readonly code: ErrorCode;
  readonly evidence: Evidence;
  readonly happened?: Happened;
}

export type Rule = (facts: Facts) => Verdict | undefined;

/** Evidence of the names whose value is known. */
export function known(entries: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const evidence: Record<string, string> = {};
  for (const [name, value] of Object.entries(entries)) if (value !== undefined && value !== "") evidence[name] = value;
  return evidence;
}

/** The model's technical name in the message's parentheses, else the one that was called. */
export function modelIn(facts: Facts): string | undefined {
  return /\(([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\)/.exec(facts.message)?.[1] ?? facts.call.model;
}

/** What the call did to records, in Odoo's four words. */
export function operationOf(facts: Facts): string {
  const method = facts.call.method ?? "";
  if (/^(create|copy|name_create|load)$/.test(method)) return "create";
  if (/^(write|action_|button_)/.test(method)) return "write";
  return method === "unlink" ? "unlink" : "read";
}

/** Whether the call carries values of fields, so that what is refused may be one of them. */
export function givesValues(facts: Facts): boolean {
  return /^(create|write|load|copy|name_create|web_save)$/.test(facts.call.method ?? "");
}
