/**
 * One way for every call, whatever door it came through: a fault may strike it, the work is done and
 * logged, and the outcome is told in the door's own shape.
 */
import type { FastifyReply } from "fastify";
import type { CallLog, LoggedCall } from "../control/call-log.js";
import type { Faults, Strike } from "../control/faults.js";
import { type OdooException, serializationFailure } from "../orm/exceptions.js";
import { asException } from "../services/errors.js";
import type { Server } from "../services/server.js";
import type { Sessions } from "../services/sessions.js";
import type { RouteAnswer } from "./answer.js";
import { cut, isBeforeWork, proxyPage, replacement, trickle, truncate } from "./spoil.js";

export interface Doors {
  /** The server as it is now; a reset puts another in its place. */
  server(): Server;
  readonly sessions: Sessions;
  readonly calls: CallLog;
  readonly faults: Faults;
  wait(milliseconds: number): Promise<void>;
  /** Closes the port and every connection for so many milliseconds. */
  refuse(milliseconds: number): void;
}

/** What is called, for faults and the log. */
interface Called {
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
  let called: Called | undefined;
  let strike: Strike = {};
  let outcome: Outcome | "dropped";
  try {
    const work = read();
    called = work.called;
    strike = doors.faults.strike(called.model, called.method);
    outcome = await worked(doors, work, strike);
  } catch (error) {
    outcome = { exception: asException(error) };
  }
  const spoilt = outcome === "dropped" || strike.drop !== undefined || strike.answer !== undefined;
  if (called) doors.calls.add(logged(called, spoilt ? "dropped" : outcome, performance.now() - started));
  if (strike.drop === "after") return cut(reply);
  if (outcome === "dropped") {
    const page = strike.drop === undefined ? proxyPage(strike) : undefined;
    return page && strike.late === undefined && strike.refuse === undefined ? sent(reply, page) : cut(reply);
  }
  const answer = replacement(strike, tell(outcome));
  if (strike.answer === "truncated") return truncate(reply, answer);
  if (strike.trickle !== undefined) return trickle(reply, answer, strike.trickle, doors.wait);
  return sent(reply, answer);
}

/** Tries that a call has when other transactions get in its way. */
const mostTries = 5;

/** Does the work, unless the strike has it done never, later, or in vain. */
async function worked(doors: Doors, work: Work, strike: Strike): Promise<Outcome | "dropped"> {
  const { delay = 0, drop, late, refuse, conflicts = 0 } = strike;
  if (delay > 0) await doors.wait(delay);
  if (refuse !== undefined) doors.refuse(refuse);
  if (late !== undefined) void doors.wait(late).then(() => attempt(work));
  if (refuse !== undefined || late !== undefined || drop === "before" || isBeforeWork(strike)) return "dropped";
  if (conflicts >= mostTries) return { exception: serializationFailure() };
  return attempt(work);
}

function attempt(work: Work): Outcome {
  try {
    return { value: work.run() };
  } catch (error) {
    return { exception: asException(error) };
  }
}

function sent(reply: FastifyReply, { status, headers, body }: RouteAnswer): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

function logged(called: Called, outcome: Outcome | "dropped", milliseconds: number): LoggedCall {
  return {
    ...called,
    outcome: outcome === "dropped" ? "dropped" : "value" in outcome ? "ok" : "error",
    exception: outcome !== "dropped" && "exception" in outcome ? outcome.exception.exception : "",
    milliseconds: Math.round(milliseconds * 10) / 10,
  };
}

/** Records, rows or ids that the first argument of a model's method brought. */
export function sizeOf(method: string, args: unknown): number {
  const list = Array.isArray(args) ? args : [];
  const first: unknown = method === "load" ? list[1] : list[0];
  return Array.isArray(first) ? first.length : 1;
}
