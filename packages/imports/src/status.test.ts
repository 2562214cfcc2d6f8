/** Times and rates as people see them, whatever clocks and nodes do. */
import { type Clock, OdoorwayError } from "@odoorway/core";
import type { Store, StoredImport } from "@odoorway/store";
import { createTestStore, type TestStore } from "@odoorway/store/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StatusBook } from "./status.js";
import { createFakeOdoo } from "./testing/fake-odoo.js";
import { importsOver, upload } from "./testing/harness.js";

let place: TestStore;
let store: Store;
let stored: StoredImport;
let now = 1_800_000_000_000;
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };

beforeEach(async () => {
  place = await createTestStore("sqlite", undefined);
  store = await place.open();
  const imports = importsOver(store, createFakeOdoo());
  const body = "ref,name\n1,a\n2,b\n3,c\n4,d\n";
  const { id } = await imports.receive({ model: "res.partner", key: "ref", source: upload(body) });
  const found = await store.getImport(id);
  if (!found) throw new Error("no import");
  stored = found;
});
afterEach(async () => {
  await store.close();
  await place.dispose();
});

/** The status of an import that stands so in the store. */
function seenAs(...turns: Partial<StoredImport>[]) {
  let turn = 0;
  const over: Store = {
    ...store,
    getImport: async () => ({ ...stored, ...turns[Math.min(turn++, turns.length - 1)] }),
  };
  return new StatusBook({ store: over, clock }, () => undefined);
}

const rows = (created: number) => ({ rows: { created, updated: 0, unchanged: 0, failed: 0 } });

describe("a clock that was set back", () => {
  it("lets no import end before it began, nor begin before it came", async () => {
    const { createdAt } = stored;
    const ended = { state: "done" as const, startedAt: createdAt - 3_600_000, finishedAt: createdAt - 3_590_000 };
    const status = await seenAs({ ...ended, ...rows(4) }).get(stored.id);
    const came = new Date(createdAt).toISOString();
    expect(status).toMatchObject({ created_at: came, started_at: came, finished_at: came, rate: 0, eta_seconds: null });
    const back = { ...ended, startedAt: createdAt + 5000, finishedAt: createdAt - 60_000 };
    const began = new Date(createdAt + 5000).toISOString();
    expect(await seenAs({ ...back, ...rows(4) }).get(stored.id)).toMatchObject({
      started_at: began,
      finished_at: began,
      rate: 0,
    });
  });

  it("gives no import that is paused a rate of less than nothing", async () => {
    now = stored.createdAt - 3_600_000;
    const paused = { state: "paused" as const, pausedBy: "hand" as const, startedAt: stored.createdAt };
    expect((await seenAs({ ...paused, ...rows(2) }).get(stored.id)).rate).toBe(0);
  });
});

it("a retry that another node began gives no rate of less than nothing, and no time left by it", async () => {
  const running = { state: "running" as const, startedAt: stored.createdAt };
  const book = seenAs({ ...running, ...rows(3) }, { ...running, ...rows(1) }, { ...running, ...rows(2) });
  now = stored.createdAt;
  await book.get(stored.id);
  now += 2000;
  expect(await book.get(stored.id)).toMatchObject({ rate: 0, eta_seconds: null });
  now += 2000;
  expect(await book.get(stored.id)).toMatchObject({ rate: 0.5, eta_seconds: 4 });
});

it("a refused file is told of though what came before it cannot be removed", async () => {
  const broken: Store = { ...store, deleteImport: () => Promise.reject(new OdoorwayError("store_unavailable")) };
  async function* files() {
    yield { model: "res.partner", key: "ref", source: upload("ref,name\n1,a\n") };
    yield { model: "res.partner", key: "ref", source: upload("ref,name\n1\n") };
  }
  await expect(importsOver(broken, createFakeOdoo()).receiveAll(files())).rejects.toMatchObject({
    code: "import_wrong_cell_count",
  });
});
