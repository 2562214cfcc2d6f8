/** JSON-2 of Odoo 19 from outside: keys, named arguments, statuses. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "../index.js";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox({ version: 19 });
});
afterAll(async () => sandbox.close());

const key = { Authorization: "Bearer demo-key", "Content-Type": "application/json" };
async function send(path: string, body: unknown, headers: Record<string, string> = key, method = "POST") {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(`${sandbox.url}/json/2${path}`, {
    method,
    headers,
    ...(method === "GET" ? {} : { body: text }),
  });
  const isJson = (response.headers.get("content-type") ?? "").includes("json");
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? await response.json() : await response.text(),
  };
}
const call = (model: string, method: string, params: object) => send(`/${model}/${method}`, params);

describe("JSON-2", () => {
  it("calls methods by name and answers records as lists of ids", async () => {
    const made = await call("res.partner", "create", { vals_list: { name: "One" } });
    expect(made).toMatchObject({ status: 200, body: [expect.any(Number)] });
    const [id] = made.body as number[];
    expect((await call("res.partner", "write", { ids: [id], vals: { phone: "1" } })).body).toBe(true);
    expect((await call("res.partner", "read", { ids: id, fields: ["name", "phone"] })).body).toEqual([
      { id, name: "One", phone: "1" },
    ]);
    expect((await call("res.partner", "read", {})).body).toEqual([]);
    expect((await call("res.partner", "default_get", { fields: ["type"] })).body).toEqual({ type: "contact" });
    expect((await call("res.partner", "name_search", { name: "One", domain: [["id", "=", id]] })).body).toEqual([
      [id, "One"],
    ]);
    const archived = { domain: [["id", "=", 1]], context: { active_test: false } };
    expect((await call("res.users", "search_count", archived)).body).toBe(1);
    expect((await call("res.users", "search_count", { domain: [["id", "=", 1]] })).body).toBe(0);
    expect(sandbox.calls().at(-1)).toMatchObject({ transport: "json2", model: "res.users", method: "search_count" });
  });
  it("wants a bearer key", async () => {
    const json = { "Content-Type": "application/json" };
    const none = await send("/res.partner/search_count", { domain: [] }, json);
    expect(none).toMatchObject({ status: 401, body: { name: "werkzeug.exceptions.Unauthorized" } });
    expect(none.headers.get("www-authenticate")).toBe("Bearer ");
    for (const Authorization of ["bearer nope", "Bearer demo", "Basic ZGVtbzpkZW1v"])
      expect((await send("/res.partner/search_count", { domain: [] }, { ...json, Authorization })).status).toBe(401);
    const lower = await send(
      "/res.partner/search_count",
      { domain: [] },
      { ...json, Authorization: "bearer demo-key" },
    );
    expect(lower.status).toBe(200);
  });
  it.each([
    ["/res.nope/read", {}, 404, "the model 'res.nope' does not exist"],
    ["/res.partner/serch", {}, 404, "The method 'res.partner.serch' does not exist"],
    ["/res.partner", {}, 404, "Did you mean POST /json/2/<model>/<method>?"],
    ["/res.partner/_x", {}, 403, "Private methods (such as 'res.partner._x') cannot be called remotely."],
    ["/ir.config_parameter/search", { domain: [] }, 403, expect.stringContaining("You are not allowed to access")],
    ["/res.partner/write", { ids: [99999999], vals: {} }, 404, expect.stringContaining("does not exist or has been")],
    ["/res.partner/create", { vals_list: [{ type: "contact" }] }, 422, expect.stringContaining("require a name")],
    ["/res.partner/search", {}, 422, "missing a required argument: 'domain'"],
    ["/res.partner/search", [], 422, "missing a required argument: 'domain'"],
    ["/res.partner/search", "", 422, "missing a required argument: 'domain'"],
    ["/res.partner/search", { domain: [], foo: 1 }, 422, "got an unexpected keyword argument 'foo'"],
    ["/res.partner/search", { domain: [], ids: [1] }, 422, "cannot call res.partner.search with ids"],
    ["/res.partner/search", { domain: [], context: 5 }, 500, "'int' object is not iterable"],
    ["/res.partner/search", { domain: [["x", "=", 1]] }, 500, expect.stringContaining("Invalid field res.partner.x")],
    [
      "/res.partner/search",
      '{"domain": [',
      400,
      expect.stringContaining("Expecting value: line 1 column 13 (char 12)"),
    ],
  ])("tells what is wrong with %s %j by status %i", async (path, body, status, message) => {
    const answer = await send(path, body);
    expect(answer).toMatchObject({ status, body: { message, context: {} } });
    expect(Object.keys(answer.body as object)).toEqual(["name", "message", "arguments", "context", "debug"]);
  });
  it("refuses another database, content type and HTTP method", async () => {
    const other = await send("/res.partner/search", { domain: [] }, { ...key, "X-Odoo-Database": "other" });
    expect([other.status, other.headers.get("content-type")]).toEqual([404, "text/html; charset=utf-8"]);
    expect((await send("/res.partner/search", { domain: [] }, { ...key, "X-Odoo-Database": "demo" })).status).toBe(200);
    expect((await send("/res.partner/search", "{}", { ...key, "Content-Type": "text/plain" })).status).toBe(415);
    expect((await send("/res.partner/search", {}, key, "GET")).body).toMatchObject({
      message: "Did you mean POST /json/2/<model>/<method>?",
    });
  });
  it("is struck by faults like every other door", async () => {
    sandbox.fault({ method: "create", drop: "before" });
    await expect(call("res.partner", "create", { vals_list: [{ name: "x" }] })).rejects.toThrow();
  });
});
