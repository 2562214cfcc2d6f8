import type { ModelMetadata } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { readFieldsGet } from "../fields-get.js";
import { rawPartner } from "../models.fixture.js";
import { isModelsFile, modelsFile } from "./models-file.js";

const columns = { id: { type: "integer", readonly: true }, create_date: { type: "datetime", readonly: true } };
const model = (name: string, fields: object = {}, filled: string[] = []): ModelMetadata =>
  readFieldsGet(name, `Label of ${name}`, { ...columns, ...fields }, filled);
const char = (more: object = {}) => ({ type: "char", store: true, ...more });
const written = (...models: ModelMetadata[]) => modelsFile(models, "18.0");

/** The lines of a declaration without its comments. */
function body(text: string, head: string): string[] {
  const start = text.indexOf(`${head} {`);
  expect(start, head).toBeGreaterThan(-1);
  const lines = text.slice(start, text.indexOf("}\n", start)).split("\n").slice(1);
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("/**"));
}

describe("the file of models", () => {
  it("says what read answers, by type and by whether it can be empty", () => {
    const text = written(readFieldsGet("res.partner", "Contact", rawPartner, []));
    expect(body(text, "export interface ResPartner")).toEqual([
      "id: number;",
      "active: boolean;",
      "birthday: string | false;",
      'category_id: X2many<"res.partner.category">;',
      'child_ids: X2many<"res.partner">;',
      "code: string | false;",
      "color: number;",
      "comment: string | false;",
      "contact_address: string | false;",
      'country_id: Many2one<"res.country"> | false;',
      "create_date: string | false;",
      "credit: number;",
      "display_name: string;",
      "doc: string | false;",
      "email_normalized: string | false;",
      "extra: unknown;",
      "image_1920: string | false;",
      "name: string;",
      'parent_id: Many2one<"res.partner"> | false;',
      "rank: number;",
      "ref: string | false;",
      "res_id: number | false;",
      "seen_at: string | false;",
      'signup_state: "new" | false;',
      "traits: Record<string, unknown>[];",
      'type: "contact" | "invoice" | false;',
    ]);
  });

  it("lets write what can be written, and makes create name what it needs", () => {
    const fields = {
      name: char({ required: true }),
      code: char({ required: true }),
      state: { type: "selection", selection: [["a", "A"]], readonly: true, store: true },
      total: { type: "float", readonly: true, store: false, depends: ["name"] },
      serial: char({ required: true, readonly: true }),
      partner_id: { type: "many2one", relation: "res.partner", required: true },
      line_ids: { type: "one2many", relation: "x.line", relation_field: "order_id", required: true },
    };
    const text = written(model("x.order", fields, ["code"]));
    expect(body(text, "export interface XOrderWrite")).toEqual([
      "code?: string;",
      'line_ids?: Commands<"x.line", "order_id">;',
      "name?: string;",
      "partner_id?: number;",
    ]);
    expect(body(text, "export interface XOrderCreate extends XOrderWrite")).toEqual([
      "name: string;",
      "partner_id: number;",
      "serial: string;",
    ]);
  });

  it("is the same whatever order the metadata comes in, and holds the version and nothing of the day", () => {
    const [a, b] = [model("a", { x: char(), y: char() }), model("b")];
    const swapped = model("a", { y: char(), x: char() });
    expect(written(a, b)).toBe(written(b, swapped));
    expect(written(a)).toMatch(/^\/\*\*\n \* 1 model of Odoo 18\.0 with 4 fields, /);
    expect(modelsFile([], "19.0+e*/x")).toMatch(/^\/\*\*\n \* 0 models of Odoo 19\.0\+e\?\?x with 0 fields/);
  });

  it("knows its own files from others", () => {
    expect(isModelsFile(written(model("a")))).toBe(true);
    expect(isModelsFile("export interface Models {}")).toBe(false);
    expect(isModelsFile("")).toBe(false);
  });

  it("names types apart, whatever the models are called", () => {
    const names = ["sale.order", "sale_order", "sale.order.create", "1.odd", "models", "x__y", "record", "omit", "_"];
    const text = written(...names.map((name) => model(name)));
    const declared = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map((match) => match[1]);
    expect(new Set(declared).size).toBe(declared.length);
    expect(declared).toContain("SaleOrder");
    expect(declared).toContain("SaleOrderCreate_2");
    expect(declared).toContain("SaleOrder_2");
    expect(declared).toContain("Model1Odd");
    expect(declared).toContain("Models_2");
    expect(text).toContain('"sale.order": { read: SaleOrder; create: SaleOrderCreate; write: SaleOrderWrite };');
  });

  it("lets no name, label or choice break out of its place", () => {
    const label = 'a */ b\n c\u2028d " `';
    const odd = model("x", {
      'a"; evil: 1': char({ string: label }),
      "2nd": char(),
      class: char(),
      kind: {
        type: "selection",
        store: true,
        selection: [
          ['q"\\\n', "Q"],
          ["*/", "R"],
        ],
      },
    });
    const text = written(odd);
    expect(body(text, "export interface X")).toEqual([
      "id: number;",
      '"2nd": string | false;',
      '"a\\"; evil: 1": string | false;',
      "class: string | false;",
      "create_date: string | false;",
      'kind: "q\\"\\\\\\n" | "*/" | false;',
    ]);
    expect(text).toContain('/** a *\\/ b c d " ` */');
  });

  it("takes long, empty and numeric selections for what they are", () => {
    const selection = (keys: unknown[]) => ({
      type: "selection",
      selection: keys.map((key) => [key, "x"]),
      store: true,
    });
    const many = Array.from({ length: 101 }, (_, index) => `zone${index}`);
    const text = written(model("x", { tz: selection(many), none: selection([]), sel_groups_2_4: selection([2, 4]) }));
    expect(body(text, "export interface X").slice(2)).toEqual([
      "none: string | false;",
      "sel_groups_2_4: number | false;",
      "tz: string | false;",
    ]);
  });

  it("counts required fields that come by delegation as never empty", () => {
    const through = (name: string, more: object = {}) =>
      char({ related: `tmpl_id.${name}`, depends: [`tmpl_id.${name}`], store: false, ...more });
    const text = written(
      model("v", {
        tmpl_id: { type: "many2one", relation: "t", required: true, store: true },
        name: through("name", { required: true }),
        a: through("a"),
        b: through("b"),
        computed: char({ required: true, store: false, depends: ["a"] }),
      }),
    );
    expect(body(text, "export interface V")).toContain("name: string;");
    expect(body(text, "export interface V")).toContain("computed: string | false;");
    expect(body(text, "export interface VCreate extends VWrite")).toEqual([]);
  });

  it("takes a display name for what it is made of", () => {
    const display = (...depends: string[]) => char({ store: false, readonly: true, depends });
    const typeOf = (fields: object) =>
      body(written(model("x", fields)), "export interface X").find((line) => line.startsWith("display_name"));
    const [needed, optional] = [char({ required: true }), char()];
    expect(typeOf({ name: needed, display_name: display("name") })).toBe("display_name: string;");
    expect(typeOf({ name: optional, display_name: display("name") })).toBe("display_name: string | false;");
    expect(typeOf({ name: optional, display_name: display("name", "ref") })).toBe("display_name: string;");
    expect(typeOf({ display_name: display() })).toBe("display_name: string;");
  });

  it("expects no order of a view, text ids of account.root, anything of computed binaries", () => {
    const fields = {
      id: columns.id,
      uom_id: { type: "many2one", relation: "uom.uom", required: true, store: true },
      root_id: { type: "many2one", relation: "account.root", store: true },
      totals: { type: "binary", store: false, depends: ["uom_id"] },
      image_128: { type: "binary", store: false, depends: ["uom_id"] },
      file: { type: "binary", store: true },
    };
    const text = written(readFieldsGet("x", "X", fields, []));
    expect(body(text, "export interface X")).toEqual([
      "id: number;",
      "file: string | false;",
      "image_128: string | false;",
      "root_id: [id: string, name: string] | false;",
      "totals: unknown;",
      'uom_id: Many2one<"uom.uom"> | false;',
    ]);
    expect(body(text, "export interface XWrite")).toContain("totals?: string | false;");
  });
});
