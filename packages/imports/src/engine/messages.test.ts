/** Which record a message of load() is about. */
import { createTestStore } from "@odoorway/store/testing";
import { expect, it } from "vitest";
import { createFakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "../testing/harness.js";

it.each([
  ["in the middle", ["c3"]],
  ["first", ["c0"]],
  ["first, and others", ["c0", "c2", "c5"]],
  ["last", ["c7"]],
])("refuses the record that Odoo refuses, and not the batch's first in its place: %s", async (_where, bad) => {
  const place = await createTestStore("sqlite", undefined);
  const store = await place.open();
  const odoo = createFakeOdoo();
  odoo.refuse = (_model, values) => (bad.includes(String(values.ref)) ? `not ${values.ref}` : undefined);
  const imports = importsOver(store, odoo);
  imports.start();
  try {
    const file = ["ref,name", ...Array.from({ length: 8 }, (_none, n) => `c${n},Customer ${n}`)].join("\n");
    const { id } = await imports.receive({ source: upload(file), format: "csv", model: "res.partner", key: "ref" });
    const status = await settled(imports, id);
    expect(status.counts).toMatchObject({ created: 8 - bad.length, failed: bad.length });
    const failed = (await text(imports.rows(id, { status: "failed", format: "ndjson" }))).trim().split("\n");
    expect(failed.map((line) => JSON.parse(line).data.ref)).toEqual(bad);
    for (const line of failed) {
      const { data, diagnosis } = JSON.parse(line);
      expect(diagnosis.cause).toContain(`not ${data.ref}`);
    }
  } finally {
    await imports.stop();
    await store.close();
    await place.dispose();
  }
});
