/**
 * A webhook, from its bytes to its 200: verified, known by its event id, kept. The 200 promises that the event is
 * durable and will be worked off; nothing of it has happened in Odoo yet (processor.ts does that).
 */
import { createHash } from "node:crypto";
import { type Clock, OdoorwayError, parseWithLongIntegers } from "@odoorway/core";
import {
  type CompiledFlow,
  describeDelivery,
  isPing,
  isWanted,
  signsBodyAlone,
  verifySignature,
} from "@odoorway/flows";
import type { Arrival, NewHookEvent, Store } from "@odoorway/store";
import { jsonText, parseJson } from "../http/json-body.js";
import { createGroupCommit } from "./group-commit.js";
import type { Hook } from "./settings.js";

export interface ReceiveParts {
  readonly store: Pick<Store, "appendEvents">;
  readonly flow: (name: string) => CompiledFlow;
  readonly clock: Clock;
  readonly random: () => number;
  /** Something new waits. */
  wake(): void;
}

export interface IncomingWebhook {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Media type without parameters. */
  readonly type: string;
  readonly body: Buffer;
}

/** What the sender is told. */
export type Receipt =
  | { readonly event: string; readonly duplicate: boolean; readonly state: Arrival["state"] }
  | { readonly ping: true }
  | { readonly ignored: true; readonly topic: string | null; readonly wanted: readonly string[] };

export interface Receiver {
  /** Rejects with signature_* (401), what parseJson says (400), or store_unavailable (503: the sender tries again). */
  receive(hook: Hook, incoming: IncomingWebhook): Promise<Receipt>;
  /** Webhooks that have come and have not been answered yet. */
  underWay(): number;
}

export function createReceiver(parts: ReceiveParts): Receiver {
  const { store, clock, random } = parts;
  const keep = createGroupCommit(async (events: readonly NewHookEvent[]) => {
    const arrivals = await store.appendEvents(events);
    if (arrivals.some(({ duplicate }) => !duplicate)) parts.wake();
    return arrivals;
  }, clock);
  let underWay = 0;

  const receive = async (hook: Hook, { headers, type, body }: IncomingWebhook): Promise<Receipt> => {
    const { provider } = hook;
    // WooCommerce tries the address unsigned; nothing of that call is kept, so there is nothing to prove.
    if (provider === "woocommerce" && isPing(provider, headers, body)) return { ping: true };
    if (provider !== "none")
      verifySignature(provider, headers, body, {
        secrets: hook.secrets,
        toleranceSeconds: hook.toleranceSeconds,
        now: clock.now(),
      });
    if (isPing(provider, headers, body)) return { ping: true };
    const text = jsonText(payloadBytes(provider, type, body));
    const payload = parseWithLongIntegers(text, parseJson(text));
    const { eventId, topic } = describeDelivery(provider, headers, payload, body);
    if (!isWanted(topic, hook.topics)) return { ignored: true, topic: topic ?? null, wanted: hook.topics };
    const id = newEventId(clock.now(), random);
    const lane = await laneOf(parts.flow(hook.flow), payload, id);
    const {
      id: kept,
      duplicate,
      state,
    } = await keep({
      id,
      hook: hook.name,
      eventId,
      topic: topic ?? null,
      lane,
      payload: text,
      bodyHash: signsBodyAlone(provider) && !hook.sameBodyIsNew ? hashOf(body) : null,
    });
    return { event: kept, duplicate, state };
  };

  return {
    async receive(hook, incoming) {
      underWay += 1;
      try {
        return await receive(hook, incoming);
      } finally {
        underWay -= 1;
      }
    },
    underWay: () => underWay,
  };
}

/**
 * The lane of a payload: the flow and the key of its primary record, so that two events about one record are
 * worked on in their order. A payload without one, or whose key cannot be told, has a lane of its own; in the
 * second case the flow fails too, and then says why.
 */
export async function laneOf(flow: CompiledFlow, payload: unknown, id: string): Promise<string> {
  const key = await flow.keyOf(payload).catch((error: unknown) => {
    if (error instanceof OdoorwayError) return undefined;
    throw error;
  });
  if (key === undefined) return id;
  const lane = `${flow.flow.name} ${key}`;
  // PostgreSQL keeps no NUL in a text, and one event must not spoil the commit that it shares with others.
  return lane.length <= 200 && !lane.includes("\0") ? lane : hashOf(lane);
}

function hashOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** GitHub may send JSON as the field `payload` of a form; everybody else sends it as it is. */
function payloadBytes(provider: Hook["provider"], type: string, body: Buffer): Buffer {
  if (provider !== "github" || type !== "application/x-www-form-urlencoded") return body;
  return Buffer.from(new URLSearchParams(body.toString("utf8")).get("payload") ?? "");
}

/** Ids sort by time: milliseconds in base 36, then chance. */
function newEventId(now: number, random: () => number): string {
  const digits = () =>
    Math.floor(random() * 36 ** 5)
      .toString(36)
      .padStart(5, "0");
  return `evt_${now.toString(36).padStart(9, "0")}${digits()}${digits()}`;
}
