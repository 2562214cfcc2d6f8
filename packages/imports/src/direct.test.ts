/** Direct imports: what the columns of Odoo's own import mean, lines of a record, and keys that stand twice. */
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseMapping } from "./mapping/parse.js";
import { createFakeOdoo, type FakeOdoo } from "./testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "./testing/harness.js";
import type { ImportStatus, Imports } from "./types.js";

let place: TestStore;
let store: Store;
let odoo: FakeOdoo;
let imports: Imports;

beforeEach(async () => {
  place = await createTestStore("sqlite", undefined);
  store = await place.open();
  odoo = createFakeOdoo();
  imports = importsOver(store, odoo);
  imports.start();
});
afterEach(async () => {
  await imports.stop();
  await store.close();
  await place.dispose();
});

async function run(model: string, key: string, body: string): Promise<ImportStatus> {
  const { id } = await imports.receive({ model, key, source: upload(body) });
  return settled(imports, id);
}

async function rowsOf(id: string) {
  const lines = (await text(imports.rows(id, { format: "ndjson" }))).trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

const table = (model: string) => [...(odoo.tables.get(model)?.values() ?? [])];

describe("a direct import with lines", () => {
  beforeEach(async () => {
    await run("res.partner", "ref", "ref,name\nC1,Ada\nC2,Grace\n");
    await run("product.product", "default_code", "default_code,name\nP1,Pen\nP2,Ink\n");
  });
  const header =
    "client_order_ref,partner_id/ref,order_line/product_id/default_code,order_line/product_uom_qty,order_line/name";
  const orders = `${header}\nO1,C1,P1,2,Pens\n,,P2,1,Ink\n,,P2,1,Ink\nO2,C2,P1,5,Pens\n`;

  it("takes rows without a key as further lines of the record above", async () => {
    const done = await run("sale.order", "client_order_ref", orders);
    expect(done.counts).toMatchObject({ read: 4, created: 4 });
    expect(done.records["sale.order"]).toMatchObject({ created: 2 });
    const [first, second] = table("sale.order");
    const linesOf = (order: unknown) =>
      table("sale.order.line")
        .filter((line) => line.order_id === order)
        .map((line) => [line.name, line.product_uom_qty]);
    expect(linesOf(first?.id)).toEqual([
      ["Pens", 2],
      ["Ink", 1],
      ["Ink", 1],
    ]);
    expect(linesOf(second?.id)).toEqual([["Pens", 5]]);
  });

  it("changes nothing when it is run again", async () => {
    await run("sale.order", "client_order_ref", orders);
    const again = await run("sale.order", "client_order_ref", orders);
    expect(again.counts).toMatchObject({ read: 4, unchanged: 4 });
    expect(table("sale.order.line")).toHaveLength(4);
  });

  it("takes the key on every row as well, and fails a row that says something else of the record", async () => {
    const body = `${header}\nO1,C1,P1,2,Pens\nO1,C1,P2,1,Ink\nO1,C2,P2,3,Ink\nO1,,P2,4,Ink\n`;
    const done = await run("sale.order", "client_order_ref", body);
    expect(done.counts).toMatchObject({ read: 4, created: 3, failed: 1 });
    expect((await rowsOf(done.id))[2].diagnosis).toMatchObject({ code: "row_key_repeated" });
    expect(table("sale.order.line").map((line) => line.product_uom_qty)).toEqual([2, 1, 4]);
  });

  it("fails rows without a key above, and with a cell of the record but no key", async () => {
    const done = await run("sale.order", "client_order_ref", `${header}\n,,P1,2,Pens\nO1,C1,P1,2,Pens\n,C2,P1,1,x\n`);
    expect(done.counts).toMatchObject({ read: 3, created: 1, failed: 2 });
    const rows = await rowsOf(done.id);
    expect(rows.map((row) => row.diagnosis?.code)).toEqual(["row_key_missing", undefined, "row_key_missing"]);
  });

  it.each([
    ["order_line/prodct_id", { nearest: "product_id" }],
    ["order_line/id", { column: "order_line/id" }],
    ["partner_id/reff", { nearest: "ref" }],
    ["partner_id/active", { column: "partner_id/active" }],
    ["partner_id/country_id/code", { column: "partner_id/country_id/code" }],
    ["client_order_ref2/x", { nearest: "client_order_ref" }],
  ])("refuses the column %s", async (column, evidence) => {
    await expect(run("sale.order", "client_order_ref", `client_order_ref,${column}\n1,2\n`)).rejects.toMatchObject({
      code: "import_unknown_column",
      evidence,
    });
  });
});

describe("a key that stands twice", () => {
  it("is one record when the rows are equal, and fails the later row when they are not", async () => {
    const done = await run("res.partner", "ref", "ref,name\n1,Ada\n1,Ada\n1,Eve\n2,Grace\n");
    expect(done.counts).toMatchObject({ read: 4, created: 2, unchanged: 1, failed: 1 });
    const rows = await rowsOf(done.id);
    expect(rows[2]).toMatchObject({ line: 4, diagnosis: { code: "row_key_repeated" } });
    expect(rows[2].diagnosis.cause).toContain("line 2");
    expect(table("res.partner").map((row) => row.name)).toEqual(["Ada", "Grace"]);
  });

  it("or holds a NUL, as JSON and workbooks can say it, fails its row alone", async () => {
    const done = await run("res.partner", "ref", '{"ref":"a\\u0000b","name":"Eve"}\n{"ref":"c","name":"Ada"}\n');
    expect(done.counts).toMatchObject({ created: 1, failed: 1 });
  });

  it("that another model has already is told", async () => {
    odoo.xids.set("shop.one", { model: "product.product", id: 7 });
    const { id } = await imports.receive({
      model: "res.partner",
      source: upload("id,name\nshop.one,Ada\nshop.two,Eve\n"),
    });
    const done = await settled(imports, id);
    expect(done.counts).toMatchObject({ created: 1, failed: 1 });
    expect((await rowsOf(id))[0]).toMatchObject({ line: 2, diagnosis: { code: "key_of_other_model" } });
  });
});

describe("the rows as results", () => {
  it("as CSV name every key of the objects, those that come first in a late row too", async () => {
    const body = `${Array.from({ length: 2500 }, (_, at) => `{"ref":"${at}","name":"n"}\n`).join("")}{"ref":"x","email":"a"}\n`;
    const { id } = await imports.receive({ model: "res.partner", key: "ref", source: upload(body) });
    const [header] = (await text(imports.rows(id, { format: "csv" }))).split("\n");
    expect(header).toBe(
      "ref,name,email,odoorway_line,odoorway_status,odoorway_id,odoorway_code,odoorway_cause,odoorway_fix",
    );
  });

  it("can be those that are in Odoo, those that failed, those that are left", async () => {
    odoo.refuse = (_model, values) => (values.name === "Eve" ? "no" : undefined);
    const done = await run("res.partner", "ref", "ref,name\n1,Ada\n1,Ada\n2,Eve\n");
    const of = async (status: "successful" | "failed" | "unprocessed") =>
      (await text(imports.rows(done.id, { format: "csv", status }))).trim().split("\n").slice(1);
    expect((await of("successful")).map((line) => line.split(",").slice(0, 4))).toEqual([
      ["1", "Ada", "2", "created"],
      ["1", "Ada", "3", "unchanged"],
    ]);
    expect(await of("failed")).toHaveLength(1);
    expect(await of("unprocessed")).toHaveLength(0);
  });

  it("of a table are that table again, as NDJSON too: relations by a field, and lines of a record", async () => {
    odoo.refuse = (model, values) => (model === "sale.order" && values.client_order_ref === "S1" ? "no" : undefined);
    const body = "client_order_ref,partner_id/.id,order_line/name,order_line/product_uom_qty\nS1,100,a,1\n,,b,2\n";
    await run("res.partner", "ref", "ref,name\nP,Ann\n");
    const failed = await run("sale.order", "client_order_ref", body);
    expect(failed.counts).toMatchObject({ failed: 2 });
    odoo.refuse = () => undefined;
    const again = await text(imports.rows(failed.id, { format: "ndjson", status: "failed" }));
    expect((await run("sale.order", "client_order_ref", again)).counts).toMatchObject({ created: 2, failed: 0 });
    expect(table("sale.order.line").map(({ name }) => name)).toEqual(["a", "b"]);
    const byCode = await run("res.partner", "ref", "ref,name,country_id/code\n1,Ada,GB\n");
    expect((await run("res.partner", "ref", await text(imports.rows(byCode.id, { format: "ndjson" })))).counts).toEqual(
      { read: 1, created: 0, updated: 0, unchanged: 1, failed: 0, unprocessed: 0 },
    );
    const other = `${again}${JSON.stringify({ line: 9, status: "failed", data: { client_order_ref: "S2" } })}\n`;
    await expect(
      imports.receive({ model: "sale.order", key: "client_order_ref", source: upload(other) }),
    ).rejects.toMatchObject({ code: "import_wrong_cell_count", evidence: { line: 3 } });
  });

  it("are no results where a payload has keys of its own beside line, status and data", async () => {
    const body = JSON.stringify({ line: 1, status: "x", data: { ref: "1", name: "a" }, event: "e" });
    const mapping = parseMapping(
      'entities: [{name: p, model: res.partner, key: "{event}", values: {name: data.name, ref: status}}]',
    );
    const { id } = await imports.receive({ mapping, source: upload(`${body}\n`) });
    expect((await settled(imports, id)).counts).toMatchObject({ created: 1 });
  });

  it("that failed are read again as mended rows, by their lines", async () => {
    odoo.refuse = (_model, values) => (values.name === "Eve" ? "no" : undefined);
    const done = await run("res.partner", "ref", "ref,name\n1,Ada\n2,Eve\n3,Eve\n");
    const failed = await text(imports.rows(done.id, { format: "csv", status: "failed" }));
    const edited = await imports.readEdited({ source: upload(failed.replace("2,Eve", "2,Grace")) });
    expect(edited).toMatchObject([
      { line: 3, data: { ref: "2", name: "Grace" } },
      { line: 4, data: { ref: "3", name: "Eve" } },
    ]);
    const asJson = await text(imports.rows(done.id, { format: "ndjson", status: "failed" }));
    expect((await imports.readEdited({ source: upload(asJson) }))[1]).toEqual({
      line: 4,
      data: { ref: "3", name: "Eve" },
    });
    await imports.retry(done.id, { edited });
    expect((await settled(imports, done.id)).counts).toMatchObject({ read: 3, created: 2, failed: 1 });
  });

  it.each([
    ["ref,name\n1,a\n", { code: "import_missing_column" }],
    ["odoorway_line,name\nx,a\n", { code: "invalid_body" }],
    ['{"name":"a"}\n', { code: "invalid_body" }],
    ["odoorway_line,name\n", { code: "import_empty" }],
  ])("that name no line are refused: %j", async (body, error) => {
    await expect(imports.readEdited({ source: upload(body) })).rejects.toMatchObject(error);
  });
});
