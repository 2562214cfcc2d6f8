/** Mended rows: what is sent back takes exactly the place of what failed, and nothing is lost on the way. */
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseMapping } from "./mapping/parse.js";
import { createFakeOdoo, type FakeOdoo } from "./testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "./testing/harness.js";
import { workbookOf } from "./testing/workbook.js";
import type { ImportStatus, Imports, ReceiveInput } from "./types.js";

const mapping = parseMapping(`
entities:
  - {name: p, model: res.partner, key: "{ref}", values: {name: name, email: customer.email, active: active, ref: list}}
`);

let place: TestStore;
let store: Store;
let imports: Imports;
let odoo: FakeOdoo;

beforeEach(async () => {
  place = await createTestStore("sqlite", undefined);
  store = await place.open();
  odoo = createFakeOdoo();
  odoo.refuse = (_model, values) => (String(values.name).startsWith("bad") ? "no" : undefined);
  imports = importsOver(store, odoo);
  imports.start();
});
afterEach(async () => {
  await imports.stop();
  await store.close();
  await place.dispose();
});

const partners = { model: "res.partner", key: "ref" } as const;
const orders = { model: "sale.order", key: "client_order_ref" } as const;

async function taken(body: string, how: Partial<ReceiveInput>): Promise<ImportStatus> {
  return settled(imports, (await imports.receive({ source: upload(body), ...how })).id);
}

async function failedRows(id: string, format: "csv" | "ndjson" = "csv"): Promise<string> {
  return text(imports.rows(id, { format, status: "failed" }));
}

async function retried(id: string, body: string | Uint8Array): Promise<ImportStatus> {
  await imports.retry(id, { edited: await imports.readEdited({ source: upload(body) }) });
  return settled(imports, id);
}

const all = (model: string) => [...(odoo.tables.get(model)?.values() ?? [])];

/** A sheet whose second row is of these cells. */
function sheetOf(header: readonly string[], cells: string): Buffer {
  const names = header.map((name) => `<c t="inlineStr"><is><t>${name}</t></is></c>`).join("");
  return workbookOf({ sheets: { S: `<row>${names}</row><row>${cells}</row>` } });
}

describe("a mended file", () => {
  it("must have every cell of its rows: none is emptied because a line is short", async () => {
    const { id } = await taken("ref,name,email\n1,bad,a@x\n", partners);
    await expect(retried(id, "odoorway_line,ref,name,email\n2,1,good\n")).rejects.toMatchObject({
      code: "import_wrong_cell_count",
      evidence: { line: 2, received: 3, expected: 4 },
    });
    expect((await imports.get(id)).state).toBe("done");
  });

  it("that is a workbook is refused where Excel could not compute a cell", async () => {
    const { id } = await taken("ref,name\n1,bad\n", partners);
    const cells = '<c><v>2</v></c><c><v>1</v></c><c t="e"><v>#N/A</v></c>';
    await expect(retried(id, sheetOf(["odoorway_line", "ref", "name"], cells))).rejects.toMatchObject({
      code: "invalid_body",
      evidence: { received: "#N/A in row 2 as name" },
    });
  });

  it("fails a row with the note of a value that was not kept", async () => {
    const { id } = await taken("ref,name\n1,bad\n", partners);
    const again = await retried(id, "odoorway_line,ref,name\n2,1,[odoorway: 5000 characters not kept]\n");
    expect(again.counts).toMatchObject({ failed: 1 });
    expect(await failedRows(id)).toContain("it was too long to be kept");
    expect(all("res.partner")).toEqual([]);
  });

  it("mends a record of several rows, those without a key too", async () => {
    await taken("ref,name\nP,Ann\n", partners);
    const body = "client_order_ref,partner_id/.id,order_line/name\n,100,a\n,,b\n,,c\nX,100,d\n";
    const { id, counts } = await taken(body, orders);
    expect(counts).toMatchObject({ created: 1, failed: 3 });
    const again = await retried(id, (await failedRows(id)).replace(",100,a", "S1,100,a"));
    expect(again.counts).toMatchObject({ created: 4, failed: 0 });
    const order = all("sale.order").find((one) => one.client_order_ref === "S1");
    const lines = all("sale.order.line").filter((one) => one.order_id === order?.id);
    expect(lines.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  it("takes the lines of a record along to its new key, in whatever order its rows are sent", async () => {
    await taken("ref,name\nP,Ann\n", partners);
    odoo.refuse = (_model, values) => (values.client_order_ref === "S0" ? "no" : undefined);
    const { id } = await taken("client_order_ref,partner_id/.id,order_line/name\nS0,100,a\n,,b\n", orders);
    const [header, ...rows] = (await failedRows(id)).replace("S0,", "S1,").trim().split("\n");
    const again = await retried(id, `${[header, ...rows.reverse()].join("\n")}\n`);
    expect(again.counts).toMatchObject({ created: 2, failed: 0 });
    expect(again.records["sale.order"]).toMatchObject({ created: 1, failed: 0, unprocessed: 0 });
    expect(all("sale.order.line").map(({ name }) => name)).toEqual(["a", "b"]);
  });

  it("of objects may be CSV: what was no text stays what it was, or what it says now", async () => {
    const object = { ref: 1, name: "bad", customer: { email: "a@x" }, active: true, list: null };
    const { id } = await taken(`${JSON.stringify(object)}\n`, { mapping });
    const csv = await failedRows(id);
    await retried(id, csv.replace("bad", "bad2").replace("a@x", "b@x").replace(",true,", ",false,"));
    const [data] = (await failedRows(id, "ndjson")).trim().split("\n");
    expect(JSON.parse(data ?? "")).toMatchObject({
      data: { ref: 1, name: "bad2", customer: { email: "b@x" }, active: false, list: null },
    });
    await retried(id, (await failedRows(id)).replace("bad2", "good"));
    expect(all("res.partner")).toMatchObject([{ name: "good", email: "b@x" }]);
  });

  it("is refused when another was just sent before it, and not dropped", async () => {
    const { id } = await taken("ref,name\n1,bad1\n2,bad2\n", partners);
    await imports.stop();
    const row = (line: number) => imports.retry(id, { edited: [{ line, data: { ref: `${line - 1}`, name: "good" } }] });
    const ends = await Promise.allSettled([row(2), row(3)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends.find((end) => end.status === "rejected")).toMatchObject({ reason: { code: "import_not_finished" } });
  });

  describe("of an array on one line", () => {
    const array = JSON.stringify(["ok", "bad1", "fine", "bad2"].map((name, at) => ({ ref: String(at), name })));

    it("mends the rows that failed, in their order", async () => {
      const { id } = await taken(array, partners);
      const again = await retried(id, (await failedRows(id)).replace("bad1", "good1"));
      expect(again.counts).toMatchObject({ created: 3, failed: 1 });
      expect(all("res.partner").map(({ ref, name }) => [ref, name])).toEqual([
        ["0", "ok"],
        ["2", "fine"],
        ["1", "good1"],
      ]);
      await retried(id, (await failedRows(id, "ndjson")).replace("bad2", "good2"));
      expect(all("res.partner").at(-1)).toMatchObject({ ref: "3", name: "good2" });
    });

    it.each([
      ["0,good\n1,1,good\n1,3,good", "3 of the rows of line 1 are sent"],
      ["1,good", "1 of the rows of line 1 are sent"],
    ])("is refused when they are not as many: %j", async (rows, detail) => {
      const { id } = await taken(array, partners);
      await expect(retried(id, `odoorway_line,ref,name\n1,${rows}\n`)).rejects.toMatchObject({
        code: "invalid_parameter",
        evidence: { detail },
      });
    });

    it("is refused when it names a line where nothing failed", async () => {
      const { id } = await taken(array, partners);
      await expect(retried(id, "odoorway_line,ref,name\n2,0,good\n")).rejects.toMatchObject({
        evidence: { detail: "there is no line 2 that failed" },
      });
    });
  });
});
