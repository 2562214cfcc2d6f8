/** Properties of a product, which its category defines: what Odoo drops and empties in silence is refused and kept. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { places, type RecordsServer } from "./records-server.fixture.js";

const defining = places.filter(({ name }) => !name.startsWith("sandbox"));
const leftOut = places.filter(({ name }) => name.startsWith("sandbox"));

describe.each(leftOut)("$name", ({ open }) => {
  it("is left out: it keeps properties as they are sent, without definitions", async () => {
    const server = await open();
    const made = await server.ask("POST", "/v1/records/product.template", {
      name: "x",
      product_properties: { color: "red" },
    });
    const path = `/v1/records/product.template/${made.body.id}?fields=product_properties`;
    expect((await server.ask("GET", path)).body.product_properties).toEqual({ color: "red" });
    await server.close();
  });
});

describe.each(defining)("$name", ({ open }) => {
  let server: RecordsServer;
  let category: number;
  let product: string;
  const ask: RecordsServer["ask"] = (...request) => server.ask(...request);
  const values = async () => {
    const { body } = await ask("GET", `${product}?fields=product_properties`);
    const list = body.product_properties as { name: string; value?: unknown }[];
    return Object.fromEntries(list.map((one) => [one.name, one.value || null]));
  };

  beforeAll(async () => {
    server = await open();
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
    ];
    const made = await ask("POST", "/v1/records/product.category", {
      name: "Properties",
      product_properties_definition: definitions,
    });
    expect(made).toMatchObject({ status: 201 });
    category = made.body.id;
    const one = await ask("POST", "/v1/records/product.template", {
      name: "Properties",
      categ_id: category,
      product_properties: { color: "red" },
    });
    expect(one).toMatchObject({ status: 201 });
    product = `/v1/records/product.template/${one.body.id}`;
  });
  afterAll(() => server.close());

  it("keeps the others when one is written, and takes the list back as it was read", async () => {
    expect(await values()).toEqual({ color: "red", size: null });
    expect(await ask("PATCH", product, { product_properties: { size: "l" } })).toMatchObject({ status: 200 });
    expect(await values()).toEqual({ color: "red", size: "l" });
    const { body } = await ask("GET", `${product}?fields=product_properties`);
    expect(await ask("PATCH", product, body)).toMatchObject({ status: 200 });
    expect(await values()).toEqual({ color: "red", size: "l" });
  });

  it("refuses what is not defined or not a choice, in a write and in a create", async () => {
    const answer = await ask("PATCH", product, { product_properties: { colour: "red", size: "xl" } });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        errors: [
          { pointer: "/product_properties/colour", code: "unknown_property", nearest: "color" },
          { pointer: "/product_properties/size", code: "invalid_selection_value" },
        ],
      },
    });
    const made = { name: "x", categ_id: category, product_properties: { weight: 1 } };
    expect(await ask("POST", "/v1/records/product.template", made)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/product_properties/weight", code: "unknown_property" }] },
    });
    expect(await values()).toEqual({ color: "red", size: "l" });
  });
});
