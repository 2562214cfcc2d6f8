/**
 * One way for every call, whatever door it came through: a fault may strike it, the work is done and
 * logged, and the outcome is told in the door's own shape.
 */
import type { FastifyReply } from "fastify";
import type { CallLog, LoggedCall } from "../control/call-log.js";
import type { Faults } from "../control/faults.js";
import type { OdooException } from "../orm/exceptions.js";
import { asException } from "../services/errors.js";
import type { Server } from "../services/server.js";
import type { Sessions } from "../services/sessions.js";
import type { RouteAnswer } from "./answer.js";

export interface Doors {
  /** The server as it is now; a reset puts another in its place. */
  server(): Server;
  readonly sessions: Sessions;
  readonly calls: CallLog;
  readonly faults: Faults;
  wait(milliseconds: number): Promise<void>;
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
  let outcome: Outcome | "dropped";
  try {
    const work = read();
    called = work.called;
    const { delay, drop } = doors.faults.strike(called.model, called.method);
    if (delay > 0) await doors.wait(delay);
    if (drop === "before") outcome = "dropped";
    else {
      const value = work.run();
      outcome = drop === "after" ? "dropped" : { value };
    }
  } catch (error) {
    outcome = { exception: asException(error) };
  }
  if (called) doors.calls.add(logged(called, outcome, performance.now() - started));
  if (outcome === "dropped") return cut(reply);
  const { status, headers, body } = tell(outcome);
  return reply.code(status).headers(headers).send(body);
}

/** Closes the connection without a byte of answer. */
function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
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
