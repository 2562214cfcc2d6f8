import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { leapingClock, MemoryOdoo } from "../../test-support/memory-odoo.js";
import { type ChangeCursor, type ChangesOptions, iterateChanges } from "./changes.js";
import { findDeleted } from "./find-deleted.js";
import { iterate, iterateIds } from "./iterate.js";

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

function filled(count: number, date: (at: number) => string = () => "2026-01-01 00:00:00"): MemoryOdoo {
  const odoo = new MemoryOdoo();
  for (let at = 0; at < count; at++) odoo.add(`n${at % 10}`, date(at));
  return odoo;
}

/** The memory, with what its callers asked. */
function watched(odoo: MemoryOdoo) {
  const asked: { readonly domain: unknown; readonly kwargs: Readonly<Record<string, unknown>> }[] = [];
  const call = (...[model, method, args, kwargs = {}]: Parameters<MemoryOdoo["call"]>) => {
    asked.push({ domain: args[0], kwargs });
    return odoo.call(model, method, args, kwargs);
  };
  return { call, asked };
}

describe("iterate", () => {
  it("asks by the last id, with the domain, and ends at the empty page", async () => {
    const { call, asked } = watched(filled(5));
    const domain = [["id", "<", 5]];
    const rows = await all(
      iterate({ call }, "m", { domain, fields: ["name"], pageSize: 2, context: { lang: "fr_FR" } }),
    );
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(asked.map(({ domain }) => domain)).toEqual([
      domain,
      [["id", ">", 2], ...domain],
      [["id", ">", 4], ...domain],
    ]);
    expect(asked[0]?.kwargs).toEqual({ order: "id asc", fields: ["name"], limit: 2, context: { lang: "fr_FR" } });
  });

  it("hands the time of a call on, and asks for less when a page takes longer", async () => {
    const odoo = filled(8);
    const asked: unknown[] = [];
    const call: OdooCaller["call"] = async (model, method, args, kwargs = {}, options = {}) => {
      asked.push([kwargs.limit, options.timeout]);
      if (asked.length === 1) throw new OdoorwayError("timeout", { happened: "no" });
      return await odoo.call(model, method, args, kwargs);
    };
    expect(await all(iterateIds({ call }, "m", { pageSize: 8, limit: 4, timeout: 700 }))).toEqual([1, 2, 3, 4]);
    expect(asked.slice(0, 2)).toEqual([
      [4, 700],
      [1, 700],
    ]);
  });

  it("goes on behind a page that a model filtered short", async () => {
    const odoo = filled(10);
    const call = async (...args: Parameters<MemoryOdoo["call"]>) =>
      ((await odoo.call(...args)) as { id: number }[]).filter(({ id }) => id % 4 !== 0);
    expect((await all(iterate({ call }, "m", { pageSize: 3 }))).map(({ id }) => id)).toEqual([1, 2, 3, 5, 6, 7, 9, 10]);
  });

  it("goes down, stops at the limit, and sees archived records when it is told to", async () => {
    const { call, asked } = watched(filled(9));
    const options = { order: " ID  desc ", limit: 5, pageSize: 3, includeArchived: true };
    expect(await all(iterateIds({ call }, "m", options))).toEqual([9, 8, 7, 6, 5]);
    expect(asked.map(({ kwargs }) => [kwargs.limit, kwargs.context])).toEqual([
      [3, { active_test: false }],
      [2, { active_test: false }],
    ]);
  });

  it("reads another order by ids that are asked once, with the id behind it, and the domain again", async () => {
    const odoo = filled(25);
    const { call, asked } = watched(odoo);
    const domain = [["id", ">", 1]];
    const seen: number[] = [];
    for await (const { id } of iterate({ call }, "m", { domain, order: "name desc", pageSize: 5 })) {
      // What goes, comes and moves meanwhile.
      if (seen.push(id) === 3) {
        odoo.rows.delete(21);
        odoo.add("n9");
        odoo.rows.set(2, { id: 2, name: "z", ref: "", write_date: "" });
      }
    }
    const expected = Array.from({ length: 24 }, (_, at) => at + 2);
    expected.sort((a, b) => ((b - 1) % 10) - ((a - 1) % 10) || a - b);
    expect(seen).toEqual(expected.filter((id) => id !== 21));
    expect(asked[0]?.kwargs).toEqual({ order: "name desc, id" });
    expect(asked[1]?.domain).toEqual([["id", "in", expected.slice(0, 5)], ...domain]);
  });

  it("asks for less when the server cannot cope, and gives up only at a single record", async () => {
    const odoo = filled(1000);
    const sizes: unknown[] = [];
    const call = async (...args: Parameters<MemoryOdoo["call"]>) => {
      const limit = Number(args[3]?.limit);
      sizes.push(limit);
      if (limit > 100) throw new OdoorwayError("response_too_large", { evidence: { limit: "little" }, happened: "no" });
      return odoo.call(...args);
    };
    const clock = leapingClock();
    expect(await all(iterateIds({ call }, "m", { clock }))).toHaveLength(1000);
    expect(sizes.slice(0, 3)).toEqual([500, 125, 31]);
    const never = {
      call: () => Promise.reject(new OdoorwayError("timeout", { evidence: { seconds: 1 }, happened: "no" })),
    };
    await expect(all(iterate(never, "m"))).rejects.toMatchObject({ code: "timeout" });
  });

  it("gives the rows of earlier pages before a failure, and ends by the signal", async () => {
    const odoo = filled(10);
    const stop = new AbortController();
    const seen: number[] = [];
    const run = async () => {
      for await (const { id } of iterate(odoo, "m", { pageSize: 2, signal: stop.signal }))
        if (seen.push(id) === 2) stop.abort();
    };
    await expect(run()).rejects.toMatchObject({ code: "cancelled", happened: "no" });
    // The page ahead, twice as large by then, was asked already; it is given, then the iteration ends.
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("refuses options that make no sense, and answers that are none", async () => {
    const odoo = filled(1);
    for (const wrong of [{ pageSize: 0 }, { pageSize: 1.5 }, { limit: 0 }, { order: " " }])
      await expect(all(iterate(odoo, "m", wrong))).rejects.toMatchObject({ code: "bad_arguments" });
    for (const answer of [false, [{ name: "no id" }], [[1]]])
      await expect(all(iterate({ call: async () => answer }, "m"))).rejects.toMatchObject({
        code: "invalid_json_or_xml",
      });
    await expect(all(iterateIds({ call: async () => ["1"] }, "m"))).rejects.toMatchObject({
      code: "invalid_json_or_xml",
    });
  });
});

describe("iterateChanges", () => {
  const at = (second: number) => `2026-01-01 00:00:${String(second).padStart(2, "0")}`;
  const run = (odoo: Pick<MemoryOdoo, "call">, options: ChangesOptions = {}) =>
    all(iterateChanges(odoo, "m", { overlap: 0, ...options }));

  it("gives everything oldest first, also where thousands share a second", async () => {
    const odoo = filled(100, (index) => at(index < 80 ? 30 : index % 7));
    const changes = await run(odoo, { pageSize: 7 });
    expect(changes).toHaveLength(100);
    expect(new Set(changes.map(({ record }) => record.id)).size).toBe(100);
    const dates = changes.map(({ record }) => String(record.write_date));
    expect(dates).toEqual([...dates].sort());
    const cursors = changes.map(({ cursor }) => `${cursor.writeDate} ${String(cursor.id).padStart(6, "0")}`);
    expect(cursors).toEqual([...cursors].sort());
  });

  it("goes on from a cursor, back by the overlap, and finds what appeared behind it meanwhile", async () => {
    const odoo = filled(10, at);
    const first = await run(odoo);
    const since = JSON.parse(JSON.stringify(first.at(-1)?.cursor)) as ChangeCursor;
    expect(since).toEqual({ writeDate: at(9), id: 10 });
    expect((await run(odoo, { since })).map(({ record }) => record.id)).toEqual([10]);
    // A long transaction: committed now, dated before.
    const late = odoo.add("late", at(5));
    const later = odoo.add("later", at(12));
    expect((await run(odoo, { since })).map(({ record }) => record.id)).toEqual([10, later]);
    const again = await run(odoo, { since, overlap: 4000 });
    expect(again.map(({ record }) => record.id)).toEqual([6, late, 7, 8, 9, 10, later]);
  });

  it("gives a record that changes meanwhile again, with its new date, and no version twice", async () => {
    const odoo = filled(30, () => at(1));
    const seen: string[] = [];
    for await (const { record } of iterateChanges(odoo, "m", { pageSize: 5 })) {
      seen.push(`${record.id} ${record.write_date}`);
      const row = odoo.rows.get(3);
      if (seen.length === 12 && row) odoo.rows.set(3, { ...row, write_date: at(2) });
    }
    expect(seen).toHaveLength(31);
    expect(new Set(seen).size).toBe(31);
    expect(seen.at(-1)).toBe(`3 ${at(2)}`);
  });

  it("gives records without a write_date in a first run, reads the date, and sees archived ones", async () => {
    const odoo = filled(3, (index) => (index === 1 ? "" : at(index)));
    const { call, asked } = watched(odoo);
    const changes = await run({ call }, { fields: ["name"] });
    expect(changes.map(({ record }) => record.id)).toEqual([2, 1, 3]);
    expect(asked.every(({ kwargs }) => JSON.stringify(kwargs.fields) === '["name","write_date"]')).toBe(true);
    expect(asked.every(({ kwargs }) => JSON.stringify(kwargs.context) === '{"active_test":false}')).toBe(true);
  });

  it("refuses a cursor that is none", async () => {
    const odoo = filled(1);
    for (const since of [
      { writeDate: "yesterday", id: 1 },
      { writeDate: at(1) },
      { writeDate: "2026-13-01 00:00:00", id: 1 },
      null,
    ])
      await expect(run(odoo, { since: since as ChangeCursor })).rejects.toMatchObject({ code: "bad_arguments" });
    await expect(run(odoo, { overlap: -1 })).rejects.toMatchObject({ code: "bad_arguments" });
  });
});

describe("findDeleted", () => {
  it("gives those that are gone, whatever form the ids come in", async () => {
    const odoo = filled(10);
    for (const id of [2, 7]) odoo.rows.delete(id);
    async function* ids() {
      yield* [1, 2, 2, 7, 9, 99];
    }
    expect(await all(findDeleted(odoo, "m", ids(), { pageSize: 4 }))).toEqual([2, 7, 99]);
    expect(await all(findDeleted(odoo, "m", []))).toEqual([]);
    await expect(all(findDeleted(odoo, "m", [0]))).rejects.toMatchObject({ code: "bad_arguments" });
  });
});
