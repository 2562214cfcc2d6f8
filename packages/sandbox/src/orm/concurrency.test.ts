/** Calls that overlap in time, as their clients see them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly data: { readonly name: string; readonly message: string } };
}

let sandbox: Sandbox;
let uid = 0;
beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(async () => sandbox.close());
beforeEach(async () => {
  sandbox.reset();
  uid = Number((await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).result);
});

async function rpc(service: string, method: string, args: unknown[], url = sandbox.url): Promise<Answer> {
  const response = await fetch(`${url}/jsonrpc`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ params: { service, method, args } }),
  });
  return (await response.json()) as Answer;
}
const call = (model: string, method: string, ...args: unknown[]) =>
  rpc("object", "execute_kw", ["demo", uid, "demo-key", model, method, args]);
const create = async (name: string) => Number((await call("res.partner", "create", { name })).result);
const city = (id: number) => sandbox.records("res.partner", [["id", "=", id]], { fields: ["city"] })[0]?.city;
/** Resolves once the call that is held has done its work. */
const worked = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("a held transaction", () => {
  it("is seen by nobody until it is committed", async () => {
    const id = await create("Seen");
    sandbox.fault({ method: "write", hold: 120 });
    const held = call("res.partner", "write", [id], { city: "Ghent" });
    await worked();
    expect(city(id)).toBe(false);
    expect((await call("res.partner", "read", [id], ["city"])).result).toEqual([{ id, city: false }]);
    expect(await held).toMatchObject({ result: true });
    expect(city(id)).toBe("Ghent");
  });
  it("makes another writer of its row wait, conflict, and succeed at the next try", async () => {
    const id = await create("Both");
    sandbox.fault({ method: "write", hold: 120 });
    const held = call("res.partner", "write", [id], { city: "First" });
    await worked();
    const from = performance.now();
    expect(await call("res.partner", "write", [id], { city: "Second" })).toMatchObject({ result: true });
    expect(performance.now() - from).toBeGreaterThan(40);
    expect(await held).toMatchObject({ result: true });
    expect(city(id)).toBe("Second");
  });
  it("does not hinder who writes something else", async () => {
    const [one, other] = [await create("One"), await create("Other")];
    sandbox.fault({ method: "write", hold: 300 });
    const held = call("res.partner", "write", [one], { city: "Slow" });
    await worked();
    const from = performance.now();
    await call("res.partner", "write", [other], { city: "Quick" });
    expect(performance.now() - from).toBeLessThan(200);
    await held;
    expect([city(one), city(other)]).toEqual(["Slow", "Quick"]);
  });
  it("makes a load of the same external ids fail row by row, and never doubles a record", async () => {
    const load = () =>
      call(
        "res.partner",
        "load",
        ["id", "name"],
        [
          ["t.a", "A"],
          ["t.b", "B"],
        ],
      );
    sandbox.fault({ method: "load", hold: 120 });
    const [held, late] = await Promise.all([load(), worked().then(load)]);
    expect(held).toMatchObject({ result: { ids: [expect.any(Number), expect.any(Number)] } });
    const message = "could not serialize access due to concurrent update\n";
    expect(late.result).toMatchObject({
      ids: false,
      messages: [
        { record: 0, message },
        { record: 1, message },
      ],
    });
    expect(sandbox.records("res.partner", [["name", "in", ["A", "B"]]])).toHaveLength(2);
  });
  it("makes an insert of the same unique value wait, and fail", async () => {
    const make = () => call("product.tag", "create", { name: "Only one" });
    sandbox.fault({ method: "create", hold: 100 });
    const [held, late] = await Promise.all([make(), worked().then(make)]);
    expect(held).toMatchObject({ result: expect.any(Number) });
    expect(late.error?.data.name).toBe("odoo.exceptions.ValidationError");
    expect(sandbox.records("product.tag", [["name", "=", "Only one"]])).toHaveLength(1);
  });
  it("leaves nothing where its work fails", async () => {
    sandbox.fault({ method: "create", hold: 50 });
    expect((await call("res.partner", "create", [{ name: "Kept?" }, { type: "contact" }])).error).toBeDefined();
    expect(sandbox.records("res.partner", [["name", "=", "Kept?"]])).toEqual([]);
  });
});

describe("conflicts on demand", () => {
  it("are retried four times, whatever their kind", async () => {
    const kinds = { serialization: "SerializationFailure", lock: "LockNotAvailable", deadlock: "DeadlockDetected" };
    for (const [conflict, name] of Object.entries(kinds) as ["serialization", string][]) {
      sandbox.fault({ method: "create", conflicts: 4, conflict });
      expect(await create(conflict)).toBeGreaterThan(0);
      sandbox.fault({ method: "create", conflicts: 5, conflict });
      const { error } = await call("res.partner", "create", { name: `Given up ${conflict}` });
      expect(error?.data.name).toBe(`psycopg2.errors.${name}`);
    }
    expect(sandbox.records("res.partner", [["name", "like", "Given up"]])).toEqual([]);
  });
  it("are told by load, which nobody retries", async () => {
    sandbox.fault({ method: "load", conflicts: 1 });
    const rows = [
      ["t.x", "X"],
      ["t.y", "Y"],
    ];
    const { result } = await call("res.partner", "load", ["id", "name"], rows);
    const message = "could not serialize access due to concurrent update\n";
    expect(result).toMatchObject({ ids: false, messages: [{ message }, { message }] });
    expect(await call("res.partner", "load", ["id", "name"], rows)).toMatchObject({ result: { messages: [] } });
  });
});

describe("limits", () => {
  it("close the connection of what takes too long, and roll it back", async () => {
    const slow = await createSandbox({ limitTimeReal: 100 });
    const make = (name: string) =>
      rpc("object", "execute_kw", ["demo", uid, "demo-key", "res.partner", "create", [{ name }]], slow.url);
    const names = () => slow.records("res.partner", [["name", "like", "Slow"]], { fields: ["name"] });
    for (const order of [{ delay: 5000 }, { hold: 5000 }]) {
      slow.fault({ method: "create", ...order });
      const from = performance.now();
      await expect(make("Slow")).rejects.toThrow();
      expect(performance.now() - from).toBeLessThan(3000);
      expect(names()).toEqual([]);
    }
    expect(slow.calls().filter(({ outcome }) => outcome === "dropped")).toHaveLength(2);
    await make("Slow but in time");
    expect(names()).toHaveLength(1);
    await slow.close();
  });
  it("answer 413 to a body that is too long", async () => {
    const small = await createSandbox({ bodyLimit: 1000 });
    const answer = await fetch(`${small.url}/jsonrpc`, { method: "POST", body: "x".repeat(2000) });
    expect(answer.status).toBe(413);
    expect(await answer.text()).toContain("The data value transmitted exceeds the capacity limit.");
    await small.close();
  });
  it("tell that memory is out, as any exception that is ordered", async () => {
    sandbox.fault({ method: "create", exception: { name: "builtins.MemoryError" } });
    expect((await call("res.partner", "create", { name: "Large" })).error?.data.name).toBe("builtins.MemoryError");
    expect(sandbox.records("res.partner", [["name", "=", "Large"]])).toEqual([]);
  });
});
