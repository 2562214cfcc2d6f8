/** What a process was sending when it died is sent in smaller calls, smaller at each death. */
import type { Store } from "@odoorway/store";
import { createTestStore, testStoreKinds } from "@odoorway/store/testing";
import { expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { importsOver, settled, upload } from "../testing/harness.js";

const url = process.env.TEST_DATABASE_URL;

it.each(testStoreKinds(url))("gets on where every call of so many rows kills the process, on %s", async (kind) => {
  const place = await createTestStore(kind, url);
  const store = await place.open();
  const odoo = createFakeOdoo();
  try {
    await store.rememberBatchSize("res.partner", 24);
    const csv = `ref,name\n${Array.from({ length: 24 }, (_none, n) => `k${n},N${n}\n`).join("")}`;
    const limits = { workers: 1 };
    const receiver = importsOver(store, odoo, { limits });
    const { id } = await receiver.receive({ source: upload(csv), format: "csv", model: "res.partner", key: "ref" });
    const sizes: number[] = [];
    let deaths = 0;
    for (let turn = 0; turn < 40 && (await receiver.get(id)).state !== "done"; turn += 1) {
      let dead = false;
      // A dead process neither hears an answer, nor writes to the store any more, nor calls Odoo.
      const mortal: Store = new Proxy(store, {
        get: (target, name: keyof Store) => {
          const value = target[name];
          if (typeof value !== "function") return value;
          return (...args: never[]) =>
            dead ? new Promise(() => {}) : (value as (...all: never[]) => unknown).apply(target, args);
        },
      });
      odoo.mishap = ({ method }) => {
        if (method !== "load") return undefined;
        const rows = odoo.calls.at(-1)?.rows ?? 0;
        sizes.push(rows);
        if (rows <= 4) return undefined;
        dead = true;
        return "lost-before";
      };
      const reached: FakeOdoo = {
        ...odoo,
        call: (...args) => (dead ? new Promise(() => {}) : odoo.call(...args)),
      };
      const imports = importsOver(mortal, reached, { limits });
      imports.start();
      await Promise.race([
        settled(receiver, id),
        (async () => {
          while (!dead) await new Promise((resolve) => setTimeout(resolve, 5));
        })(),
      ]);
      if (dead) deaths += 1;
      else await imports.stop();
      await store.releaseLapsed(-1);
    }
    expect((await receiver.get(id)).counts).toMatchObject({ read: 24, created: 24 });
    expect(odoo.tables.get("res.partner")?.size).toBe(24);
    expect(sizes.slice(0, 3)).toEqual([24, 6, 1]);
    expect(deaths).toBeGreaterThan(1);
  } finally {
    await store.close();
    await place.dispose();
  }
});
