/** Batches against the sandbox, and a real Odoo when one is named: bad records anywhere, and every record accounted for. */
import {
  collectResults,
  createClient,
  createMany,
  loadMany,
  type OdooClient,
  unlinkMany,
  writeMany,
} from "@odoorway/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./targets.js";

const model = "res.partner";
const minutes = 60_000;

describe.each(targets)("$name", ({ open }) => {
  const mark = `batches ${Date.now()}`;
  let close: () => Promise<void>;
  let odoo: OdooClient;
  const made: number[] = [];

  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    odoo = createClient(opened.access);
  });

  afterAll(async () => {
    await collectResults(unlinkMany(odoo, model, made));
    await odoo.close();
    await close();
  }, minutes);

  const count = (domain: unknown[]) => odoo.call(model, "search_count", [[["name", "=like", `${mark}%`], ...domain]]);

  it(
    "creates, changes and deletes the good ones, and names the bad ones",
    async () => {
      const isBad = (at: number) => [0, 57, 58, 59, 130, 249].includes(at);
      const records = Array.from({ length: 250 }, (_, at) => ({
        name: `${mark} ${at}`,
        ...(isBad(at) ? { no_such_field: 1 } : { ref: `${mark} ref ${at}` }),
      }));
      const created = await collectResults(createMany(odoo, model, records, { concurrency: 2 }));
      expect(created.counts).toEqual({ created: 244, updated: 0, deleted: 0, failed: 6, unknown: 0 });
      expect(created.results.flatMap(({ index, error }) => (error ? [[index, error.code]] : []))).toEqual(
        [0, 57, 58, 59, 130, 249].map((at) => [at, "invalid_field_name"]),
      );
      const ids = created.results.flatMap(({ id }) => id ?? []);
      made.push(...ids);
      expect(await count([])).toBe(244);

      const missing = 99_999_999;
      const changes = [...ids, missing].map((id, at) => ({ id, values: { comment: `<p>${at % 3}</p>` } }));
      const written = await collectResults(writeMany(odoo, model, changes));
      expect(written.counts).toMatchObject({ updated: 244, failed: 1 });
      expect(written.results.at(-1)).toMatchObject({ status: "failed", error: { code: "missing_record" } });
      expect(await count([["comment", "ilike", "1"]])).toBe(81);

      const gone = await collectResults(unlinkMany(odoo, model, [...ids.slice(0, 200), missing]));
      expect(gone.counts).toMatchObject({ deleted: 200, failed: 1 });
      expect(await count([])).toBe(44);
    },
    2 * minutes,
  );

  it(
    "loads rows: created, updated, refused, with the lines of a record together",
    async () => {
      const key = `batches.x${Date.now()}`;
      const rows = Array.from({ length: 120 }, (_, at) => [
        `${key}_${at}`,
        `${mark} load ${at}`,
        at === 7 || at === 100 ? "Atlantis" : "Belgium",
        `${mark} child ${at}`,
      ]);
      rows.splice(3, 0, ["", "", "", `${mark} child 2b`]);
      const fields = ["id", "name", "country_id", "child_ids/name"];
      const first = await collectResults(loadMany(odoo, model, fields, rows));
      made.push(...new Set(first.results.flatMap(({ id }) => id ?? [])));
      expect(first.counts).toMatchObject({ created: 119, failed: 2 });
      expect(first.results.filter(({ status }) => status === "failed")).toMatchObject(
        [8, 101].map((index) => ({ index, error: { code: "row_lookup_failed" } })),
      );
      expect(first.results[2]?.id).toBe(first.results[3]?.id);
      expect(await odoo.call(model, "search_count", [[["parent_id", "=", first.results[2]?.id]]])).toBe(2);
      const again = [
        [`${key}_0`, `${mark} load again`],
        [`${key}_new`, `${mark} load new`],
      ];
      const second = await collectResults(loadMany(odoo, model, ["id", "name"], again));
      expect(second.results.map(({ status }) => status)).toEqual(["updated", "created"]);
      made.push(...second.results.flatMap(({ id }) => id ?? []));
      expect(second.results[0]?.id).toBe(first.results[0]?.id);
    },
    2 * minutes,
  );
});
