/** The store is lost at the worst moment: while it claims records, or takes them back. No record stays held for ever. */
import { OdoorwayError, systemClock } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, upload } from "../testing/harness.js";

const url = process.env.TEST_DATABASE_URL;
const csv = `ref,name\n${Array.from({ length: 20 }, (_none, index) => `K${index},N${index}\n`).join("")}`;
const gone = () => new OdoorwayError("store_unavailable");

/** A store one operation of which does more, or fails. */
function withOperation<N extends keyof Store>(store: Store, name: N, operation: Store[N]): Store {
  return new Proxy(store, {
    get: (target, asked: keyof Store) => (asked === name ? operation : target[asked]),
  });
}

describe.each(testStoreKinds(url))("claims of unknown end on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = createFakeOdoo();
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  const input = () => ({ source: upload(csv), format: "csv", model: "res.partner", key: "ref" }) as const;
  const names = () => [...(odoo.tables.get("res.partner")?.values() ?? [])].map(({ name }) => name);
  const quick = { clock: systemClock, limits: { leaseMs: 600, workers: 1, batchRows: 20 } };

  it("claims what the store gave it and could not tell, once its old name has lapsed", async () => {
    let answersLost = 1;
    const losing = withOperation(store, "claimRecords", async (...args) => {
      const claim = await store.claimRecords(...args);
      if (answersLost-- > 0) throw gone();
      return claim;
    });
    const imports = importsOver(losing, odoo, quick);
    imports.start();
    const { id } = await imports.receive(input());
    expect((await settled(imports, id)).counts).toMatchObject({ created: 20, unprocessed: 0 });
    expect(new Set(names()).size).toBe(20);
    expect(names()).toHaveLength(20);
    await imports.stop();
  });

  it("takes back what it holds when the import was cancelled meanwhile", async () => {
    let id = "";
    let releasesFail = true;
    const failing = withOperation(store, "releaseRecords", async (...args) => {
      if (!releasesFail) return store.releaseRecords(...args);
      await store.cancelImport(id);
      throw gone();
    });
    odoo.mishap = () => (releasesFail ? "away" : undefined);
    const imports = importsOver(failing, odoo, { ...quick, limits: { ...quick.limits, leaseMs: 60_000 } });
    ({ id } = await imports.receive(input()));
    imports.start();
    expect((await settled(imports, id)).state).toBe("cancelled");
    await new Promise((resolve) => setTimeout(resolve, 50));
    releasesFail = false;
    await imports.retry(id);
    expect((await settled(imports, id)).counts).toMatchObject({ created: 20, unprocessed: 0 });
    await imports.stop();
  });
});
