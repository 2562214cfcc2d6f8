/**
 * Any text to its explanation. Recognisers are asked in the order of how exactly they name the failure: words
 * that mean one thing only; an error in Odoo's own shape; a server's log; the exceptions that the text names;
 * an HTTP answer; known words; what the way to the server says; at last, that it reads as a business rule. A
 * recogniser that finds no more than "Odoo failed inside" is kept in hand while the next are asked. What nobody
 * recognises is said to be so.
 */
import { catalogue, type ErrorCode, type Evidence, type Happened, type OdooSaid, renderTemplate } from "@odoorway/core";
import { diagnose, diagnoseText } from "../diagnose.js";
import { parseLine } from "../logs/line.js";
import { LogReport } from "../logs/report.js";
import type { CallFacts, Diagnosis } from "../types.js";
import { failuresIn } from "./envelopes.js";
import { decisive, exceptionsIn } from "./exceptions.js";
import { found } from "./found.js";
import { diagnoseAnswer, httpFailureIn } from "./http-text.js";
import { prepare } from "./prepare.js";
import { readsAsMessage, speaksOfState } from "./sentences.js";
import { knownWords, tellingWords, type WordRule, wayWords } from "./words.js";

/** As `odoorway explain --json` and POST /v1/explain answer it. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly title: string;
  readonly cause: string;
  readonly fix: string;
  /** From 0 (nothing was recognised) to 1. */
  readonly confidence: number;
  /** What the text names: model, field, constraint, ids, SQLSTATE, ... */
  readonly evidence: Evidence;
  /** The HTTP status that the gateway answers with for this code. */
  readonly status: number;
  readonly retryable: boolean;
  readonly happened: Happened;
  /** Odoo's own words and exception, where the text has them. */
  readonly odoo?: OdooSaid;
}

interface Candidate {
  readonly diagnosis: Diagnosis;
  readonly confidence: number;
}

/** Explains a text of any size and kind; never throws. Secrets in it are masked before anything is looked at. */
export function explainText(text: string, call: CallFacts = {}): Explanation {
  const prepared = prepare(text);
  let best: Candidate | undefined;
  for (const candidate of candidates(text, prepared, call)) {
    if (best === undefined || rank(candidate) > rank(best)) best = candidate;
    if (!isWeak(candidate.diagnosis.code)) break;
  }
  return explanationOf(best ?? unrecognised(prepared), prepared);
}

function* candidates(whole: string, text: string, call: CallFacts): Generator<Candidate> {
  if (text === "") return;
  yield* byWords(tellingWords, text, call);
  for (const failure of failuresIn(text)) yield { diagnosis: diagnose(failure, call), confidence: 0.95 };
  yield* byLog(whole);
  const named = decisive(exceptionsIn(text));
  if (named !== undefined) {
    const { name, message } = named;
    yield {
      diagnosis: diagnoseText(`${text.slice(-12_000)}\nTraceback (most recent call last):\n${name}: ${message}`, call),
      confidence: 0.9,
    };
    if (message !== "") yield { diagnosis: diagnoseText(message, call), confidence: 0.8 };
  }
  const plain = diagnoseText(text, call);
  yield { diagnosis: plain, confidence: 0.75 };
  const http = httpFailureIn(text);
  if (http !== undefined) yield { diagnosis: diagnoseAnswer(http, call), confidence: 0.85 };
  yield* byWords(knownWords, text, call);
  yield* byWords(wayWords, text, call);
  const said = named?.message || text.split(/^Traceback \(most recent/m, 1)[0] || "";
  if (!readsAsMessage(said)) return;
  const detail = plain.odoo?.message || said.trim().slice(0, 500);
  const code = speaksOfState(said) ? "record_locked_state" : "user_error_business_rule";
  yield { diagnosis: { code, evidence: { detail }, odoo: { message: detail } }, confidence: 0.4 };
}

function* byWords(rules: readonly WordRule[], text: string, call: CallFacts): Generator<Candidate> {
  for (const { words, code, confidence, happened } of rules) {
    const match = words.exec(text);
    if (match === null) continue;
    const named = Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined && value !== "");
    const evidence = {
      ...evidenceOf(call),
      ...Object.fromEntries(
        named.map(([name, value]) => [aliases[name] ?? name, /^\d{1,9}$/.test(value) ? Number(value) : value]),
      ),
    };
    yield { diagnosis: { code, evidence, ...(happened === undefined ? {} : { happened }) }, confidence };
    return;
  }
}

/** Groups of one expression must have different names where they stand for one thing. */
const aliases: Readonly<Record<string, string>> = {
  cpu: "seconds",
  worker: "seconds",
  python: "module",
  named: "module",
};

function evidenceOf(call: CallFacts): Evidence {
  return Object.fromEntries(Object.entries(call).filter(([, value]) => value !== undefined));
}

/** A log's last failure is the one that somebody asks about. */
function* byLog(text: string): Generator<Candidate> {
  const lines = text.split(/\r?\n/, 100_000);
  if (!lines.some((line) => parseLine(line) !== undefined)) return;
  const report = new LogReport();
  for (const line of lines) report.push(line);
  const [last] = [...report.summary().failures].sort((a, b) => (a.last < b.last ? 1 : -1));
  if (last === undefined) return;
  const { code, evidence, message, exception } = last;
  const odoo = { message, ...(exception === null ? {} : { exception }) };
  yield { diagnosis: { code, evidence, odoo }, confidence: 0.9 };
}

/** Codes that say little: another recogniser may say more. */
function isWeak(code: ErrorCode): boolean {
  return code === "server_exception" || code === "user_error_business_rule" || code === "transaction_rolled_back";
}

function rank({ diagnosis: { code }, confidence }: Candidate): number {
  if (code === "server_exception") return 0.3;
  return isWeak(code) ? 0.35 + confidence / 100 : confidence + 1;
}

function unrecognised(text: string): Candidate {
  const line = text.split("\n").find((one) => one.trim() !== "") ?? "";
  const detail = line === "" ? "the text is empty" : line.trim().slice(0, 120);
  return { diagnosis: { code: "not_recognised", evidence: { detail } }, confidence: 0 };
}

function explanationOf({ diagnosis, confidence }: Candidate, text: string): Explanation {
  const nothing = diagnosis.code === "server_exception" && diagnosis.odoo?.exception === undefined;
  if (nothing) return explanationOf(unrecognised(text), text);
  const { code, odoo } = diagnosis;
  const evidence = { ...found(text), ...diagnosis.evidence };
  const entry = catalogue[code];
  return {
    code,
    title: entry.title,
    cause: renderTemplate(entry.cause, { ...unnamed(entry.cause), ...evidence }),
    fix: renderTemplate(entry.fix, { ...unnamed(entry.fix), ...evidence }),
    confidence: code === "server_exception" ? 0.5 : confidence,
    evidence,
    status: entry.status,
    retryable: diagnosis.retryable ?? entry.retryable,
    happened: diagnosis.happened ?? entry.happened,
    ...(odoo === undefined ? {} : { odoo }),
  };
}

/** What a text need not name although the catalogue's sentence does. */
const general: Readonly<Record<string, string>> = {
  url: "that address",
  host: "that host",
  database: "that was asked",
  model: "this model",
  operation: "use",
  field: "that field",
  status: "an error",
  location: "another address",
  id: "this id",
  method: "that method",
  limit: "the limit",
  seconds: "some",
  exception: "an exception",
  received: "the value",
  expected: "another value",
  relation: "the related model",
};

/** General words for the names that a sentence needs; those in double square brackets are left out with their part. */
function unnamed(template: string): Record<string, string> {
  const needed = template.replace(/\[\[[\s\S]*?\]\]/g, "").matchAll(/\{(\w+)\}/g);
  return Object.fromEntries([...needed].map(([, name = ""]) => [name, general[name] ?? "(not named)"]));
}
