/** Domains against a naive reading of the same records, and glob patterns against what they mean. */
import { systemClock } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { behaviours } from "../models/index.js";
import { factsOf } from "../versions/facts.js";
import { profileOf } from "../versions/profile.js";
import { likeTest } from "./compare.js";
import { openDatabase } from "./database.js";
import { parseDomain } from "./domain.js";
import { type Env, modelOf } from "./env.js";

const env: Env = {
  db: openDatabase("test", factsOf(18), profileOf(18), behaviours, systemClock),
  uid: 2,
  su: true,
  context: { active_test: false },
};
const model = modelOf(env, "res.partner");
const cities = ["Gent", "gent", "Lund", "50%", ""];
const records = Array.from({ length: 60 }, (_, at) => ({
  name: `P${at % 7}`,
  city: at % 5 === 0 ? false : (cities[at % cities.length] ?? ""),
  color: at % 4,
  active: at % 3 !== 0,
  country_id: at % 2 === 0 ? 20 : false,
}));
const ids = env.db.operations.create(env, model, records);

type Term = [string, string, unknown];
type Tree = Term | { op: "&" | "|"; a: Tree; b: Tree } | { op: "!"; a: Tree };

const term: fc.Arbitrary<Term> = fc.oneof(
  fc.tuple(
    fc.constant("name"),
    fc.constantFrom("=", "!=", "ilike", "not ilike", "<", ">="),
    fc.constantFrom("P1", "P5", "p"),
  ),
  fc.tuple(
    fc.constant("city"),
    fc.constantFrom("=", "!=", "ilike", "=ilike", "like"),
    fc.constantFrom("gent", "Gent", "en"),
  ),
  fc.tuple(fc.constant("city"), fc.constantFrom("=", "!="), fc.constant(false)),
  fc.tuple(
    fc.constant("color"),
    fc.constantFrom("in", "not in"),
    fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
  ),
  fc.tuple(fc.constant("color"), fc.constantFrom("<", "<=", ">", ">="), fc.integer({ min: 0, max: 4 })),
  fc.tuple(fc.constant("active"), fc.constantFrom("=", "!="), fc.boolean()),
  fc.tuple(fc.constant("country_id"), fc.constantFrom("=", "!="), fc.constantFrom<unknown>(20, false, 21)),
  fc.tuple(fc.constant("id"), fc.constantFrom("in", "not in"), fc.subarray(ids.slice(0, 6))),
);
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    term,
    fc.record({ op: fc.constantFrom("&" as const, "|" as const), a: tie("tree"), b: tie("tree") }),
    fc.record({ op: fc.constant("!" as const), a: tie("tree") }),
  ),
})).tree;

function prefix(node: Tree): unknown[] {
  if (Array.isArray(node)) return [node];
  return node.op === "!" ? ["!", ...prefix(node.a)] : [node.op, ...prefix(node.a), ...prefix(node.b)];
}

function naive(node: Tree, id: number): boolean {
  if (!Array.isArray(node)) {
    if (node.op === "!") return !naive(node.a, id);
    return node.op === "&" ? naive(node.a, id) && naive(node.b, id) : naive(node.a, id) || naive(node.b, id);
  }
  const [field, operator, right] = node;
  const record = records[ids.indexOf(id)];
  const value: unknown = field === "id" ? id : record?.[field as keyof typeof record];
  const text = String(value).toLowerCase();
  const wanted = String(right).toLowerCase();
  switch (operator) {
    case "=":
      return value === right;
    case "!=":
      return value !== right;
    case "in":
      return (right as unknown[]).includes(value);
    case "not in":
      return !(right as unknown[]).includes(value);
    case "like":
      return value !== false && String(value).includes(String(right));
    case "=ilike":
      return value !== false && text === wanted;
    case "ilike":
      return value !== false && text.includes(wanted);
    case "not ilike":
      return value === false || !text.includes(wanted);
    default: {
      if (value === false) return false;
      const sign = (value as number) < (right as number) ? -1 : value === right ? 0 : 1;
      return { "<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0 }[operator] === true;
    }
  }
}

describe("search", () => {
  it("finds what a naive reading finds", () => {
    fc.assert(
      fc.property(tree, (node) => {
        const found = env.db.operations.search(env, model, [["id", "in", ids], ...prefix(node)], { order: "id" });
        expect(found).toEqual(ids.filter((id) => naive(node, id)));
      }),
      { numRuns: 400 },
    );
  });

  it("follows paths, hierarchies and any", () => {
    const [parent = 0] = env.db.operations.create(env, model, [{ name: "Root", country_id: 20 }]);
    const [child = 0] = env.db.operations.create(env, model, [{ name: "Leaf", parent_id: parent }]);
    const search = (domain: unknown[]) => env.db.operations.search(env, model, domain, { order: "id" });
    expect(search([["parent_id.name", "=", "Root"]])).toEqual([child]);
    expect(search([["id", "child_of", parent]])).toEqual([parent, child]);
    expect(search([["id", "parent_of", child]])).toEqual([parent, child]);
    expect(search([["parent_id", "any", [["country_id.code", "=", "BE"]]]])).toEqual([child]);
    expect(search([["child_ids.name", "=like", "Le_f"]])).toEqual([parent]);
    expect(search([["parent_id", "ilike", "roo"]])).toEqual([child]);
  });

  it("orders with empty values last, first when descending", () => {
    const some = ids.slice(0, 6);
    const cityOf = (id: number) => model.table.rows.get(id)?.city;
    const up = env.db.operations.search(env, model, [["id", "in", some]], { order: "city, id desc" });
    const down = env.db.operations.search(env, model, [["id", "in", some]], { order: "city desc" });
    expect(up.map(cityOf).indexOf(undefined)).toBeGreaterThan(3);
    expect(cityOf(down[0] ?? 0)).toBeUndefined();
    expect(() => env.db.operations.search(env, model, [], { order: "id; drop table x" })).toThrow(
      /Invalid "order" specified/,
    );
  });
});

describe("parseDomain", () => {
  const said = (domain: unknown, version: 18 | 19) => {
    try {
      return parseDomain(domain, profileOf(version)).kind;
    } catch (error) {
      return (error as Error).message;
    }
  };
  it.each([
    [["name", "=", "x"], "string index out of range", "Domain() invalid item in domain: 'x'"],
    [
      "name",
      "Domains to normalize must have a 'domain' form: a list or tuple of domain components",
      "Domain() invalid argument type for domain: 'name'",
    ],
    [[["name", "===", "x"]], "Invalid leaf ('name', '===', 'x')", "Invalid operator in condition ('name', '===', 'x')"],
    [
      ["|", ["name", "=", "x"]],
      "Domain ['|', ['name', '=', 'x']] is syntactically not correct.",
      "Domain() malformed domain ['|', ['name', '=', 'x']]",
    ],
    [
      [["name", "ilike"]],
      "not enough values to unpack (expected 3, got 2)",
      "Domain() invalid item in domain: ['name', 'ilike']",
    ],
    [[5], "'int' object is not subscriptable", "Domain() invalid item in domain: 5"],
  ])("refuses %j in each version's words", (domain, in18, in19) => {
    expect(said(domain, 18)).toBe(in18);
    expect(said(domain, 19)).toBe(in19);
  });
});

describe("likeTest", () => {
  it("means what a regular expression of the pattern means", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "%", "_"), maxLength: 8 });
    fc.assert(
      fc.property(letters, letters, (pattern, value) => {
        const expression = new RegExp(`^${pattern.replaceAll("%", ".*").replaceAll("_", ".")}$`);
        expect(likeTest("=like", pattern)(value === "" ? "x" : value)).toBe(
          expression.test(value === "" ? "x" : value),
        );
      }),
    );
  });
  it("takes no time to speak of for a hostile pattern", () => {
    expect(likeTest("like", "%a".repeat(300))("a".repeat(299))).toBe(false);
  });
});
