/** Whatever a client sends, it gets an answer of Odoo's kind, and the sandbox goes on. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSandbox, type Sandbox } from "./index.js";

let sandbox: Sandbox;
let uid = 0;

async function rpc(service: string, method: string, args: unknown[]) {
  const body = JSON.stringify({ jsonrpc: "2.0", method: "call", id: 7, params: { service, method, args } });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${sandbox.url}/jsonrpc`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
  return (await response.json()) as { result?: unknown; error?: { data: { name: string; message: string } } };
}
const ask = (model: string, method: string, args: unknown[], kwargs: object = {}) =>
  rpc("object", "execute_kw", ["demo", uid, "demo-key", model, method, args, kwargs]);

beforeAll(async () => {
  sandbox = await createSandbox();
  uid = Number((await rpc("common", "authenticate", ["demo", "demo", "demo-key", {}])).result);
});
afterAll(async () => sandbox.close());

describe("hostile input", () => {
  it("always gets an answer of Odoo's kind", async () => {
    const names = fc.constantFrom(
      "search",
      "read",
      "create",
      "write",
      "load",
      "search_read",
      "name_search",
      "unlink",
      "fields_get",
      "copy",
      "default_get",
      "toString",
      "constructor",
      "__proto__",
      "action_confirm",
      "export_data",
      "web_read",
      "search_count",
      "exists",
    );
    const models = fc.constantFrom("res.partner", "sale.order", "product.product", "__proto__", "ir.model.fields");
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>([[]], ["name"], { name: { a: 1 } }, [["id", "in", [1]]], [[0, 0, []]], {
        order_line: [[0]],
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        models,
        names,
        fc.array(value, { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("context", "limit", "order", "domain"), value),
        async (model, method, args, kwargs) => {
          const { result, error } = await ask(model, method, args, kwargs);
          if (error) expect(error.data.name).toMatch(/^(builtins|odoo|psycopg2)\./);
          if (error)
            expect(error.data.message).not.toMatch(/is not a function|undefined|Cannot read|is not iterable \(/);
          else expect(result).not.toBe(error);
        },
      ),
      { numRuns: 300 },
    );
    expect((await ask("res.users", "search_count", [[]])).result).toBeGreaterThan(0);
  });
  it("answers odd values of real fields", async () => {
    const models: Record<string, string[]> = {
      "res.partner": [
        "name",
        "country_id",
        "category_id",
        "child_ids",
        "color",
        "active",
        "type",
        "image_1920",
        "comment",
        "company_type",
        "parent_id",
      ],
      "sale.order": ["partner_id", "order_line", "date_order", "state", "validity_date", "tag_ids", "user_id"],
      "product.product": [
        "name",
        "list_price",
        "barcode",
        "uom_id",
        "taxes_id",
        "product_tmpl_id",
        "active",
        "categ_id",
      ],
    };
    const cell = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(
        "x",
        "1",
        "",
        "a\u0000b",
        1,
        0,
        -1,
        1.5,
        99999999999,
        true,
        false,
        null,
        [[6, 0, [1]]],
        [[0, 0, {}]],
        [[0, 0, 5]],
      ),
      fc.constantFrom<unknown>(
        [[1, "x", {}]],
        [[4]],
        [[2, 9]],
        [[6, 0, "ab"]],
        [["a"]],
        "2026-01-01",
        "2026-99-99 10:00:00",
        [1, "x"],
        { a: {} },
      ),
    );
    const attempt = fc.constantFrom(...Object.keys(models)).chain((model) =>
      fc.record({
        model: fc.constant(model),
        method: fc.constantFrom("create", "write", "load", "search", "default_get", "name_create"),
        values: fc.dictionary(fc.constantFrom(...(models[model] ?? [])), cell, { maxKeys: 4 }),
        suffix: fc.constantFrom("", "/id", "/.id", "/name"),
      }),
    );
    await fc.assert(
      fc.asyncProperty(attempt, async ({ model, method, values, suffix }) => {
        const names = Object.keys(values);
        const shapes: Record<string, unknown[]> = {
          create: [values],
          write: [[1], values],
          load: [names.map((name) => name + suffix), [Object.values(values), Object.values(values)]],
          search: [names.map((name) => [name, "=", values[name]])],
          default_get: [names],
          name_create: [Object.values(values)[0] ?? ""],
        };
        const { error } = await ask(model, method, shapes[method] ?? []);
        if (error) expect(error.data.name).toMatch(/^(builtins|odoo|psycopg2)\./);
        if (error) expect(error.data.message).not.toMatch(/is not a function|undefined|Cannot read|is not iterable \(/);
      }),
      { numRuns: 600 },
    );
  });
});
