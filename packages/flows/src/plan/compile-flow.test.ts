/** Plans: what a payload gives, what is left out, and that no payload gets through the bounds. */
import { OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testFlow } from "../examples/test-flow.js";
import { parseFlow } from "../parse.js";
import { compileFlow } from "./compile-flow.js";

const records = (rest: string) => `records:\n  - name: r\n    model: res.partner\n${rest}`;
const flow = (text: string) => parseFlow(text, "f");
const plan = (text: string, payload: unknown, settings = {}) => compileFlow(flow(text), settings).plan(payload);

async function refusal(work: Promise<unknown>): Promise<OdoorwayError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof OdoorwayError) return error;
  throw new Error("it was planned");
}

describe("compileFlow", () => {
  test("values: nothing is left out, null empties, constants are themselves, expressions give any JSON", async () => {
    const text = records(
      `    key: id\n    values: { name: name, ref: none, comment: null, color: 3, active: false, date: "'x'", tags: "[1, 2]" }`,
    );
    const [made] = await plan(text, { id: 7, name: "A" });
    expect(made?.records).toEqual([
      {
        name: "r",
        model: "res.partner",
        external_id: "odoorway.res_partner_7",
        match: [],
        existing: "update-changed",
        values: { name: "A", comment: null, color: 3, active: false, date: "x", tags: [1, 2] },
      },
    ]);
  });

  test("a list in the input gives a plan an item; the context is the item", async () => {
    const text = `input: orders\n${records("    key: id")}`;
    const plans = await plan(text, { orders: [{ id: 1 }, { id: 2 }] });
    expect(plans.map((one) => one.records[0]?.external_id)).toEqual([
      "odoorway.res_partner_1",
      "odoorway.res_partner_2",
    ]);
    expect(await plan(records("    key: id"), [{ id: 1 }, { id: 2 }])).toHaveLength(2);
    expect((await refusal(plan(text, {}))).code).toBe("flow_payload_refused");
  });

  test("each: a record an item; of one key the first stands for all, also where another refers to them", async () => {
    const text = `${records(`    each: items
    when: $item.sku
    key: $item.sku
    values: { name: $item.sku & $index }
  - name: order
    model: sale.order
    key: "'o'"
    lines: { field: order_line, each: items, values: { product_id: { record: r }, name: $item.sku } }
`)}`;
    const [made] = await plan(text, { items: [{ sku: "a" }, { sku: "b" }, { sku: "a" }, {}] });
    expect(made?.records.map(({ name, item, values }) => [name, item, values.name])).toEqual([
      ["r", 0, "a0"],
      ["r", 1, "b1"],
      ["order", undefined, undefined],
    ]);
    expect(made?.records[2]?.lines).toEqual([
      {
        field: "order_line",
        values: [
          { product_id: { $record: "r", item: 0 }, name: "a" },
          { product_id: { $record: "r", item: 1 }, name: "b" },
          { product_id: { $record: "r", item: 0 }, name: "a" },
          {},
        ],
      },
    ]);
  });

  test("lines of one field follow each other; when is asked of each", async () => {
    const text = records(`    key: "1"
    lines:
      - { field: child_ids, each: a, values: { name: $item } }
      - { field: child_ids, each: b, when: $item > 1, values: { name: $item } }
      - { field: bank_ids, each: none, values: { name: $item } }
`);
    const [made] = await plan(text, { a: "one", b: [1, 2, 3] });
    expect(made?.records[0]?.lines).toEqual([
      { field: "child_ids", values: [{ name: "one" }, { name: 2 }, { name: 3 }] },
      { field: "bank_ids", values: [] },
    ]);
  });

  test("look-ups: blank keys are passed over, `or` moves up, a reference to what is not made is left out", async () => {
    const text = records(`    when: "false"
    key: "1"
  - name: s
    model: res.partner
    key: "2"
    match: [ { email: email }, { ref: $string(id), company_id: 1 } ]
    values:
      parent_id: { record: r }
      country_id: { find: res.country, by: { code: code }, or: [ { name: country }, { name: other } ], missing: warn }
      state_id: { find: res.country.state, by: { code: none } }
      category_id: { each: tags, find: res.partner.category, by: { name: $item }, missing: create, create: { color: 1 } }
`);
    const [made] = await plan(text, {
      id: 5,
      email: " ",
      code: "",
      country: " Belgium ",
      other: "B",
      tags: ["a", "", "b"],
    });
    expect(made?.records).toEqual([
      expect.objectContaining({
        match: [{ ref: "5", company_id: 1 }],
        values: {
          country_id: {
            $find: { model: "res.country", by: { name: "Belgium" }, or: [{ name: "B" }], missing: "warn" },
          },
          category_id: ["a", "b"].map((name) => ({
            $find: { model: "res.partner.category", by: { name }, missing: "create", create: { color: 1 } },
          })),
        },
      }),
    ]);
  });

  test("skip, let in order, settings, report, verify and actions", async () => {
    const text = `
settings: { prefix: { default: a, says: Prefix, choices: [a, b] } }
skip: [ { when: test, says: "'test ' & id" } ]
let: { one: id + 1, two: "$one + 1", f: "function($x) { $x & '!' }", table: { yes: ja } }
${records(`    key: $settings.prefix & id
    values: { name: "$f($two)", comment: "$lookup($table, answer)" }
    then: [ { method: go, when: go, only_if: { state: draft }, args: [id, null], context: { a: 1 } }, { method: no, when: "false", only_if: { a: 1 } } ]
`)}
verify: [ { record: r, field: credit, equals: total }, { record: r, field: name, equals: none } ]
report: [ { when: note, says: note }, { each: bad, says: "'bad ' & $item" } ]
`;
    const payload = { id: 1, answer: "yes", go: true, total: "1.00", note: "n", bad: [1, 2] };
    const [made] = await plan(text, payload, { prefix: "b" });
    expect(made).toMatchObject({
      records: [
        {
          external_id: "odoorway.res_partner_b1",
          values: { name: "3!", comment: "ja" },
          // biome-ignore lint/suspicious/noThenProperty: a key of the language.
          then: [{ method: "go", only_if: { state: ["draft"] }, args: [1, null], context: { a: 1 } }],
        },
      ],
      verify: [{ record: "r", field: "credit", equals: "1.00", else: "warn" }],
      report: ["n", "bad 1", "bad 2"],
    });
    expect(await plan(text, { ...payload, test: true })).toEqual([
      { skipped: "test 1", records: [], verify: [], report: [] },
    ]);
    const compiled = compileFlow(flow(text));
    expect(await compiled.keyOf(payload)).toBe("odoorway.res_partner_a1");
    expect(await compiled.keyOf({ ...payload, test: true })).toBeUndefined();
    const needed = `let: { a: id + 1, bad: "$error('not needed')", b: "$a + 1" }\n${records("    key: $string($b)\n    values: { name: $bad }")}`;
    expect(await compileFlow(flow(needed)).keyOf({ id: 1 })).toBe("odoorway.res_partner_3");
  });

  test("settings are checked against the flow", () => {
    const made = flow(
      `settings: { a: { default: 1, says: A }, b: { default: x, choices: [x, y], says: B } }\n${records("    key: id")}`,
    );
    const wrong = (settings: Record<string, unknown>) => () => compileFlow(made, settings);
    expect(wrong({ aa: 1 })).toThrow(/no setting aa/);
    expect(wrong({ a: "1" })).toThrow(/takes a number/);
    expect(wrong({ b: "z" })).toThrow(/no choice of the setting b: x, y/);
    expect(wrong({ a: 2, b: "y" })).not.toThrow();
  });

  test("a key that is nothing fails with the place", async () => {
    const error = await refusal(plan(records("    key: id"), { id: " " }));
    expect(error.why).toBe('The flow f, record r, key: it gives no text; it got text " ". The expression is id');
  });

  test("payloads beyond the bounds are refused, quickly", async () => {
    const compiled = compileFlow(flow(records("    key: id\n    values: { name: name }")));
    let deep: unknown = 1;
    for (let level = 0; level < 10_000; level++) deep = level % 2 === 0 ? [deep] : { a: deep };
    const hostile: [unknown, RegExp][] = [
      [{ id: 1, deep }, /nests deeper/],
      [JSON.parse('{"id": 1, "__proto__": {"polluted": 1}}'), /__proto__/],
      [{ id: 1, a: "x".repeat(21_000_000) }, /longer than/],
      [{ id: 1, a: Array.from({ length: 600_000 }, () => 0) }, /more than 500000 values/],
      [{ id: 1, a: Number.POSITIVE_INFINITY }, /out of range/],
      [{ id: 1, a: () => 1 }, /no JSON/],
      [{ id: 1, a: new Date(0) }, /no JSON/],
      [undefined, /no JSON/],
    ];
    for (const [payload, said] of hostile) {
      const error = await refusal(compiled.plan(payload));
      expect(error).toMatchObject({ code: "flow_payload_refused", why: expect.stringMatching(said) });
    }
    const large = {
      id: 1,
      name: "x",
      lines: Array.from({ length: 100_000 }, (_, n) => ({ sku: `sku-${n}`, text: "y".repeat(80) })),
    };
    expect(JSON.stringify(large).length).toBeGreaterThan(10_000_000);
    expect((await compiled.plan(large))[0]?.records).toHaveLength(1);
    const many = compileFlow(flow(records("    each: lines\n    key: $item.sku")));
    expect((await refusal(many.plan(large))).why).toMatch(/more than 10000 records/);
  });

  test("a slow payload does not use up the time of others", async () => {
    const slow = compileFlow(flow(records(`    key: "($f := function($n) { $f($n + 1) }; slow ? $f(0) : 'x')"`)));
    const [bad, good] = await Promise.allSettled([slow.plan({ slow: true }), slow.plan({})]);
    expect(bad).toMatchObject({ status: "rejected", reason: { code: "flow_expression_failed" } });
    expect(good).toMatchObject({ status: "fulfilled" });
  });

  test("any JSON gives a plan or an OdoorwayError, and is left as it was", async () => {
    const text = `
let: { items: "line_items[quantity > 0]", all: "**" }
${records(`    each: $items
    key: $item.sku
    match: [ { email: customer.email } ]
    values: { name: customer.name & $item.title, price: $money($item.price), country_id: { find: res.country, by: { code: $item } , missing: warn }, raw: customer }
    lines: { field: child_ids, each: customer.addresses, values: { street: $item.street & '', zip: $string($item.zip) } }
`)}
report: [ { when: note, says: note } ]
`;
    const compiled = compileFlow(flow(text));
    const words = fc.constantFrom(
      "line_items",
      "quantity",
      "customer",
      "email",
      "sku",
      "price",
      "addresses",
      "note",
      "$find",
      "$record",
      "constructor",
      "then",
      "toString",
      "length",
      "sequence",
      "outerWrapper",
      "_jsonata_lambda",
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, 0, 1, "1.00", "", "BE", "\ud800"),
        fc.double({ noNaN: true }),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(words, tie("any"), { maxKeys: 6 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(any, async (payload) => {
        const frozen = deepFreeze(payload);
        const before = JSON.stringify(payload);
        const made: unknown = await compiled.plan(frozen).catch((error: unknown) => error);
        if (made instanceof Error) expect(made).toBeInstanceOf(OdoorwayError);
        expect(JSON.stringify(payload)).toBe(before);
        const again: unknown = await compiled.plan(JSON.parse(before ?? "null")).catch((error: unknown) => error);
        if (!(made instanceof Error)) expect(again).toEqual(made);
      }),
      { numRuns: 300 },
    );
  });
});

function deepFreeze(value: unknown): unknown {
  if (typeof value === "object" && value !== null)
    for (const inner of Object.values(Object.freeze(value))) deepFreeze(inner);
  return value;
}

describe("testFlow", () => {
  const text = (expected: string) => `${records("    key: id\n    values: { name: name, date: $now() }")}
examples:
  - name: one
    input: { id: 1, name: A }
    expect: { records: [ { name: r, model: res.partner, external_id: odoorway.res_partner_1, existing: update-changed, values: { name: ${expected}, date: "2026-01-01T00:00:00.000Z" } } ] }
  - { name: file, file: a.json, now: "2026-05-05T00:00:00Z", expect: { skipped: x } }
`;

  test("an example holds, or every difference is named by its path", async () => {
    const readFile = async () => '{"id": 2, "name": "B"}';
    const [fine] = await testFlow(flow(text("A")), { readFile });
    expect(fine).toMatchObject({ name: "one", differences: [], plans: [{ records: [{ values: { name: "A" } }] }] });
    const [wrong, other] = await testFlow(flow(text("B")), { readFile });
    expect(wrong?.differences).toEqual([
      { path: "records[0].values.name", expected: 'text "B"', received: 'text "A"' },
    ]);
    expect(other?.differences.map(({ path }) => path)).toEqual(["skipped", "records"]);
    expect(JSON.stringify(other?.plans)).toContain("2026-05-05");
  });

  test("a file that cannot be read fails its example alone", async () => {
    const [fine, missing] = await testFlow(flow(text("A")));
    expect(fine?.differences).toEqual([]);
    expect(missing).toMatchObject({ error: { code: "flow_invalid" } });
    const [, broken] = await testFlow(flow(text("A")), { readFile: async () => "{" });
    expect(broken?.error?.why).toContain("is not JSON");
  });
});
