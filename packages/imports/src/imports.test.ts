/** The whole way of a direct import, on every store. */
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeOdoo } from "./testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "./testing/harness.js";

const url = process.env.TEST_DATABASE_URL;

describe.each(testStoreKinds(url))("a direct import on %s", (kind) => {
  let place: TestStore;
  let store: Store;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  it("creates, then finds unchanged, then updates", async () => {
    const odoo = createFakeOdoo();
    const imports = importsOver(store, odoo);
    imports.start();
    const csv = "ref,name,active,country_id\nA1,Ann,yes,Ireland\nB2,Bob,no,\n";
    const input = (body: string) =>
      ({ source: upload(body), format: "csv", model: "res.partner", key: "ref" }) as const;
    const first = await settled(imports, (await imports.receive(input(csv))).id);
    expect(first).toMatchObject({
      state: "done",
      counts: { read: 2, created: 2, updated: 0, unchanged: 0, failed: 0, unprocessed: 0 },
      records: { "res.partner": { created: 2 } },
    });
    expect(odoo.xids.get("odoorway.res_partner_A1")?.model).toBe("res.partner");
    const ann = odoo.tables.get("res.partner")?.get(odoo.xids.get("odoorway.res_partner_A1")?.id ?? 0);
    expect(ann).toMatchObject({ name: "Ann", active: true, country_id: 1 });
    const again = await settled(imports, (await imports.receive(input(csv))).id);
    expect(again.counts).toMatchObject({ created: 0, unchanged: 2 });
    const changed = await settled(imports, (await imports.receive(input(csv.replace("Bob", "Bert")))).id);
    expect(changed.counts).toMatchObject({ updated: 1, unchanged: 1 });
    expect(odoo.tables.get("res.partner")?.size).toBe(2);
    await imports.stop();
  });

  it("fails bad rows alone, with a diagnosis, and takes the result file again", async () => {
    const odoo = createFakeOdoo();
    odoo.refuse = (_model, values) => (values.name === "Evil" ? "no evil here" : undefined);
    const imports = importsOver(store, odoo);
    imports.start();
    const rows = Array.from({ length: 120 }, (_none, index) => `K${index},${index === 70 ? "Evil" : `N${index}`},5`);
    rows[10] = "K10,N10,many";
    rows[20] = ",N20,1";
    rows[30] = "K29,other,1";
    const csv = `ref,name,credit_limit\n${rows.join("\n")}\n`;
    const input = (source: AsyncIterable<Uint8Array>) =>
      ({ source, format: "csv", model: "res.partner", key: "ref" }) as const;
    const status = await settled(imports, (await imports.receive(input(upload(csv, 7)))).id);
    expect(status.counts).toEqual({ read: 120, created: 116, updated: 0, unchanged: 0, failed: 4, unprocessed: 0 });
    const failed = (await text(imports.rows(status.id, { status: "failed", format: "ndjson" })))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(failed.map((row) => [row.line, row.diagnosis.code])).toEqual([
      [12, "row_value_invalid"],
      [22, "row_key_missing"],
      [32, "row_key_repeated"],
      [72, "python_constraint"],
    ]);
    expect(failed[0].data).toEqual({ ref: "K10", name: "N10", credit_limit: "many" });
    odoo.refuse = () => undefined;
    const csvOut = await text(imports.rows(status.id, { status: "failed", format: "csv" }));
    const corrected = csvOut.replace("many", "3").replace("\n,N20", "\nK20,N20").replace("K29", "K30");
    const second = await settled(imports, (await imports.receive(input(upload(corrected)))).id);
    expect(second.counts).toMatchObject({ read: 4, created: 4, failed: 0 });
    const retried = await settled(imports, (await imports.retry(status.id)).id);
    expect(retried.counts).toMatchObject({ created: 116, unchanged: 1, failed: 3 });
    await imports.stop();
  });

  it("keeps nothing of a broken file", async () => {
    const imports = importsOver(store, createFakeOdoo());
    await expect(
      imports.receive({ source: upload('ref,name\n1,a\n2,"b\n'), format: "csv", model: "res.partner", key: "ref" }),
    ).rejects.toMatchObject({ code: "import_not_csv", evidence: { line: 3, column: 3 } });
    expect(await imports.list()).toEqual([]);
    expect(await store.importsInState(["receiving"])).toEqual([]);
  });
});
