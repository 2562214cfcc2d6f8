/**
 * The control plane, apart from the emulated API:
 *
 *     GET    /_sandbox/calls    the last calls          DELETE forgets them
 *     GET    /_sandbox/faults   the faults ordered      POST orders one (FaultOrder), DELETE lifts all
 *     POST   /_sandbox/reset    the data of the start again
 */
import type { FastifyInstance } from "fastify";
import type { CallLog } from "./call-log.js";
import type { FaultOrder, Faults } from "./faults.js";

export interface Control {
  readonly calls: CallLog;
  readonly faults: Faults;
  reset(): void;
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
}

const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  model: (value) => typeof value === "string",
  method: (value) => typeof value === "string",
  nth: (value) => Number.isInteger(value) && Number(value) > 0,
  times: (value) => Number.isInteger(value) && Number(value) > 0,
  delay: (value) => typeof value === "number" && value >= 0,
  drop: (value) => value === "before" || value === "after",
};

function problemOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return "a fault is an object";
  for (const [name, value] of Object.entries(body)) {
    const fits = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (!fits) return `unknown key ${name}; known: ${Object.keys(shapes).join(", ")}`;
    if (!fits(value)) return `wrong value of ${name}`;
  }
  return undefined;
}
