import { describe, expect, it } from "vitest";
import { checkRecord } from "./check.js";
import { readFieldsGet } from "./fields-get.js";
import { planLookups } from "./lookups.js";
import { resolve } from "./resolve.js";

const field = (type: string, more: object = {}) => ({
  type,
  string: type,
  required: false,
  readonly: false,
  store: true,
  ...more,
});
const product = readFieldsGet(
  "product.template",
  "Product",
  {
    id: field("integer", { readonly: true }),
    categ_id: field("many2one", { relation: "product.category" }),
    traits: field("properties", { definition_record: "categ_id", definition_record_field: "traits_definition" }),
  },
  [],
);
const definitions = [
  { name: "color", type: "char", string: "Color" },
  {
    name: "size",
    type: "selection",
    string: "Size",
    selection: [
      ["s", "Small"],
      ["l", "Large"],
    ],
  },
  { name: "year", type: "integer", string: "Year" },
  { name: "maker", type: "many2one", string: "Maker", comodel: "res.partner" },
  { name: "marks", type: "tags", string: "Marks", tags: [["new", "New", 1]] },
];
/** The properties of a product as Odoo reads them: the definitions with values. */
const held = definitions.map((one) => ({
  ...one,
  value: one.name === "maker" ? [7, "Ann"] : one.name === "color" ? "red" : false,
}));

/** Checks and resolves; each model's answer by its name. */
function settle(values: object, mode: "create" | "write", answers: Record<string, unknown[]>) {
  const context = { mode, metadata: () => undefined, ...(mode === "write" ? { id: 5 } : {}) } as const;
  const checked = checkRecord(product, values, context);
  const lookups = planLookups([checked]);
  const [resolved] = resolve(
    [checked],
    lookups,
    lookups.map((lookup) => answers[lookup.model]),
  );
  return { lookups, resolved, told: resolved?.problems.map(({ pointer, code, nearest }) => [pointer, code, nearest]) };
}
const write = (traits: unknown) => settle({ traits }, "write", { "product.template": [{ id: 5, traits: held }] });
const create = (traits: unknown) =>
  settle({ categ_id: 3, traits }, "create", { "product.category": [{ id: 3, traits_definition: definitions }] });

describe("properties of a record that is there", () => {
  it("keep the values that are not given, where Odoo would empty them", () => {
    const { resolved, lookups } = write({ size: "l" });
    expect(resolved?.problems).toEqual([]);
    expect(resolved?.values).toEqual({ traits: { color: "red", size: "l", year: false, maker: 7, marks: false } });
    expect(lookups).toMatchObject([{ model: "product.template", args: [[["id", "in", [5]]], ["id", "traits"]] }]);
  });

  it("are refused by name and type, each at its pointer", () => {
    const { told } = write({ colour: "x", Color: "x", size: "m", year: "12", maker: "Ann", marks: ["old"], color: 5 });
    expect(told).toEqual([
      ["/traits/colour", "unknown_property", "color"],
      ["/traits/Color", "unknown_property", "color"],
      ["/traits/size", "invalid_selection_value", undefined],
      ["/traits/year", "wrong_type", undefined],
      ["/traits/maker", "wrong_type", undefined],
      ["/traits/marks", "invalid_selection_value", undefined],
      ["/traits/color", "wrong_type", undefined],
    ]);
  });

  it("may be sent back as Odoo's list", () => {
    expect(write(held).resolved?.values).toEqual({
      traits: { color: "red", size: false, year: false, maker: 7, marks: false },
    });
    expect(write([{ name: "nope", value: 1 }]).told).toEqual([["/traits/0/value", "unknown_property", undefined]]);
  });

  it("are emptied by null, and refused when they are neither object nor list", () => {
    expect(write(null).resolved?.values).toEqual({ traits: false });
    expect(write("x").told).toEqual([["/traits", "wrong_type", undefined]]);
    expect(write([1]).told).toEqual([["/traits", "wrong_type", undefined]]);
  });
});

describe("properties of a record that is made", () => {
  it("are held against the definition on the record that they hang on", () => {
    const { resolved, lookups } = create({ color: "blue", year: 2024 });
    expect(lookups).toMatchObject([
      { model: "product.category", args: [[["id", "in", [3]]], ["id", "traits_definition"]] },
    ]);
    expect(resolved?.values).toEqual({ categ_id: 3, traits: { color: "blue", year: 2024 } });
    expect(create({ weight: 1 }).told).toEqual([["/traits/weight", "unknown_property", undefined]]);
  });

  it("are left to Odoo where the definition cannot be seen", () => {
    expect(settle({ traits: { any: 1 } }, "create", {}).resolved?.values).toEqual({ traits: { any: 1 } });
    expect(settle({ categ_id: 3, traits: { any: 1 } }, "create", {}).resolved?.values).toEqual({
      categ_id: 3,
      traits: { any: 1 },
    });
  });
});
