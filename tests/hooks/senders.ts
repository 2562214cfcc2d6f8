/** Webhooks as their senders make them: signed, with the headers that tell what they are. */
import { createHmac } from "node:crypto";

export const secret = "s3cret-of-the-shop-0123456789";
/** As Standard Webhooks write it. */
export const standardSecret = `whsec_${Buffer.from(secret).toString("base64")}`;

export interface SentWebhook {
  readonly headers: Record<string, string>;
  readonly body: string;
}

const sign = (body: string, encoding: "hex" | "base64", key = secret) =>
  createHmac("sha256", key).update(body).digest(encoding);

export function fromShopify(topic: string, payload: unknown, eventId: string, key = secret): SentWebhook {
  const body = JSON.stringify(payload);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-event-id": eventId,
      "x-shopify-webhook-id": `w-${eventId}`,
      "x-shopify-hmac-sha256": sign(body, "base64", key),
    },
  };
}

export function fromWooCommerce(topic: string, payload: unknown, delivery: string): SentWebhook {
  const body = JSON.stringify(payload);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-delivery-id": delivery,
      "x-wc-webhook-signature": sign(body, "base64"),
    },
  };
}

export function fromStripe(payload: unknown, at = Date.now()): SentWebhook {
  const body = JSON.stringify(payload);
  const seconds = Math.floor(at / 1000);
  return {
    body,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "stripe-signature": `t=${seconds},v1=${sign(`${seconds}.${body}`, "hex")}`,
    },
  };
}

export function fromGitHub(event: string, payload: unknown, delivery: string): SentWebhook {
  const body = JSON.stringify(payload);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${sign(body, "hex")}`,
    },
  };
}

export function fromStandard(payload: unknown, id: string, at = Date.now()): SentWebhook {
  const body = JSON.stringify(payload);
  const seconds = Math.floor(at / 1000);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": `v1,${sign(`${id}.${seconds}.${body}`, "base64")}`,
    },
  };
}
