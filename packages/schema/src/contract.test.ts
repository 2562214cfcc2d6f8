import { describe, expect, it } from "vitest";
import { commonSchemas, modelSchemas, readFieldsGet, requiredToAsk, toContractRecord } from "./index.js";
import { order, partner, product, rawOrder, rawProduct } from "./models.fixture.js";

describe("toContractRecord", () => {
  it("gives empty as null, relations by id and name, moments with a zone", () => {
    const odoo = {
      id: 3,
      name: "Azure",
      active: false,
      ref: false,
      color: 0,
      seen_at: "2024-02-29 10:00:00",
      birthday: "2024-02-29",
      country_id: [21, "Belgium"],
      parent_id: false,
      category_id: [1, 2],
      child_ids: false,
      doc: "res.partner,7",
      res_id: 0,
      traits: [{ name: "a", value: false }],
      unknown: "as it is",
    };
    expect(toContractRecord(partner, odoo)).toEqual({
      id: 3,
      name: "Azure",
      active: false,
      ref: null,
      color: 0,
      seen_at: "2024-02-29T10:00:00Z",
      birthday: "2024-02-29",
      country_id: { id: 21, name: "Belgium" },
      parent_id: null,
      category_id: [1, 2],
      child_ids: [],
      doc: { model: "res.partner", id: 7 },
      res_id: null,
      traits: [{ name: "a", value: false }],
      unknown: "as it is",
    });
  });

  it("takes the forms of web_read and of names hidden from the user", () => {
    expect(toContractRecord(partner, { country_id: { id: 2, display_name: "X" } })).toEqual({
      country_id: { id: 2, name: "X" },
    });
    expect(toContractRecord(partner, { country_id: [2, false], doc: "res.partner,0" })).toEqual({
      country_id: { id: 2, name: null },
      doc: null,
    });
  });
});

describe("readFieldsGet", () => {
  it("knows what Odoo fills: what default_get gave, what it computes, links of delegation", () => {
    expect([...order.filled].sort()).toEqual(["name", "partner_invoice_id"]);
    expect([...product.filled].sort()).toEqual(["name", "product_tmpl_id", "type", "uom_po_id"]);
    expect(requiredToAsk(rawOrder)).toEqual(["name", "partner_id"]);
    expect(requiredToAsk(rawProduct)).toEqual([]);
  });

  it("survives missing and broken attributes", () => {
    const { fields } = readFieldsGet(
      "x",
      "X",
      { a: {}, b: { type: "job_serialized", depends: null, digits: 0 }, c: 5 },
      [],
    );
    expect(fields.a).toEqual({
      name: "a",
      type: "json",
      label: "a",
      required: false,
      readonly: false,
      stored: true,
      depends: [],
    });
    expect(fields.b?.type).toBe("json");
    expect(fields.c).toBeUndefined();
    expect(fields.constructor).toBeUndefined();
    for (const answer of [null, false, [], "x"])
      expect(() => readFieldsGet("x", "X", answer, [])).toThrow(/invalid_json_or_xml/);
  });
});

describe("modelSchemas", () => {
  it("describes reading, creating and updating, with every reference resolved", () => {
    const schemas = modelSchemas(partner);
    expect(Object.keys(schemas)).toEqual(["res.partner", "res.partner.create", "res.partner.update"]);
    expect(schemas["res.partner.create"]).toMatchObject({
      required: ["name"],
      additionalProperties: false,
      properties: {
        name: { type: "string", title: "Name" },
        ref: { type: ["string", "null"] },
        type: { type: ["string", "null"], enum: ["contact", "invoice", null] },
      },
    });
    expect(schemas["res.partner"]).toMatchObject({ properties: { id: { readOnly: true } } });
    expect(JSON.stringify(schemas["res.partner.update"])).not.toContain("create_date");
    const common = commonSchemas();
    const names = [...JSON.stringify([schemas, common]).matchAll(/#\/components\/schemas\/(\w+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(common).toHaveProperty(name);
  });
});
