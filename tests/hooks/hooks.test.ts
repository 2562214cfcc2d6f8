/** Webhooks of every sender through a gateway into an Odoo: kept, worked off in order, never twice, mended by hand. */
import { createClient, type OdooClient } from "@odoorway/client";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ask, type Body, openGateway } from "../system/gateway-client.js";
import {
  fromGitHub,
  fromShopify,
  fromStandard,
  fromStripe,
  fromWooCommerce,
  type SentWebhook,
  secret,
} from "./senders.js";
import { shopFolder } from "./shop.js";

interface Event {
  readonly event: string;
  readonly duplicate: boolean;
  readonly state: string;
  readonly attempts: number;
  readonly outcome: { readonly outcome: string; readonly id?: number };
  readonly diagnosis: { readonly code: string };
  readonly record_id: number;
}

let sandbox: Sandbox;
let odoo: OdooClient;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let ask: Ask;
const shop = shopFolder();

beforeAll(async () => {
  sandbox = await createSandbox();
  const access = { url: sandbox.url, database: "demo", login: "demo", apiKey: "demo-key" };
  odoo = createClient(access);
  gateway = await openGateway(access, {}, shop.yaml);
  ask = gateway.ask;
});
afterAll(async () => {
  await gateway?.close();
  await odoo?.close();
  await sandbox?.close();
  shop.remove();
});

const post = async (hook: string, { headers, body }: SentWebhook) => {
  const answer = await fetch(`${gateway.url}/hooks/${hook}`, { method: "POST", headers, body });
  return { status: answer.status, body: (await answer.json()) as Body & Event };
};
const eventOf = async (id: string) => (await ask("GET", `/v1/hooks/events/${id}`)).body as Body & Event;
const over = async (id: string, state = "done") => {
  await expect.poll(async () => (await eventOf(id)).state, { timeout: 10_000 }).toBe(state);
  return eventOf(id);
};
const contacts = (ref: string) =>
  odoo.call("res.partner", "search_read", [[["ref", "=", ref]]], { fields: ["name", "color", "email"] }) as Promise<
    { id: number; name: string; color: number; email: string }[]
  >;

const person = (id: number, more: Record<string, unknown> = {}) => ({ id, name: `Person ${id}`, rank: 1, ...more });

describe("each sender", () => {
  it.each<[string, (id: number) => SentWebhook]>([
    ["shopify", (id) => fromShopify("customers/create", person(id), `e${id}`)],
    ["woo", (id) => fromWooCommerce("customer.created", person(id), `d${id}`)],
    ["stripe", (id) => fromStripe({ ...person(id), type: "customer.created" })],
    ["github", (id) => fromGitHub("member", person(id), `g${id}`)],
    ["standard", (id) => fromStandard(person(id), `msg_${id}`)],
  ])("%s: signed, kept, made in Odoo once however often it comes", async (hook, send) => {
    const id = 1000 + hook.length * 10 + hook.charCodeAt(0);
    const first = await post(hook, send(id));
    expect([first.status, first.body.duplicate]).toEqual([200, false]);
    const done = await over(first.body.event);
    expect(done.outcome).toMatchObject({ outcome: "created", id: expect.any(Number) });
    const again = await post(hook, send(id));
    expect(again.body).toMatchObject({ event: first.body.event, duplicate: true, state: "done" });
    expect(await contacts(`n${id}`)).toMatchObject([{ id: done.outcome.id, name: `Person ${id}` }]);
  });

  it("is refused with another secret, after its time, or for a hook of another sender", async () => {
    const cases: [string, SentWebhook, string][] = [
      ["shopify", fromShopify("customers/create", person(1), "x", `${secret}!`), "signature_mismatch"],
      ["stripe", fromStripe(person(1), Date.now() - 3_600_000), "signature_outdated"],
      ["standard", fromStandard(person(1), "m", Date.now() + 3_600_000), "signature_outdated"],
      ["github", fromShopify("customers/create", person(1), "x"), "signature_missing"],
      ["unsigned", fromShopify("customers/create", person(1), "x"), "unauthorized"],
    ];
    for (const [hook, sent, code] of cases) {
      const { status, body } = await post(hook, sent);
      expect([hook, status, body.code]).toEqual([hook, 401, code]);
    }
  });

  it("WooCommerce's and GitHub's first call, and topics that are not wanted, are answered and not kept", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await post("woo", { headers, body: "webhook_id=12" })).body).toEqual({ ping: true });
    expect((await post("github", fromGitHub("ping", { zen: "x" }, "p"))).body).toEqual({ ping: true });
    const { status, body } = await post("shopify", fromShopify("orders/create", person(1), "o"));
    expect([status, body]).toMatchObject([200, { ignored: true, topic: "orders/create", wanted: ["customers/*"] }]);
  });
});

it("keeps the order of a record's events, whatever happens to one of them", async () => {
  const sent = await Promise.all(
    Array.from({ length: 20 }, (_none, rank) =>
      post("standard", fromStandard(person(7, { rank: rank % 11 }), `o${rank}`)),
    ),
  );
  for (const { body } of sent) await over(body.event);
  const list = (await ask("GET", "/v1/hooks/events?hook=standard&limit=20")).body as unknown as {
    data: { id: string; event_id: string }[];
  };
  const last = Number(list.data[0]?.event_id.slice(1)) % 11;
  expect(await contacts("n7")).toMatchObject([{ color: last }]);
});

it("lays what Odoo refuses aside with its diagnosis, and takes it back mended", async () => {
  const { body } = await post("standard", fromStandard({ ...person(8), bad: true }, "bad8"));
  const dead = await over(body.event, "dead");
  expect(dead).toMatchObject({ attempts: 1, diagnosis: { fix: expect.any(String), code: expect.any(String) } });
  expect(await contacts("n8")).toEqual([]);
  const mended = { ...person(8), email: "p8@example.com" };
  expect((await ask("POST", `/v1/hooks/events/${body.event}/replay`, { payload: mended })).status).toBe(202);
  await over(body.event);
  expect(await contacts("n8")).toMatchObject([{ email: "p8@example.com" }]);
});

it("takes webhooks in while Odoo is away, and works them off when it is back", async () => {
  const lost = await createSandbox();
  const access = { url: lost.url, database: "demo", login: "demo", apiKey: "demo-key" };
  const other = await openGateway(access, {}, shop.yaml);
  try {
    await lost.close();
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_none, n) => {
        const { headers, body } = fromStandard(person(5000 + n), `away${n}`);
        const answer = await fetch(`${other.url}/hooks/standard`, { method: "POST", headers, body });
        return answer.status;
      }),
    );
    expect(new Set(answers)).toEqual(new Set([200]));
    await expect
      .poll(async () => ((await other.ask("GET", "/v1/hooks")).body as unknown as { paused: unknown }).paused, {
        timeout: 20_000,
      })
      .toMatchObject({ code: expect.any(String), fix: expect.any(String) });
    const back = await createSandbox({ port: Number(new URL(access.url).port) });
    try {
      await expect
        .poll(
          async () => {
            const { body } = await other.ask("GET", "/v1/hooks");
            const { data, paused } = body as unknown as { data: { waiting: number; dead: number }[]; paused: unknown };
            return [data.reduce((sum, { waiting, dead }) => sum + waiting + dead, 0), paused];
          },
          { timeout: 40_000 },
        )
        .toEqual([0, null]);
      const client = createClient(access);
      expect(await client.call("res.partner", "search_count", [[["ref", "=like", "n50__"]]])).toBe(30);
      await client.close();
    } finally {
      await back.close();
    }
  } finally {
    await other.close();
  }
}, 90_000);

describe("flows over HTTP", () => {
  it("are listed with where they come from and go to, and what Odoo lacks of them", async () => {
    const { body } = await ask("GET", "/v1/flows");
    const flows = body.data as unknown as { name: string; targets: string[]; problems: unknown[] }[];
    expect(flows.find(({ name }) => name === "contact")).toMatchObject({ targets: ["res.partner"], problems: [] });
    expect((await ask("GET", "/v1/flows/contact")).body).toMatchObject({ definition: { name: "contact" } });
    expect((await ask("GET", "/v1/flows/contcat")).body).toMatchObject({ code: "flow_not_found" });
  });

  it("run one payload: dry first, then for real, then without any change", async () => {
    const dry = await ask("POST", "/v1/flows/contact?dry_run=true", person(9));
    expect(dry.body).toMatchObject({ outcome: "created", plans: [{ records: [{ model: "res.partner" }] }] });
    expect(await contacts("n9")).toEqual([]);
    expect((await ask("POST", "/v1/flows/contact", person(9))).body).toMatchObject({ outcome: "created" });
    expect((await ask("POST", "/v1/flows/contact", person(9))).body).toMatchObject({ outcome: "unchanged" });
    expect(await contacts("n9")).toHaveLength(1);
  });

  it("refuse what is wrong with every reason", async () => {
    const { status, body } = await ask("POST", "/v1/flows/contact", { ...person(10), rank: "x", bad: true });
    expect(status).toBe(422);
    expect(body.errors?.map(({ pointer }) => pointer).join(" ")).toMatch(/color.*email|email.*color/);
  });
});
