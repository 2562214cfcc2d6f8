import { createHmac } from "node:crypto";
import { OdoorwayError, systemClock } from "@odoorway/core";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createReceiver } from "./receive.js";
import type { Hook } from "./settings.js";
import { fakeFlow } from "./testing.js";

const hook: Hook = {
  name: "shop",
  flow: "orders",
  provider: "shopify",
  secrets: ["s3cret"],
  toleranceSeconds: 300,
  topics: ["orders/*"],
  allowUnsigned: false,
  sameBodyIsNew: false,
};

function webhook(payload: unknown, headers: Record<string, string> = {}, secret = "s3cret") {
  const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
  const signature = createHmac("sha256", secret).update(body).digest("base64");
  return {
    type: "application/json",
    body,
    headers: { "x-shopify-topic": "orders/create", "x-shopify-hmac-sha256": signature, ...headers },
  };
}

describe("receiving", () => {
  let place: TestStore;
  let store: Awaited<ReturnType<TestStore["open"]>>;
  let woken = 0;
  let receive: ReturnType<typeof createReceiver>["receive"];

  beforeEach(async () => {
    place = await createTestStore("sqlite", undefined);
    store = await place.open();
    woken = 0;
    const wake = () => {
      woken += 1;
    };
    ({ receive } = createReceiver({ store, flow: () => fakeFlow(), clock: systemClock, random: Math.random, wake }));
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => "taken",
      (error: unknown) => (error instanceof OdoorwayError ? error.code : String(error)),
    );

  it("keeps an event with its bytes, its topic and its lane, and says it is a duplicate when it comes again", async () => {
    const given = webhook('{ "key": "k 1",\n "n": 1.00 }', { "x-shopify-webhook-id": "w1" });
    const receipt = await receive(hook, given);
    if (!("event" in receipt)) throw new Error("not kept");
    expect(receipt).toMatchObject({ duplicate: false, state: "waiting" });
    expect(await store.getEvent(receipt.event)).toMatchObject({
      hook: "shop",
      eventId: "w1",
      topic: "orders/create",
      lane: "orders k 1",
      payload: '{ "key": "k 1",\n "n": 1.00 }',
    });
    expect(await receive(hook, given)).toEqual({ event: receipt.event, duplicate: true, state: "waiting" });
    expect(woken).toBe(1);
  });

  it("knows a body again under another id or topic where the signature covers the body alone", async () => {
    const order = (headers: Record<string, string>) => webhook({ key: "k" }, headers);
    const first = await receive(hook, order({ "x-shopify-event-id": "e1" }));
    const caught = order({ "x-shopify-event-id": "e2", "x-shopify-topic": "orders/paid" });
    expect(await receive(hook, caught)).toEqual({ ...first, duplicate: true });
    expect(await receive({ ...hook, sameBodyIsNew: true }, caught)).toMatchObject({ duplicate: false });
    const other = webhook({ key: "k", more: 1 }, { "x-shopify-event-id": "e3" });
    expect(await receive(hook, other)).toMatchObject({ duplicate: false });
  });

  it("takes the same body twice where the sender signs its id", async () => {
    const signed = (id: string) => {
      const body = Buffer.from('{"key":"k"}');
      const seconds = Math.floor(Date.now() / 1000);
      const key = Buffer.from("c2VjcmV0", "base64");
      const signature = createHmac("sha256", key).update(`${id}.${seconds}.`).update(body).digest("base64");
      const headers = {
        "webhook-id": id,
        "webhook-timestamp": String(seconds),
        "webhook-signature": `v1,${signature}`,
      };
      return { type: "application/json", body, headers };
    };
    const standard: Hook = { ...hook, provider: "standard_webhooks", secrets: ["whsec_c2VjcmV0"], topics: [] };
    expect(await receive(standard, signed("m1"))).toMatchObject({ duplicate: false });
    expect(await receive(standard, signed("m2"))).toMatchObject({ duplicate: false });
    expect(await receive(standard, signed("m2"))).toMatchObject({ duplicate: true });
  });

  it("reads a body with a byte order mark", async () => {
    const receipt = await receive(hook, webhook('\ufeff{"key":"k"}'));
    expect(await store.getEvent("event" in receipt ? receipt.event : "")).toMatchObject({
      lane: "orders k",
      payload: '{"key":"k"}',
    });
  });

  it("keeps nothing that is not signed, not JSON or not wanted", async () => {
    expect(await refusal(receive(hook, webhook({}, {}, "another")))).toBe("signature_mismatch");
    expect(await refusal(receive(hook, webhook("{")))).toBe("malformed_json");
    expect(await refusal(receive(hook, webhook('{"a":1,"a":2}')))).toBe("duplicate_json_key");
    expect(await receive(hook, webhook({}, { "x-shopify-topic": "carts/update" }))).toEqual({
      ignored: true,
      topic: "carts/update",
      wanted: ["orders/*"],
    });
    expect(await store.listEvents({ limit: 9 })).toEqual([]);
  });

  it("answers calls that only try the address", async () => {
    const form = { type: "application/x-www-form-urlencoded", headers: {}, body: Buffer.from("webhook_id=5") };
    expect(await receive({ ...hook, provider: "woocommerce" }, form)).toEqual({ ping: true });
    expect(await refusal(receive(hook, form))).toBe("signature_missing");
    const body = Buffer.from("{}");
    const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
    const ping = { type: "application/json", body, headers: { "x-github-event": "ping", "x-hub-signature-256": "" } };
    expect(await refusal(receive({ ...hook, provider: "github" }, ping))).toBe("signature_missing");
    ping.headers["x-hub-signature-256"] = signature;
    expect(await receive({ ...hook, provider: "github" }, ping)).toEqual({ ping: true });
  });

  it("reads GitHub's forms", async () => {
    const body = Buffer.from(`payload=${encodeURIComponent('{"key":"a+b"}')}`);
    const signature = `sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`;
    const receipt = await receive(
      { ...hook, provider: "github", topics: [] },
      { type: "application/x-www-form-urlencoded", body, headers: { "x-hub-signature-256": signature } },
    );
    expect(await store.getEvent("event" in receipt ? receipt.event : "")).toMatchObject({ payload: '{"key":"a+b"}' });
  });

  it("gives payloads without a key, or whose key cannot be told, a lane of their own", async () => {
    const broken = {
      ...fakeFlow(),
      keyOf: () => Promise.reject(new OdoorwayError("flow_payload_refused", { evidence: { detail: "is a list" } })),
    };
    const lanes = [];
    for (const flow of [fakeFlow(), broken]) {
      const parts = { store, flow: () => flow, clock: systemClock, random: Math.random, wake: () => {} };
      const receipt = await createReceiver(parts).receive(hook, webhook({ n: lanes.length }));
      const { id, lane } = (await store.getEvent("event" in receipt ? receipt.event : "")) ?? { id: 1, lane: 2 };
      lanes.push([id, lane]);
    }
    for (const [id, lane] of lanes) expect(lane).toBe(id);
  });

  it("keeps an escaped NUL as it is, and long keys short", async () => {
    for (const key of ["\u0000", "k".repeat(5000)]) {
      const receipt = await receive(hook, webhook({ key }));
      const kept = await store.getEvent("event" in receipt ? receipt.event : "");
      expect(JSON.parse(kept?.payload ?? "")).toEqual({ key });
      // No NUL: PostgreSQL would refuse it, and with it the whole commit.
      expect(kept?.lane).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
