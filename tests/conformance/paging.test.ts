/**
 * The proof of paging: 10,000 records are read while 2,000 are inserted, deleted and changed. None that was
 * there throughout is missing, none comes twice. Against the sandbox, and a real Odoo when one is named.
 */
import { createClient, findDeleted, iterate, iterateChanges, iterateIds, type OdooClient } from "@odoorway/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "./targets.js";

const model = "res.partner.category";
const total = 10_000;
/** Of each kind: inserted, deleted, changed. */
const writes = { inserts: 700, deletes: 600, changes: 700 };
/** The writers take a turn each time so many records have been read. */
const turn = 50;
const minutes = 60_000;

describe.each(targets)("$name", ({ open }) => {
  const mark = `paging ${Date.now()}`;
  const domain = [["name", "=like", `${mark}%`]];
  let close: () => Promise<void>;
  let odoo: OdooClient;
  let writer: OdooClient;
  /** Every record of the test that is there, with its name. */
  const there = new Map<number, string>();
  let serial = 0;

  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    odoo = createClient(opened.access);
    writer = createClient(opened.access);
    while (there.size < total) await insert(Math.min(1000, total - there.size));
  }, 10 * minutes);

  afterAll(async () => {
    const ids = [...there.keys()];
    for (let at = 0; at < ids.length; at += 1000)
      await writer.call(model, "unlink", [ids.slice(at, at + 1000)]).catch(() => undefined);
    await Promise.all([odoo.close(), writer.close()]);
    await close();
  }, 10 * minutes);

  async function insert(count: number): Promise<void> {
    const values = Array.from({ length: count }, () => ({ name: `${mark} ${serial++}`, color: serial % 12 }));
    const ids = await writer.call(model, "create", [values]);
    (ids as number[]).forEach((id, index) => {
      there.set(id, values[index]?.name ?? "");
    });
  }

  /** Others at work: some turns long they insert, delete and change records at any place. */
  function others(turns: number) {
    const untouched = new Set(there.keys());
    const old = [...there.keys()];
    let random = 7;
    const pick = () => {
      random = (random * 48271) % 2147483647;
      return old[random % old.length] ?? 0;
    };
    const share = (count: number, at: number) =>
      Math.floor(((at + 1) * count) / turns) - Math.floor((at * count) / turns);
    let at = 0;
    let before = Promise.resolve();
    const done = { inserts: 0, deletes: 0, changes: 0 };
    const work = async (now: number) => {
      const count = share(writes.inserts, now);
      if (count > 0) await insert(count);
      done.inserts += count;
      const gone = new Set<number>();
      while (gone.size < share(writes.deletes, now)) {
        const id = pick();
        if (there.has(id)) gone.add(id);
      }
      if (gone.size > 0) await writer.call(model, "unlink", [[...gone]]);
      for (const id of gone) {
        there.delete(id);
        untouched.delete(id);
      }
      done.deletes += gone.size;
      for (let left = share(writes.changes, now); left > 0; ) {
        const id = pick();
        if (!there.has(id)) continue;
        const name = `${mark} changed ${serial++}`;
        await writer.call(model, "write", [[id], { name, color: serial % 12 }]);
        there.set(id, name);
        untouched.delete(id);
        done.changes++;
        left--;
      }
    };
    return {
      untouched,
      done,
      /** Lets them work on, at the same time as whoever reads. At most one turn is under way. */
      async step() {
        await before;
        if (at < turns) before = work(at++);
      },
      async finish() {
        while (at < turns) await this.step();
        await before;
      },
    };
  }

  const missing = (untouched: Iterable<number>, seen: { has(id: number): boolean }) =>
    [...untouched].filter((id) => there.has(id) && !seen.has(id));

  it.each(["id", "id desc", "name desc", "color, name", "parent_id, color desc"])(
    "reads each record once in the order %s",
    async (order) => {
      const writers = others(total / turn - 20);
      const seen = new Map<number, number>();
      let rows = 0;
      for await (const { id } of iterate(odoo, model, { domain, fields: ["name"], order, pageSize: 200 })) {
        seen.set(id, (seen.get(id) ?? 0) + 1);
        if (++rows % turn === 0) await writers.step();
      }
      await writers.finish();
      expect(writers.done).toEqual(writes);
      expect([...seen].filter(([, times]) => times > 1)).toEqual([]);
      // A changed record keeps its place in either way of paging, so only the deleted may be missing.
      expect(missing(writers.untouched, seen)).toEqual([]);
      expect(seen.size).toBeGreaterThanOrEqual(total - writes.deletes);
    },
    5 * minutes,
  );

  it(
    "tells every change, and no version twice in a run",
    async () => {
      const writers = others(total / turn - 20);
      const last = new Map<number, unknown>();
      const versions = new Set<string>();
      let cursor: { writeDate: string; id: number } | undefined;
      let rows = 0;
      const twice: string[] = [];
      for await (const change of iterateChanges(odoo, model, { domain, fields: ["name"], pageSize: 200 })) {
        const { record } = change;
        const version = `${record.id} ${record.write_date}`;
        if (versions.has(version)) twice.push(version);
        versions.add(version);
        last.set(record.id, record.name);
        cursor = change.cursor;
        if (++rows % turn === 0) await writers.step();
      }
      expect(twice).toEqual([]);
      expect(missing(writers.untouched, last)).toEqual([]);
      await writers.finish();
      expect(cursor).toBeDefined();
      const again = { domain, fields: ["name"], ...(cursor && { since: JSON.parse(JSON.stringify(cursor)) }) };
      for await (const { record } of iterateChanges(odoo, model, again)) last.set(record.id, record.name);
      expect([...there].filter(([id, name]) => last.get(id) !== name)).toEqual([]);
      const gone = new Set<number>();
      for await (const id of findDeleted(odoo, model, last.keys())) gone.add(id);
      expect([...last.keys()].filter((id) => there.has(id) === gone.has(id))).toEqual([]);
      expect(gone.size).toBeGreaterThan(0);
    },
    5 * minutes,
  );

  it("gives ids alone in any order, and no more than the limit", async () => {
    const collect = async (options: object) => {
      const ids: number[] = [];
      for await (const id of iterateIds(odoo, model, { domain, ...options })) ids.push(id);
      return ids;
    };
    const ids = [...there.keys()].sort((a, b) => a - b);
    expect(await collect({})).toEqual(ids);
    expect(await collect({ order: "id desc", limit: 777, pageSize: 100 })).toEqual(ids.slice(-777).reverse());
    const byColor = await collect({ order: "color desc" });
    expect(byColor).toHaveLength(ids.length);
    expect(await collect({ order: "color desc", limit: 3 })).toEqual(byColor.slice(0, 3));
  });
});
