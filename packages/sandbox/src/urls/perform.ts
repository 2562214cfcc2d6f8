/**
 * One way for every request, whatever door it came through: a fault may strike it, the work is done in a
 * transaction and logged, and the outcome is told in the door's own shape.
 *
 * A try of the work ends in one of these ways:
 *
 *     done        -> committed, at once or where a fault holds it after a while
 *     blocked     -> waits until the other transaction ends; the same try again, with an older view
 *     conflict    -> taken back, the next try; the fifth conflict is the outcome
 *     exception   -> taken back, and the outcome
 *     too late    -> taken back, and the connection closed without a byte (limit_time_real)
 */
import type { FastifyReply } from "fastify";
import type { CallLog, LoggedCall } from "../control/call-log.js";
import type { Faults, Strike } from "../control/faults.js";
import { Blocked, type Hindrance } from "../orm/concurrency.js";
import {
  accessDenied,
  deadlockDetected,
  lockNotAvailable,
  OdooException,
  SessionExpired,
  serializationFailure,
} from "../orm/exceptions.js";
import { invalidKey } from "../services/bearer.js";
import { asException } from "../services/errors.js";
import type { Server } from "../services/server.js";
import type { Sessions } from "../services/sessions.js";
import type { OdooVersion } from "../versions/facts.js";
import type { RouteAnswer } from "./answer.js";
import { send } from "./send.js";
import { cut, isBeforeWork, proxyPage, replacement, trickle, truncate } from "./spoil.js";

export interface Doors {
  /** The server as it is now; a reset puts another in its place. */
  server(): Server;
  readonly sessions: Sessions;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** Milliseconds that a request may take; undefined: no end. */
  readonly limitTimeReal: number | undefined;
  wait(milliseconds: number): Promise<void>;
  /** Puts an Odoo of this version in the place of this one. */
  changeVersion(version: OdooVersion): void;
  /** Closes the port and every connection for so many milliseconds. */
  refuse(milliseconds: number): void;
}

/** What is called, for faults and the log. */
export interface Called {
  readonly transport: LoggedCall["transport"];
  readonly service: string;
  readonly model: string;
  readonly method: string;
  readonly uid: number;
  readonly size: number;
}
export interface Work {
  readonly called: Called;
  run(): unknown;
}
/** What became of the work: its value or its exception. */
export type Outcome = { value: unknown } | { exception: OdooException };

/** Does the work that `read` finds in the request and sends what `tell` makes of its outcome. */
export async function perform(
  doors: Doors,
  reply: FastifyReply,
  read: () => Work,
  tell: (outcome: Outcome) => RouteAnswer,
): Promise<FastifyReply> {
  const started = performance.now();
  const path = reply.request.url.split("?", 1)[0] ?? "";
  let called: Called | undefined;
  let strike: Strike = {};
  let outcome: Outcome | "dropped";
  try {
    const work = read();
    called = work.called;
    strike = doors.faults.strike({ ...called, path, isPlain: called.transport === "http" });
    outcome = await worked(doors, work, strike);
  } catch (error) {
    outcome = { exception: asException(error) };
  }
  const told = outcome === "dropped" ? undefined : tell(outcome);
  const spoilt = outcome === "dropped" || strike.drop !== undefined || strike.answer !== undefined;
  if (called)
    doors.calls.add({
      ...logged(called, spoilt ? "dropped" : outcome, performance.now() - started),
      path,
      received: bytesOf(reply.request.body),
      sent: bytesOf(told?.body),
    });
  if (strike.drop === "after") return cut(reply);
  if (told === undefined) {
    const page = strike.drop === undefined ? proxyPage(strike) : undefined;
    return page && strike.late === undefined && strike.refuse === undefined ? send(reply, page) : cut(reply);
  }
  const answer = replacement(strike, told);
  if (strike.answer === "truncated") return truncate(reply, answer);
  if (strike.trickle !== undefined) return trickle(reply, answer, strike.trickle, doors.wait);
  return send(reply, answer);
}

/** Tries that a call has when other transactions get in its way. */
const mostTries = 5;
const conflicts = {
  serialization: serializationFailure,
  lock: lockNotAvailable,
  deadlock: deadlockDetected,
} as const;
const retried = new Set(Object.values(conflicts).map((make) => make().exception));

/** Does the work, unless the strike has it done never, later, or in vain. */
async function worked(doors: Doors, work: Work, strike: Strike): Promise<Outcome | "dropped"> {
  const { delay = 0, drop, late, refuse, exception, expire, version } = strike;
  const limit = new Limit(doors);
  if (delay > 0 && !(await limit.wait(delay))) return "dropped";
  if (refuse !== undefined) doors.refuse(refuse);
  if (version !== undefined) {
    doors.changeVersion(version);
    return "dropped";
  }
  if (late !== undefined) void doors.wait(late).then(() => transacted(doors, work, {}, new Limit(doors)));
  if (refuse !== undefined || late !== undefined || drop === "before" || isBeforeWork(strike)) return "dropped";
  if (expire) return { exception: expired(doors, work.called, expire) };
  if (exception) return { exception: new OdooException(exception.name, exception.message ?? "") };
  return transacted(doors, work, strike, limit);
}

/** Ends the sessions, or the keys of who calls, and says what such a call is answered. */
function expired(doors: Doors, { transport, uid }: Called, what: "session" | "key"): OdooException {
  if (what === "session") {
    doors.sessions.clear();
    return new SessionExpired();
  }
  const { credentials, database } = doors.server();
  credentials.expireKeysOf(uid);
  return transport === "json2" ? invalidKey(database.profile) : accessDenied();
}

/** The time that a request has. */
class Limit {
  readonly #doors: Doors;
  readonly #end: number;
  constructor(doors: Doors) {
    this.#doors = doors;
    this.#end = performance.now() + (doors.limitTimeReal ?? Number.POSITIVE_INFINITY);
  }
  get isOver(): boolean {
    return performance.now() > this.#end;
  }
  /** Waits for something to end, until the time is over at most: then undefined. */
  async until<T>(end: Promise<T>): Promise<T | undefined> {
    if (this.#doors.limitTimeReal === undefined) return end;
    return Promise.race([end, this.#doors.wait(Math.max(0, this.#end - performance.now())).then(() => undefined)]);
  }
  /** Waits, until the time is over at most: then false. */
  async wait(milliseconds: number): Promise<boolean> {
    const left = this.#end - performance.now();
    await this.#doors.wait(Math.max(0, Math.min(milliseconds, left)));
    return milliseconds <= left;
  }
}

class TooLate extends Error {}

/** The work in a transaction, tried again as Odoo does where another is in its way. */
async function transacted(doors: Doors, work: Work, strike: Strike, limit: Limit): Promise<Outcome | "dropped"> {
  const { database } = doors.server();
  const { hold, conflict = "serialization" } = strike;
  let hindrance: Hindrance = {};
  for (let tries = 1; ; ) {
    const failing = tries <= (strike.conflicts ?? 0) ? conflicts[conflict] : undefined;
    let failed = false;
    const fail =
      failing &&
      (() => {
        failed = true;
        return failing();
      });
    const run = () => {
      const value = work.run();
      if (limit.isOver) throw new TooLate();
      // Work that wrote nothing conflicts with nobody; the fault was ordered all the same.
      if (failing && !failed) throw failing();
      return value;
    };
    try {
      if (hold === undefined) return { value: database.attempt(run, { ...hindrance, failing: fail }) };
      const held = database.hold(run, { ...hindrance, failing: fail });
      if (!(await limit.wait(hold))) {
        held.rollback();
        return "dropped";
      }
      held.commit();
      return { value: held.value };
    } catch (error) {
      if (error instanceof TooLate) return "dropped";
      if (error instanceof Blocked) {
        const committed = await limit.until(error.by.ended);
        if (committed === undefined) return "dropped";
        hindrance = committed ? { stale: error.by.changes } : {};
        continue;
      }
      const exception = asException(error);
      if (!retried.has(exception.exception) || tries >= mostTries) return { exception };
      tries += 1;
      hindrance = {};
    }
  }
}

function bytesOf(body: unknown): number {
  return typeof body === "string" || body instanceof Buffer ? Buffer.byteLength(body) : 0;
}

function logged(called: Called, outcome: Outcome | "dropped", milliseconds: number) {
  return {
    ...called,
    outcome: outcome === "dropped" ? "dropped" : "value" in outcome ? "ok" : "error",
    exception: outcome !== "dropped" && "exception" in outcome ? outcome.exception.exception : "",
    milliseconds: Math.round(milliseconds * 10) / 10,
  } as const;
}

/** Records, rows or ids that the first argument of a model's method brought. */
export function sizeOf(method: string, args: unknown): number {
  const list = Array.isArray(args) ? args : [];
  const first: unknown = method === "load" ? list[1] : list[0];
  return Array.isArray(first) ? first.length : 1;
}
