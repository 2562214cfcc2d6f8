/** Several files in one import. */
import type { Clock } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "../testing/harness.js";
import type { ImportStatus, Imports, ReceiveInput } from "../types.js";

const url = process.env.TEST_DATABASE_URL;

const quick: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(5, ms))),
};

type File = readonly [model: string, key: string | undefined, csv: string];

const partners: File = ["res.partner", "ref", "ref,name\nC1,Ada\nC2,Grace\n"];
const orders: File = ["sale.order", "client_order_ref", "client_order_ref,partner_id/id\nS1,C1\nS2,C2\nS3,C9\n"];

async function* inputs(files: readonly File[], more: Partial<ReceiveInput>): AsyncGenerator<ReceiveInput> {
  for (const [model, key, csv] of files)
    yield { source: upload(csv), model, fileName: `${model}.csv`, ...(key === undefined ? {} : { key }), ...more };
}

describe.each(testStoreKinds(url))("several files in one import on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;
  let imports: Imports;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = createFakeOdoo();
    imports = importsOver(store, odoo, { limits: { batchRows: 3 }, clock: quick });
    imports.start();
  });
  afterEach(async () => {
    await imports.stop();
    await store.close();
    await place.dispose();
  });

  const receive = (files: readonly File[], more: Partial<ReceiveInput> = {}) => imports.receiveAll(inputs(files, more));
  const run = async (files: readonly File[], more: Partial<ReceiveInput> = {}) =>
    settled(imports, (await receive(files, more)).id);
  const idOf = (xid: string) => odoo.xids.get(xid)?.id;
  const values = (model: string, name: string) =>
    [...(odoo.tables.get(model)?.values() ?? [])].find((row) => row.name === name || row.client_order_ref === name);
  const codes = async (id: string) =>
    (await text(imports.rows(id, { status: "failed", format: "ndjson" })))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { import: string; diagnosis: { code: string } })
      .map((row) => `${row.import} ${row.diagnosis.code}`);
  const states = ({ parts = [] }: ImportStatus) => parts.map(({ model, state }) => `${model} ${state}`);

  it("has one after the other in the order of their models, and adds up", async () => {
    const status = await run([orders, partners]);
    expect(status).toMatchObject({
      state: "done",
      group: null,
      model: "res.partner, sale.order",
      file_name: "res.partner.csv, sale.order.csv",
      counts: { read: 5, created: 4, updated: 0, unchanged: 0, failed: 1, unprocessed: 0 },
      records: { "res.partner": { created: 2 }, "sale.order": { created: 2, failed: 1 } },
      progress: 1,
    });
    const [first, second] = status.parts ?? [];
    expect([first?.group, first?.counts.read, second?.counts.read]).toEqual([status.id, 2, 3]);
    expect(Date.parse(second?.started_at ?? "")).toBeGreaterThanOrEqual(Date.parse(first?.finished_at ?? ""));
    expect(values("sale.order", "S2")?.partner_id).toBe(idOf("odoorway.res_partner_C2"));
    expect(await codes(status.id)).toEqual([expect.stringContaining(second?.id ?? "?")]);
    await expect(text(imports.rows(status.id, { format: "csv" }))).rejects.toMatchObject({ code: "invalid_parameter" });
    expect(await imports.list()).toEqual([status]);
    expect(await imports.get(second?.id ?? "")).toEqual(second);
    await imports.remove(status.id);
    await expect(imports.get(status.id)).rejects.toMatchObject({ code: "import_not_found" });
  });

  it("keeps nothing when one file is refused", async () => {
    const broken: File = ["sale.order", "client_order_ref", "client_order_ref,nothing\nS1,1\n"];
    await expect(receive([partners, broken])).rejects.toMatchObject({ code: "import_unknown_column" });
    expect(await imports.list()).toEqual([]);
    expect(await store.importsInState(["receiving", "queued"])).toEqual([]);
    expect(odoo.calls).toEqual([]);
  });

  it("finishes in a second pass what refers to a later file", async () => {
    const tags: File = ["res.partner.category", "name", "name,partner_ids/id\nT1,C1\nT2,\n"];
    const tagged: File = ["res.partner", "ref", "ref,name,category_id/id\nC1,Ada,T2\nC2,Grace,T1\n"];
    const status = await run([tags, tagged]);
    expect(status.counts).toMatchObject({ read: 4, created: 4, failed: 0, unprocessed: 0 });
    expect(states(status)).toEqual(["res.partner done", "res.partner.category done"]);
    expect(values("res.partner.category", "T1")?.partner_ids).toEqual([idOf("odoorway.res_partner_C1")]);
    expect(values("res.partner", "Ada")?.category_id).toEqual([idOf("odoorway.res_partner_category_T2")]);
    expect(values("res.partner", "Grace")?.category_id).toEqual([idOf("odoorway.res_partner_category_T1")]);
    expect((await run([tags, tagged])).counts).toMatchObject({ unchanged: 4 });
  });

  it("lets the lines of a record name rows of an earlier file by their whole external id, or by a field", async () => {
    const products: File = ["product.product", "default_code", "default_code,name\nP1,Pen\n"];
    const header = "client_order_ref,partner_id/id,order_line/product_id/";
    const byId: File = ["sale.order", "client_order_ref", `${header}id\nS1,C1,odoorway.product_product_P1\nS2,C1,P1\n`];
    const byCode: File = ["sale.order", "client_order_ref", `${header}default_code\nS3,C1,P1\n`];
    const status = await run([byId, byCode, products, partners]);
    expect(
      states(status)
        .map((one) => one.split(" ")[0])
        .slice(2),
    ).toEqual(["sale.order", "sale.order"]);
    expect(status.counts).toMatchObject({ created: 5, failed: 1, unprocessed: 0 });
    const failed = await text(imports.rows(status.id, { status: "failed", format: "ndjson" }));
    expect(JSON.parse(failed)).toMatchObject({ data: { client_order_ref: "S2" } });
  });

  it("says of what failed later why a row of the second pass fails", async () => {
    odoo.refuse = (_model, { name }) => (name === "Ada" ? "not that one" : undefined);
    const tags: File = ["res.partner.category", "name", "name,partner_ids/id\nT1,C1\nT2,C2\n"];
    const tagged: File = ["res.partner", "ref", "ref,name,category_id/id\nC1,Ada,T2\nC2,Grace,T1\n"];
    const status = await run([tags, tagged]);
    expect(status.counts).toMatchObject({ created: 2, failed: 2, unprocessed: 0 });
    expect(await codes(status.id)).toContainEqual(expect.stringContaining("dependency_failed"));
    odoo.refuse = () => undefined;
    await imports.retry(status.id);
    const mended = await settled(imports, status.id);
    expect(mended.counts).toMatchObject({ failed: 0, unprocessed: 0 });
    expect(values("res.partner.category", "T1")?.partner_ids).toEqual([idOf("odoorway.res_partner_C1")]);
  });

  it("fails what cannot do without a record of a later file, with a word of its own", async () => {
    const status = await run([
      ["x.left", "name", "name,right_id/id\nl,r\n"],
      ["x.right", "name", "name,left_id/id\nr,l\n"],
    ]);
    expect(status.counts).toMatchObject({ failed: 2 });
    expect((await codes(status.id))[0]).toContain("dependency_later");
  });

  it("knows in a dry run what an earlier file would create, and does all of it for real afterwards", async () => {
    const byField: File = ["sale.order", "client_order_ref", "client_order_ref,partner_id/ref\nS8,C1\nS9,C7\n"];
    const status = await run([partners, orders, byField], { dryRun: true });
    expect(status).toMatchObject({ dry_run: true, counts: { read: 7, created: 5, failed: 2 } });
    expect(odoo.calls).toEqual([]);
    await imports.run(status.id);
    const real = await settled(imports, status.id);
    expect(real).toMatchObject({ dry_run: false, counts: { created: 5, failed: 2, unprocessed: 0 } });
    await expect(imports.run(status.id)).rejects.toMatchObject({ code: "import_not_startable" });
  });

  it("pauses, goes on, is cancelled and taken up again as one", async () => {
    const { id } = await receive([partners, orders], { notBefore: Date.now() + 3_600_000 });
    expect(await imports.pause(id)).toMatchObject({ state: "paused", paused_by: "hand" });
    expect(await imports.resume(id)).toMatchObject({ state: "queued", counts: { unprocessed: 5 } });
    const [first] = (await imports.get(id)).parts ?? [];
    expect(await imports.cancel(first?.id ?? "")).toMatchObject({ state: "cancelled" });
    expect(states(await imports.get(id))).toEqual(["res.partner cancelled", "sale.order cancelled"]);
    await expect(imports.pause(id)).rejects.toMatchObject({ code: "import_over" });
    await expect(imports.retry(id, { edited: [{ seq: 1, data: {} }] })).rejects.toMatchObject({
      code: "invalid_parameter",
    });
    await imports.retry(id);
    expect((await settled(imports, id)).counts).toMatchObject({ created: 4, failed: 1 });
  });
});
