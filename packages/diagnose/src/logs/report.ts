/**
 * A log to its summary: failures grouped, the request that triggered each, slow requests, ended workers. What
 * is kept does not grow with the log: groups, names and requests are bounded, and what goes beyond is counted.
 *
 * A process works on one request at a time (with workers; in threaded mode requests may mingle), and its
 * entries come in the order: a refused query, a refusal by access rights, the error, then the line of the
 * request. So failures wait per process until that line, and of those that waited together the error stands
 * for all; a query or refusal that nothing followed stands for itself.
 */
import type { Evidence } from "@odoorway/core";
import { mask } from "../text/mask.js";
import type { Diagnosis } from "../types.js";
import { EntryReader, type LogEntry } from "./entries.js";
import { diagnosisOf, type Failure, identity, usersIn } from "./failure.js";
import { type FailureKind, kindOf } from "./kinds.js";
import { callInPath, type LoggedRequest, requestOf } from "./request.js";
import { Tally } from "./tally.js";
import { tracedIn } from "./traceback.js";
import type { FailureGroup, LogSummary, SlowRequest } from "./types.js";

export interface LogOptions {
  /** Requests that took at least so many seconds are slow. @default 5 */
  readonly slow?: number;
}

/** Groups kept; a log that has more kinds of failures than this is a fuzzer's. */
const mostGroups = 1_000;
const mostSlow = 20;
/** Processes whose failures wait for the line of their request. */
const mostProcesses = 1_000;
const mostWaiting = 20;

interface Group {
  shown: Omit<FailureGroup, "count" | "last" | "databases" | "users" | "requests">;
  count: number;
  last: string;
  readonly databases: Tally;
  readonly users: Tally;
  readonly requests: Tally;
}

/** Push every line, then ask for the summary; the failures of the last request are in it too. */
export class LogReport {
  readonly #reader = new EntryReader();
  readonly #waiting = new Map<number, Failure[]>();
  readonly #groups = new Map<string, Group>();
  readonly #levels = new Map<string, number>();
  readonly #slowFrom: number;
  readonly #slow: SlowRequest[] = [];
  readonly #onFailure: ((group: FailureGroup) => void) | undefined;
  #entries = 0;
  #requests = 0;
  #slowCount = 0;
  #unkept = 0;
  #first = "";
  #last = "";

  /** @param onFailure is told each failure as it is complete, as its group is then */
  constructor(options: LogOptions = {}, onFailure?: (group: FailureGroup) => void) {
    this.#slowFrom = options.slow ?? 5;
    this.#onFailure = onFailure;
  }

  push(line: string): void {
    const entry = this.#reader.push(line);
    if (entry !== undefined) this.#take(entry);
  }

  /** Takes what has come so far for whole: nothing that waits is held back. */
  settle(): void {
    const entry = this.#reader.end();
    if (entry !== undefined) this.#take(entry);
    for (const [pid] of this.#waiting) this.#release(pid, undefined);
  }

  summary(): LogSummary {
    this.settle();
    const failures = [...this.#groups.values()].map(shown).sort((a, b) => b.count - a.count || a.line - b.line);
    return {
      lines: this.#reader.lines,
      entries: this.#entries,
      first: this.#first || null,
      last: this.#last || null,
      levels: Object.fromEntries(this.#levels),
      requests: this.#requests,
      failures,
      ...(this.#unkept === 0 ? {} : { failures_beyond: this.#unkept }),
      slow_requests: [...this.#slow].sort((a, b) => b.seconds - a.seconds),
      slow_count: this.#slowCount,
    };
  }

  #take(entry: LogEntry): void {
    this.#entries += 1;
    this.#first ||= entry.time;
    this.#last = entry.time;
    this.#levels.set(entry.level, (this.#levels.get(entry.level) ?? 0) + 1);
    const request = requestOf(entry);
    if (request !== undefined) {
      this.#requests += 1;
      this.#noteSlow(entry, request);
      this.#release(entry.pid, request);
      return;
    }
    const kind = kindOf(entry);
    if (kind === undefined) return;
    // A limit ends the process: no request line will follow.
    if (kind === "worker") {
      this.#add({ kind, entry }, [], undefined);
      return;
    }
    const waiting = this.#waiting.get(entry.pid) ?? [];
    waiting.push({ kind, entry });
    this.#waiting.set(entry.pid, waiting);
    if (waiting.length >= mostWaiting) this.#release(entry.pid, undefined);
    if (this.#waiting.size > mostProcesses) this.#release(this.#waiting.keys().next().value ?? 0, undefined);
  }

  #release(pid: number, request: LoggedRequest | undefined): void {
    const waiting = this.#waiting.get(pid);
    if (waiting === undefined) return;
    this.#waiting.delete(pid);
    const conflicts = waiting.filter(({ kind }) => kind === "conflict");
    const rest = waiting.filter(({ kind }) => kind !== "conflict");
    for (const conflict of conflicts) this.#add(conflict, [], request);
    const errors = rest.filter(({ kind }) => kind === "error");
    // "Access Denied" is all that the error after a refused login says.
    const main = rest.find(({ kind }) => kind === "login") ?? errors.at(-1) ?? rest.at(-1);
    if (main === undefined) return;
    // A query refused for a conflict is what Odoo then tried again.
    if (main.kind === "query" && conflicts.length > 0) return;
    if (main.kind === "error") for (const other of errors.slice(0, -1)) this.#add(other, [], request);
    this.#add(
      main,
      rest.filter((one) => one !== main),
      request,
    );
  }

  #add(failure: Failure, below: readonly Failure[], request: LoggedRequest | undefined): void {
    const { entry, kind } = failure;
    const traced = tracedIn(entry.text);
    const call = {
      ...(traced.method === undefined ? {} : { method: traced.method }),
      ...callInPath(request?.path ?? ""),
    };
    const diagnosis = diagnosisOf(failure, below, { ...call, ...(entry.database && { database: entry.database }) });
    const key = identity(failure, below, diagnosis, traced.at);
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size >= mostGroups) {
        this.#unkept += 1;
        return;
      }
      group = newGroup(entry, diagnosis, { kind, at: traced.at, ...call });
      this.#groups.set(key, group);
    }
    // Over XML-RPC only the query is logged; a later occurrence may name the model.
    else if (group.shown.model === null && typeof diagnosis.evidence.model === "string") {
      const { first, line } = group.shown;
      group.shown = { ...newGroup(entry, diagnosis, { kind, at: traced.at, ...call }).shown, first, line };
    }
    group.count += 1;
    group.last = entry.time;
    if (entry.database !== undefined) group.databases.add(entry.database);
    for (const user of usersIn([failure, ...below])) group.users.add(user);
    if (request !== undefined) group.requests.add(`${request.method} ${request.path}`);
    this.#onFailure?.(shown(group));
  }

  #noteSlow(entry: LogEntry, request: LoggedRequest): void {
    const { seconds = 0, method, path, status, queries } = request;
    if (seconds < this.#slowFrom) return;
    this.#slowCount += 1;
    const slow = {
      time: entry.time,
      line: entry.line,
      seconds,
      request: `${method} ${path}`,
      status,
      queries: queries ?? null,
    };
    this.#slow.push({ ...slow, database: entry.database ?? null });
    if (this.#slow.length <= mostSlow) return;
    this.#slow.sort((a, b) => b.seconds - a.seconds).pop();
  }
}

function newGroup(
  entry: LogEntry,
  { code, evidence, odoo }: Diagnosis,
  call: {
    readonly kind: FailureKind;
    readonly at: string | undefined;
    readonly model?: string;
    readonly method?: string;
  },
): Group {
  const model = typeof evidence.model === "string" ? evidence.model : call.model;
  const method = typeof evidence.method === "string" ? evidence.method : call.method;
  return {
    shown: {
      code,
      evidence: withoutSecrets(evidence),
      exception: odoo?.exception ?? null,
      message: mask(odoo?.message ?? ""),
      kind: call.kind,
      level: entry.level,
      logger: entry.logger,
      at: call.at ?? null,
      model: model ?? null,
      method: method ?? null,
      first: entry.time,
      line: entry.line,
    },
    count: 0,
    last: entry.time,
    databases: new Tally(),
    users: new Tally(),
    requests: new Tally(),
  };
}

function withoutSecrets(evidence: Evidence): Evidence {
  const masked = Object.entries(evidence).map(([name, value]) => [
    name,
    typeof value === "string" ? mask(value) : value,
  ]);
  return Object.fromEntries(masked);
}

function shown(group: Group): FailureGroup {
  const { count, last, databases, users, requests } = group;
  const lists = { databases: databases.names(), users: users.names(), requests: requests.names() };
  return { ...group.shown, count, last, ...lists };
}
