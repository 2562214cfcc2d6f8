/** The webhook door and the events behind it, over HTTP, with a runner in place of Odoo. */
import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { OdoorwayError, systemClock } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createHookProcessor, type HookProcessor } from "../hooks/processor.js";
import { createReceiver } from "../hooks/receive.js";
import type { Hook } from "../hooks/settings.js";
import { type FakeOdoo, fakeFlow, fakeOdoo } from "../hooks/testing.js";
import { buildServer, type HttpServer } from "../http/server.js";
import { createToken } from "../tokens.js";
import { hookEventRoutes } from "./hook-events.js";
import { hookRoutes } from "./hooks.js";

const hook = (name: string, more: Partial<Hook> = {}): [string, Hook] => [
  name,
  {
    name,
    flow: "orders",
    provider: "shopify",
    secrets: ["s3cret-of-the-shop"],
    toleranceSeconds: 300,
    topics: [],
    allowUnsigned: false,
    sameBodyIsNew: false,
    ...more,
  },
];
const hooks = new Map([
  hook("shop"),
  hook("token", { provider: "none", secrets: [] }),
  hook("open", { provider: "none", secrets: [], allowUnsigned: true }),
]);
const adminToken = "odw_0123456789abcdef";
const admin = { authorization: `Bearer ${adminToken}` };

let place: TestStore;
let store: Store;
let odoo: FakeOdoo;
let processor: HookProcessor;
let app: HttpServer;

beforeAll(async () => {
  place = await createTestStore("sqlite", undefined);
  store = await place.open();
  odoo = fakeOdoo();
  odoo.before = async (payload) =>
    (payload as { bad?: true }).bad
      ? { error: new OdoorwayError("unknown_field", { evidence: { field: "emial" } }), records: [], warnings: [] }
      : undefined;
  const flow = () => fakeFlow();
  const clock = systemClock;
  processor = createHookProcessor({
    ...{ store, hooks, flow, runner: odoo.runner, clock, random: Math.random, observe: () => {}, retention: 60_000 },
    askOdoo: async () => {},
    underWay: () => 0,
  });
  const wake = () => processor.wake();
  const { receive } = createReceiver({ store, flow, clock, random: Math.random, wake });
  app = buildServer({
    routes: [
      ...hookRoutes({ hooks, receive, store, processor, adminToken, clock, limit: 1000, patience: 400 }),
      ...hookEventRoutes({ store, hooks, flow, clock, wake }),
    ],
    logger: pino({ level: "silent" }),
    tokens: store,
    adminToken,
    limits: { json: 1000, upload: 100_000, idle: 1000 },
    stopping: () => false,
  });
  processor.start();
});
afterAll(async () => {
  await app.close();
  await processor.stop();
  await store.close();
  await place.dispose();
});

const send = (name: string, payload: string, headers: Record<string, string> = {}) =>
  app.inject({
    method: "POST",
    url: `/hooks/${name}`,
    payload,
    headers: { "content-type": "application/json", ...headers },
  });
const signed = (payload: string, headers: Record<string, string> = {}) =>
  send("shop", payload, {
    "x-shopify-hmac-sha256": createHmac("sha256", "s3cret-of-the-shop").update(payload).digest("base64"),
    ...headers,
  });
const event = async (id: string) => (await app.inject({ url: `/v1/hooks/events/${id}`, headers: admin })).json();
const act = (id: string, verb: string, payload?: unknown) =>
  app.inject({
    method: "POST",
    url: `/v1/hooks/events/${id}/${verb}`,
    headers: admin,
    ...(payload === undefined ? {} : { payload: payload as object }),
  });

describe("the door", () => {
  it("takes what is signed, without a token, and says so when it comes again", async () => {
    const first = await signed('{"key":"a"}');
    expect([first.statusCode, first.json()]).toEqual([
      200,
      { event: expect.stringMatching(/^evt_/), duplicate: false, state: "waiting" },
    ]);
    const again = await signed('{"key":"a"}');
    expect(again.json()).toMatchObject({ event: first.json().event, duplicate: true });
    await expect.poll(async () => (await event(first.json().event)).state).toBe("done");
    expect((await signed('{"key":"a"}')).json()).toMatchObject({ duplicate: true, state: "done" });
    expect(odoo.done.get("a")).toHaveLength(1);
  });

  it.each([
    ["nowhere", {}, 404, "hook_not_found"],
    ["shp", {}, 404, "hook_not_found"],
    ["shop", {}, 401, "signature_missing"],
    ["shop", { "x-shopify-hmac-sha256": "no" }, 401, "signature_malformed"],
    ["shop", { "x-shopify-hmac-sha256": "A".repeat(43).concat("=") }, 401, "signature_mismatch"],
    ["shop", { "content-type": "image/png" }, 415, "unsupported_media_type"],
    ["token", {}, 401, "unauthorized"],
    ["token", { authorization: "Bearer nonsense" }, 401, "unauthorized"],
  ])("refuses at %s with %o", async (name, headers, status, code) => {
    const answer = await send(name, '{"key":"x"}', headers as Record<string, string>);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.json().fix).not.toBe("");
    if (status === 401) expect(answer.headers["www-authenticate"]).toBeDefined();
    expect(answer.body).not.toContain("s3cret");
  });

  it("names the nearest hook, but none whose address is all that keeps strangers out", async () => {
    expect((await send("shp", "{}")).json().fix).toContain("shop");
    expect((await send("opn", "{}")).body).not.toContain("open");
  });

  it("does not wait for a body that drips in", async () => {
    const url = new URL(await app.listen({ port: 0, host: "127.0.0.1" }));
    const socket = connect(Number(url.port), url.hostname);
    socket.write("POST /hooks/shop HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 500\r\n\r\n");
    const drip = setInterval(() => socket.write("x"), 50);
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
    clearInterval(drip);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*"request_timeout"/);
  });

  it("keeps numbers apart that JavaScript would make one", async () => {
    const answers = [await signed('{"key":820982911946154508}'), await signed('{"key":820982911946154509}')];
    const [first, second] = answers.map((answer) => answer.json().event);
    await expect.poll(async () => [(await event(first)).state, (await event(second)).state]).toEqual(["done", "done"]);
    expect((await event(first)).payload).toEqual({ key: "820982911946154508" });
    expect(odoo.done.get("820982911946154509")).toHaveLength(1);
  });

  it("refuses what is too large, before and after it says so, and what is no JSON", async () => {
    expect((await signed(`"${"x".repeat(1000)}"`)).json().code).toBe("payload_too_large");
    expect((await signed("{")).json().code).toBe("malformed_json");
    expect((await signed("")).statusCode).toBe(400);
  });

  it("takes unsigned webhooks with a token of the right scope, or where anybody may send", async () => {
    const wrong = await createToken(store, "t", ["models:read"]);
    const right = await createToken(store, "t", ["flows"]);
    const bearer = ({ token }: { token: string }) => ({ authorization: `Bearer ${token}` });
    expect((await send("token", '{"key":"t1"}', bearer(wrong))).json().code).toBe("forbidden_scope");
    expect((await send("token", '{"key":"t1"}', bearer(right))).json()).toMatchObject({ duplicate: false });
    expect((await send("open", '{"key":"t2"}')).json()).toMatchObject({ duplicate: false });
  });

  it("tells what waits and what is dead, and no secret", async () => {
    const answer = await app.inject({ url: "/v1/hooks", headers: admin });
    expect(answer.json()).toMatchObject({
      data: [
        { name: "shop", provider: "shopify", flow: "orders", secrets: 1, dead: expect.any(Number) },
        { name: "token" },
        { name: "open" },
      ],
      paused: null,
    });
    expect(answer.body).not.toContain("s3cret");
    expect((await app.inject("/v1/hooks")).statusCode).toBe(401);
  });
});

describe("dead letters", () => {
  const dead = async (payload: string) => {
    const id: string = (await signed(payload)).json().event;
    await expect.poll(async () => (await event(id)).state).toBe("dead");
    return id;
  };

  it("show payload, diagnosis and attempts, and are listed", async () => {
    const id = await dead('{"key":"d1","bad":true}');
    expect(await event(id)).toMatchObject({
      hook: "shop",
      attempts: 1,
      payload: { key: "d1", bad: true },
      edited_payload: null,
      outcome: { outcome: "failed", records: [] },
      diagnosis: { code: "unknown_field", fix: expect.any(String) },
      later_done: 0,
    });
    const listed = (await app.inject({ url: "/v1/hooks/events?state=dead&hook=shop", headers: admin })).json();
    expect(listed.data[0]).toMatchObject({ id, state: "dead", code: "unknown_field" });
    expect(listed.data[0].payload).toBeUndefined();
  });

  it("are replayed with an edited payload, and given up", async () => {
    const id = await dead('{"key":"d2","bad":true}');
    expect((await act(id, "replay", { payload: { key: "d2" } })).statusCode).toBe(202);
    await expect.poll(async () => (await event(id)).state).toBe("done");
    expect(await event(id)).toMatchObject({ payload: { bad: true }, edited_payload: { key: "d2" }, diagnosis: null });
    const again = await act(id, "replay");
    expect([again.statusCode, again.json().state]).toEqual([202, "waiting"]);
    await expect.poll(() => odoo.done.get("d2")?.length).toBe(2);
    const other = await dead('{"key":"d3","bad":true}');
    expect((await act(other, "discard")).json()).toMatchObject({ state: "discarded" });
    expect((await act(other, "discard")).json()).toMatchObject({ code: "hook_event_in_work", retryable: false });
  });

  it("say when a replay would write older values over later ones", async () => {
    const id = await dead('{"key":"d4","bad":true}');
    const next = (await signed('{"key":"d4"}')).json().event;
    await expect.poll(async () => (await event(next)).state).toBe("done");
    expect((await event(id)).later_done).toBe(1);
  });

  it("refuse what is not there, not theirs, or no edit", async () => {
    expect((await act("evt_none", "replay")).json().code).toBe("hook_event_not_found");
    expect((await act("%00", "discard")).json().code).toBe("hook_event_not_found");
    const id = await dead('{"key":"d5","bad":true}');
    expect((await act(id, "replay", { payloads: {} })).json().code).toBe("invalid_body");
    for (const query of ["state=gone", "limit=0", "cursor=%00", "hook=%00"])
      expect((await app.inject({ url: `/v1/hooks/events?${query}`, headers: admin })).json().code).toBe(
        "invalid_parameter",
      );
  });

  it("come page by page", async () => {
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const url = `/v1/hooks/events?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const { data, next_cursor } = (await app.inject({ url, headers: admin })).json();
      seen.push(...data.map(({ id }: { id: string }) => id));
      if (next_cursor === null) break;
      cursor = next_cursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(5);
  });
});
