import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeDelivery, isPing, isWanted } from "./delivery.js";
import { providers } from "./verify.js";

const of = (provider: Parameters<typeof describeDelivery>[0], headers: Record<string, string>, payload: unknown = {}) =>
  describeDelivery(provider, headers, payload, Buffer.from(JSON.stringify(payload)));
const hash = (payload: unknown) => createHash("sha256").update(JSON.stringify(payload)).digest("hex");

describe("the event of a delivery", () => {
  it("is Shopify's event, topic and record: retries share it, other topics and records do not", () => {
    const headers = { "x-shopify-topic": "orders/updated", "x-shopify-event-id": "e1", "x-shopify-webhook-id": "w1" };
    const first = of("shopify", headers, { id: 5, a: 1 });
    expect(first.topic).toBe("orders/updated");
    expect(of("shopify", { ...headers, "x-shopify-webhook-id": "w2" }, { id: 5, a: 1 })).toEqual(first);
    const others = [
      of("shopify", { ...headers, "x-shopify-topic": "orders/create" }, { id: 5 }),
      of("shopify", { ...headers, "x-shopify-event-id": "e2" }, { id: 5 }),
      of("shopify", headers, { id: 6 }),
    ];
    expect(new Set([first, ...others].map(({ eventId }) => eventId)).size).toBe(4);
    expect(of("shopify", { "x-shopify-webhook-id": "w1" }).eventId).toBe("w1");
  });

  it("is WooCommerce's delivery and body: two orders of one second share the delivery's id", () => {
    const headers = { "x-wc-webhook-delivery-id": "d1", "x-wc-webhook-topic": "order.created" };
    const [first, second] = [of("woocommerce", headers, { id: 1 }), of("woocommerce", headers, { id: 2 })];
    expect(first).toMatchObject({ eventId: expect.stringMatching(/^d1 /), topic: "order.created" });
    expect(first.eventId).not.toBe(second.eventId);
    expect(of("woocommerce", headers, { id: 1 })).toEqual(first);
  });

  it("is what Stripe, GitHub and Standard Webhooks call it", () => {
    expect(of("stripe", {}, { id: "evt_1", type: "charge.refunded" })).toEqual({
      eventId: "evt_1",
      topic: "charge.refunded",
    });
    expect(of("github", { "x-github-delivery": "g1", "x-github-event": "push" })).toEqual({
      eventId: "g1",
      topic: "push",
    });
    const standard = of("standard_webhooks", { "webhook-id": "msg_1" }, { type: "a.b" });
    expect(standard).toEqual({ eventId: "msg_1", topic: "a.b" });
    expect(of("standard_webhooks", { "svix-id": "msg_2" }, { event_type: "c" })).toEqual({
      eventId: "msg_2",
      topic: "c",
    });
    expect(of("none", { "webhook-id": "own" }, {})).toEqual({ eventId: "own", topic: undefined });
  });

  it.each([...providers, "none"] as const)("is the body's hash where %s gives none, and never too long", (provider) => {
    expect(of(provider, {}, { a: 1 }).eventId).toBe(hash({ a: 1 }));
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (payload, text) => {
        const headers = Object.fromEntries(
          ["x-shopify-event-id", "x-wc-webhook-delivery-id", "x-github-delivery", "webhook-id"].map((name) => [
            name,
            text.repeat(50),
          ]),
        );
        const { eventId } = of(provider, headers, payload);
        return /^[ -~]{1,200}$/.test(eventId);
      }),
    );
  });
});

it("knows the calls that only try the address", () => {
  const form = Buffer.from("webhook_id=12");
  expect(isPing("woocommerce", {}, form)).toBe(true);
  expect(isPing("woocommerce", { "x-wc-webhook-signature": "x" }, form)).toBe(false);
  expect(isPing("woocommerce", {}, Buffer.from("webhook_id=12&a=1"))).toBe(false);
  expect(isPing("shopify", {}, form)).toBe(false);
  expect(isPing("github", { "x-github-event": "ping" }, Buffer.from("{}"))).toBe(true);
});

it("wants the topics of a list, with a star for all that begin so", () => {
  expect(isWanted(undefined, [])).toBe(true);
  expect(isWanted("orders/create", ["orders/updated", "orders/*"])).toBe(true);
  expect(isWanted("orders/create", ["orders/updated"])).toBe(false);
  expect(isWanted(undefined, ["orders/*"])).toBe(false);
});
