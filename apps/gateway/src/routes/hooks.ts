/**
 * The webhook door. The signature over the raw body is the credential, so no token is needed; a hook whose sender
 * signs nothing takes one instead, unless its configuration says that anybody may send.
 */
import { type Clock, nearest, OdoorwayError } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import type { HookProcessor } from "../hooks/processor.js";
import type { IncomingWebhook, Receipt } from "../hooks/receive.js";
import type { Hook } from "../hooks/settings.js";
import { bytesOf } from "../http/body.js";
import { type GatewayRequest, json, noBody, type Reply, type Route } from "../http/route.js";
import { authorise, type TokenStore } from "../tokens.js";

export interface HookRouteParts {
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly receive: (hook: Hook, incoming: IncomingWebhook) => Promise<Receipt>;
  readonly store: Pick<Store, "countEvents"> & Pick<TokenStore, "findTokenByHash">;
  readonly processor: Pick<HookProcessor, "hindrance">;
  readonly adminToken: string | undefined;
  readonly clock: Pick<Clock, "now">;
  /** Bytes of a body. */
  readonly limit: number;
  /** Milliseconds within which a body has to be there. */
  readonly patience: number;
}

/** Senders label JSON as they please. */
const types = [
  "application/json",
  "text/json",
  "application/cloudevents+json",
  "application/vnd.api+json",
  "application/x-www-form-urlencoded",
  "text/plain",
  "application/octet-stream",
];

export function hookRoutes(parts: HookRouteParts): Route[] {
  return [
    {
      method: "POST",
      path: "/hooks/{name}",
      operation: "receiveWebhook",
      summary: "Take a webhook in: verified by its signature, kept, worked off afterwards",
      tag: "hooks",
      scope: "public",
      body: { kind: "upload", types },
      produces: json,
      answers: {
        200: "The event is durable, or was so before (duplicate: true). A topic that the hook does not want, and a call that only tries the address, are answered so too, and nothing is kept.",
      },
      handle: (request) => receive(parts, request),
    },
    {
      method: "GET",
      path: "/v1/hooks",
      operation: "listHooks",
      summary: "The hooks, what waits and what is dead behind each, and what hinders them",
      tag: "hooks",
      scope: "hooks",
      body: noBody,
      produces: json,
      answers: { 200: "The hooks by name, without their secrets." },
      handle: () => list(parts),
    },
  ];
}

async function receive(parts: HookRouteParts, { params, headers, upload }: GatewayRequest): Promise<Reply> {
  const name = params.name ?? "";
  const hook = parts.hooks.get(name);
  if (hook === undefined) {
    // Where anybody may send who knows the address, a stranger is not told it.
    const told = [...parts.hooks.values()].filter(({ allowUnsigned }) => !allowUnsigned).map((known) => known.name);
    throw new OdoorwayError("hook_not_found", { evidence: { name: name.slice(0, 100), nearest: nearest(name, told) } });
  }
  if (hook.provider === "none" && !hook.allowUnsigned)
    await authorise(headers.authorization as string | undefined, "flows", parts.store, parts.adminToken);
  if (upload === undefined)
    throw new OdoorwayError("invalid_body", { evidence: { received: "empty", expected: "the webhook's payload" } });
  const body = await bytesOf(upload, parts.limit, parts.patience);
  return { status: 200, body: { json: await parts.receive(hook, { headers, type: upload.type, body }) } };
}

async function list({ hooks, store, processor, clock }: HookRouteParts): Promise<Reply> {
  const counts = new Map((await store.countEvents()).map((count) => [count.hook, count]));
  const data = [...hooks.values()].map(({ name, flow, provider, topics, secrets }) => {
    const { waiting = 0, dead = 0, oldestWaiting = null } = counts.get(name) ?? {};
    const oldest = oldestWaiting === null ? null : Math.max(0, Math.round((clock.now() - oldestWaiting) / 1000));
    return { name, flow, provider, topics, secrets: secrets.length, waiting, dead, oldest_waiting_seconds: oldest };
  });
  const hindrance = processor.hindrance();
  const { code, title, why: cause, fix } = hindrance?.error ?? {};
  const paused = hindrance && { since: new Date(hindrance.since).toISOString(), code, title, cause, fix };
  return { status: 200, body: { json: { data, paused: paused ?? null } } };
}
