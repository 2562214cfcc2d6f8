import type { FieldMetadata, ModelMetadata } from "@odoorway/core";
import { expect, it } from "vitest";
import { loadRecord } from "./load-record.js";

function model(name: string, fields: Record<string, Partial<FieldMetadata>>): ModelMetadata {
  const all = Object.entries(fields).map(([field, facts]) => [
    field,
    { name: field, type: "char", label: field, required: false, readonly: false, stored: true, depends: [], ...facts },
  ]);
  return { model: name, label: name, fields: Object.fromEntries(all), filled: new Set() };
}

const line = model("sale.order.line", { product_id: { type: "many2one" }, qty: { type: "float" } });
const order = model("sale.order", {
  name: {},
  open: { type: "boolean" },
  partner_id: { type: "many2one" },
  tag_ids: { type: "many2many" },
  order_line: { type: "one2many", relation: "sale.order.line" },
  link: { type: "reference" },
});
const load = (values: Record<string, unknown>) => loadRecord(order, "shop.o1", values, () => line);

it("writes scalars as load() reads them, and empties with nothing", () => {
  expect(
    load({
      name: "S1",
      open: true,
      partner_id: 7,
      tag_ids: [
        [6, 0, [1, 2]],
        [4, 2, 0],
        [4, 3, 0],
      ],
    }),
  ).toEqual({
    fields: ["id", "name", "open", "partner_id/.id", "tag_ids/.id"],
    rows: [["shop.o1", "S1", "True", "7", "1,2,3"]],
    problems: [],
  });
  expect(load({ name: false, open: false, partner_id: false, tag_ids: [[5, 0, 0]] }).rows).toEqual([
    ["shop.o1", "", "", "", ""],
  ]);
});

it("puts lines on rows of their own, the first beside the record", () => {
  const made = load({
    name: "S1",
    order_line: [
      [0, 0, { product_id: 1, qty: 2 }],
      [0, 0, { product_id: 3, qty: 0.5 }],
    ],
  });
  expect(made.fields).toEqual(["id", "name", "order_line/product_id/.id", "order_line/qty"]);
  expect(made.rows).toEqual([
    ["shop.o1", "S1", "1", "2"],
    ["", "", "3", "0.5"],
  ]);
});

it("says of each value that load() has no form for where it stands", () => {
  const made = load({ tag_ids: [[0, 0, { name: "new" }]], order_line: [[6, 0, [1]]], link: "res.partner,1" });
  expect(made.problems.map((problem) => problem.pointer)).toEqual(["/tag_ids", "/order_line", "/link"]);
});
