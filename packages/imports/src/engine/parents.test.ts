/** Rows that refer to rows of their own file, in whatever order they stand; and what is there already. */
import type { Clock, OnExisting } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "../testing/harness.js";
import type { Imports, ReceiveInput } from "../types.js";

const url = process.env.TEST_DATABASE_URL;

/** Time as it is, for what is learnt from it; no long sleep. */
const quick: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(5, ms))),
};

describe.each(testStoreKinds(url))("an import on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;
  let imports: Imports;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = createFakeOdoo();
    imports = importsOver(store, odoo, { limits: { batchRows: 3 } });
    imports.start();
  });
  afterEach(async () => {
    await imports.stop();
    await store.close();
    await place.dispose();
  });

  const run = async (csv: string, more: Partial<ReceiveInput> = {}) => {
    const input = { source: upload(csv), format: "csv", model: "res.partner", key: "ref", ...more } as const;
    return settled(imports, (await imports.receive(input)).id);
  };
  const failures = async (id: string) => {
    const lines = (await text(imports.rows(id, { status: "failed", format: "ndjson" }))).trim().split("\n");
    return lines.map((line) => JSON.parse(line) as { line: number; diagnosis: { code: string; cause: string } });
  };
  const idOf = (key: string) => odoo.xids.get(`odoorway.res_partner_${key}`)?.id;
  const parents = () =>
    Object.fromEntries(
      [...(odoo.tables.get("res.partner")?.values() ?? [])].map((row) => [row.name, row.parent_id || undefined]),
    );

  it("brings parents before children, whatever their order in the file", async () => {
    const rows = Array.from(
      { length: 12 },
      (_none, index) => `k${index},N${index},${index < 11 ? `k${index + 1}` : ""}`,
    );
    const status = await run(`ref,name,parent_id/id\n${rows.join("\n")}\n`);
    expect(status.counts).toMatchObject({ created: 12, updated: 0, failed: 0, unprocessed: 0 });
    for (let index = 0; index < 11; index += 1) expect(parents()[`N${index}`]).toBe(idOf(`k${index + 1}`));
    const again = await run(`ref,name,parent_id/id\n${rows.join("\n")}\n`);
    expect(again.counts).toMatchObject({ unchanged: 12 });
  });

  it("closes circles in a second pass", async () => {
    const status = await run("ref,name,parent_id/id\na,A,odoorway.res_partner_b\nb,B,c\nc,C,a\nd,D,\n");
    expect(status.counts).toMatchObject({ created: 4, failed: 0 });
    expect(parents()).toEqual({ A: idOf("b"), B: idOf("c"), C: idOf("a"), D: undefined });
  });

  it("fails what refers to nothing, or to what failed, by name", async () => {
    odoo.refuse = (_model, values) => (values.name === "Bad" ? "not that one" : undefined);
    const status = await run("ref,name,parent_id/id\na,A,nowhere\nb,B,bad\nbad,Bad,\nc,C,a\nd,D,d0\nd0,D0,\n");
    expect(status.counts).toMatchObject({ created: 2, failed: 4, unprocessed: 0 });
    const failed = await failures(status.id);
    expect(failed.map(({ diagnosis }) => diagnosis.code)).toEqual([
      "invalid_relation_id",
      "dependency_failed",
      "python_constraint",
      "dependency_failed",
    ]);
    expect(failed[0]?.diagnosis.cause).toContain("nowhere");
    expect(failed[1]?.diagnosis.cause).toContain("bad");
    odoo.refuse = () => undefined;
    odoo.xids.set("odoorway.res_partner_nowhere", { model: "res.partner", id: 900 });
    odoo.tables.get("res.partner")?.set(900, { id: 900, name: "Nowhere" });
    expect((await settled(imports, (await imports.retry(status.id)).id)).counts).toMatchObject({ failed: 0 });
    expect(parents()).toMatchObject({ A: 900, B: idOf("bad"), C: idOf("a"), D: idOf("d0") });
  });

  it("ends alike when replies are lost in either pass", async () => {
    for (const what of ["lost-before", "lost-after", "conflict", "away"] as const) {
      odoo = createFakeOdoo();
      odoo.mishap = ({ index }) => (index % 2 === 0 ? what : undefined);
      await imports.stop();
      imports = importsOver(store, odoo, { limits: { batchRows: 3 } });
      imports.start();
      const status = await run(`ref,name,parent_id/id\n${what}a,A,${what}b\n${what}b,B,${what}c\n${what}c,C,\n`);
      expect(status.counts).toMatchObject({ created: 3, failed: 0, unprocessed: 0 });
      expect(parents()).toEqual({ A: idOf(`${what}b`), B: idOf(`${what}c`), C: undefined });
    }
  });

  it("checks parents in a dry run as if they were there", async () => {
    const status = await run("ref,name,parent_id/id\na,A,b\nb,B,nowhere\nc,C,a\n", { dryRun: true });
    expect(status.counts).toMatchObject({ created: 2, failed: 1, unprocessed: 0 });
    expect(odoo.tables.get("res.partner")?.size).toBe(0);
    expect(odoo.calls).toEqual([]);
  });

  it.each<[OnExisting, string | undefined, object]>([
    ["update-changed", "By hand", { created: 1, unchanged: 1, updated: 1 }],
    ["update", "A", { created: 1, unchanged: 0, updated: 2 }],
    ["skip", "By hand", { created: 1, unchanged: 2, updated: 0 }],
    ["fail", "By hand", { created: 1, failed: 2 }],
  ])("on_existing: %s", async (onExisting, name, counts) => {
    await run("ref,name,email\na,A,a@x.ie\nb,B,b@x.ie\n");
    const row = odoo.tables.get("res.partner")?.get(idOf("a") ?? 0) ?? {};
    row.name = "By hand";
    const status = await run("ref,name,email\na,A,a@x.ie\nb,B,b2@x.ie\nc,C,c@x.ie\n", { onExisting });
    expect(status.counts).toMatchObject({ unprocessed: 0, ...counts });
    expect(odoo.tables.get("res.partner")?.get(idOf("a") ?? 0)?.name).toBe(name);
    const emailOf = odoo.tables.get("res.partner")?.get(idOf("b") ?? 0)?.email;
    expect(emailOf).toBe(onExisting.startsWith("update") ? "b2@x.ie" : "b@x.ie");
    if (onExisting !== "fail") return;
    expect((await failures(status.id))[0]?.diagnosis).toMatchObject({ code: "record_exists" });
  });

  it("remembers the size that fitted a model for the next import", async () => {
    await imports.stop();
    // One worker: two that claim at the same moment share what is left, and neither has a batch of the whole size.
    imports = importsOver(store, odoo, { clock: quick, limits: { workers: 1 } });
    imports.start();
    const rows = (prefix: string) =>
      Array.from({ length: 400 }, (_none, index) => `${prefix}${index},N${index}\n`).join("");
    await run(`ref,name\n${rows("a")}`);
    const fitted = await store.batchSizeOf("res.partner");
    expect(fitted).toBeGreaterThan(50);
    odoo.calls.length = 0;
    await run(`ref,name\n${rows("b")}`);
    expect(odoo.calls[0]?.rows).toBe(Math.min(400, fitted ?? 0));
  });

  it("goes through a second run of the file in large steps", async () => {
    await imports.stop();
    imports = importsOver(store, odoo, { clock: quick, limits: { workers: 1 } });
    imports.start();
    const csv = `ref,name\n${Array.from({ length: 2000 }, (_none, index) => `k${index},N${index}\n`).join("")}`;
    await run(csv);
    await store.rememberBatchSize("res.partner", 50);
    let asked = 0;
    const find = odoo.externalIds.find.bind(odoo.externalIds);
    odoo.externalIds.find = (...args) => {
      asked += 1;
      return find(...args);
    };
    expect((await run(csv)).counts).toMatchObject({ unchanged: 2000 });
    expect(asked).toBeLessThan(10);
  });
});
