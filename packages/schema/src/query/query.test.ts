import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDomain, parseFieldList, parseFilters, parseOrder } from "../index.js";
import { known, order, partner } from "../models.fixture.js";

const domain = (value: unknown) => parseDomain(partner, value, known);

function failure(run: () => unknown): OdoorwayError {
  try {
    run();
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("parseDomain", () => {
  it.each<[unknown, unknown]>([
    ["[]", []],
    ['[["name","=","A"]]', [["name", "=", "A"]]],
    [[["ref", "=", null]], [["ref", "=", false]]],
    [
      ["|", ["color", ">", 1], "!", ["active", "=", true]],
      ["|", ["color", ">", 1], "!", ["active", "=", true]],
    ],
    [[["seen_at", ">=", "2024-01-01T00:00:00+01:00"]], [["seen_at", ">=", "2023-12-31 23:00:00"]]],
    [[["seen_at", ">=", "2024-01-01"]], [["seen_at", ">=", "2024-01-01"]]],
    [[["country_id.code", "in", ["BE", null]]], [["country_id.code", "in", ["BE", false]]]],
    [[["country_id", "=", "Belgium"]], [["country_id", "=", "Belgium"]]],
    [[["category_id", "child_of", [1]]], [["category_id", "child_of", [1]]]],
    [[["seen_at.month_number", "=", 2]], [["seen_at.month_number", "=", 2]]],
    [[["child_ids", "any", [["name", "ilike", "x"]]]], [["child_ids", "any", [["name", "ilike", "x"]]]]],
    [
      [
        ["name", "ILIKE", "x"],
        ["active", "in", [true, false]],
      ],
      [
        ["name", "ilike", "x"],
        ["active", "in", [true, false]],
      ],
    ],
    [[[1, "=", 1]], [[1, "=", 1]]],
  ])("%j", (given, odoo) => {
    expect(domain(given)).toEqual(odoo);
  });

  it.each<[unknown, string, string]>([
    [["name", "=", "x"], "", 'write [["name","=","x"]]'],
    ["[('name','=','x')]", "", "looks like Python"],
    ['{"name": 1}', "", "not a list"],
    [[["nme", "=", "x"]], "/0/0", "did you mean name?"],
    [[["country_id.cod", "=", "x"]], "/0/0", "did you mean code?"],
    [[["name.x", "=", "x"]], "/0/0", "no relation"],
    [[["name", "==", "x"]], "/0/1", "did you mean =?"],
    [[["name", "ilik", "x"]], "/0/1", "did you mean ilike?"],
    [[["name", "="]], "/0", "has 2"],
    [["|", ["name", "=", "x"]], "", "lacks a condition"],
    [["!"], "", "lacks a condition"],
    [["xor", ["name", "=", "x"]], "/0", "neither a condition"],
    [[["name", "in", "x"]], "/0/2", "a list"],
    [[["color", "=", "red"]], "/0/2", "an integer"],
    [[["color", "in", [1, "2"]]], "/0/2", "an integer"],
    [[["active", "=", "yes"]], "/0/2", "true or false"],
    [[["birthday", ">", "yesterday"]], "/0/2", "a date"],
    [[["name", "=", "a\0b"]], "/0/2", "NUL"],
    [[["name", "ilike", "a\ud800b"]], "/0/2", "half surrogates"],
    [[["country_id", "in", ["Belgium", "a\0b"]]], "/0/2", "NUL"],
    [[["birthday", ">", "today -1d"]], "/0/2", "a date"],
    [[["seen_at", ">", "-7x"]], "/0/2", "a date"],
    [[["parent_id", "child_of", [true]]], "/0/2", "a list of ids"],
    [[["name", "any", []]], "/0/1", "no relation"],
    [[["child_ids", "any", [["nme", "=", 1]]]], "/0/2/0/0", "did you mean name?"],
    [[["__proto__", "=", 1]], "/0/0", "no field"],
    [[["constructor", "=", 1]], "/0/0", "no field"],
  ])("%j is refused at %s", (given, pointer, says) => {
    const error = failure(() => domain(given));
    expect(error.code).toBe("invalid_domain");
    expect(error.why).toContain(says);
    if (typeof given !== "string") expect(error.errors[0]?.pointer).toBe(pointer);
  });

  it.each([
    ...["today", "now", "-7d", "=monday", "+1m =1d"].map((value) => ["seen_at", ">=", value]),
    ["birthday", "<", "today"],
    ["parent_id", "child_of", ["Azure", 7]],
  ])("takes the condition %j %s %j as it is", (...term) => {
    expect(domain([term])).toEqual([term]);
  });

  it("names every wrong term at once", () => {
    expect(
      failure(() => domain([["nme", "=", 1], ["color", "=", "x"], "y"])).errors.map(({ pointer }) => pointer),
    ).toEqual(["/0/0", "/1/2", "/2"]);
  });

  it("throws nothing but invalid_domain on any JSON", () => {
    const leaf = fc.tuple(
      fc.constantFrom("name", "color", "child_ids", "country_id.code"),
      fc.constantFrom("=", "in", "any"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.array(fc.oneof(leaf, fc.constantFrom("|", "!"))), fc.string()),
        (value) => {
          try {
            domain(value);
          } catch (error) {
            expect(error).toMatchObject({ code: "invalid_domain" });
          }
        },
      ),
    );
  });
});

describe("parseFilters", () => {
  it("types values by their fields", () => {
    const entries: [string, string][] = [
      ["name", "42"],
      ["color[gte]", "42"],
      ["active", "false"],
      ["ref", "null"],
      ["country_id", "21"],
      ["country_id.code[in]", "BE, NL"],
      ["rank[lt]", "1.5"],
      ["seen_at[gt]", "2024-01-01T00:00:00+01:00"],
      ["name[ilike]", "a,b"],
    ];
    expect(parseFilters(partner, entries, known)).toEqual([
      ["name", "=", "42"],
      ["color", ">=", 42],
      ["active", "=", false],
      ["ref", "=", false],
      ["country_id", "=", 21],
      ["country_id.code", "in", ["BE", "NL"]],
      ["rank", "<", 1.5],
      ["seen_at", ">", "2023-12-31 23:00:00"],
      ["name", "ilike", "a,b"],
    ]);
  });

  it.each<[string, string, string, string]>([
    ["nme", "x", "unknown_parameter", "name"],
    ["name[equals]", "x", "invalid_parameter", "equals"],
    ["name[", "x", "unknown_parameter", "name["],
    ["color", "red", "invalid_parameter", "an integer"],
    ["active", "1", "invalid_parameter", "true or false"],
    ["name", "a\0b", "invalid_parameter", "NUL"],
    ["name[like]", "a\0b", "invalid_parameter", "NUL"],
    ["color[toString]", "1", "invalid_parameter", "toString"],
  ])("%s=%s is refused with %s", (name, value, code, says) => {
    const error = failure(() => parseFilters(partner, [[name, value]]));
    expect(error.code).toBe(code);
    expect(`${error.why} ${error.fix}`).toContain(says);
  });
});

describe("parseFieldList and parseOrder", () => {
  it("take what exists", () => {
    expect(parseFieldList(partner, "name, country_id,name")).toEqual(["name", "country_id"]);
    expect(parseOrder(partner, "name DESC, id")).toBe("name desc, id asc");
    expect(parseOrder(partner, "-name,color asc nulls  last")).toBe("name desc, color asc nulls last");
    expect(parseOrder(partner, "traits.color desc, traits.size")).toBe("traits.color desc, traits.size asc");
  });

  it.each(["nme", "", "name,,id", "__proto__"])("refuse the field list %j", (text) => {
    expect(failure(() => parseFieldList(partner, text)).code).toBe("invalid_parameter");
  });

  it.each([
    "nme",
    "",
    "name up",
    "name; drop table",
    "country_id.name",
    "traits.a,traits.a",
    "-name desc",
    "name,name",
    "contact_address",
    "child_ids",
  ])("refuse the order %j", (text) => {
    expect(failure(() => parseOrder(partner, text)).code).toBe("invalid_parameter");
  });

  it("say the nearest name", () => {
    expect(failure(() => parseFieldList(order, "partner")).fix).toContain("partner_id");
  });
});
