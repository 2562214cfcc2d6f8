/** The pure rules of the engine: batch sizes, load() cells, differences, lines. */
import { describe, expect, it } from "vitest";
import { field } from "../testing/fake-odoo.js";
import { nextBatchSize } from "./batch-size.js";
import { type Loadable, loadCall, signature } from "./cells.js";
import { changedFields } from "./diff.js";
import { lineCommands } from "./lines.js";

const limits = { batchRows: 1000, targetMs: 5000 };
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

describe("the size of batches", () => {
  it.each([
    [50, { rows: 50, ms: 100, lost: false }, 100],
    [800, { rows: 800, ms: 100, lost: false }, 1000],
    [400, { rows: 12, ms: 100, lost: false }, 400],
    [400, { rows: 400, ms: 4000, lost: false }, 400],
    [400, { rows: 400, ms: 10_000, lost: false }, 200],
    [400, { rows: 400, ms: 100, lost: true }, 100],
    [2, { rows: 2, ms: 900_000, lost: false }, 1],
  ])("goes from %i after %j to %i", (size, sent, expected) => {
    expect(nextBatchSize(size, sent, limits)).toBe(expected);
  });
});

describe("a load() call", () => {
  const records: Loadable[] = [
    {
      externalId: "o.a",
      values: { partner_id: 7, tag_ids: [[6, 0, [1, 2]]], ok: false },
      lines: {
        field: "order_line",
        values: [
          { product_id: 3, qty: 1.5 },
          { product_id: 4, qty: 2 },
        ],
      },
    },
    { externalId: "o.b", values: { partner_id: 8, tag_ids: [], ok: true }, lines: { field: "order_line", values: [] } },
  ];

  it("gives lines rows of their own, and every cell the form that Odoo reads", () => {
    expect(loadCall(records, order, line)).toEqual({
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
    expect(signature(first)).toBe(signature({ ...first, externalId: "o.c" }));
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

  it("are left alone when they are as wanted, in any order, and when there are more", () => {
    expect(
      lineCommands(line, there, [
        { product_id: 6, qty: 3 },
        { product_id: 5, qty: 1 },
      ]),
    ).toEqual([]);
  });

  it("are changed where the product is the same, and added where it is not", () => {
    const wanted = [
      { product_id: 5, qty: 2 },
      { product_id: 5, qty: 9 },
      { product_id: 7, qty: 1 },
    ];
    expect(lineCommands(line, there, wanted)).toEqual([
      [1, 1, { qty: 9 }],
      [0, 0, { product_id: 7, qty: 1 }],
    ]);
  });

  it("count twice when they are wanted twice", () => {
    const wanted = [
      { product_id: 6, qty: 3 },
      { product_id: 6, qty: 3 },
    ];
    expect(lineCommands(line, there, wanted)).toEqual([[0, 0, { product_id: 6, qty: 3 }]]);
  });
});
