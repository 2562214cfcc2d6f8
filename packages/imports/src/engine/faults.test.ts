/** What the engine does when replies are lost, writers meet, Odoo is away, or the process dies. */
import type { Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseMapping } from "../mapping/parse.js";
import { createFakeOdoo, type FakeOdoo, type Mishap } from "../testing/fake-odoo.js";
import { importsOver, settled, upload } from "../testing/harness.js";

const url = process.env.TEST_DATABASE_URL;

const shop = parseMapping(`
duplicates: merge
rules:
  - when: {column: customer, empty: true}
    fail: no customer
entities:
  - name: customer
    model: res.partner
    key: "{customer}"
    values: {name: customer}
  - name: product
    model: product.product
    key: "{sku}"
    values: {name: sku, default_code: sku}
  - name: order
    primary: true
    group: true
    model: sale.order
    key: "{order}"
    values: {partner_id: {entity: customer}, client_order_ref: order}
    lines:
      field: order_line
      values: {product_id: {entity: product}, product_uom_qty: qty, price_unit: price}
`);

/** Orders of one to four lines, a repeated line, a line without a customer. */
function shopFile(orders: number): string {
  const lines = ["order,customer,sku,qty,price"];
  for (let order = 0; order < orders; order += 1) {
    for (let line = 0; line <= order % 4; line += 1)
      lines.push(`S${order},c${order % 7},p${(order + line) % 11},${line + 1},2.5`);
    if (order % 5 === 0) lines.push(`S${order},c${order % 7},p${order % 11},1,2.5`);
    if (order % 9 === 0) lines.push(`S${order},,p1,1,1`);
  }
  return `${lines.join("\n")}\n`;
}

/** Everything that Odoo holds, ids left out. */
function contents(odoo: FakeOdoo) {
  const ordersOf = (id: number) => [...odoo.xids].find(([, at]) => at.model === "sale.order" && at.id === id)?.[0];
  const productOf = (id: number) =>
    [...odoo.xids].find(([, at]) => at.model === "product.product" && at.id === id)?.[0];
  return {
    xids: [...odoo.xids.keys()].sort(),
    partners: odoo.tables.get("res.partner")?.size,
    products: odoo.tables.get("product.product")?.size,
    orders: odoo.tables.get("sale.order")?.size,
    lines: [...(odoo.tables.get("sale.order.line")?.values() ?? [])]
      .map((line) =>
        [ordersOf(Number(line.order_id)), productOf(Number(line.product_id)), line.product_uom_qty].join(" "),
      )
      .sort(),
  };
}

describe.each(testStoreKinds(url))("the engine on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let undisturbed: ReturnType<typeof contents>;
  let counts: object;
  const file = shopFile(60);

  const input = () => ({ source: upload(file), format: "csv", mapping: shop }) as const;

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    const odoo = createFakeOdoo();
    const imports = importsOver(store, odoo);
    imports.start();
    const status = await settled(imports, (await imports.receive(input())).id);
    await imports.stop();
    undisturbed = contents(odoo);
    counts = { counts: status.counts, records: status.records };
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  const endsAlike = async (mishap: FakeOdoo["mishap"], more?: (odoo: FakeOdoo) => void) => {
    const odoo = createFakeOdoo();
    odoo.mishap = mishap;
    const imports = importsOver(store, odoo, { limits: { batchRows: 40 } });
    imports.start();
    const { id } = await imports.receive(input());
    more?.(odoo);
    const status = await settled(imports, id);
    await imports.stop();
    expect(status.state).toBe("done");
    expect(contents(odoo)).toEqual(undisturbed);
    expect({ counts: status.counts, records: status.records }).toEqual(counts);
  };

  it("counts what the file holds", () => {
    expect(counts).toMatchObject({
      counts: { read: 169, created: 150, updated: 0, unchanged: 12, failed: 7, unprocessed: 0 },
      records: { "res.partner": { created: 7 }, "product.product": { created: 11 }, "sale.order": { created: 60 } },
    });
  });

  it.each(["lost-before", "lost-after", "conflict", "away"] as const)(
    "ends alike when every third call is %s",
    (what) => endsAlike(({ index }) => (index % 3 === 0 ? what : undefined)),
  );

  it("ends alike when a call commits after its reply was given up", async () => {
    const odooOf: FakeOdoo[] = [];
    let lates = 0;
    await endsAlike(
      ({ method, index }) => {
        // A later call waits for the late one, as it does for the unique index on external ids.
        if (index >= 0) for (const commit of odooOf[0]?.late.splice(0) ?? []) commit();
        return method === "load" && index % 4 === 2 && lates++ < 5 ? "late" : undefined;
      },
      (odoo) => odooOf.push(odoo),
    );
    expect(lates).toBeGreaterThan(0);
  });

  it("finds everything unchanged the second time, and mends a line that was changed in Odoo when asked to", async () => {
    const odoo = createFakeOdoo();
    const imports = importsOver(store, odoo);
    imports.start();
    await settled(imports, (await imports.receive(input())).id);
    const writes = odoo.calls.length;
    const again = await settled(imports, (await imports.receive(input())).id);
    expect(again.counts).toMatchObject({ created: 0, updated: 0, unchanged: 162, failed: 7 });
    expect(odoo.calls.length).toBe(writes);
    const [line] = odoo.tables.get("sale.order.line")?.values() ?? [];
    if (line) line.price_unit = 99;
    const left = await settled(imports, (await imports.receive(input())).id);
    expect(left.records["sale.order"]).toMatchObject({ updated: 0, unchanged: 60 });
    expect(line?.price_unit).toBe(99);
    const mended = await settled(imports, (await imports.receive({ ...input(), onExisting: "update" })).id);
    expect(mended.records["sale.order"]).toEqual({ created: 0, updated: 1, unchanged: 59, failed: 0, unprocessed: 0 });
    expect(contents(odoo)).toEqual(undisturbed);
    await imports.stop();
  });

  it("names the parent's failure, and goes through on retry", async () => {
    const odoo = createFakeOdoo();
    odoo.refuse = (model, values) => (model === "product.product" && values.name === "p3" ? "not that one" : undefined);
    const imports = importsOver(store, odoo);
    imports.start();
    const { id } = await settled(imports, (await imports.receive(input())).id);
    const failed = [];
    for await (const chunk of imports.rows(id, { status: "failed", format: "ndjson" }))
      failed.push(
        ...chunk
          .trim()
          .split("\n")
          .map((text) => JSON.parse(text)),
      );
    expect(failed.some((row) => row.diagnosis.code === "dependency_failed")).toBe(true);
    expect(failed.find((row) => row.diagnosis.code === "dependency_failed").diagnosis.cause).toContain("not that one");
    odoo.refuse = () => undefined;
    const status = await settled(imports, (await imports.retry(id)).id);
    expect(status.counts).toEqual({ read: 169, created: 150, updated: 0, unchanged: 12, failed: 7, unprocessed: 0 });
    expect(contents(odoo).lines).toEqual(undisturbed.lines);
    await imports.stop();
  });

  it("goes on after its process died at any call, before or after the call had its effect", async () => {
    for (const point of [0, 1, 2, 3, 5, 8])
      for (const end of ["lost-before", "lost-after"] as const) {
        const odoo = createFakeOdoo();
        let dead = false;
        // A dead process neither hears an answer nor writes to the store any more.
        const dying: Store = new Proxy(store, {
          get: (target, name: keyof Store) => {
            const value = target[name];
            if (name === "lease") return async () => ({ held: () => true, release: async () => {} });
            return typeof value !== "function"
              ? value
              : (...args: never[]) => (dead ? new Promise(() => {}) : (value as (...all: never[]) => unknown)(...args));
          },
        });
        odoo.mishap = ({ index }) => {
          if (index !== point) return undefined;
          dead = true;
          return end;
        };
        const first = importsOver(dying, odoo, { limits: { batchRows: 20 } });
        const { id } = await importsOver(store, odoo).receive(input());
        first.start();
        for (let turn = 0; turn < 200 && !dead; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
        expect(dead).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 20));
        odoo.mishap = () => undefined;
        // Its lease is over.
        await store.releaseLapsed(-1);
        const second = importsOver(store, odoo);
        second.start();
        const status = await settled(second, id);
        await second.stop();
        expect({ counts: status.counts, records: status.records }).toEqual(counts);
        expect(contents(odoo)).toEqual(undisturbed);
      }
  });

  it("accounts for every row at every moment, whatever happens", async () => {
    const mishap = fc.constantFrom<Mishap>(
      undefined,
      undefined,
      undefined,
      "lost-before",
      "lost-after",
      "away",
      "conflict",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(mishap, { maxLength: 25 }),
        fc.integer({ min: 1, max: 30 }),
        async (mishaps, batchRows) => {
          const odoo = createFakeOdoo();
          odoo.mishap = ({ index }) => mishaps[index];
          odoo.refuse = (_model, values) =>
            values.name === "p5" || values.client_order_ref === "S4" ? "no" : undefined;
          const imports = importsOver(store, odoo, { limits: { batchRows } });
          imports.start();
          const { id } = await imports.receive({ ...input(), source: upload(shopFile(20)) });
          let last = "";
          for await (const { counts: now, state } of imports.watch(id, AbortSignal.timeout(20_000))) {
            expect(now.created + now.updated + now.unchanged + now.failed + now.unprocessed).toBe(now.read);
            last = state;
          }
          await imports.stop();
          expect(last).toBe("done");
          const orders = new Set(
            [...(odoo.tables.get("sale.order")?.values() ?? [])].map((one) => one.client_order_ref),
          );
          expect(orders.size).toBe(odoo.tables.get("sale.order")?.size);
        },
      ),
      { numRuns: 12 },
    );
  });
});
