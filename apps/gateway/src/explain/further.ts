/**
 * A failure looked into with a connection: the questions that its diagnosis asks for, asked of Odoo. It only reads,
 * asks little, ends in time, and what Odoo does not tell is said to be unknown.
 */
import { createClient } from "@odoorway/client";
import { catalogue, type ErrorCode, nearest, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { type Answer, type Explanation, type Finding, type Given, inquiryFor, type Question } from "@odoorway/diagnose";
import { ask } from "../doctor/probe.js";
import type { Target } from "../doctor/types.js";

/** An explanation with what the connected Odoo told. */
export type FurtherExplanation = Explanation & { readonly findings: readonly Finding[] };

export interface Connection {
  readonly caller: OdooCaller;
  readonly target: Target;
}

/** Nothing else is ever called. */
const reading: ReadonlySet<string> = new Set<Question["method"]>([
  "fields_get",
  "default_get",
  "search_read",
  "read",
  "get_available_models",
  "check_access_rights",
]);

const mostQuestions = 12;
/** Milliseconds for all of it. */
const mostTime = 10_000;

/** Rejects never: where the connection does not work, the finding says so. */
export async function lookFurther(
  { caller, target }: Connection,
  explanation: Explanation,
  text: string,
  given: Given,
  now: () => number = Date.now,
): Promise<FurtherExplanation> {
  if (needsNoCall(explanation)) return withoutCalls(target, explanation);
  const inquiry = inquiryFor(explanation, text, { login: target.login, ...given });
  if (inquiry === undefined) return { ...explanation, findings: [] };
  const end = now() + mostTime;
  const gaps: Finding[] = [];
  let asked = 0;
  let bounded = false;
  // The code of a connection that does not work: it is not tried again.
  let broken: ErrorCode | undefined;
  let step = inquiry.next();
  while (step.done !== true) {
    const question = step.value;
    const left = end - now();
    let answer: Answer;
    if (broken !== undefined) answer = { refused: broken };
    else if (asked >= mostQuestions || left <= 0 || !reading.has(question.method)) {
      // Said once: the questions after it are not asked either.
      if (!bounded) gaps.push(gap(question, left <= 0 ? "timeout" : "limit_reached"));
      bounded = true;
      answer = { refused: "timeout" };
    } else {
      asked += 1;
      answer = await answerTo(caller, question, left);
      if ("refused" in answer) {
        const { family } = catalogue[answer.refused];
        if (family === "auth" || family === "transport") broken = answer.refused;
        if (!question.expected?.includes(answer.refused)) gaps.push(gap(question, answer.refused));
      }
    }
    step = inquiry.next(answer);
  }
  const { findings, fix } = step.value;
  return { ...explanation, ...(fix === undefined ? {} : { fix }), findings: [...findings, ...gaps] };
}

/** The same over a connection of its own, which is closed again. */
export async function lookFurtherAt(
  target: Target,
  explanation: Explanation,
  text: string,
  given: Given,
): Promise<FurtherExplanation> {
  const { url, database, login, apiKey } = target;
  if (needsNoCall(explanation)) return withoutCalls(target, explanation);
  if (database === "" || login === "" || apiKey === "") {
    const what = "Not asked: the connection lacks a database, a login or a key (ODOO_DB, ODOO_LOGIN, ODOO_API_KEY).";
    return { ...explanation, findings: [{ what, evidence: { url, database, login } }] };
  }
  const client = createClient({
    url,
    database,
    login,
    apiKey,
    transport: "auto",
    timeout: mostTime,
    concurrency: 1,
    userAgent: "odoorway explain",
  });
  try {
    return await lookFurther({ caller: client, target }, explanation, text, given);
  } finally {
    await client.close();
  }
}

/** Failures before anybody is logged in. */
function needsNoCall({ code }: Explanation): boolean {
  return code === "db_not_found" || code.startsWith("auth_");
}

async function answerTo(caller: OdooCaller, question: Question, timeout: number): Promise<Answer> {
  const { model, method, args, kwargs } = question;
  try {
    return { value: await caller.call(model, method, args, kwargs, { timeout }) };
  } catch (error) {
    return { refused: error instanceof OdoorwayError ? error.code : "internal_error" };
  }
}

function gap({ model, method }: Question, why: ErrorCode | "limit_reached"): Finding {
  const because =
    why === "limit_reached" ? "enough was asked already" : `${catalogue[why].title.toLowerCase()} (${why})`;
  return { what: `Not known: ${method} of ${model} was not answered: ${because}.`, evidence: { model, method, why } };
}

/** A credential is not tried for this: five failures lock the address out. The list of databases needs none. */
async function withoutCalls({ url }: Target, explanation: Explanation): Promise<FurtherExplanation> {
  const { code, evidence, fix } = explanation;
  const doctor = "odoorway doctor examines address, database and credential step by step.";
  if (code !== "db_not_found") return { ...explanation, fix: `${fix} ${doctor}`, findings: [] };
  const list = await ask(`${url}/web/database/list`, {}, mostTime / 2);
  const names = list instanceof Error || !Array.isArray(list.result) ? undefined : list.result.map(String).slice(0, 50);
  if (names === undefined) {
    const what = `${url} does not list its databases.`;
    return { ...explanation, fix: `${fix} ${doctor}`, findings: [{ what, evidence: { url } }] };
  }
  const named = String(evidence.database ?? "");
  const near = names.includes(named) ? named : nearest(named, names);
  const what = `${url} lists: ${names.join(", ") || "no database at all"}.`;
  const findings = [{ what, evidence: { databases: names, ...(near === undefined ? {} : { nearest: near }) } }];
  if (near === undefined) return { ...explanation, fix: `${fix} ${doctor}`, findings };
  const better = near === named ? `${named} is there now.` : `Did you mean ${near}?`;
  return { ...explanation, fix: `${better} ${doctor}`, findings };
}
