/** The events behind the hooks: looked at, replayed, given up. What failed for good waits here for a person. */
import { type Clock, OdoorwayError, parseWithLongIntegers } from "@odoorway/core";
import type { CompiledFlow } from "@odoorway/flows";
import type { EventState, Store, StoredEvent } from "@odoorway/store";
import { laneOf } from "../hooks/receive.js";
import type { Hook } from "../hooks/settings.js";
import { invalidParameter, type Query, wholeNumber } from "../http/query.js";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { isOwnId } from "../own-ids.js";
import { limitParameter } from "./parameters.js";

export interface HookEventParts {
  readonly store: Pick<Store, "getEvent" | "listEvents" | "reopenEvent" | "discardEvent" | "laterDone">;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly flow: (name: string) => CompiledFlow;
  readonly clock: Pick<Clock, "now">;
  wake(): void;
}

const states: readonly EventState[] = ["waiting", "done", "dead", "discarded"];

export function hookEventRoutes(parts: HookEventParts): Route[] {
  const shared = { tag: "hooks", scope: "hooks", produces: json, body: noBody } as const;
  return [
    {
      ...shared,
      method: "GET",
      path: "/v1/hooks/events",
      operation: "listHookEvents",
      summary: "Events that hooks received, newest first, without their payloads",
      parameters: {
        hook: { description: "Only of this hook.", schema: { type: "string" } },
        state: { description: "Only in this state.", schema: { enum: states } },
        limit: limitParameter(50, 200),
        cursor: { description: "next_cursor of the page before.", schema: { type: "string" } },
      },
      answers: { 200: "A page of events, and the cursor of the next." },
      handle: (request) => list(parts, request.query),
    },
    {
      ...shared,
      method: "GET",
      path: "/v1/hooks/events/{id}",
      operation: "getHookEvent",
      summary: "An event: its payload, its attempts, what became of it in Odoo, why it failed",
      answers: { 200: "The event." },
      handle: async ({ params }) => show(parts, await find(parts, params.id)),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/hooks/events/{id}/replay",
      operation: "replayHookEvent",
      summary: "Work an event off again, with another payload perhaps",
      body: {
        kind: "json",
        optional: true,
        longIntegers: "text",
        schema: {
          type: "object",
          additionalProperties: false,
          properties: { payload: { description: "Takes the place of the payload that was received." } },
        },
      },
      answers: {
        202: "The event, waiting again. later_done counts events of the same record that came after it and are done: a replay writes older values over theirs.",
      },
      handle: (request) => replay(parts, request),
    },
    {
      ...shared,
      method: "POST",
      path: "/v1/hooks/events/{id}/discard",
      operation: "discardHookEvent",
      summary: "Give an event up; nothing changes in Odoo",
      answers: { 200: "The event; it can be replayed until it is forgotten." },
      handle: async ({ params }) => {
        const { id } = await find(parts, params.id);
        if (!(await parts.store.discardEvent(id))) throw inWork(await find(parts, id), "discarded");
        return show(parts, await find(parts, id));
      },
    },
  ];
}

async function list({ store, clock }: HookEventParts, query: Query): Promise<Reply> {
  const limit = wholeNumber(query, "limit", 1, 200) ?? 50;
  const [hook, before, given] = ["hook", "cursor", "state"].map((name) => query.parameters.get(name));
  const state = states.find((candidate) => candidate === given);
  if (given !== undefined && state === undefined)
    throw invalidParameter("state", JSON.stringify(given.slice(0, 50)), `one of ${states.join(", ")}`);
  if (hook !== undefined && !isOwnId(hook))
    throw invalidParameter("hook", JSON.stringify(hook.slice(0, 50)), "the name of a hook");
  if (before !== undefined && !isOwnId(before))
    throw invalidParameter("cursor", JSON.stringify(before.slice(0, 50)), "the next_cursor of the page before");
  const found = await store.listEvents({
    limit: limit + 1,
    ...(hook === undefined ? {} : { hook }),
    ...(state === undefined ? {} : { state }),
    ...(before === undefined ? {} : { before }),
  });
  const page = found.slice(0, limit);
  const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
  return { status: 200, body: { json: { data: page.map((event) => summary(event, clock)), next_cursor: next } } };
}

async function replay(parts: HookEventParts, { params, body }: GatewayRequest): Promise<Reply> {
  const event = await find(parts, params.id);
  const edited = editOf(body);
  const flow = parts.hooks.get(event.hook)?.flow;
  if (flow === undefined)
    throw new OdoorwayError("hook_not_found", { evidence: { name: event.hook, nearest: undefined } });
  const edit =
    edited === undefined
      ? undefined
      : { payload: JSON.stringify(edited.payload), lane: await laneOf(parts.flow(flow), edited.payload, event.id) };
  if (!(await parts.store.reopenEvent(event.id, edit))) throw inWork(await find(parts, event.id), "replayed");
  parts.wake();
  const reply = await show(parts, await find(parts, event.id));
  return { ...reply, status: 202 };
}

function editOf(body: unknown): { readonly payload: unknown } | undefined {
  if (body === undefined) return undefined;
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  if (isObject && Object.keys(body).length === 0) return undefined;
  if (isObject && "payload" in body && Object.keys(body).length === 1) return { payload: body.payload };
  throw new OdoorwayError("invalid_body", {
    evidence: { received: "not an edit", expected: 'no body, or {"payload": ...} with the whole payload' },
  });
}

async function find({ store }: HookEventParts, id = ""): Promise<StoredEvent> {
  const event = isOwnId(id) ? await store.getEvent(id) : undefined;
  if (event !== undefined) return event;
  throw new OdoorwayError("hook_event_not_found", { evidence: { id: id.slice(0, 100) } });
}

function inWork(event: StoredEvent, operation: string): OdoorwayError {
  const state = event.claimed ? "being worked on" : event.state;
  return new OdoorwayError("hook_event_in_work", {
    evidence: { id: event.id, state, operation },
    retryable: event.state === "waiting",
  });
}

async function show({ store, clock }: HookEventParts, event: StoredEvent): Promise<Reply> {
  const later = await store.laterDone(event.id);
  return {
    status: 200,
    body: {
      json: {
        ...summary(event, clock),
        payload: parseWithLongIntegers(event.payload),
        edited_payload: event.edited === null ? null : parseWithLongIntegers(event.edited),
        outcome: event.outcome === null ? null : JSON.parse(event.outcome),
        diagnosis: event.diagnosis === null ? null : JSON.parse(event.diagnosis),
        later_done: later,
      },
    },
  };
}

function summary(event: StoredEvent, clock: Pick<Clock, "now">) {
  const { outcome, id = null } = event.outcome === null ? { outcome: null } : JSON.parse(event.outcome);
  const { code } = event.diagnosis === null ? { code: null } : JSON.parse(event.diagnosis);
  return {
    id: event.id,
    hook: event.hook,
    event_id: event.eventId,
    topic: event.topic,
    state: event.state,
    in_work: event.claimed,
    attempts: event.attempts,
    received_at: rfc3339(event.receivedAt),
    finished_at: rfc3339(event.finishedAt),
    next_try_at: event.state === "waiting" ? rfc3339(clock.now() + event.dueInMs) : null,
    result: outcome,
    record_id: id,
    code,
  };
}

function rfc3339(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
