/** The same calls over every transport against every target: what the sandbox answers, a real Odoo answers. */
import { type ClientOptions, createClient, type OdooClient } from "@odoorway/client";
import { createFetchClient } from "@odoorway/client/fetch";
import { OdoorwayError } from "@odoorway/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets, transports } from "./targets.js";

type Opened = Awaited<ReturnType<(typeof targets)[number]["open"]>>;
type Values = Record<string, unknown>;

const all = targets.flatMap((target) => transports.map((transport) => ({ name: target.name, target, transport })));
const cases = all
  .filter(({ target, transport }) => target.leftOut[transport] === undefined)
  .map((one) => ({ ...one, make: createClient }));

/** Version 1 of XML-RPC, and the client that has only fetch. */
const further = targets.flatMap((target) => [
  { name: target.name, target, transport: "xmlrpc1" as const, make: createClient },
  { name: `${target.name} by fetch`, target, transport: "jsonrpc" as const, make: createFetchClient },
]);

const leftOut = all.filter(({ target, transport }) => target.leftOut[transport] !== undefined);

describe.each(leftOut)("$name over $transport", ({ target, transport }) => {
  it(`is left out: ${target.leftOut[transport]}`, async () => {
    const opened = await target.open();
    const odoo = createClient({ ...opened.access, apiKey: "no-key-and-no-password", transport });
    // What is not asked must not seem to work either.
    await expect(odoo.authenticate()).rejects.toBeInstanceOf(OdoorwayError);
    await odoo.close();
    await opened.close();
  });
});

describe.each([...cases, ...further])("$name over $transport", ({ target, transport, make }) => {
  const mark = `conformance ${make.name} ${transport} ${Date.now()}`;
  const made: { model: string; ids: number[] }[] = [];
  let opened: Opened;
  let odoo: OdooClient;

  const connect = (wrong: Partial<Pick<ClientOptions, "apiKey" | "login" | "database">> = {}) => {
    const apiKey = transport === "session" ? opened.password : opened.access.apiKey;
    return make({ ...opened.access, apiKey, transport, ...wrong });
  };

  beforeAll(async () => {
    opened = await target.open();
    odoo = connect();
  });

  afterAll(async () => {
    const orders = made.filter(({ model }) => model === "sale.order").flatMap(({ ids }) => ids);
    const context = { disable_cancel_warning: true };
    if (orders.length > 0) await odoo.call("sale.order", "action_cancel", [orders], { context }).catch(() => undefined);
    for (const { model, ids } of made.reverse()) await odoo.call(model, "unlink", [ids]).catch(() => undefined);
    await odoo.close();
    await opened.close();
  });

  async function create(model: string, values: Values[]): Promise<number[]> {
    const ids = await odoo.call(model, "create", [values]);
    if (!Array.isArray(ids)) throw new Error("create of a list answered no list");
    made.push({ model, ids });
    return ids;
  }

  async function failure(model: string, method: string, args: unknown[], kwargs?: Values): Promise<OdoorwayError> {
    const error = await odoo.call(model, method, args, kwargs).then(
      (value) => new Error(`answered ${JSON.stringify(value)}`),
      (reason: unknown) => reason,
    );
    if (error instanceof OdoorwayError) return error;
    throw error;
  }

  it("tells its version without a credential", async () => {
    const { server, major } = await odoo.version();
    expect(major).toBeGreaterThanOrEqual(12);
    expect(server).toContain(String(major));
  });

  it("authenticates, and refuses a wrong key and an unknown login alike", async () => {
    expect(await odoo.authenticate()).toBeGreaterThan(0);
    for (const wrong of [{ apiKey: "not-the-key" }, { login: "nobody" }]) {
      const client = connect(wrong);
      await expect(client.authenticate()).rejects.toMatchObject({ code: "auth_invalid_credentials", happened: "no" });
      await client.close();
    }
  });

  it("names a database that does not exist", async () => {
    const client = connect({ database: "no_such_database" });
    await expect(client.authenticate()).rejects.toMatchObject({
      code: "db_not_found",
      evidence: { database: "no_such_database" },
    });
    await client.close();
  });

  it("creates a list, reads, writes, searches, counts and deletes", async () => {
    const names = [`${mark} b`, `${mark} a & <c> "é😀"`];
    const ids = await create(
      "res.partner",
      names.map((name) => ({ name, is_company: true })),
    );
    expect(ids).toHaveLength(2);
    const [first] = ids;
    const fields = ["name", "is_company", "parent_id", "email"];
    expect(await odoo.call("res.partner", "read", [ids, fields])).toEqual(
      names.map((name, index) => ({ id: ids[index], name, is_company: true, parent_id: false, email: false })),
    );
    expect(await odoo.call("res.partner", "write", [[first], { email: "b@example.com", parent_id: ids[1] }])).toBe(
      true,
    );
    expect(await odoo.call("res.partner", "read", [[first], ["email", "parent_id"]])).toEqual([
      { id: first, email: "b@example.com", parent_id: [ids[1], names[1]] },
    ]);
    const domain = [["name", "=like", `${mark}%`]];
    expect(await odoo.call("res.partner", "search", [domain], { order: "name" })).toEqual([...ids].reverse());
    expect(await odoo.call("res.partner", "search", [domain], { order: "id", limit: 1, offset: 1 })).toEqual([ids[1]]);
    expect(await odoo.call("res.partner", "search_count", [domain])).toBe(2);
    expect(await odoo.call("res.partner", "search_read", [domain, ["name"]], { order: "id" })).toEqual(
      names.map((name, index) => ({ id: ids[index], name })),
    );
    expect(await odoo.call("res.partner", "unlink", [[first]])).toBe(true);
    expect(await odoo.call("res.partner", "search_count", [domain])).toBe(1);
    expect(await odoo.call("res.partner", "read", [[], ["name"]])).toEqual([]);
  });

  it("describes the fields of a model", async () => {
    const attributes = ["type", "required", "readonly", "relation", "string"];
    const fields = await odoo.call("res.partner", "fields_get", [], { attributes });
    expect(fields).toMatchObject({
      name: { type: "char" },
      country_id: { type: "many2one", relation: "res.country", required: false },
      category_id: { type: "many2many", relation: "res.partner.category" },
      child_ids: { type: "one2many", relation: "res.partner" },
    });
    expect(await odoo.call("sale.order", "fields_get", [["partner_id"]], { attributes })).toEqual({
      partner_id: { type: "many2one", required: true, readonly: false, relation: "res.partner", string: "Customer" },
    });
  });

  it("loads rows under external ids, once and again", async () => {
    const key = `conformance.${make.name}_${transport}_${Date.now()}`;
    const fields = ["id", "name", "country_id/id", "category_id"];
    const rows = [
      [`${key}_1`, `${mark} load 1`, "base.be", ""],
      [`${key}_2`, `${mark} load 2`, "base.fr", ""],
    ];
    const first = await odoo.call("res.partner", "load", [fields, rows]);
    expect(first).toMatchObject({ ids: [expect.any(Number), expect.any(Number)], messages: [] });
    const { ids } = first as { ids: number[] };
    made.push({ model: "res.partner", ids });
    const again = [[`${key}_1`, `${mark} load 1 again`]];
    expect(await odoo.call("res.partner", "load", [["id", "name"], again])).toMatchObject({
      ids: [ids[0]],
      messages: [],
    });
    expect(await odoo.call("res.partner", "read", [ids, ["name", "country_id"]])).toMatchObject([
      { name: `${mark} load 1 again`, country_id: [expect.any(Number), "Belgium"] },
      { name: `${mark} load 2`, country_id: [expect.any(Number), "France"] },
    ]);
  });

  it("saves nothing of a load with a bad row, and says which row and field", async () => {
    const names = [`${mark} good`, `${mark} bad`];
    const rows = [
      [names[0], "Belgium"],
      [names[1], "Atlantis"],
    ];
    const answer = await odoo.call("res.partner", "load", [["name", "country_id"], rows]);
    expect(answer).toMatchObject({
      ids: false,
      messages: [
        {
          type: "error",
          record: 1,
          rows: { from: 1, to: 1 },
          field: "country_id",
          message: expect.stringContaining("Atlantis"),
        },
      ],
    });
    expect(await odoo.call("res.partner", "search_count", [[["name", "in", names]]])).toBe(0);
  });

  it("names a required field that is missing, and saves nothing of the list", async () => {
    const error = await failure("product.template", "create", [[{ name: `${mark} ok` }, { list_price: 5 }]]);
    expect(error).toMatchObject({ code: "not_null_violation", happened: "no" });
    expect(error.evidence).toMatchObject({ field: "name", model: "product.template" });
    expect(await odoo.call("product.template", "search_count", [[["name", "=", `${mark} ok`]]])).toBe(0);
  });

  it("names what does not exist: record, field, method, model", async () => {
    const missing = 99_999_999;
    expect(await failure("res.partner", "write", [[missing], { name: "x" }])).toMatchObject({
      code: "missing_record",
      evidence: { model: "res.partner", id: String(missing) },
    });
    expect(await odoo.call("res.partner", "search", [[["id", "=", missing]]])).toEqual([]);
    const wrongField = { code: "invalid_field_name", evidence: { model: "res.partner", field: "no_such_field" } };
    expect(await failure("res.partner", "create", [[{ name: "x", no_such_field: 1 }]])).toMatchObject(wrongField);
    expect(await failure("res.partner", "read", [[1], ["no_such_field"]])).toMatchObject(wrongField);
    expect(await failure("res.partner", "search", [[["no_such_field", "=", 1]]])).toMatchObject(wrongField);
    expect(await failure("res.partner", "no_such_method", [[1]])).toMatchObject({
      code: "method_not_found",
      evidence: { model: "res.partner", method: "no_such_method" },
    });
    expect(await failure("no.such.model", "search", [[]])).toMatchObject({
      code: "model_not_found",
      evidence: { model: "no.such.model" },
    });
  });

  it("refuses private methods, wrong values and what the user may not do", async () => {
    expect(await failure("res.partner", "_write", [[1], {}])).toMatchObject({ code: "method_private" });
    expect(await failure("res.partner", "create", [[{ name: "x", country_id: "Belgium" }]])).toMatchObject({
      code: "wrong_type",
    });
    expect(await failure("res.users", "create", [[{ name: mark, login: mark }]])).toMatchObject({
      code: "access_model_denied",
      evidence: { operation: "create", model: "res.users" },
    });
  });

  it("creates a sale order with lines and confirms it", async () => {
    const [partner] = await create("res.partner", [{ name: `${mark} customer` }]);
    const [template] = await create("product.template", [{ name: `${mark} product`, list_price: 12.5 }]);
    const variants = await odoo.call("product.product", "search", [[["product_tmpl_id", "=", template]]]);
    expect(variants).toEqual([expect.any(Number)]);
    const [product] = variants as number[];
    const line = { product_id: product, product_uom_qty: 3, price_unit: 10, discount: 10 };
    const [order] = await create("sale.order", [{ partner_id: partner, order_line: [[0, 0, line]] }]);
    const read = async (fields: string[]) => odoo.call("sale.order", "read", [[order], fields]);
    expect(await read(["state", "partner_id", "amount_untaxed"])).toEqual([
      { id: order, state: "draft", partner_id: [partner, `${mark} customer`], amount_untaxed: 27 },
    ]);
    expect(await odoo.call("sale.order", "action_confirm", [[order]])).toBe(true);
    expect(await read(["state"])).toEqual([{ id: order, state: "sale" }]);
    expect(await failure("sale.order", "unlink", [[order]])).toMatchObject({
      code: "record_locked_state",
      happened: "no",
    });
    expect(await odoo.call("sale.order", "search_count", [[["id", "=", order]]])).toBe(1);
  });
});
