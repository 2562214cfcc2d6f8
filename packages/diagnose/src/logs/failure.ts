/** One failure of a log: what it says, what it was, and which others are the same. */
import { diagnoseText } from "../diagnose.js";
import type { Diagnosis } from "../types.js";
import type { LogEntry } from "./entries.js";
import { folded } from "./fingerprint.js";
import type { FailureKind } from "./kinds.js";

export interface Failure {
  readonly kind: FailureKind;
  readonly entry: LogEntry;
}

/** The diagnosis of a failure; `below` was logged before it in the same request. */
export function diagnosisOf(
  { kind, entry }: Failure,
  below: readonly Failure[],
  call: Readonly<Record<string, string>>,
): Diagnosis {
  switch (kind) {
    case "worker": {
      const odoo = { message: entry.message };
      if (/memory|signal 9/i.test(entry.message))
        return { code: "memory_limit", evidence: { detail: entry.message.replace(/\.$/, "") }, odoo };
      const seconds = /timeout after (\d+)s|time limit \((?:[\d.]+\/)?(\d+)s?\)/.exec(entry.message);
      const evidence = seconds === null ? {} : { seconds: Number(seconds[1] ?? seconds[2]) };
      return {
        code: "timeout",
        evidence: { detail: entry.message.replace(/\.$/, ""), ...evidence },
        happened: "no",
        odoo,
      };
    }
    case "login": {
      const [, database = "?", login = "?"] = /^Login failed for db:(\S+) login:(.+?) from /.exec(entry.message) ?? [];
      return { code: "auth_invalid_credentials", evidence: { database, login }, odoo: { message: entry.message } };
    }
    case "access":
      return accessRefusal(entry.message);
    case "conflict":
      return { code: "serialization_failure", evidence: {}, odoo: { message: folded(entry.message) } };
    case "query":
      return diagnoseText(withoutStatement(entry.text), call);
    default: {
      const own = diagnosisOfWords(entry, call);
      const odoo = own.odoo === undefined ? {} : { odoo: own.odoo };
      // The log says more than Odoo says to its user: PostgreSQL names the constraint, the column and the value.
      const reason = below.findLast((one) => one.kind === "access" || one.kind === "query");
      if (reason?.kind === "access") return { ...accessRefusal(reason.entry.message), ...odoo };
      const stated = reason === undefined ? undefined : diagnoseText(withoutStatement(reason.entry.text), call);
      if (stated === undefined || stated.code === "server_exception") return own;
      return { ...stated, evidence: { ...own.evidence, ...stated.evidence }, ...odoo };
    }
  }
}

/** Of an exception for users only the message is logged (14.0 and later): its name is put back. */
function diagnosisOfWords({ level, logger, text }: LogEntry, call: Readonly<Record<string, string>>): Diagnosis {
  if (/^Access Denied\s*$/.test(text)) return diagnoseText(`odoo.exceptions.AccessDenied: ${text}`, call);
  const own = diagnoseText(text, call);
  const bare = level === "WARNING" && logger === "odoo.http" && !text.includes("Traceback (most recent call last)");
  return own.code === "server_exception" && bare ? diagnoseText(`odoo.exceptions.UserError: ${text}`, call) : own;
}

/** `Access Denied by ACLs for operation: read, uid: 7, model: res.users, fields: totp_secret` (11.0 and later). */
function accessRefusal(message: string): Diagnosis {
  const operation = /operation: (\w+)/.exec(message)?.[1] ?? "use";
  const model = /model: ([\w.]+)/.exec(message)?.[1] ?? "?";
  const field = /fields: (.+)$/.exec(message)?.[1]?.trim();
  const code = /record rules/.test(message)
    ? "access_record_rule"
    : field === undefined
      ? "access_model_denied"
      : "access_field_denied";
  const evidence = { operation, model, ...(field === undefined ? {} : { field }) };
  return { code, evidence, odoo: { message: folded(message), exception: "AccessError" } };
}

/**
 * What two failures must have in common to be one group. The same refusal looks otherwise over XML-RPC, where
 * only PostgreSQL's or the access check's line is logged, than over JSON-RPC, so those lines decide where there is one.
 */
export function identity(
  { kind, entry }: Failure,
  below: readonly Failure[],
  { code, evidence, odoo }: Diagnosis,
  at: string | undefined,
): string {
  const query = below.findLast((one) => one.kind === "query");
  const statement = kind === "query" ? entry : query?.entry;
  const refused = statement === undefined ? undefined : /^ERROR: +(.{1,300})/m.exec(statement.text)?.[1];
  if (refused !== undefined) return `query ${refused.replace(/(?<=: )"[^"]*"|\d+/g, "#")}`;
  const { model, field, method, operation, login } = evidence;
  if (code.startsWith("access_")) return `access ${[code, model, operation, field].join(" ")}`;
  const words = folded(odoo?.message || entry.message);
  return [kind, code, odoo?.exception, model, field, method, login, at, words].map((part) => part ?? "").join("\u0000");
}

/** PostgreSQL's words on a refused statement; the statement itself, with its values, stays out. */
function withoutStatement(text: string): string {
  const at = text.search(/^ERROR: /m);
  return at < 0 ? "" : text.slice(at);
}

/** Users as the log names them: a login, or `uid 7`. */
export function usersIn(failures: readonly Failure[]): Set<string> {
  const users = new Set<string>();
  for (const { entry } of failures) {
    const login = /\blogin:(\S+)/.exec(entry.message)?.[1];
    const uid = /\b(?:uid|User #)[: ]*(\d+)/.exec(entry.message)?.[1];
    if (login !== undefined) users.add(login);
    else if (uid !== undefined) users.add(`uid ${uid}`);
  }
  return users;
}
