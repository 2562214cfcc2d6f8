/**
 * What a delivery says of itself: which event it is (so that a second delivery of it is known) and what it is
 * about. Called only for verified deliveries, or by hooks that take them unsigned.
 */
import { createHash } from "node:crypto";
import type { Headers } from "./schemes.js";
import type { Provider } from "./verify.js";

export interface Delivery {
  /** The same for every delivery of one event, different for different events. At most 200 printable characters. */
  readonly eventId: string;
  /** In the sender's words: `orders/create`, `order.updated`, `payment_intent.succeeded`. Printable. */
  readonly topic: string | undefined;
}

/**
 * @param payload the body as JSON
 * @param body its bytes; their hash stands for an id where the sender gives none
 */
export function describeDelivery(
  provider: Provider | "none",
  headers: Headers,
  payload: unknown,
  body: Uint8Array,
): Delivery {
  const { eventId, topic } = said(provider, headers, payload, body);
  return {
    eventId: isPrintable(eventId) ? eventId : createHash("sha256").update(eventId).digest("hex"),
    topic: topic !== undefined && isPrintable(topic) ? topic : undefined,
  };
}

function said(provider: Provider | "none", headers: Headers, payload: unknown, body: Uint8Array): Delivery {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const member = (name: string): string | undefined => textIn(payload, name);
  const hash = () => createHash("sha256").update(body).digest("hex");
  switch (provider) {
    case "shopify": {
      const topic = header("x-shopify-topic");
      const event = header("x-shopify-event-id");
      // One action of a merchant is one event for all topics that it touches, and perhaps for several records.
      if (event !== undefined) return { eventId: `${event} ${topic ?? ""} ${member("id") ?? ""}`, topic };
      return { eventId: header("x-shopify-webhook-id") ?? hash(), topic };
    }
    case "woocommerce": {
      const delivery = header("x-wc-webhook-delivery-id");
      // WooCommerce makes the id of the webhook and the second, so two orders of one second share it.
      return {
        eventId: delivery === undefined ? hash() : `${delivery} ${hash().slice(0, 32)}`,
        topic: header("x-wc-webhook-topic"),
      };
    }
    case "stripe":
      return { eventId: member("id") ?? hash(), topic: member("type") };
    case "github":
      return { eventId: header("x-github-delivery") ?? hash(), topic: header("x-github-event") };
    default:
      return {
        eventId: header("webhook-id") ?? header("svix-id") ?? hash(),
        topic: member("type") ?? member("event_type"),
      };
  }
}

/**
 * Whether this is the call by which a sender only tries the address: WooCommerce posts `webhook_id=7` as a form,
 * unsigned, when a webhook is saved; GitHub signs an event named `ping`.
 */
export function isPing(provider: Provider | "none", headers: Headers, body: Uint8Array): boolean {
  if (provider === "github") return headers["x-github-event"] === "ping";
  if (provider !== "woocommerce" || body.length > 40) return false;
  return headers["x-wc-webhook-signature"] === undefined && /^webhook_id=\d{1,20}$/.test(Buffer.from(body).toString());
}

/** Whether a topic is among those wanted; `orders/*` wants all that begin with `orders/`. No list wants all. */
export function isWanted(topic: string | undefined, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((one) => (one.endsWith("*") ? topic?.startsWith(one.slice(0, -1)) === true : topic === one));
}

function textIn(payload: unknown, name: string): string | undefined {
  if (typeof payload !== "object" || payload === null || !Object.hasOwn(payload, name)) return undefined;
  const value = (payload as Record<string, unknown>)[name];
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  return String(value) || undefined;
}

function isPrintable(text: string): boolean {
  return /^[ -~]{1,200}$/.test(text);
}
