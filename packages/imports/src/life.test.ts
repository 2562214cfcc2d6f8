/** The life of an import besides its work: pauses, schedules, dry runs, retries, retention, several at once. */
import { type Clock, OdoorwayError, systemClock } from "@odoorway/core";
import { openStore, type Store } from "@odoorway/store";
import { createTestStore, type TestStore, testStoreKinds } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseMapping } from "./mapping/parse.js";
import { createFakeOdoo, type FakeOdoo } from "./testing/fake-odoo.js";
import { importsOver, settled, text, upload } from "./testing/harness.js";
import type { ImportStatus, Imports, ReceiveInput } from "./types.js";

const url = process.env.TEST_DATABASE_URL;

function partners(rows: number, prefix = "K"): string {
  return `ref,name\n${Array.from({ length: rows }, (_none, index) => `${prefix}${index},N${index}\n`).join("")}`;
}

const input = (csv: string, more: Partial<ReceiveInput> = {}): ReceiveInput => ({
  source: upload(csv),
  format: "csv",
  model: "res.partner",
  key: "ref",
  ...more,
});

/** Calls that write wait while the gate is shut. */
function gated(odoo: FakeOdoo) {
  const call = odoo.call.bind(odoo);
  let waiting: (() => void)[] | undefined;
  odoo.call = async (model, method, args, kwargs) => {
    if (method === "load" && waiting) await new Promise<void>((resolve) => waiting?.push(resolve));
    return call(model, method, args, kwargs);
  };
  return {
    shut: () => {
      waiting ??= [];
    },
    open: () => {
      const all = waiting ?? [];
      waiting = undefined;
      for (const go of all) go();
    },
    waiting: () => waiting?.length ?? 0,
  };
}

const until = (check: () => boolean | Promise<boolean>) =>
  expect.poll(check, { timeout: 10_000, interval: 5 }).toBe(true);
const stateOf = async (imports: Imports, id: string) => (await imports.get(id)).state;

describe.each(testStoreKinds(url))("an import on %s", (kind) => {
  let place: TestStore;
  let store: Store;
  let odoo: FakeOdoo;
  const running: Imports[] = [];

  beforeEach(async () => {
    place = await createTestStore(kind, url);
    store = await place.open();
    odoo = createFakeOdoo();
  });
  afterEach(async () => {
    for (const imports of running.splice(0)) await imports.stop();
    await store.close();
    await place.dispose();
  });

  const start = (options: Parameters<typeof importsOver>[2] = {}, over: Store = store): Imports => {
    const imports = importsOver(over, odoo, options);
    imports.start();
    running.push(imports);
    return imports;
  };
  const count = () => odoo.tables.get("res.partner")?.size ?? 0;

  it("pauses by hand after what is under way, and resumes", async () => {
    const gate = gated(odoo);
    gate.shut();
    const imports = start({ limits: { workers: 1, batchRows: 10 } });
    const { id } = await imports.receive(input(partners(50)));
    await until(() => gate.waiting() === 1);
    expect(await imports.pause(id)).toMatchObject({ state: "paused", paused_by: "hand" });
    gate.open();
    await until(async () => (await imports.get(id)).counts.created === 10);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await imports.get(id)).toMatchObject({ state: "paused", counts: { created: 10, unprocessed: 40 } });
    expect(await imports.resume(id)).toMatchObject({ state: "running", paused_by: null });
    expect(await settled(imports, id)).toMatchObject({ state: "done", counts: { created: 50 } });
    await expect(imports.pause(id)).rejects.toMatchObject({ code: "import_over", status: 409 });
    await expect(imports.resume(id)).rejects.toMatchObject({ code: "import_over" });
    await expect(imports.reschedule(id, { priority: "high" })).rejects.toMatchObject({ code: "import_over" });
    await expect(imports.pause("imp_none")).rejects.toMatchObject({ code: "import_not_found" });
  });

  it("is cancelled while it is paused, and goes on by retry", async () => {
    const imports = importsOver(store, odoo);
    const { id } = await imports.receive(input(partners(5)));
    expect(await imports.pause(id)).toMatchObject({ state: "paused", started_at: null });
    expect(await imports.cancel(id)).toMatchObject({ state: "cancelled", paused_by: null, counts: { unprocessed: 5 } });
    imports.start();
    running.push(imports);
    await imports.retry(id);
    expect(await settled(imports, id)).toMatchObject({ state: "done", counts: { created: 5 } });
  });

  it("is paused by the breaker while Odoo is away, says why, and goes on by itself", async () => {
    odoo.mishap = () => "away";
    const imports = start();
    const { id } = await imports.receive(input(partners(30)));
    await until(async () => (await stateOf(imports, id)) === "paused");
    const paused = await imports.get(id);
    expect(paused).toMatchObject({
      paused_by: "breaker",
      last_error: { code: "connection_refused" },
      counts: { unprocessed: 30 },
    });
    // A person's pause takes the place of the breaker's, and stays when Odoo is back.
    expect(await imports.pause(id)).toMatchObject({ paused_by: "hand" });
    odoo.mishap = () => undefined;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await stateOf(imports, id)).toBe("paused");
    await imports.resume(id);
    expect(await settled(imports, id)).toMatchObject({ state: "done", counts: { created: 30 }, last_error: null });
  });

  it("comes back from the breaker's pause without anybody", async () => {
    odoo.mishap = () => "away";
    const imports = start({ clock: systemClock, limits: { workers: 3 } });
    const { id } = await imports.receive(input(partners(30)));
    await until(async () => (await stateOf(imports, id)) === "paused");
    odoo.mishap = () => undefined;
    expect(await settled(imports, id)).toMatchObject({ state: "done", paused_by: null, last_error: null });
    expect(count()).toBe(30);
  });

  it("checks everything and writes nothing in a dry run, and is then run for real", async () => {
    await odoo.call("res.partner", "load", [["id", "ref", "name"], [["odoorway.res_partner_K1", "K1", "N1"]]]);
    odoo.calls.length = 0;
    const imports = start();
    const csv = partners(6).replace("K4,N4", "K4,").replace("K5,N5", ",N5");
    const { id } = await imports.receive(input(csv, { dryRun: true }));
    const dry = await settled(imports, id);
    expect(dry).toMatchObject({ state: "done", dry_run: true, counts: { created: 3, unchanged: 1, failed: 2 } });
    expect(odoo.calls).toEqual([]);
    expect(count()).toBe(1);
    await imports.run(id);
    const real = await settled(imports, id);
    expect(real).toMatchObject({ state: "done", dry_run: false, counts: { created: 3, unchanged: 1, failed: 2 } });
    expect(count()).toBe(4);
    await expect(imports.run(id)).rejects.toMatchObject({ code: "import_not_startable" });
  });

  it("waits for its time, or until it is told to run", async () => {
    const imports = start();
    const soon = await imports.receive(input(partners(2), { notBefore: Date.now() + 1500 }));
    const late = await imports.receive(input(partners(2, "L"), { notBefore: Date.now() + 3_600_000 }));
    expect(soon).toMatchObject({ state: "queued", started_at: null });
    expect(Date.parse(late.not_before ?? "")).toBeGreaterThan(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await stateOf(imports, soon.id)).toBe("queued");
    expect(await settled(imports, soon.id)).toMatchObject({ state: "done" });
    expect(await stateOf(imports, late.id)).toBe("queued");
    await imports.run(late.id);
    expect(await settled(imports, late.id)).toMatchObject({ state: "done" });
  });

  it("is removed when it was over for longer than it is kept", async () => {
    const imports = start();
    const { id } = await settled(imports, (await imports.receive(input(partners(3)))).id);
    const open = await importsOver(store, odoo).receive(input(partners(3), { notBefore: Date.now() + 3_600_000 }));
    start({ limits: { retentionMs: 1 } });
    await until(() =>
      imports.get(id).then(
        () => false,
        (error: OdoorwayError) => error.code === "import_not_found",
      ),
    );
    expect(await stateOf(imports, open.id)).toBe("queued");
  });

  it("leaves a small import its share beside a large one, by priority", async () => {
    const imports = importsOver(store, odoo, { limits: { workers: 1, batchRows: 10 } });
    const large = await imports.receive(input(partners(240, "A"), { priority: "low" }));
    const small = await imports.receive(input(partners(60, "B"), { priority: "high" }));
    imports.start();
    running.push(imports);
    await settled(imports, small.id);
    const { counts } = await imports.get(large.id);
    expect(counts.created).toBeGreaterThan(0);
    expect(counts.created).toBeLessThan(150);
    await imports.reschedule(large.id, { priority: "high" });
    expect(await settled(imports, large.id)).toMatchObject({ priority: "high", counts: { created: 240 } });
  });

  it.each([
    ["store_unavailable", false],
    ["store_full", true],
  ] as const)("waits while the store says %s, tells of itself, and goes on", async (code, writesOnly) => {
    let away = false;
    const reads = new Set<keyof Store>(["getImport", "listImports", "openImports", "importsInState", "pageOfRows"]);
    const shaky: Store = new Proxy(store, {
      get: (target, name: keyof Store) => {
        const value = target[name];
        if (typeof value !== "function") return value;
        return (...args: never[]) =>
          away && !(writesOnly && reads.has(name))
            ? Promise.reject(new OdoorwayError(code))
            : (value as (...all: never[]) => unknown)(...args);
      },
    });
    const gate = gated(odoo);
    gate.shut();
    const imports = start({ limits: { batchRows: 10 } }, shaky);
    const { id } = await imports.receive(input(partners(40)));
    await until(() => gate.waiting() > 0);
    await imports.get(id);
    away = true;
    gate.open();
    await until(async () => (await stateOf(imports, id)) === "paused");
    expect(await imports.get(id)).toMatchObject({ paused_by: "store", last_error: { code } });
    away = false;
    expect(await settled(imports, id)).toMatchObject({ state: "done", counts: { created: 40 }, last_error: null });
    expect(count()).toBe(40);
  });

  it("ends when the clock is set back in the middle of it", async () => {
    let back = 0;
    const clock: Clock = { ...systemClock, now: () => Date.now() - back };
    odoo.mishap = ({ index }) => {
      if (index === 3) back = 3 * 3_600_000;
      return index % 3 === 0 ? "lost-after" : undefined;
    };
    const imports = start({ clock, limits: { batchRows: 5 } });
    const { id } = await imports.receive(input(partners(40)));
    const status = await settled(imports, id);
    expect(status).toMatchObject({ state: "done", counts: { created: 40 } });
    expect(status.rate).toBeGreaterThanOrEqual(0);
    expect(count()).toBe(40);
  });

  describe("with rows to be edited", () => {
    const failing = async (
      csv: string,
      more: Partial<ReceiveInput> = {},
    ): Promise<{ imports: Imports; status: ImportStatus }> => {
      const imports = start();
      return { imports, status: await settled(imports, (await imports.receive(input(csv, more))).id) };
    };

    it("takes the corrected rows in place of those that failed", async () => {
      odoo.refuse = (_model, values) => (values.name === "Evil" ? "no evil here" : undefined);
      const csv = `ref,name\nA,Ann\nB,Evil\n,Nobody\nA,Other\nD,Evil\n`;
      const { imports, status } = await failing(csv);
      expect(status.counts).toMatchObject({ created: 1, failed: 4 });
      await imports.retry(status.id, {
        edited: [
          { line: 3, data: { ref: "B", name: "Bob" } },
          { seq: 3, data: { ref: "C", name: "Cid" } },
          { line: 5, data: { ref: "E", name: "Eve" } },
        ],
      });
      const again = await settled(imports, status.id);
      expect(again.counts).toEqual({ read: 5, created: 4, updated: 0, unchanged: 0, failed: 1, unprocessed: 0 });
      expect(again.records["res.partner"]).toMatchObject({ created: 4, failed: 1 });
      expect(odoo.xids.has("odoorway.res_partner_E")).toBe(true);
      const rows = (await text(imports.rows(status.id, { format: "ndjson" }))).trim().split("\n");
      expect(rows.map((row) => [JSON.parse(row).data.ref, JSON.parse(row).status])).toEqual([
        ["A", "created"],
        ["B", "created"],
        ["C", "created"],
        ["E", "created"],
        ["D", "failed"],
      ]);
    });

    it("keeps a corrected row failed that is still wrong, and counts a row that joins a record", async () => {
      const { imports, status } = await failing("ref,name\nA,Ann\n,Ann\n,Bob\n");
      await imports.retry(status.id, {
        edited: [
          { seq: 2, data: { ref: "A", name: "Ann" } },
          { seq: 3, data: { name: "B" } },
        ],
      });
      const again = await settled(imports, status.id);
      expect(again.counts).toEqual({ read: 3, created: 1, updated: 0, unchanged: 1, failed: 1, unprocessed: 0 });
      expect(count()).toBe(1);
    });

    it("refuses edits of rows that are not there, are over, or have other columns", async () => {
      const { imports, status } = await failing("ref,name\nA,Ann\n,Bob\n");
      for (const [edited, detail] of [
        [{ seq: 9, data: {} }, "there is no row 9"],
        [{ seq: 1, data: { ref: "X" } }, "row 1 is created"],
        [{ seq: 2, data: { reff: "X" } }, "reff (did you mean ref?)"],
        [{ data: {} }, "there is no"],
      ] as const)
        await expect(imports.retry(status.id, { edited: [edited] })).rejects.toMatchObject({
          code: "invalid_parameter",
          message: expect.stringContaining(detail),
        });
      expect(await imports.get(status.id)).toMatchObject({ state: "done" });
    });

    it("lets another row give the values of a record whose first row names another now", async () => {
      const mapping = parseMapping(`
entities:
  - {name: customer, model: res.partner, key: "{customer}", values: {name: customer, email: mail}}
  - {name: order, primary: true, model: sale.order, key: "{order}", values: {partner_id: {entity: customer}, client_order_ref: order}}
`);
      odoo.refuse = (model, values) => (model === "res.partner" && values.email === "bad" ? "bad mail" : undefined);
      const imports = start();
      const csv = "order,customer,mail\nS1,c1,bad\nS2,c1,good@x\nS3,c3,bad\n";
      const received = await imports.receive({ source: upload(csv), format: "csv", mapping });
      const status = await settled(imports, received.id);
      expect(status.counts).toMatchObject({ failed: 3 });
      await imports.retry(status.id, {
        edited: [
          { seq: 1, data: { order: "S1", customer: "c2", mail: "two@x" } },
          { seq: 3, data: { order: "S3", customer: "c2", mail: "" } },
        ],
      });
      const again = await settled(imports, status.id);
      expect(again).toMatchObject({
        counts: { created: 3, failed: 0 },
        records: { "res.partner": { created: 2, unprocessed: 0 } },
      });
      const mails = [...(odoo.tables.get("res.partner")?.values() ?? [])].map(({ name, email }) => [name, email]);
      expect(mails.sort()).toEqual([
        ["c1", "good@x"],
        ["c2", "two@x"],
      ]);
    });
  });
});

describe("receiving on a full disk", () => {
  it("is refused, and nothing of it is kept", async () => {
    const place = await createTestStore("sqlite", undefined);
    if (place.options.kind !== "sqlite") throw new Error("not sqlite");
    const store = await openStore({ ...place.options, mostBytes: 100 * 4096 });
    const imports = importsOver(store, createFakeOdoo());
    await expect(imports.receive(input(partners(20_000)))).rejects.toMatchObject({ code: "store_full", status: 507 });
    expect(await imports.list()).toEqual([]);
    expect(await store.importsInState(["receiving"])).toEqual([]);
    expect((await imports.receive(input(partners(100)))).counts.read).toBe(100);
    await store.close();
    await place.dispose();
  });
});
