/**
 * The control plane over HTTP, apart from the emulated API; each does what the method of Sandbox of that name does:
 *
 *     GET    /_sandbox                      version, database and time
 *     GET    /_sandbox/calls                the last calls          DELETE forgets them
 *     GET    /_sandbox/faults               the faults ordered      POST orders one (FaultOrder), DELETE lifts all
 *     GET    /_sandbox/records/{model}      records as they are     ?domain=[...]&fields=a,b&limit=
 *     POST   /_sandbox/reset                the data of the start again
 *     GET    /_sandbox/snapshots            their names             PUT .../{name} takes one, DELETE drops it
 *     POST   /_sandbox/snapshots/{name}/restore
 *     GET    /_sandbox/clock                the time                PUT {"now": "..."} sets it, DELETE releases it
 *     POST   /_sandbox/clock/advance        {"milliseconds": 60000}
 *     PUT    /_sandbox/version              {"version": 19}: an Odoo of that version in its place
 *     DELETE /_sandbox/sessions             every session ends, as when they expire
 *     POST   /_sandbox/keys/expire          {"key": "..."}
 */
import { OdoorwayError } from "@odoorway/core";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { SandboxControl } from "./control.js";
import type { FaultOrder, Faults } from "./faults.js";

export interface Control {
  readonly sandbox: SandboxControl;
  readonly faults: Faults;
  readonly forgetCalls: () => void;
}

type Body = Readonly<Record<string, unknown>> | undefined;

export function addControlRoutes(app: FastifyInstance, control: Control): void {
  const { sandbox, faults } = control;
  const now = () => new Date(sandbox.now()).toISOString();
  const done = (reply: FastifyReply) => reply.code(204).send();
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const isOurs = error instanceof OdoorwayError;
    return reply.code(isOurs ? 400 : (error.statusCode ?? 500)).send({ error: isOurs ? error.why : error.message });
  });
  app.get("/_sandbox", async () => ({ version: sandbox.version, database: sandbox.database, now: now() }));
  app.get("/_sandbox/calls", async () => ({ calls: sandbox.calls() }));
  app.delete("/_sandbox/calls", async (_request, reply) => {
    control.forgetCalls();
    return done(reply);
  });
  app.get("/_sandbox/faults", async () => ({ faults: faults.list() }));
  app.post("/_sandbox/faults", async (request, reply) => {
    sandbox.fault(request.body as FaultOrder);
    return reply.code(201).send({ faults: faults.list() });
  });
  app.delete("/_sandbox/faults", async (_request, reply) => {
    faults.clear();
    return done(reply);
  });
  app.get("/_sandbox/records/:model", async (request, reply) => {
    const { model } = request.params as { model: string };
    const { domain, fields, limit } = request.query as Record<string, string | undefined>;
    const records = sandbox.records(model, parsed(domain), {
      ...(fields === undefined ? {} : { fields: fields.split(",") }),
      ...(limit === undefined ? {} : { limit: Number(limit) }),
    });
    return reply.send({ records });
  });
  app.post("/_sandbox/reset", async (_request, reply) => {
    sandbox.reset();
    return done(reply);
  });
  app.get("/_sandbox/snapshots", async () => ({ snapshots: sandbox.snapshots() }));
  app.put("/_sandbox/snapshots/:name", async (request, reply) => {
    sandbox.snapshot((request.params as { name: string }).name);
    return done(reply);
  });
  app.delete("/_sandbox/snapshots/:name", async (request, reply) => {
    sandbox.dropSnapshot((request.params as { name: string }).name);
    return done(reply);
  });
  app.post("/_sandbox/snapshots/:name/restore", async (request, reply) => {
    sandbox.restore((request.params as { name: string }).name);
    return done(reply);
  });
  app.get("/_sandbox/clock", async () => ({ now: now() }));
  app.put("/_sandbox/clock", async (request) => {
    sandbox.setClock(String((request.body as Body)?.now));
    return { now: now() };
  });
  app.delete("/_sandbox/clock", async () => {
    sandbox.releaseClock();
    return { now: now() };
  });
  app.post("/_sandbox/clock/advance", async (request) => {
    sandbox.advanceClock(Number((request.body as Body)?.milliseconds));
    return { now: now() };
  });
  app.put("/_sandbox/version", async (request, reply) => {
    sandbox.changeVersion((request.body as Body)?.version as 18 | 19);
    return done(reply);
  });
  app.delete("/_sandbox/sessions", async (_request, reply) => {
    sandbox.endSessions();
    return done(reply);
  });
  app.post("/_sandbox/keys/expire", async (request, reply) => {
    sandbox.expireKey(String((request.body as Body)?.key));
    return done(reply);
  });
}

function parsed(domain: string | undefined): readonly unknown[] {
  if (domain === undefined) return [];
  try {
    const value: unknown = JSON.parse(domain);
    if (Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new OdoorwayError("configuration_error", { evidence: { detail: "domain must be a list as JSON." } });
}
