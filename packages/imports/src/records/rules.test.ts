/** The pure rules of records: load() cells, differences, lines, relations. */
import { describe, expect, it } from "vitest";
import { field } from "../testing/fake-odoo.js";
import { type Loadable, loadCall, signature } from "./cells.js";
import { changedFields } from "./diff.js";
import { lineExternalId, planLines } from "./lines.js";
import { settleRelations } from "./relations.js";

const model = (name: string, ...fields: ReturnType<typeof field>[]) => ({
  model: name,
  label: name,
  fields: Object.fromEntries(fields.map((one) => [one.name, one])),
  filled: new Set<string>(),
});
const order = model(
  "sale.order",
  field("partner_id", "many2one"),
  field("tag_ids", "many2many"),
  field("ok", "boolean"),
);
const line = model("sale.order.line", field("product_id", "many2one"), field("qty", "float"), field("name", "text"));

describe("a load() call", () => {
  const records: Loadable[] = [
    {
      ref: "o.a",
      values: { partner_id: 7, tag_ids: [[6, 0, [1, 2]]], ok: false },
      lines: [
        {
          field: "order_line",
          values: [
            { product_id: 3, qty: 1.5 },
            { product_id: 4, qty: 2 },
          ],
        },
      ],
    },
    { ref: "o.b", values: { partner_id: 8, tag_ids: [], ok: true }, lines: [{ field: "order_line", values: [] }] },
  ];
  const lineModels = new Map([["order_line", line]]);

  it("gives lines rows of their own, and every cell the form that Odoo reads", () => {
    expect(loadCall(records, order, lineModels)).toEqual({
      fields: ["id", "ok", "partner_id/.id", "tag_ids/.id", "order_line/product_id/.id", "order_line/qty"],
      rows: [
        ["o.a", "", "7", "1,2", "3", "1.5"],
        ["", "", "", "", "4", "2"],
        ["o.b", "True", "8", "", "", ""],
      ],
      recordOf: [0, 0, 1],
    });
  });

  it("is shared by records that fill the same fields only", () => {
    const [first, second] = records;
    if (!first || !second) throw new Error("no records");
    expect(signature(first)).not.toBe(signature(second));
    expect(signature(first)).toBe(signature({ ...first, ref: "o.c" }));
    expect(signature(first)).not.toBe(signature({ ...first, ref: 7 }));
  });

  it("holds the lines of two fields side by side, and names records by their database id", () => {
    const record: Loadable = {
      ref: "o.c",
      values: { ok: true },
      lines: [
        { field: "order_line", values: [{ qty: 1 }] },
        { field: "notes", values: [{ name: "a" }, { name: "b" }] },
      ],
    };
    expect(loadCall([record], order, lineModels)).toEqual({
      fields: ["id", "ok", "order_line/qty", "notes/name"],
      rows: [
        ["o.c", "True", "1", "a"],
        ["", "", "", "b"],
      ],
      recordOf: [0, 0],
    });
    expect(loadCall([{ ref: 7, values: { ok: false }, lines: [] }], order, lineModels)).toEqual({
      fields: [".id", "ok"],
      rows: [["7", ""]],
      recordOf: [0],
    });
  });
});

describe("a difference", () => {
  const fields = model(
    "m",
    field("price", "float", { digits: [16, 2] }),
    field("ratio", "float"),
    field("partner_id", "many2one"),
    field("tag_ids", "many2many"),
    field("note", "html"),
    field("name", "char"),
    field("on", "boolean"),
  );
  it.each([
    [{ price: 0.13 }, { price: 0.125 }, []],
    [{ price: 0.12 }, { price: 0.13 }, ["price"]],
    [{ ratio: 0.1 + 0.2 }, { ratio: 0.3 }, []],
    [{ ratio: 0 }, { ratio: 0.001 }, ["ratio"]],
    [{ partner_id: [7, "Seven"] }, { partner_id: 7 }, []],
    [{ partner_id: false }, { partner_id: 7 }, ["partner_id"]],
    [{ partner_id: [7, "Seven"] }, { partner_id: false }, ["partner_id"]],
    [{ tag_ids: [2, 1] }, { tag_ids: [[6, 0, [1, 2]]] }, []],
    [{ tag_ids: [1] }, { tag_ids: [[6, 0, [1, 2]]] }, ["tag_ids"]],
    [{ note: "<p>a b</p>" }, { note: "a b" }, []],
    [{ note: "<p>a <b>b</b></p>" }, { note: "a b" }, ["note"]],
    [{ name: false }, { name: "" }, []],
    [{ name: "a" }, { name: false }, ["name"]],
    [{ on: true }, { on: false }, ["on"]],
  ])("between %j and %j is in %j", (current, wanted, expected) => {
    expect(changedFields(fields, current, wanted)).toEqual(expected);
  });
});

describe("the lines of an order that is there", () => {
  const there = [
    { id: 1, product_id: [5, "p"], qty: 1, name: "a" },
    { id: 2, product_id: [5, "p"], qty: 2, name: "a" },
    { id: 3, product_id: [6, "q"], qty: 3, name: "b" },
  ];

  const plan = (wanted: Record<string, unknown>[]) => planLines(line, "o.a", "order_line", there, wanted);

  it("are left alone when they are as wanted, in any order, and when there are more", () => {
    const wanted = [
      { product_id: 6, qty: 3 },
      { product_id: 5, qty: 1 },
    ];
    expect(plan(wanted)).toEqual({ field: "order_line", updates: [], adds: [], present: [1, 2, 3] });
  });

  it("are changed where the product is the same, and added where it is not", () => {
    const wanted = [
      { product_id: 5, qty: 2 },
      { product_id: 5, qty: 9 },
      { product_id: 7, qty: 1 },
    ];
    expect(plan(wanted)).toMatchObject({
      updates: [{ id: 1, values: { qty: 9 } }],
      adds: [{ values: { product_id: 7, qty: 1 }, ordinal: 0 }],
    });
  });

  it("count twice when they are wanted twice, each under a name of its own", () => {
    const wanted = [
      { product_id: 6, qty: 3 },
      { qty: 3, product_id: 6 },
      { product_id: 6, qty: 3 },
    ];
    const { adds } = plan(wanted);
    expect(adds).toMatchObject([{ ordinal: 1 }, { ordinal: 2 }]);
    const names = adds.map((one) => lineExternalId(one, 0));
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^odoorway\.sale_order_line_of_[0-9a-f]{24}_1$/);
    expect(names).toEqual(plan(wanted).adds.map((one) => lineExternalId(one, 0)));
  });

  it("have other names under another record, and with other values", () => {
    const nameOf = (owner: string, qty: number) =>
      planLines(line, owner, "order_line", [], [{ product_id: 6, qty }]).adds[0]?.name;
    expect(new Set([nameOf("o.a", 1), nameOf("o.b", 1), nameOf("o.a", 2)]).size).toBe(3);
  });
});

describe("relations", () => {
  const metadata = model("m", field("tag_ids", "many2many"), field("order_line", "one2many"), field("name", "char"));
  const settle = (values: Record<string, unknown>, now?: Record<string, unknown>) =>
    settleRelations(metadata, new Map([["order_line", line]]), values, now);

  it.each([
    [[[6, 0, [2, 1]]], [7], [1, 2]],
    [[[4, 5, 0]], [7], [5, 7]],
    [[[3, 7, 0]], [7, 8], [8]],
    [[[5, 0, 0]], [7, 8], []],
    [
      [
        [5, 0, 0],
        [4, 1, 0],
      ],
      [7, 8],
      [1],
    ],
  ])("of many records: %j on %j is %j, however often it is done", (commands, now, expected) => {
    const settled = settle({ tag_ids: commands }, { tag_ids: now });
    expect(settled).toEqual({ header: { tag_ids: [[6, 0, expected]] }, lines: [] });
    expect(settle({ tag_ids: [[6, 0, expected]] }, { tag_ids: expected })).toEqual(settled);
  });

  it("that make or change other records cannot be done twice, and are refused by name", () => {
    expect(settle({ tag_ids: [[0, 0, { name: "x" }]] })).toMatchObject({ row: { code: "x2many_command_syntax" } });
    expect(settle({ order_line: [[1, 7, { qty: 1 }]] })).toMatchObject({ row: { field: "order_line" } });
    expect(settle({ order_line: [[2, 7, 0]] })).toMatchObject({ row: { code: "x2many_command_syntax" } });
  });

  it("of lines are the lines wanted", () => {
    const wanted = { name: "a", order_line: [[0, 0, { qty: 1 }]] };
    expect(settle(wanted)).toEqual({
      header: { name: "a" },
      lines: [{ field: "order_line", values: [{ qty: 1 }] }],
    });
  });
});
