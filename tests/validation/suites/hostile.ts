/**
 * Any JSON at all: what is checked, looked up and planned never ends in an exception that is none of the catalogue's, and
 * what is made to break parsers is refused over HTTP before Odoo hears of it.
 */
import { isErrorCode, type ModelMetadata, OdoorwayError } from "@odoorway/core";
import { checkRecord, parseDomain, planLookups, readFieldsGet, resolve } from "@odoorway/schema";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { gatewayRequest, lineOf } from "../table.js";
import type { World } from "../world.js";

const asked = ["res.partner", "res.partner.category", "res.country", "sale.order", "sale.order.line", "account.move"];

export function withstandsAnyJson(opened: () => World): void {
  let world: World;
  const models = new Map<string, ModelMetadata>();
  beforeAll(async () => {
    world = opened();
    for (const model of asked)
      models.set(model, readFieldsGet(model, model, await world.odoo.call(model, "fields_get", []), []));
  });

  const known = (model: string) => models.get(model);
  const modelOf = (model: string) => models.get(model) ?? expect.fail(`no ${model}`);

  /** Records of the model's own fields, so that every check is reached, with any value whatever in them. */
  const records = (model: string) => {
    const names = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...Object.keys(modelOf(model).fields)) },
      { weight: 1, arbitrary: fc.string() },
    );
    const commands = fc.array(fc.array(fc.oneof(fc.integer({ min: -1, max: 8 }), fc.jsonValue()), { maxLength: 4 }));
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      commands,
      fc.dictionary(
        fc.constantFrom("create", "set", "add", "update", "clear", "id", "external_id", "name"),
        fc.jsonValue(),
      ),
      fc.constantFrom("2026-02-30", "9999-12-31T23:59:60-23:59", "\ud800", "a\0", "x".repeat(300), 1e300, -0, 2 ** 53),
    );
    return fc.dictionary(names, value, { maxKeys: 12 });
  };

  it("checks, plans and resolves any record of any model without an exception", () => {
    for (const model of ["res.partner", "sale.order", "account.move"])
      fc.assert(
        fc.property(fc.oneof(records(model), fc.jsonValue()), fc.boolean(), fc.jsonValue(), (values, isNew, answer) => {
          const context = {
            metadata: known,
            ...(isNew ? { mode: "create" as const } : { mode: "write" as const, id: 7 }),
          };
          const checked = checkRecord(modelOf(model), values, context);
          for (const problem of checked.problems) expect(isErrorCode(problem.code)).toBe(true);
          const lookups = planLookups([checked]);
          try {
            const [resolved] = resolve(
              [checked],
              lookups,
              lookups.map(() => answer),
            );
            expect(JSON.stringify(resolved?.values)).toBeTypeOf("string");
          } catch (error) {
            // An answer of Odoo's that is no list of records is Odoo's failure, and said so.
            expect(error).toBeInstanceOf(OdoorwayError);
          }
        }),
        { numRuns: 300 },
      );
  });

  it("reads any domain, or refuses it as one", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (domain) => {
        try {
          expect(Array.isArray(parseDomain(modelOf("res.partner"), domain, known))).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_domain" });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("answers any record over HTTP with a problem of the catalogue or as valid, and never writes", async () => {
    world.calls();
    await fc.assert(
      fc.asyncProperty(records("res.partner"), async (values) => {
        const answer = await world.ask("POST", "/v1/validate/res.partner", JSON.stringify(values));
        expect([200, 400, 422]).toContain(answer.status);
        if (answer.status !== 200) expect(isErrorCode(answer.body.code)).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(world.writes()).toEqual([]);
  });

  const deep = `${'{"child_ids":{"create":['.repeat(2000)}{}${"]}}".repeat(2000)}`;
  it.each([
    ["nested too deep", deep, 400],
    ["lists nested too deep", `{"name":"x","category_id":${"[".repeat(5000)}${"]".repeat(5000)}}`, 400],
    ["the key __proto__", '{"name":"x","__proto__":{"active":false}}', 400],
    ["the key __proto__ in a line", '{"name":"x","child_ids":{"create":[{"__proto__":{"x":1}}]}}', 400],
    ["the key constructor", '{"name":"x","constructor":{"prototype":{"x":1}}}', 422],
    ["a key twice", '{"name":"x","active":true,"active":false}', 400],
    ["a key twice, once escaped", '{"name":"x","n\\u0061me":"y"}', 400],
    ["half a surrogate pair", '{"name":"a\\ud800b"}', 400],
    ["half a surrogate pair in a key", '{"name":"x","a\\udc00":1}', 400],
    ["a NUL", '{"name":"a\\u0000b"}', 422],
    ["a number beyond all bounds", '{"name":"x","partner_latitude":1e999}', 422],
    ["a comment", '{"name":"x" /* ! */}', 400],
    ["a trailing comma", '{"name":"x",}', 400],
    ["single quotes", "{'name':'x'}", 400],
    ["NaN", '{"name":"x","color":NaN}', 400],
    ["two values", '{"name":"x"}{"name":"y"}', 400],
    ["nothing", "", 400],
    ["Python", "{'name': None}", 400],
    ["a thousand and one records", JSON.stringify(Array.from({ length: 1001 }, () => ({ name: "x" }))), 413],
    ["ten thousand wrong names", JSON.stringify(Object.fromEntries(many(10_000))), 422],
  ])("refuses %s", async (_what, body, status) => {
    const { method, path } = gatewayRequest(lineOf("POST res.partner", world.ids), "");
    world.calls();
    const from = performance.now();
    const answer = await world.ask(method, path, body);
    expect(answer.status, answer.text.slice(0, 300)).toBe(status);
    expect(isErrorCode(answer.body.code)).toBe(true);
    expect(world.writes()).toEqual([]);
    expect(performance.now() - from).toBeLessThan(10_000);
  });

  it("looks each related model up once for a batch of a thousand", async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => ({
      name: `Validation ${n}`,
      country_id: { code: n % 2 ? "BE" : "US" },
      state_id: n % 2 ? null : { code: "CA", country_id: world.ids.usa },
      category_id: [{ name: "Validation tag" }],
      parent_id: { ref: "VAL-1" },
      user_id: { login: "admin" },
    }));
    await world.ask("POST", "/v1/validate/res.partner", [rows[0]]);
    world.calls();
    const answer = await world.ask("POST", "/v1/validate/res.partner", rows);
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    expect(
      world
        .calls()
        .map(({ model }) => model)
        .sort(),
    ).toEqual(["res.country", "res.country.state", "res.partner", "res.partner.category", "res.users"].sort());
  });
}

function* many(count: number): Generator<[string, number]> {
  for (let n = 0; n < count; n += 1) yield [`nmae_${n}`, n];
}
