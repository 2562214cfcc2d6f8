import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { checkOperation, checkRecord } from "../check.js";
import { readFieldsGet } from "../fields-get.js";
import { planLookups } from "../lookups.js";
import { resolve } from "../resolve.js";
import { documentOfLine, documentRules } from "./rules.js";

const field = (type: string, more: object = {}) => ({
  type,
  string: type,
  required: false,
  readonly: false,
  store: true,
  ...more,
});
const id = field("integer", { readonly: true });
const order = readFieldsGet(
  "sale.order",
  "Order",
  {
    id,
    // Odoo 16 has no `locked`, but the state done.
    state: field("selection", {
      readonly: true,
      selection: [
        ["draft", "Quotation"],
        ["sale", "Order"],
        ["done", "Locked"],
      ],
    }),
    pricelist_id: field("many2one", { relation: "product.pricelist" }),
    order_line: field("one2many", { relation: "sale.order.line", relation_field: "order_id" }),
    tag_ids: field("many2many", { relation: "crm.tag" }),
    amount_total: field("monetary", { readonly: true, depends: ["order_line"] }),
  },
  [],
);
const line = readFieldsGet(
  "sale.order.line",
  "Line",
  {
    id,
    order_id: field("many2one", { relation: "sale.order", required: true }),
    name: field("text"),
    price_unit: field("float", { digits: [16, 2] }),
    display_type: field("selection", { selection: [["line_note", "Note"]] }),
    tax_id: field("many2many", { relation: "account.tax", depends: ["name"] }),
  },
  [],
);
const metadata = (model: string) => ({ "sale.order": order, "sale.order.line": line })[model];

type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>;
function settle(checked: ReturnType<typeof checkRecord>, rows: Rows) {
  const lookups = planLookups([checked]);
  const models = lookups.map((lookup) => lookup.model);
  expect(new Set(models).size).toBe(models.length);
  const [resolved] = resolve(
    [checked],
    lookups,
    lookups.map((lookup) => rows[lookup.model]),
  );
  return { lookups, resolved, told: resolved?.problems.map(({ pointer, code }) => `${pointer} ${code}`) };
}
const write = (values: object, rows: Rows) =>
  settle(checkRecord(order, values, { mode: "write", id: 7, metadata }), rows);
const writeLine = (values: object, rows: Rows) =>
  settle(checkRecord(line, values, { mode: "write", id: 5, metadata }), rows);

const confirmed = {
  "sale.order": [{ id: 7, state: "sale", pricelist_id: [3, "EUR"], order_line: [5, 6], amount_total: 12.5 }],
};
const locked = { "sale.order": [{ id: 7, state: "done", pricelist_id: [3, "EUR"], order_line: [5, 6] }] };
const lines = { "sale.order.line": [{ id: 5, order_id: [7, "S7"], price_unit: 9, name: "a", display_type: false }] };

describe("a document's state", () => {
  it("costs one look-up a model, of the fields that matter", () => {
    const { lookups } = write(
      { pricelist_id: 3, amount_total: 12.5, order_line: { update: [{ id: 5, price_unit: 9 }] } },
      confirmed,
    );
    expect(lookups.map(({ model, args }) => [model, args[0], [...args[1]].sort()])).toEqual([
      ["sale.order.line", [["id", "in", [5]]], ["id", "order_id", "price_unit"]],
      ["sale.order", expect.anything(), ["amount_total", "id", "order_line", "pricelist_id", "state"]],
      ["product.pricelist", [["id", "in", [3]]], ["id"]],
    ]);
  });

  it("is not asked for where nothing depends on it", () => {
    expect(settle(checkRecord(line, { name: "b" }, { mode: "write", metadata }), {}).lookups).toEqual([]);
  });

  it("forbids a change, and drops what is none", () => {
    expect(write({ pricelist_id: 4 }, { ...confirmed, "product.pricelist": [{ id: 4 }] }).told).toEqual([
      "/pricelist_id record_state_conflict",
    ]);
    const same = write(
      { pricelist_id: [3, "EUR"], order_line: [5, 6], amount_total: 12.5 },
      { ...confirmed, ...lines },
    );
    expect(same.resolved).toMatchObject({ values: {}, unchanged: ["/amount_total", "/order_line", "/pricelist_id"] });
  });

  it("counts for a line written by itself, whatever way the order is locked", () => {
    expect(writeLine({ price_unit: 8, name: "a" }, { ...locked, ...lines }).told).toEqual([
      "/price_unit record_state_conflict",
    ]);
    expect(writeLine({ price_unit: 8 }, { ...confirmed, ...lines }).told).toEqual([]);
    expect(writeLine({ price_unit: 9 }, { ...locked, ...lines }).resolved?.values).toEqual({});
  });

  it("lets notes be removed from a confirmed order, and products not", () => {
    const remove = (row: object) =>
      settle(checkOperation(line, 5, { delete: true }, { metadata }), {
        ...confirmed,
        "sale.order.line": [{ id: 5, order_id: [7, ""], ...row }],
      });
    expect(remove({ display_type: "line_note" }).told).toEqual([]);
    expect(remove({ display_type: false }).told).toEqual([" record_state_conflict"]);
  });

  it("forbids a line that is made by itself", () => {
    const checked = checkRecord(line, { order_id: 7, name: "x" }, { mode: "create", metadata });
    expect(settle(checked, locked).told).toEqual(["/order_id record_state_conflict"]);
  });

  it("keeps a computed list that was sent, even the same one", () => {
    const row = { "sale.order.line": [{ id: 5, order_id: [7, ""], tax_id: [1] }], "account.tax": [{ id: 1 }] };
    expect(writeLine({ tax_id: [1] }, { ...row, "sale.order": [{ id: 7, state: "draft" }] }).resolved?.values).toEqual({
      tax_id: [[6, 0, [1]]],
    });
  });

  it("tells a record that is not there, and readonly values that cannot be compared", () => {
    expect(write({ amount_total: 1 }, { "sale.order": [] }).resolved).toMatchObject({ missing: true });
    expect(write({ amount_total: 12.5 }, {}).told).toEqual(["/amount_total readonly_field"]);
    expect(
      settle(checkOperation(order, 7, { action: "action_confirm" }, { metadata }), { "sale.order": [] }).resolved,
    ).toMatchObject({
      missing: true,
    });
  });
});

it("the documentation has every rule's model and remedy", () => {
  const text = readFileSync(new URL("../../../../docs/reference/validation.md", import.meta.url), "utf8");
  for (const model of [
    "sale.order",
    "account.move",
    "stock.picking",
    "purchase.order",
    "hr.leave",
    "hr.expense",
    "hr.expense.sheet",
  ]) {
    expect(text).toContain(model);
    for (const rule of documentRules(model)?.rules ?? []) {
      for (const method of rule.actions ?? []) expect(text).toContain(method);
      for (const [method] of rule.remedy.matchAll(/(action|button)_\w+/g)) expect(text).toContain(method);
    }
  }
  expect(documentOfLine("stock.move")?.document).toBe("stock.picking");
  expect(documentRules("constructor")).toBeUndefined();
});
