/**
 * Routes that are no model's methods: Odoo's own, alike on the sandbox and on a real Odoo (with
 * CONFORMANCE_ODOO_PASSWORD, for a session takes no key), and those of custom modules on the sandbox.
 */
import { createClient, type OdooClient } from "@odoorway/client";
import { OdoorwayError } from "@odoorway/core";
import { abort, createSandbox, orderApi, raise, redirect, response, route, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./targets.js";

async function failure(promise: Promise<unknown>): Promise<OdoorwayError> {
  const error: unknown = await promise.then(
    () => "nothing failed",
    (thrown) => thrown,
  );
  if (error instanceof OdoorwayError) return error;
  throw new Error(String(error));
}

describe.each(targets.filter(({ leftOut }) => leftOut.session === undefined))("routes of $name", ({ open }) => {
  let target: Awaited<ReturnType<typeof open>>;
  let client: OdooClient;

  beforeAll(async () => {
    target = await open();
    client = createClient({ ...target.access, apiKey: target.password });
  });
  afterAll(async () => {
    await client.close();
    await target.close();
  });

  it("of type json answer the session's user", async () => {
    const info = await client.controller("/web/session/get_session_info").rpc();
    expect(info).toMatchObject({ username: target.access.login, db: target.access.database });
  });

  it("log in again when the session is gone", async () => {
    await client.controller("/web/session/destroy").rpc();
    const info = client.controller("/web/session/get_session_info");
    expect(await info.rpc()).toMatchObject({ username: target.access.login });
  });

  it("of type http answer bytes", async () => {
    const answer = await client.controller("/web/image/res.users/1/avatar_128").get();
    expect(answer.headers["content-type"]).toMatch(/^image\//);
    expect(answer.bytes.length).toBeGreaterThan(50);
  });

  it("take no request of the other type", async () => {
    const error = await failure(client.controller("/web/session/get_session_info").post({ form: { a: 1 } }));
    expect([error.code, error.happened]).toEqual(["controller_wrong_type", "no"]);
  });

  it("that there are not are named as such, of either type", async () => {
    const nowhere = client.controller("/api/that/nobody/has");
    for (const call of [() => nowhere.rpc(), () => nowhere.get()])
      expect(await failure(call())).toMatchObject({ code: "controller_not_found", happened: "no" });
  });

  it("want a session, and say so to whoever has none", async () => {
    const route = client.controller("/web/session/get_session_info", { auth: "none" });
    expect((await failure(route.rpc())).code).toBe("controller_unauthorized");
  });
});

const shop = {
  name: "shop",
  routes: [
    route("/shop/form", { type: "http", methods: ["POST"] }, ({ params }) => response({ got: params.name ?? null })),
    route("/shop/bearer", { auth: "bearer", csrf: false }, ({ user }) => response({ login: user?.login })),
    route("/shop/own", { auth: "none", csrf: false }, ({ headers }) =>
      headers["x-shop-key"] === "right" ? response({ ok: true }) : response({ error: "wrong key" }, { status: 401 }),
    ),
    route("/shop/error", { auth: "none" }, () => response({ error: "no such product" })),
    route("/shop/fails", { auth: "none" }, () => raise("builtins.ValueError", "bad")),
    route("/shop/forbidden", { auth: "none" }, () => abort(403, "Not yours")),
    route("/shop/thanks", { auth: "none" }, () => redirect("/shop/done")),
    route("/shop/json", { type: "json" }, ({ params }) => {
      if (params.how === "missing") abort(404, "No such order");
      return params.how === "error" ? { error: "no stock" } : { ok: params.how ?? null };
    }),
  ],
};

describe.each([18, 19] as const)("custom modules of a sandbox %d", (version) => {
  let sandbox: Sandbox;
  let client: OdooClient;

  beforeAll(async () => {
    sandbox = await createSandbox({ version, modules: [orderApi, shop] });
    client = createClient({ url: sandbox.url, database: sandbox.database, login: "admin", apiKey: "admin" });
  });
  afterAll(async () => {
    await client.close();
    await sandbox.close();
  });

  it("POST /api/order makes an order, or says what is wrong with it", async () => {
    const orders = client.controller("/api/order");
    const [partner = 0] = await client.model("res.partner").search([], { limit: 1 });
    const product = await client.model("product.product").create({ name: "Chair", list_price: 10 });
    const order = await orders.rpc({ partner, lines: [{ product, quantity: 2 }] });
    expect(order).toMatchObject({ state: "draft", name: expect.stringMatching(/^S\d+/) });
    const bad = await failure(orders.rpc({ partner, lines: [{ product, quantity: -1 }] }));
    expect([bad.code, bad.happened]).toEqual(["user_error_business_rule", "no"]);
    expect(bad.why).toContain("Line 1: the quantity must be a number above 0");
    expect((await failure(orders.rpc({ lines: [] }))).code).toBe("user_error_business_rule");
    expect((await failure(orders.rpc({ partner: 999_999, lines: [] }))).code).toBe("controller_not_found");
  });

  it("get the token that their forms want", async () => {
    const form = client.controller("/shop/form");
    for (const name of ["Ada", "Bob"]) expect((await form.post({ form: { name } })).json()).toEqual({ got: name });
    expect((await failure(form.get())).code).toBe("controller_method_not_allowed");
  });

  it("know the caller by key, or by a header of their own", async () => {
    const access = { url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" };
    const byKey = createClient(access);
    expect((await byKey.controller("/shop/bearer", { auth: "bearer" }).get()).json()).toEqual({ login: "demo" });
    const own = (key: string) => byKey.controller("/shop/own", { auth: "none", headers: { "X-Shop-Key": key } }).post();
    expect((await own("right")).json()).toEqual({ ok: true });
    const error = await failure(own("wrong"));
    expect([error.code, error.evidence.detail]).toEqual(["controller_unauthorized", "wrong key"]);
    await byKey.close();
  });

  it("fail in their own ways", async () => {
    const of = (path: string) => failure(client.controller(path, { auth: "none" }).get());
    expect(await of("/shop/error")).toMatchObject({
      code: "controller_error",
      evidence: { detail: "no such product" },
    });
    expect((await of("/shop/fails")).code).toBe("controller_failed");
    expect(await of("/shop/forbidden")).toMatchObject({
      code: "controller_forbidden",
      evidence: { detail: "Not yours" },
    });
    const done = await client.controller("/shop/thanks", { auth: "none" }).get();
    expect([done.status, done.headers.location]).toEqual([303, expect.stringMatching(/\/shop\/done$/)]);
    const json = client.controller("/shop/json");
    expect(await json.rpc({ how: "well" })).toEqual({ ok: "well" });
    expect((await failure(json.rpc({ how: "missing" }))).code).toBe("controller_not_found");
    expect((await failure(json.rpc({ how: "error" }))).code).toBe("controller_error");
  });
});
