import { describe, expect, it } from "vitest";
import { checkRecord, planLookups, resolve } from "./index.js";
import { known, order, partner } from "./models.fixture.js";

const check = (values: unknown, metadata = partner) =>
  checkRecord(metadata, values, { mode: "write", metadata: known });

describe("planLookups", () => {
  it("makes one call a model and one for external ids, each mention once", () => {
    const batch = [
      check({ country_id: 21, parent_id: { external_id: "base.main_partner" } }),
      check({ country_id: { code: "BE" }, category_id: [1, 2, { name: "VIP" }] }),
      check({ country_id: { code: "BE" }, category_id: { add: [2], create: [{ name: "x" }] } }),
      check({ country_id: { name: "Peru", code: "PE" }, parent_id: { external_id: "shop.a.b" } }),
      check({ parent_id: { external_id: "shop.c" } }),
    ];
    expect(planLookups(batch)).toEqual([
      {
        purpose: "records",
        model: "res.country",
        method: "search_read",
        args: [
          ["|", "|", ["id", "in", [21]], ["code", "in", ["BE"]], "&", ["code", "=", "PE"], ["name", "=", "Peru"]],
          ["id", "code", "name"],
        ],
        kwargs: { context: { active_test: false } },
      },
      {
        purpose: "records",
        model: "res.partner.category",
        method: "search_read",
        args: [
          ["|", ["id", "in", [1, 2]], ["name", "in", ["VIP"]]],
          ["id", "name"],
        ],
        kwargs: { context: { active_test: false } },
      },
      {
        purpose: "external_ids",
        model: "ir.model.data",
        method: "search_read",
        args: [
          [
            "|",
            "&",
            ["module", "=", "base"],
            ["name", "in", ["main_partner"]],
            "&",
            ["module", "=", "shop"],
            ["name", "in", ["a.b", "c"]],
          ],
          ["module", "name", "model", "res_id"],
        ],
        kwargs: {},
      },
    ]);
  });

  it("plans external ids one by one where ir.model.data may not be searched", () => {
    const batch = [
      check({ country_id: { external_id: "base.be" } }),
      check({ country_id: { external_id: "base.be" } }),
    ];
    const lookups = planLookups(batch, { externalIds: "each" });
    expect(lookups).toMatchObject([{ purpose: "external_id", args: ["base", "be", true] }]);
    expect(resolve(batch, lookups, [["res.country", 20]]).map(({ values }) => values)).toEqual([
      { country_id: 20 },
      { country_id: 20 },
    ]);
    expect(resolve(batch, lookups, [null])[0]?.problems[0]?.code).toBe("invalid_relation_id");
  });

  it("plans nothing where nothing is mentioned", () => {
    expect(planLookups([check({ ref: "x" })])).toEqual([]);
    expect(planLookups([check({ nope: 1 })], { externalIds: "each" })).toEqual([]);
  });
});

describe("resolve", () => {
  const run = (values: unknown, answer: (model: string) => unknown, metadata = partner) => {
    const checked = check(values, metadata);
    const lookups = planLookups([checked]);
    const [resolved] = resolve(
      [checked],
      lookups,
      lookups.map(({ model }) => answer(model)),
    );
    return resolved;
  };

  it("fills ids in, at any depth", () => {
    const answer = (model: string) =>
      model === "ir.model.data"
        ? [{ module: "base", name: "be", model: "res.country", res_id: 21 }]
        : [{ id: 5, name: "VIP" }];
    const resolved = run(
      {
        category_id: [{ name: "VIP" }],
        child_ids: { create: [{ name: "a", country_id: { external_id: "base.be" } }] },
      },
      answer,
    );
    expect(resolved?.problems).toEqual([]);
    expect(resolved?.values).toEqual({
      category_id: [[6, 0, [5]]],
      child_ids: [[0, 0, { name: "a", country_id: 21 }]],
    });
  });

  it("names what does not exist, with the nearest name of the batch", () => {
    const batch = [
      check({ country_id: { name: "Belgum" } }),
      check({ country_id: { name: "Belgium" } }),
      check({ country_id: 99 }),
    ];
    const lookups = planLookups(batch);
    const [first, second, third] = resolve(batch, lookups, [[{ id: 21, name: "Belgium" }]]);
    expect(first?.problems).toMatchObject([
      { pointer: "/country_id", code: "invalid_relation_id", nearest: "Belgium" },
    ]);
    expect(second).toMatchObject({ problems: [], values: { country_id: 21 } });
    expect(third?.problems).toMatchObject([{ pointer: "/country_id", code: "invalid_relation_id", received: "id 99" }]);
  });

  it("keeps the problems of the check", () => {
    const resolved = run({ nope: 1, country_id: 99 }, () => []);
    expect(resolved?.problems.map(({ code }) => code)).toEqual(["unknown_field", "invalid_relation_id"]);
  });

  it("refuses what matches several, unless all but one are archived", () => {
    const rows = [
      { id: 1, name: "Azure", active: true },
      { id: 2, name: "Azure", active: false },
    ];
    expect(run({ parent_id: { name: "Azure" } }, () => rows)?.values).toEqual({ parent_id: 1 });
    const both = run({ parent_id: { name: "Azure" } }, () => [...rows, { id: 3, name: "Azure", active: true }]);
    expect(both?.problems).toMatchObject([{ code: "ambiguous_relation" }]);
    expect(both?.problems[0]?.cause).toContain("matches 2 records");
  });

  it("refuses the external id of another model", () => {
    const rows = [{ module: "base", name: "be", model: "res.country", res_id: 21 }];
    const resolved = run({ parent_id: { external_id: "base.be" } }, () => rows);
    expect(resolved?.problems[0]?.cause).toContain("res.country");
  });

  it("matches a many2one within a key by its id", () => {
    const resolved = run({ parent_id: { name: "A", country_id: { id: 3 } } }, () => [
      { id: 1, name: "A", country_id: [2, "x"] },
      { id: 2, name: "A", country_id: [3, "y"] },
    ]);
    expect(resolved?.values).toEqual({ parent_id: 2 });
  });

  it("lets ids pass that could not be verified, but no names", () => {
    expect(run({ partner_id: 7 }, () => undefined, order)?.problems).toEqual([]);
    expect(run({ partner_id: { name: "x" } }, () => null, order)?.problems).toHaveLength(1);
  });

  it("refuses an answer that is no list of records", () => {
    expect(() => run({ country_id: 1 }, () => ({ error: 1 }))).toThrow(/invalid_json_or_xml/);
    expect(() => run({ country_id: 1 }, () => [1])).toThrow(/invalid_json_or_xml/);
  });

  it("refuses keys that tell nothing, or that cannot be searched", () => {
    for (const key of [
      { active: true },
      { type: "contact" },
      { contact_address: "x" },
      { image_1920: "" },
      { name: null },
      { name: " " },
    ])
      expect(check({ parent_id: key }).problems.map(({ code }) => code)).toEqual(["wrong_type"]);
    expect(check({ parent_id: { nme: "x" } }).problems).toMatchObject([
      { pointer: "/parent_id/nme", code: "unknown_field", nearest: "name" },
    ]);
    expect(check({ parent_id: { external_id: "no dot" } }).problems).toMatchObject([
      { pointer: "/parent_id/external_id" },
    ]);
  });
});
