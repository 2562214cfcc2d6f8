/**
 * The control plane, apart from the emulated API:
 *
 *     GET    /_sandbox/calls    the last calls          DELETE forgets them
 *     GET    /_sandbox/faults   the faults ordered      POST orders one (FaultOrder), DELETE lifts all
 *     POST   /_sandbox/reset    the data of the start again
 *     DELETE /_sandbox/sessions every session ends, as when they expire
 */
import type { FastifyInstance } from "fastify";
import type { CallLog } from "./call-log.js";
import { type FaultOrder, type Faults, problemOf } from "./faults.js";

export interface Control {
  readonly calls: CallLog;
  readonly faults: Faults;
  reset(): void;
  endSessions(): void;
}

export function addControlRoutes(app: FastifyInstance, control: Control): void {
  const { calls, faults } = control;
  app.get("/_sandbox/calls", async () => ({ calls: calls.list() }));
  app.delete("/_sandbox/calls", async (_request, reply) => {
    calls.clear();
    return reply.code(204).send();
  });
  app.get("/_sandbox/faults", async () => ({ faults: faults.list() }));
  app.post("/_sandbox/faults", async (request, reply) => {
    const wrong = problemOf(request.body);
    if (wrong) return reply.code(400).send({ error: wrong });
    faults.add(request.body as FaultOrder);
    return reply.code(201).send({ faults: faults.list() });
  });
  app.delete("/_sandbox/faults", async (_request, reply) => {
    faults.clear();
    return reply.code(204).send();
  });
  app.post("/_sandbox/reset", async (_request, reply) => {
    control.reset();
    return reply.code(204).send();
  });
  app.delete("/_sandbox/sessions", async (_request, reply) => {
    control.endSessions();
    return reply.code(204).send();
  });
}
