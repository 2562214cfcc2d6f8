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
import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./targets.js";

const model = "res.partner";
const minutes = 60_000;

describe.each(targets)("$name", ({ open }) => {
  const mark = `batches ${Date.now()}`;
  let close: () => Promise<void>;
  let odoo: OdooClient;

  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    odoo = createClient(opened.access);
  });

  afterEach(async () => {
    const ids = await odoo.call(model, "search", [[["name", "=like", `${mark}%`]]]);
    await collectResults(unlinkMany(odoo, model, ids as number[]));
  }, minutes);

  afterAll(async () => {
    await odoo.close();
    await close();
  });

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
      expect(second.results[0]?.id).toBe(first.results[0]?.id);
    },
    2 * minutes,
  );

  /** The client, whose every third reply to the method is lost after its work. */
  function forgetful(method: string): OdooCaller {
    let count = 0;
    return {
      call: async (...args) => {
        const answer = await odoo.call(...args);
        if (args[1] === method && ++count % 3 === 0) throw new OdoorwayError("connection_lost");
        return answer;
      },
    };
  }

  it(
    "settles lost replies: nothing twice, nothing claimed that is not so",
    async () => {
      const upTo = Array.from({ length: 60 }, (_, at) => at);
      const records = upTo.map((at) => ({ name: `${mark} lost ${at}`, ref: `${mark} lost ${at}` }));
      const created = await collectResults(createMany(forgetful("create"), model, records, { key: "ref" }));
      expect(created.counts).toMatchObject({ created: 60 });
      const changes = created.results.map(({ id = 0, index }) => ({ id, values: { ref: `changed ${index % 2}` } }));
      expect((await collectResults(writeMany(forgetful("write"), model, changes))).counts).toMatchObject({
        updated: 60,
      });
      const rows = upTo.map((at) => [`${mark.replace(" ", ".")}_${at}`, `${mark} row ${at}`]);
      const loaded = await collectResults(loadMany(forgetful("load"), model, ["id", "name"], rows));
      expect(loaded.counts).toMatchObject({ failed: 0, unknown: 0 });
      expect(await count([["name", "like", " row "]])).toBe(60);
      const ids = loaded.results.flatMap(({ id }) => id ?? []);
      expect((await collectResults(unlinkMany(forgetful("unlink"), model, ids))).counts).toMatchObject({
        deleted: 60,
      });
      expect(await count([])).toBe(60);
    },
    3 * minutes,
  );

  it(
    "loads each row once though every call is given up while Odoo goes on with it",
    async () => {
      const key = `${mark.replace(" ", ".")}_late`;
      const rows = Array.from({ length: 60 }, (_, at) => [`${key}_${at}`, `${mark} late ${at}`]);
      // As long as a call for a few rows takes on a slow server: larger ones are lost, and commit behind our back.
      const late = await collectResults(loadMany(odoo, model, ["id", "name"], rows, { timeout: 60 }));
      expect(late.results.map(({ index }) => index)).toEqual(rows.map((_, at) => at));
      const again = await collectResults(loadMany(odoo, model, ["id", "name"], rows));
      expect(await count([["name", "like", " late "]])).toBe(60);
      for (const [at, { status, id }] of late.results.entries())
        if (status !== "unknown" && status !== "failed") expect(id).toBe(again.results[at]?.id);
    },
    3 * minutes,
  );
});
