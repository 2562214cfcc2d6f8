/** Each fault as a client feels it, and what it leaves behind. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSandbox, type FaultOrder, type Sandbox } from "../index.js";
import { createFaults } from "./faults.js";

let sandbox: Sandbox;
let uid = 0;
beforeAll(async () => {
  sandbox = await createSandbox();
  uid = Number((await (await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).json()).result);
});
afterAll(async () => sandbox.close());
beforeEach(() => sandbox.reset());

const rpc = (service: string, method: string, args: unknown[]) =>
  fetch(`${sandbox.url}/jsonrpc`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ params: { service, method, args } }),
  });
const call = (model: string, method: string, args: unknown[]) =>
  rpc("object", "execute_kw", ["demo", uid, "demo-key", model, method, args]);
const create = (name: string) => call("res.partner", "create", [{ name }]);
const count = async (name: string) =>
  ((await (await call("res.partner", "search_count", [[["name", "=", name]]])).json()) as { result: number }).result;

describe("faults", () => {
  it("answers as a proxy does, without the work or after it", async () => {
    sandbox.fault({ method: "create", answer: 429, retryAfter: 7 });
    const limited = await create("Limited");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(limited.headers.get("content-type")).toContain("text/html");
    expect(await count("Limited")).toBe(0);
    for (const answer of [502, 504] as const) {
      sandbox.fault({ method: "create", nth: 1, answer, committed: true });
      expect((await create(`Page ${answer}`)).status).toBe(answer);
      expect(await count(`Page ${answer}`)).toBe(1);
      sandbox.reset();
    }
  });
  it("spoils the answer of work that was done", async () => {
    sandbox.fault({ method: "create", answer: "garbage" });
    await expect((await create("Garbage")).json()).rejects.toThrow();
    sandbox.fault({ method: "write", answer: "truncated" });
    await expect(call("res.partner", "write", [[1], { name: "Half" }]).then((r) => r.text())).rejects.toThrow();
    expect([await count("Garbage"), await count("Half")]).toEqual([1, 1]);
    expect(sandbox.calls().filter(({ outcome }) => outcome === "dropped")).toHaveLength(2);
  });
  it("lets Odoo retry serialisation failures, and gives up at the fifth", async () => {
    sandbox.fault({ method: "create", conflicts: 4 });
    expect(await (await create("Retried")).json()).toMatchObject({ result: expect.any(Number) });
    sandbox.fault({ method: "create", conflicts: 5 });
    expect(await (await create("Given up")).json()).toMatchObject({
      error: { data: { name: "psycopg2.errors.SerializationFailure" } },
    });
    expect([await count("Retried"), await count("Given up")]).toEqual([1, 0]);
  });
  it("commits late what the client takes for lost", async () => {
    sandbox.fault({ method: "create", late: 80 });
    await expect(create("Late")).rejects.toThrow();
    expect(await count("Late")).toBe(0);
    await expect.poll(() => count("Late"), { timeout: 5000 }).toBe(1);
  });
  it("refuses connections for a while, and closes while it does", async () => {
    sandbox.fault({ method: "create", refuse: 150 });
    await expect(create("Refused")).rejects.toThrow();
    await expect(count("Refused")).rejects.toThrow();
    await expect.poll(() => count("Refused").catch(() => -1), { timeout: 5000 }).toBe(0);
    const other = await createSandbox();
    other.fault({ method: "version", refuse: 60_000 });
    const body = JSON.stringify({ params: { service: "common", method: "version", args: [] } });
    const headers = { "Content-Type": "application/json" };
    await expect(fetch(`${other.url}/jsonrpc`, { method: "POST", headers, body })).rejects.toThrow();
    await other.close();
  });
  it("lets the answer trickle", async () => {
    sandbox.fault({ method: "create", trickle: 100 });
    const before = performance.now();
    expect(await (await create("Slow")).json()).toMatchObject({ result: expect.any(Number) });
    expect(performance.now() - before).toBeGreaterThan(80);
  });
  it("ends sessions on demand", async () => {
    const ask = (path: string, params: object, headers: Record<string, string> = {}) =>
      fetch(sandbox.url + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify({ params }),
      });
    const login = await ask("/web/session/authenticate", { db: "demo", login: "demo", password: "demo" });
    const Cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect(await (await ask("/web/session/check", {}, { Cookie })).json()).not.toHaveProperty("error");
    await fetch(`${sandbox.url}/_sandbox/sessions`, { method: "DELETE" });
    expect(await (await ask("/web/session/check", {}, { Cookie })).json()).toMatchObject({ error: { code: 100 } });
  });
  it("refuses an order that makes no sense", () => {
    for (const order of [{ nope: 1 }, { answer: 418 }, { probability: 0 }, { conflicts: -1 }, { refuse: "x" }, 5])
      expect(() => sandbox.fault(order as FaultOrder)).toThrow(/not valid/);
  });
});

describe("the lottery", () => {
  const struck = (order: FaultOrder, calls: number) => {
    const faults = createFaults();
    const request = { model: "m", method: "x", path: "/jsonrpc", isPlain: false };
    faults.add({ drop: "before", ...order });
    return Array.from({ length: calls }, () => faults.strike(request).drop === "before");
  };
  it("draws the same for the same seed, about as often as it should", () => {
    const first = struck({ probability: 0.25, seed: 7 }, 4000);
    expect(struck({ probability: 0.25, seed: 7 }, 4000)).toEqual(first);
    expect(struck({ probability: 0.25, seed: 8 }, 4000)).not.toEqual(first);
    const share = first.filter(Boolean).length / first.length;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.28);
    expect(struck({ probability: 1 }, 5)).toEqual([true, true, true, true, true]);
  });
  it("counts only what matches, from the nth on, so many times", () => {
    expect(struck({ nth: 2, times: 2 }, 5)).toEqual([false, true, true, false, false]);
    expect(struck({ model: "other" }, 2)).toEqual([false, false]);
    expect(struck({ nth: 2, times: 2, probability: 1 }, 4)).toEqual([false, true, true, false]);
  });
});
