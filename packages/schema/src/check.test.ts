import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRecord } from "./check.js";
import { readFieldsGet } from "./fields-get.js";
import { planLookups, resolve } from "./index.js";
import { country, known, line, order, partner, product, rawPartner } from "./models.fixture.js";

const write = (values: unknown, metadata = partner) =>
  checkRecord(metadata, values, { mode: "write", metadata: known });
const create = (values: unknown, metadata = partner) =>
  checkRecord(metadata, values, { mode: "create", metadata: known });
const problems = (checked: { problems: readonly { pointer: string; code: string }[] }) =>
  checked.problems.map(({ pointer, code }) => `${pointer} ${code}`);

/** Field, value, the code it is refused with, and what the message must say. */
const wrong: [string, unknown, string, string?][] = [
  ["nme", "x", "unknown_field", "Did you mean name?"],
  ["Address Type", "x", "unknown_field", "Did you mean type?"],
  ["__proto__x", 1, "unknown_field"],
  ["constructor", 1, "unknown_field"],
  ["toString", 1, "unknown_field"],
  ["id", 5, "readonly_field"],
  ["create_date", "2024-01-01T00:00:00Z", "readonly_field"],
  ["display_name", "x", "readonly_field"],
  ["contact_address", "x", "readonly_field"],
  ["email_normalized", "x", "readonly_field"],
  ["signup_state", "new", "readonly_field"],
  ["name", null, "missing_required_field"],
  ["name", "", "missing_required_field"],
  ["name", " \t", "missing_required_field"],
  ["name", false, "missing_required_field"],
  ["name", 5, "wrong_type", "takes text, but received number 5"],
  ["name", { a: 1 }, "wrong_type", "an object with a"],
  ["name", ["x"], "wrong_type"],
  ["ref", true, "wrong_type"],
  ["ref", "a\0b", "out_of_range"],
  ["ref", "a\ud800b", "out_of_range"],
  ["code", "BEL", "out_of_range", "at most 2 characters"],
  ["comment", { html: "" }, "wrong_type"],
  ["active", null, "wrong_type", "true or false"],
  ["active", "no", "wrong_type"],
  ["active", 1, "wrong_type"],
  ["color", "12,5", "wrong_type", 'text "12,5"'],
  ["color", 1.5, "wrong_type"],
  ["color", 2 ** 31, "out_of_range"],
  ["color", -(2 ** 31) - 1, "out_of_range"],
  ["color", Number.POSITIVE_INFINITY, "out_of_range"],
  ["color", true, "wrong_type"],
  ["rank", "1", "wrong_type"],
  ["rank", 10_000, "out_of_range", "4 digits"],
  ["credit", Number.POSITIVE_INFINITY, "out_of_range"],
  ["birthday", "2024-02-30", "wrong_type"],
  ["birthday", "2023-02-29", "wrong_type"],
  ["birthday", "1900-02-29", "wrong_type"],
  ["birthday", "29/02/2024", "wrong_type"],
  ["birthday", "2024-02-29T00:00:00Z", "wrong_type"],
  ["birthday", 20240229, "wrong_type"],
  ["seen_at", "2024-02-29T10:00:00", "wrong_type", "with a zone"],
  ["seen_at", "2024-02-29", "wrong_type"],
  ["seen_at", "2024-02-29T24:00:00Z", "wrong_type"],
  ["seen_at", "2024-02-29T10:60:00Z", "wrong_type"],
  ["seen_at", "2024-02-29T10:00:00+24:00", "wrong_type"],
  ["seen_at", "0001-01-01T00:00:00+01:00", "wrong_type"],
  ["seen_at", 1709200800, "wrong_type"],
  ["type", "Invoice Address", "invalid_selection_value", "Did you mean invoice?"],
  ["type", "contct", "invalid_selection_value", "Choices: contact, invoice"],
  ["type", 1, "wrong_type"],
  ["image_1920", "not base64!", "wrong_type"],
  ["image_1920", "data:image/png;base64,AAAA", "wrong_type"],
  ["image_1920", "AAA", "wrong_type"],
  ["country_id", "BE", "wrong_type", '{"external_id": "base.be"}'],
  ["country_id", "21", "wrong_type"],
  ["country_id", 0, "out_of_range"],
  ["country_id", -1, "out_of_range"],
  ["country_id", 1.5, "wrong_type"],
  ["country_id", true, "wrong_type"],
  ["country_id", ["21", "Belgium"], "wrong_type"],
  ["country_id", [21, "Belgium", 3], "wrong_type"],
  ["rank", 1.234, "too_many_decimals", "2 decimals"],
  ["country_id", {}, "wrong_type"],
  ["category_id", 5, "x2many_command_syntax"],
  ["category_id", "1,2", "x2many_command_syntax"],
  ["category_id", {}, "x2many_command_syntax"],
  ["doc", "res.partner", "wrong_type"],
  ["doc", "res.partner,0", "wrong_type"],
  ["doc", { model: "res.partner" }, "wrong_type"],
  ["doc", "res.partnr,1", "invalid_selection_value", "Did you mean res.partner?"],
  ["res_id", -1, "out_of_range"],
  ["traits", "x", "wrong_type"],
];

describe("a wrong value", () => {
  it.each(wrong)("%s = %j is refused with %s", (name, value, code, says) => {
    const { problems: found } = write({ [name]: value });
    expect(found.map((problem) => [problem.pointer.slice(0, name.length + 1), problem.code])).toEqual([
      [`/${name}`, code],
    ]);
    const [problem] = found;
    expect(`${problem?.cause} ${problem?.fix}`).not.toContain("?.");
    if (says !== undefined) expect(`${problem?.cause} ${problem?.fix}`).toContain(says);
  });
});

/** Field, value, what Odoo gets. */
const right: [string, unknown, unknown][] = [
  ["name", " Ünï ✓ 😀", " Ünï ✓ 😀"],
  ["ref", "", ""],
  ["ref", null, false],
  ["ref", false, false],
  ["code", "😀😀", "😀😀"],
  ["active", false, false],
  ["color", -0, 0],
  ["color", 5.0, 5],
  ["color", -(2 ** 31), -(2 ** 31)],
  ["rank", -9999.99, -9999.99],
  ["credit", 0.1, 0.1],
  ["birthday", "2024-02-29", "2024-02-29"],
  ["birthday", "2000-02-29", "2000-02-29"],
  ["birthday", null, false],
  ["seen_at", "2024-02-29T10:00:00Z", "2024-02-29 10:00:00"],
  ["seen_at", "2024-03-01T00:30:00.999+01:00", "2024-02-29 23:30:00"],
  ["seen_at", "2023-12-31T23:59:60Z", "2024-01-01 00:00:00"],
  ["seen_at", "2024-02-29 10:00:00", "2024-02-29 10:00:00"],
  ["seen_at", "0050-01-01T12:00:00-12:00", "0050-01-02 00:00:00"],
  ["type", "invoice", "invoice"],
  ["image_1920", "QUJD\r\nREVG", "QUJDREVG"],
  ["image_1920", "", false],
  ["country_id", 21, 21],
  ["country_id", { id: 21, name: "Belgium" }, 21],
  ["country_id", null, false],
  ["country_id", false, false],
  ["category_id", [1, 2, 1], [[6, 0, [1, 2]]]],
  ["category_id", [], [[6, 0, []]]],
  ["category_id", null, [[5, 0, 0]]],
  ["category_id", [{ id: 3 }], [[6, 0, [3]]]],
  [
    "category_id",
    { add: [1], remove: [{ id: 2 }] },
    [
      [3, 2, 0],
      [4, 1, 0],
    ],
  ],
  [
    "category_id",
    { clear: true, create: [{ name: "VIP" }] },
    [
      [5, 0, 0],
      [0, 0, { name: "VIP" }],
    ],
  ],
  [
    "category_id",
    {
      update: [
        { id: 4, name: "A" },
        { id: 5, values: { name: "B" } },
      ],
    },
    [
      [1, 4, { name: "A" }],
      [1, 5, { name: "B" }],
    ],
  ],
  ["category_id", { delete: [9] }, [[2, 9, 0]]],
  [
    "category_id",
    [[6, 0, [1]], [4, 2], [3, 3, false], [5], [2, 4], [0, 0, { name: "x" }], [1, 7, { name: "y" }]],
    [
      [6, 0, [1]],
      [4, 2, 0],
      [3, 3, 0],
      [5, 0, 0],
      [2, 4, 0],
      [0, 0, { name: "x" }],
      [1, 7, { name: "y" }],
    ],
  ],
  ["doc", "res.partner,7", "res.partner,7"],
  ["doc", { model: "sale.order", id: 7 }, "sale.order,7"],
  ["extra", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["traits", { a: 1 }, { a: 1 }],
];

describe("a right value", () => {
  it.each(right)("%s = %j goes to Odoo as %j", (name, value, sent) => {
    const checked = write({ [name]: value });
    expect(checked.problems).toEqual([]);
    expect(checked.missingModels).toEqual([]);
    const [resolved] = resolve([checked], [], []);
    expect(resolved?.values).toEqual({ [name]: sent });
  });
});

describe("commands", () => {
  it.each<[unknown, string]>([
    [[[7, 1]], "/category_id/0"],
    [[["6", 0, [1]]], "/category_id/0"],
    [[[6, 0, 1]], "/category_id/0"],
    [[[6, 0]], "/category_id/0"],
    [[[4]], "/category_id/0"],
    [[[4, 1, 1]], "/category_id/0"],
    [[[0, 0]], "/category_id/0"],
    [[[1, 5]], "/category_id/0"],
    [[[5, 1]], "/category_id/0"],
    [[[4, 1, 0, 0]], "/category_id/0"],
    [[1, [4, 2]], "/category_id/0"],
    [{ ad: [1] }, "/category_id/ad"],
    [{ add: 1 }, "/category_id/add"],
    [{ clear: false }, "/category_id/clear"],
    [{ id: 4 }, "/category_id/id"],
    [{ update: [{ name: "x" }] }, "/category_id/update/0"],
  ])("%j is refused at %s", (value, pointer) => {
    expect(problems(write({ category_id: value }))).toEqual([`${pointer} x2many_command_syntax`]);
  });

  it("checks the records nested in them, at their pointers", () => {
    const checked = create(
      {
        partner_id: 1,
        order_line: { create: [{ product_id: 3, qty: "2" }, { prodct_id: 3 }, "x"] },
      },
      order,
    );
    expect(problems(checked)).toEqual([
      "/order_line/create/0/qty wrong_type",
      "/order_line/create/1/prodct_id unknown_field",
      "/order_line/create/1/product_id missing_required_field",
      "/order_line/create/2 wrong_type",
    ]);
  });

  it("refuse to change what a new record cannot have", () => {
    for (const value of [{ remove: [1] }, { update: [{ id: 1, qty: 2 }] }, { delete: [1] }, [[2, 1]]])
      expect(create({ partner_id: 1, order_line: value }, order).problems.map(({ code }) => code)).toEqual([
        "x2many_command_syntax",
      ]);
  });

  it("say how to create lines when an object stands for a line", () => {
    const [problem] = create({ partner_id: 1, order_line: [{ product_id: 1 }] }, order).problems;
    expect(problem).toMatchObject({ pointer: "/order_line/0", code: "x2many_command_syntax" });
    expect(problem?.fix).toContain('"create"');
  });
});

describe("a create", () => {
  it("misses the required columns that Odoo does not fill, and no others", () => {
    expect(problems(create({}))).toEqual(["/name missing_required_field"]);
    expect(problems(create({}, order))).toEqual(["/partner_id missing_required_field"]);
    expect(problems(create({ partner_id: 1, partner_invoice_id: null }, order))).toEqual([
      "/partner_invoice_id missing_required_field",
    ]);
    expect(problems(create({}, line))).toEqual([
      "/order_id missing_required_field",
      "/product_id missing_required_field",
    ]);
    expect(problems(create({ code: "BE" }, country))).toEqual(["/name missing_required_field"]);
  });

  it("misses what the model behind a delegation requires, unless that record is given", () => {
    expect(problems(create({ barcode: "1" }, product))).toEqual(["/name missing_required_field"]);
    expect(problems(create({ name: "Desk" }, product))).toEqual([]);
    expect(problems(create({ product_tmpl_id: 4 }, product))).toEqual([]);
    const blind = checkRecord(product, { name: "Desk" }, { mode: "create", metadata: () => undefined });
    expect(blind.missingModels).toEqual(["product.template"]);
  });

  it("may give a required readonly column that nothing else fills", () => {
    const raw = { total: { type: "float", required: true, readonly: true, store: true }, x: { type: "char" } };
    const metadata = readFieldsGet("pos.order", "Order", raw, []);
    expect(problems(create({ total: 1 }, metadata))).toEqual([]);
    expect(problems(write({ total: 1 }, metadata))).toEqual(["/total readonly_field"]);
  });

  it("leaves it to Odoo to name the missing right when every field is readonly", () => {
    const raw = Object.fromEntries(
      Object.entries(rawPartner).map(([name, field]) => [name, { ...field, readonly: true }]),
    );
    const metadata = readFieldsGet("res.partner", "Contact", raw, []);
    expect(problems(create({ name: "A", id: 1, contact_address: "x" }, metadata))).toEqual([
      "/id readonly_field",
      "/contact_address readonly_field",
    ]);
  });
});

describe("a check", () => {
  it("finds every problem at once, below the pointer it is given, escaped", () => {
    const checked = checkRecord(
      partner,
      { "a/b~c": 1, name: "", color: "x" },
      { mode: "write", pointer: "/3", metadata: known },
    );
    expect(problems(checked)).toEqual([
      "/3/a~1b~0c unknown_field",
      "/3/name missing_required_field",
      "/3/color wrong_type",
    ]);
  });

  it("refuses what is no object, and records nested too deep", () => {
    for (const values of [null, 1, "x", [], true]) expect(problems(write(values))).toEqual([" wrong_type"]);
    let deep: unknown = { name: "x" };
    for (let level = 0; level < 5000; level += 1) deep = { name: "x", child_ids: { create: [deep] } };
    expect(create(deep).problems.map(({ code }) => code)).toEqual(["out_of_range"]);
    let json: unknown = 1;
    for (let level = 0; level < 50_000; level += 1) json = [json];
    expect(problems(write({ extra: json }))).toEqual(["/extra out_of_range"]);
  });

  it("treats __proto__ as any unknown field", () => {
    const checked = write(
      JSON.parse('{"__proto__": {"name": 1}, "extra": {"__proto__": 1}, "parent_id": {"external_id": "a.b"}}'),
    );
    expect(problems(checked)).toEqual(["/__proto__ unknown_field"]);
    const lookups = planLookups([checked]);
    const [resolved] = resolve([checked], lookups, [[{ module: "a", name: "b", model: "res.partner", res_id: 4 }]]);
    expect(JSON.stringify(resolved?.values)).toBe('{"extra":{"__proto__":1},"parent_id":4}');
  });

  it("asks for the metadata it lacks", () => {
    const checked = checkRecord(
      partner,
      { country_id: { code: "BE" }, category_id: { create: [{}] } },
      { mode: "write", metadata: () => undefined },
    );
    expect(checked.missingModels).toEqual(["res.country", "res.partner.category"]);
    expect(checked.problems).toEqual([]);
  });

  it("does not repeat huge input, nor spend its time on suggestions", () => {
    const names = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`nme${index}`, 1]));
    const started = performance.now();
    expect(write(names).problems).toHaveLength(20_000);
    expect(performance.now() - started).toBeLessThan(5000);
    const [problem] = write({ color: "x".repeat(1_000_000) }).problems;
    expect(JSON.stringify(problem).length).toBeLessThan(1000);
  });

  it("never throws, on any JSON in any field", () => {
    const names = fc.constantFrom(...Object.keys(rawPartner), "nope", "__proto__");
    fc.assert(
      fc.property(
        fc.dictionary(names, fc.jsonValue({ maxDepth: 5 })),
        fc.constantFrom("create", "write"),
        (values, mode) => {
          const id = mode === "write" ? 7 : undefined;
          const checked = checkRecord(partner, values, { mode, metadata: known, ...(id === undefined ? {} : { id }) });
          const lookups = planLookups([checked]);
          const [resolved] = resolve(
            [checked],
            lookups,
            lookups.map(() => []),
          );
          for (const { pointer, cause, fix } of resolved?.problems ?? []) {
            expect(pointer).toMatch(/^(\/([^/~]|~[01])*)*$/);
            expect(cause.length + fix.length).toBeLessThan(1500);
          }
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.jsonValue(), (values) => void create(values)));
  });

  it("accepts every JSON number that Odoo's integer holds, and nothing else", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const fits = Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31;
        expect(write({ color: value }).problems.length === 0).toBe(fits);
      }),
    );
  });

  it("keeps the moment of every datetime", () => {
    const min = new Date("0002-01-01T00:00:00Z");
    const max = new Date("9998-12-31T00:00:00Z");
    fc.assert(
      fc.property(
        fc.date({ min, max, noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (date, offset) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
          const size = Math.abs(offset);
          const zone = `${offset < 0 ? "-" : "+"}${String(Math.floor(size / 60)).padStart(2, "0")}:${String(size % 60).padStart(2, "0")}`;
          const { values } = write({ seen_at: `${local}${zone}` });
          expect(values.seen_at).toBe(date.toISOString().slice(0, 19).replace("T", " "));
        },
      ),
    );
  });
});
