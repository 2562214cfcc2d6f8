/** load: what becomes of rows, in the messages that a real Odoo gives. */
import { systemClock } from "@odoorway/core";
import { beforeEach, describe, expect, it } from "vitest";
import { behaviours } from "../models/index.js";
import { factsOf, type OdooVersion } from "../versions/facts.js";
import { profileOf } from "../versions/profile.js";
import { openDatabase } from "./database.js";
import { type Database, type Env, modelOf } from "./env.js";
import { load } from "./load.js";
import { fieldValue } from "./value.js";

interface Loaded {
  ids: number[] | false;
  messages: { type: string; message: string; field?: string; record?: number; rows?: object; moreinfo?: unknown }[];
  nextrow: number;
}
let db: Database;
let env: Env;

function start(version: OdooVersion): void {
  db = openDatabase("test", factsOf(version), profileOf(version), behaviours, systemClock);
  env = { db, uid: 2, su: false, context: {} };
}
const run = (model: string, fields: string[], rows: unknown[][], context: Env["context"] = {}) =>
  load({ ...env, context }, modelOf(env, model), fields, rows) as unknown as Loaded;
const value = (model: string, id: number | undefined, field: string) =>
  fieldValue(env, modelOf(env, model), id ?? 0, field);

beforeEach(() => start(18));

describe("load", () => {
  it("creates, and updates the record of an external id", () => {
    const first = run(
      "res.partner",
      ["id", "name", "country_id"],
      [
        ["ext.p1", "One", "Belgium"],
        ["p2", "Two", "GB"],
      ],
    );
    expect(first).toMatchObject({ messages: [], nextrow: 0 });
    const [one, two] = first.ids || [];
    expect(value("res.partner", one, "country_id")).toBe(20);
    expect(db.ref("__import__.p2")).toEqual({ model: "res.partner", id: two });
    const again = run("res.partner", ["id", "name", "country_id"], [["ext.p1", "One v2", ""]]);
    expect(again.ids).toEqual([one]);
    expect(value("res.partner", one, "name")).toBe("One v2");
    expect(value("res.partner", one, "country_id")).toBe(false);
    expect(run("res.partner", [".id", "name"], [[String(two), "Two v2"]]).ids).toEqual([two]);
  });

  it("leaves alone, in mode update, the records whose external ids are not to be updated", () => {
    const kept = { mode: "update", noupdate: true };
    const fields = ["id", "name", "child_ids/name"];
    const first = run("res.partner", fields, [["ext.p1", "One", "Child"]], kept);
    const [one] = first.ids || [];
    const again = run("res.partner", fields, [["ext.p1", "Two", "Child"]], kept);
    expect(again).toEqual(first);
    expect(value("res.partner", one, "name")).toBe("One");
    expect(value("res.partner", one, "child_ids")).toHaveLength(1);
    expect(run("res.partner", ["id", "name"], [["ext.p1", "Three"]]).ids).toEqual([one]);
    expect(value("res.partner", one, "name")).toBe("Three");
    const open = run("res.partner", ["id", "name"], [["ext.p2", "One"]]);
    run("res.partner", ["id", "name"], [["ext.p2", "Two"]], kept);
    expect(value("res.partner", (open.ids || [])[0], "name")).toBe("Two");
  });

  it("keeps nothing when one row is bad, and says which", () => {
    const before = modelOf(env, "res.partner").table.rows.size;
    const answer = run(
      "res.partner",
      ["id", "name", "country_id"],
      [
        ["e.a", "Good", "Belgium"],
        ["e.b", "Bad", "Atlantis"],
      ],
    );
    expect(answer.ids).toBe(false);
    expect(answer.messages).toEqual([
      expect.objectContaining({
        type: "error",
        record: 1,
        rows: { from: 1, to: 1 },
        field: "country_id",
        field_name: "Country",
        message: "No matching record found for name 'Atlantis' in field 'Country'",
      }),
    ]);
    expect(modelOf(env, "res.partner").table.rows.size).toBe(before);
    expect(db.ref("e.a")).toBeUndefined();
  });

  it("groups the rows of one2many lines, by external id of the product", () => {
    run(
      "product.product",
      ["id", "name", "list_price"],
      [
        ["x.p1", "P1", "9.5"],
        ["x.p2", "P2", "4"],
      ],
    );
    expect(db.ref("x.p1_product_template")?.model).toBe("product.template");
    const fields = ["id", "partner_id/id", "date_order", "order_line/product_id/id", "order_line/product_uom_qty"];
    const rows = [
      ["x.o1", "base.main_partner", "2026-07-01 12:00:00", "x.p1", "2"],
      ["", "", "", "x.p2", "3"],
      ["x.o2", "base.main_partner", "2026-01-01 12:00:00", "x.p1", "1"],
    ];
    const { ids, messages } = run("sale.order", fields, rows, { tz: "Europe/Brussels" });
    expect(messages).toEqual([]);
    const [first, second] = ids || [];
    expect(value("sale.order", first, "order_line")).toHaveLength(2);
    expect(value("sale.order", first, "amount_untaxed")).toBe(31);
    expect(value("sale.order", first, "date_order")).toBe("2026-07-01 10:00:00");
    expect(value("sale.order", second, "date_order")).toBe("2026-01-01 11:00:00");
  });

  it.each([
    ["product.template", "list_price", "ten", "'ten' does not seem to be a number for field 'Sales Price'"],
    ["res.partner", "color", "abc", "'abc' does not seem to be an integer for field 'Color Index'"],
    ["res.partner", "type", "zork", "Value 'zork' not found in selection field 'Address Type'"],
    ["res.partner", "active", "maybe", "Unknown value 'maybe' for boolean field 'Active'"],
    [
      "res.partner",
      "country_id/id",
      "base.zz",
      "No matching record found for external id 'base.zz' in field 'Country'",
    ],
    ["res.partner", "country_id/.id", "99999", "No matching record found for database id '99999' in field 'Country'"],
    [
      "res.partner",
      "country_id/name",
      "Belgium",
      "Can not create Many-To-One records indirectly, import the field separately",
    ],
    [
      "sale.order",
      "date_order",
      "2026-01-0",
      "'2026-01-0' does not seem to be a valid datetime for field 'Order Date'",
    ],
  ])("says of %s.%s = %j: %s", (model, field, given, message) => {
    const answer = run(model, ["id", "name", field], [["e.x", "Name", given]]);
    expect(answer.ids).toBe(false);
    expect(answer.messages[0]?.message).toBe(message);
  });

  it("words what the database refuses as each version does", () => {
    const missing = () => run("product.template", ["id", "name"], [["e.t", ""]]).messages;
    const unnamed = () => run("res.partner", ["id", "name"], [["e.p", ""]]).messages.map(({ message }) => message);
    expect(missing()).toEqual([
      {
        rows: { from: 0, to: 0 },
        record: 0,
        type: "error",
        message: "Missing required value for the field 'Name' (name)",
        field: "name",
      },
    ]);
    expect(unnamed()).toEqual(["'Contacts require a name'"]);
    start(19);
    expect(missing()[0]?.message).toMatch(/^Missing required value for the field 'Name' \(name\)\.\nModel: 'Product'/);
    expect(unnamed()).toEqual(["Contacts require a name"]);
  });

  it("refuses an external id of another model and a field that is not there", () => {
    expect(run("res.partner", ["id", "name"], [["base.be", "x"]]).messages[0]?.message).toMatch(
      /^For external id base\.be when trying to create\/update a record of model res\.partner found record of different model res\.country/,
    );
    expect(() => run("res.partner", ["id", "bogus"], [["a.b", "x"]])).toThrow("Invalid field name 'bogus'");
  });

  it("refuses a space in an external id, as the database does", () => {
    const { ids, messages } = run("res.partner", ["id", "name"], [["x.q 77", "A"]]);
    expect(ids).toBe(false);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.message).toContain("ir_model_data_name_nospaces");
  });

  it("makes a record anew when the one of its external id was deleted", () => {
    const [id = 0] = run("crm.tag", ["id", "name"], [["e.t", "Tag"]]).ids || [];
    db.operations.unlink({ ...env, su: true }, modelOf(env, "crm.tag"), [id]);
    const [again] = run("crm.tag", ["id", "name"], [["e.t", "Tag"]]).ids || [];
    expect(again).toBeGreaterThan(id);
  });
});

describe("transaction", () => {
  it("takes back rows, indexes and numbers, and only from its own start", () => {
    const { operations, transaction } = db;
    const tags = modelOf(env, "crm.tag");
    const names = (name: string) => tags.table.find("name", name);
    transaction(() => {
      const [id = 0] = operations.create(env, tags, [{ name: "Outer" }]);
      expect(() =>
        transaction(() => {
          operations.write(env, tags, [id], { name: "Changed" });
          operations.create(env, tags, [{ name: "Inner" }]);
          db.nextInSequence("sale.order");
          operations.create(env, tags, [{ name: "Inner" }]);
        }),
      ).toThrow("Tag name already exists!");
      expect([names("Outer"), names("Changed"), names("Inner")]).toEqual([[id], [], []]);
    });
    expect(names("Outer")).toHaveLength(1);
    expect(db.nextInSequence("sale.order")).toBe(1);
  });
});
