/** The sandbox from outside, as a client meets it. */
import { decodeXmlRpcResponse, encodeXmlRpcCall } from "@odoorway/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "./index.js";

let sandbox: Sandbox;
let uid = 0;

interface Answer {
  result?: unknown;
  error?: { code: number; message: string; data: { name: string; message: string; debug: string } };
}

async function rpc(service: string, method: string, args: unknown[], at = sandbox): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 7, params: { service, method, args } });
  const response = await fetch(`${at.url}/jsonrpc`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}
const ask = (model: string, method: string, args: unknown[], kwargs: object = {}) =>
  rpc("object", "execute_kw", ["demo", uid, "demo-key", model, method, args, kwargs]);
async function call<T>(model: string, method: string, args: unknown[], kwargs: object = {}): Promise<T> {
  const { result, error } = await ask(model, method, args, kwargs);
  expect(error?.data.message).toBeUndefined();
  return result as T;
}
const refused = async (model: string, method: string, args: unknown[], kwargs: object = {}) =>
  (await ask(model, method, args, kwargs)).error?.data;

beforeAll(async () => {
  sandbox = await createSandbox();
  uid = Number((await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).result);
});
afterAll(async () => sandbox.close());

describe("who may come in", () => {
  it("takes the password and the key, and answers false to anything else", async () => {
    expect(uid).toBeGreaterThan(0);
    const { result } = await rpc("common", "authenticate", ["demo", "demo", "demo", {}]);
    expect(result).toBe(uid);
    for (const secret of ["wrong", null, {}, ["demo-key"]])
      expect((await rpc("common", "authenticate", ["demo", "demo", secret, {}])).result).toBe(false);
  });
  it("refuses a wrong secret, an archived user, two-factor passwords and expired keys", async () => {
    const users = [
      { login: "twofa", password: "p", totp: true, keys: [{ key: "k2" }] },
      { login: "gone", password: "p", active: false },
      { login: "late", keys: [{ key: "old", expires: "2001-01-01T00:00:00Z" }] },
    ];
    const other = await createSandbox({ seed: { db: "shop", users } });
    const login = async (name: string, secret: string) =>
      (await rpc("common", "authenticate", ["shop", name, secret, {}], other)).result;
    expect(await login("twofa", "p")).toBe(false);
    expect(await login("twofa", "k2")).toEqual(expect.any(Number));
    expect(await login("gone", "p")).toBe(false);
    expect(await login("late", "old")).toBe(false);
    expect(await login("admin", "admin")).toBe(2);
    await other.close();
    const { error } = await rpc("object", "execute_kw", ["demo", uid, "nope", "res.partner", "search", [[]]]);
    expect(error).toMatchObject({
      code: 200,
      message: "Odoo Server Error",
      data: { name: "odoo.exceptions.AccessDenied" },
    });
  });
  it("validates its options and names the nearest key", async () => {
    const seed = { db: "x", users: [{ login: "a", pasword: "p" }] } as object;
    await expect(createSandbox({ seed })).rejects.toMatchObject({
      code: "configuration_error",
      evidence: { nearest: "password" },
    });
    await expect(createSandbox({ version: 17 } as object)).rejects.toMatchObject({ code: "configuration_error" });
    await expect(createSandbox({ prot: 1 } as object)).rejects.toMatchObject({ evidence: { nearest: "port" } });
  });
});

describe("records", () => {
  it("creates, reads, writes, searches and unlinks", async () => {
    const id = await call<number>("res.partner", "create", [
      { name: "Azure", country_id: 20, active: "no", id: 5, create_date: "2001-01-01" },
    ]);
    const [record] = await call<object[]>("res.partner", "read", [
      [id, 99999999],
      ["name", "country_id", "active", "email", "category_id"],
    ]);
    expect(record).toEqual({
      id,
      name: "Azure",
      country_id: [20, "Belgium"],
      active: true,
      email: false,
      category_id: [],
    });
    expect(await call("res.partner", "write", [[id], { email: "a@b.c", phone: null }])).toBe(true);
    expect(await call("res.partner", "search", [[["email", "=", "a@b.c"]]])).toEqual([id]);
    expect(await call("res.partner", "read", [[0], ["name"]])).toEqual([{ id: 0, name: false }]);
    expect(await call("res.partner", "write", [[], { phone: "x" }])).toBe(true);
    expect(await call("res.partner", "unlink", [[id]])).toBe(true);
    expect(await refused("res.partner", "write", [[id], { name: "x" }])).toMatchObject({
      name: "odoo.exceptions.MissingError",
    });
  });
  it("applies x2many commands, passes over unknown ones, and refuses what Odoo refuses", async () => {
    const [a = 0, b = 0] = await call<number[]>("res.partner.category", "create", [[{ name: "A" }, { name: "B" }]]);
    const id = await call<number>("res.partner", "create", [{ name: "Tagged", category_id: [a, b] }]);
    const tags = async () =>
      (await call<{ category_id: number[] }[]>("res.partner", "read", [[id], ["category_id"]]))[0]?.category_id;
    expect(await tags()).toEqual([a, b]);
    await call("res.partner", "write", [
      [id],
      {
        category_id: [
          [3, a],
          [9, 0, 0],
        ],
      },
    ]);
    expect(await tags()).toEqual([b]);
    await call("res.partner", "write", [[id], { category_id: [[5], [4, a], [0, 0, { name: "C" }]] }]);
    expect(await tags()).toHaveLength(2);
    expect(await refused("res.partner", "write", [[id], { category_id: 1 }])).toMatchObject({
      message: "Wrong value for res.partner.category_id: 1",
    });
    expect(await refused("res.partner", "write", [[id], { category_id: [[6, 0]] }])).toMatchObject({
      name: "builtins.IndexError",
    });
    expect((await refused("res.partner", "write", [[id], { category_id: ["Gold"] }]))?.message).toContain(
      'invalid input syntax for type integer: "Gold"',
    );
  });
  it("rolls a call back whole", async () => {
    const before = await call<number>("product.template", "search_count", [[]]);
    const data = await refused("product.template", "create", [[{ name: "ok" }, { name: false }, { name: "ok too" }]]);
    expect(data?.message).toContain("Model: Product (product.template)\nField: Name (name)\n");
    expect(await call("product.template", "search_count", [[]])).toBe(before);
    expect(await call("product.product", "search_count", [[["name", "=", "ok"]]])).toBe(0);
  });
  it("makes one variant with a template, which shows its values", async () => {
    const id = await call<number>("product.template", "create", [
      { name: "Chair", default_code: "C1", list_price: "12.5", barcode: "400" },
    ]);
    const [record] = await call<Record<string, unknown>[]>("product.template", "read", [
      [id],
      ["product_variant_id", "default_code", "display_name"],
    ]);
    expect(record).toMatchObject({ default_code: "C1", display_name: "[C1] Chair" });
    const [variant] = (record?.product_variant_id ?? [0]) as [number];
    expect(await call("product.product", "read", [[variant], ["list_price", "barcode", "product_tmpl_id"]])).toEqual([
      { id: variant, list_price: 12.5, barcode: "400", product_tmpl_id: [id, "[C1] Chair"] },
    ]);
    expect((await refused("product.product", "create", [{ name: "Other", barcode: "400" }]))?.message).toContain(
      '"400" already assigned to product(s): Chair and Other',
    );
  });
  it("walks a sale order through its states", async () => {
    const product = await call<number>("product.product", "create", [{ name: "Lamp", list_price: 10, taxes_id: [] }]);
    const partner = await call<number>("res.partner", "create", [{ name: "Buyer" }]);
    const lines = [
      [0, 0, { product_id: product, product_uom_qty: 3, discount: 10 }],
      [0, 0, { display_type: "line_note", name: "Thanks" }],
    ];
    const id = await call<number>("sale.order", "create", [{ partner_id: partner, order_line: lines }]);
    const read = async () =>
      (
        await call<Record<string, unknown>[]>("sale.order", "read", [[id], ["name", "state", "amount_total", "locked"]])
      )[0];
    expect(await read()).toEqual({ id, name: "S00001", state: "draft", amount_total: 27, locked: false });
    expect(await call("sale.order", "action_confirm", [[id]])).toBe(true);
    expect(await call("sale.order", "action_lock", [[id]])).toBeUndefined();
    expect((await refused("sale.order", "action_cancel", [[id]]))?.message).toBe(
      "You cannot cancel a locked order. Please unlock it first.",
    );
    expect((await refused("sale.order", "unlink", [[id]]))?.message).toMatch(/^You can not delete a sent quotation/);
    await call("sale.order", "action_unlock", [[id]]);
    expect(await call("sale.order", "action_cancel", [[id]])).toMatchObject({ res_model: "sale.order.cancel" });
    expect(await read()).toMatchObject({ state: "sale" });
    await call("sale.order", "action_cancel", [[id]], { context: { disable_cancel_warning: true } });
    expect(await read()).toMatchObject({ state: "cancel" });
    expect(await call("sale.order", "unlink", [[id]])).toBe(true);
    expect(await call("sale.order.line", "search_count", [[["order_id", "=", id]]])).toBe(0);
  });
});

describe("transports", () => {
  async function xml(service: string, method: string, params: unknown[]) {
    const body = encodeXmlRpcCall(method, params);
    const response = await fetch(`${sandbox.url}/xmlrpc/2/${service}`, {
      method: "POST",
      headers: { "Content-Type": "text/xml" },
      body,
    });
    return decodeXmlRpcResponse(await response.text());
  }
  const object = (model: string, method: string, args: unknown[]) =>
    xml("object", "execute_kw", ["demo", uid, "demo-key", model, method, args]);
  it("speaks XML-RPC with its four faults", async () => {
    expect(await xml("common", "authenticate", ["demo", "demo", "demo-key", {}])).toEqual({ value: uid });
    expect(await xml("object", "execute_kw", ["demo", uid, "no", "res.partner", "search", [[]]])).toEqual({
      fault: { code: 3, message: "Access Denied" },
    });
    expect(await object("res.partner", "create", [{ type: "contact" }])).toEqual({
      fault: { code: 2, message: "The operation cannot be completed: Contacts require a name" },
    });
    expect(await object("ir.config_parameter", "search", [[]])).toMatchObject({ fault: { code: 4 } });
    expect(await object("res.partner", "serch", [[]])).toMatchObject({
      fault: { code: 1, message: expect.stringContaining("AttributeError") },
    });
  });
  it("writes whole floats as floats", async () => {
    const body = JSON.stringify({
      params: {
        service: "object",
        method: "execute_kw",
        args: ["demo", uid, "demo-key", "uom.uom", "read", [[1], ["factor"]]],
      },
    });
    const response = await fetch(`${sandbox.url}/jsonrpc`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    });
    expect(await response.text()).toContain('"factor":1.0');
  });
  it("answers 404, 405 and 400 like a real one", async () => {
    const status = async (method: string, path: string, type?: string) =>
      (await fetch(sandbox.url + path, { method, ...(type ? { headers: { "Content-Type": type }, body: "a=b" } : {}) }))
        .status;
    expect(await status("GET", "/no/such/page")).toBe(404);
    expect(await status("GET", "/xmlrpc/2/object")).toBe(405);
    expect(await status("GET", "/jsonrpc")).toBe(400);
    expect(await status("POST", "/jsonrpc", "text/plain")).toBe(400);
    expect(await status("POST", "/jsonrpc", "application/json")).toBe(400);
  });
});

describe("the control plane", () => {
  const count = (name: string) => call<number>("res.partner", "search_count", [[["name", "=", name]]]);
  it("drops a call before or after its commit", async () => {
    sandbox.fault({ model: "res.partner", method: "create", drop: "before" });
    await expect(ask("res.partner", "create", [{ name: "Before" }])).rejects.toThrow();
    expect(await count("Before")).toBe(0);
    sandbox.fault({ method: "create", nth: 2, drop: "after" });
    await call("res.partner", "create", [{ name: "After" }]);
    await expect(ask("res.partner", "create", [{ name: "After" }])).rejects.toThrow();
    expect(await count("After")).toBe(2);
    expect(sandbox.calls().filter(({ outcome }) => outcome === "dropped")).toHaveLength(2);
  });
  it("takes orders over HTTP and refuses wrong ones", async () => {
    const order = (body: object) =>
      fetch(`${sandbox.url}/_sandbox/faults`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await order({ model: "x", delay: 5 })).status).toBe(201);
    expect((await order({ mdel: "x" })).status).toBe(400);
    expect((await order({ drop: "never" })).status).toBe(400);
    expect((await fetch(`${sandbox.url}/_sandbox/faults`, { method: "DELETE" })).status).toBe(204);
  });
  it("starts over on reset, the same each time", async () => {
    await call("res.partner", "create", [{ name: "Gone soon" }]);
    sandbox.reset();
    expect(await count("Gone soon")).toBe(0);
    const first = await call("res.partner", "create", [{ name: "First" }]);
    sandbox.reset();
    expect(await call("res.partner", "create", [{ name: "First" }])).toBe(first);
  });
});
