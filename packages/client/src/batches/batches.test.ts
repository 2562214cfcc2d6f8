import { type ExternalIdSource, OdoorwayError } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leapingClock, MemoryOdoo, type Mishap } from "../../test-support/memory-odoo.js";
import { createMany } from "./create-many.js";
import { loadMany } from "./load-many.js";
import { collectResults } from "./summary.js";
import { unlinkMany } from "./unlink-many.js";
import { writeMany } from "./write-many.js";

const options = () => ({ clock: leapingClock() });
const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
const named = (goods: readonly boolean[]) =>
  goods.map((good, at) => ({ name: good ? `good ${at}` : `bad ${at}`, ref: `r${at}` }));
const external = (odoo: MemoryOdoo): ExternalIdSource => ({
  find: async (wanted) =>
    new Map(
      wanted
        .flatMap((xid) => odoo.externalIds.get(xid) ?? [])
        .map((id, at) => [wanted.filter((xid) => odoo.externalIds.has(xid))[at] ?? "", { model: "m", id }]),
    ),
});

const mixes = fc
  .array(
    fc
      .boolean()
      .chain((good) => fc.integer({ min: 1, max: 40 }).map((count) => Array.from({ length: count }, () => good))),
    { maxLength: 8 },
  )
  .map((parts) => parts.flat());
const fates = fc.array(fc.constantFrom<Mishap[]>(undefined, undefined, "lost before", "lost after", "conflict"), {
  maxLength: 12,
});
const concurrency = fc.integer({ min: 1, max: 4 });

/** Each write call meets the next of the fates; after the last all goes well. */
function fated(list: readonly Mishap[]): MemoryOdoo {
  const odoo = new MemoryOdoo();
  const left = [...list];
  odoo.mishap = () => left.shift();
  return odoo;
}

describe("any mix of good and bad records, and any replies lost", () => {
  it("createMany: one result for each record, and what it says is so", async () => {
    await fc.assert(
      fc.asyncProperty(mixes, fates, concurrency, fc.boolean(), async (goods, list, concurrency, withKey) => {
        const odoo = fated(list);
        const records = named(goods);
        const how = { ...options(), concurrency, ...(withKey && { key: "ref" }) };
        const { results } = await collectResults(createMany(odoo, "m", records, how));
        expect(results.map(({ index }) => index)).toEqual(indexes(goods.length));
        for (const { index, status, id, error } of results) {
          const there = [...odoo.rows.values()].filter(({ ref }) => ref === `r${index}`);
          expect(there.length).toBeLessThanOrEqual(1);
          if (status === "created") expect(there[0]?.id).toBe(id);
          else if (status === "failed") expect([there, error?.happened]).toEqual([[], "no"]);
          else expect([status, error?.happened]).toEqual(["unknown", "unknown"]);
          if (withKey && there.length > 0) expect(status).toBe("created");
        }
      }),
    );
  });

  it("writeMany: one result for each change, and what it says is so", async () => {
    await fc.assert(
      fc.asyncProperty(mixes, fates, concurrency, async (goods, list, concurrency) => {
        const odoo = fated(list);
        const changes = goods.map((good, at) => ({
          id: odoo.add("old"),
          values: { name: good ? `v${at % 3}` : "bad" },
        }));
        const { results } = await collectResults(writeMany(odoo, "m", changes, { ...options(), concurrency }));
        expect(results.map(({ index }) => index)).toEqual(indexes(goods.length));
        for (const { index, status } of results) {
          const name = odoo.rows.get(changes[index]?.id ?? 0)?.name;
          if (status === "updated") expect(name).toBe(changes[index]?.values.name);
          if (status === "failed") expect(name).toBe("old");
          if (goods[index] === false) expect(status).not.toBe("updated");
        }
      }),
    );
  });

  it("unlinkMany: one result for each id, and what it says is so", async () => {
    await fc.assert(
      fc.asyncProperty(mixes, fates, concurrency, async (goods, list, concurrency) => {
        const odoo = fated(list);
        const ids = named(goods).map(({ name }) => odoo.add(name));
        const { results } = await collectResults(unlinkMany(odoo, "m", ids, { ...options(), concurrency }));
        expect(results.map(({ index }) => index)).toEqual(indexes(goods.length));
        for (const { index, status } of results) {
          if (status !== "unknown") expect(odoo.rows.has(ids[index] ?? 0)).toBe(status === "failed");
          if (goods[index] === false) expect(status).not.toBe("deleted");
        }
      }),
    );
  });

  it("loadMany: one result for each row, none loaded twice, and external ids settle every lost reply", async () => {
    await fc.assert(
      fc.asyncProperty(
        mixes,
        fates.filter((list) => list.length < 5),
        concurrency,
        async (goods, list, concurrency) => {
          const odoo = fated(list);
          const rows = named(goods).map(({ name }, at) => [`x.r${at}`, name]);
          const how = { ...options(), concurrency, externalIds: external(odoo) };
          const { results } = await collectResults(loadMany(odoo, "m", ["id", "name"], rows, how));
          expect(results.map(({ index }) => index)).toEqual(indexes(goods.length));
          expect(odoo.rows.size).toBe(goods.filter(Boolean).length);
          for (const { index, status, id } of results) {
            expect(status).toBe(goods[index] ? "created" : "failed");
            if (goods[index]) expect(odoo.externalIds.get(`x.r${index}`)).toBe(id);
          }
        },
      ),
    );
  });
});

describe("batches", () => {
  it("start small and grow, and take the input only as the results are taken", async () => {
    const odoo = new MemoryOdoo();
    let taken = 0;
    async function* endless() {
      for (;;) yield { name: `n${taken++}` };
    }
    let got = 0;
    for await (const { status } of createMany(odoo, "m", endless(), options())) {
      expect(status).toBe("created");
      if (++got === 200) break;
    }
    expect(odoo.calls.map(({ count }) => count)).toEqual([20, 40, 80, 160]);
    expect(taken).toBe(300);
    expect(odoo.rows.size).toBe(300);
  });

  it("shrink when a call takes too long or is too large", async () => {
    const odoo = new MemoryOdoo();
    const clock = leapingClock();
    const slow = {
      call: async (...call: Parameters<MemoryOdoo["call"]>) => {
        const [first] = call[2];
        if (call[1] === "create") {
          const { length } = first as unknown[];
          if (length > 50) throw new OdoorwayError("payload_too_large", { evidence: { limit: "little" } });
          await clock.sleep(length * 10);
        }
        return odoo.call(...call);
      },
    };
    const records = indexes(500).map((at) => ({ name: `n${at}` }));
    const { counts } = await collectResults(createMany(slow, "m", records, { clock, targetTime: 300 }));
    expect(counts).toEqual({ created: 500, updated: 0, deleted: 0, failed: 0, unknown: 0 });
    expect(Math.max(...odoo.calls.map(({ count }) => count))).toBeLessThanOrEqual(50);
  });

  it("fail as a whole, and at once, when the model itself is refused", async () => {
    let calls = 0;
    const caller = {
      call: async () => {
        calls++;
        throw new OdoorwayError("access_model_denied", { evidence: { model: "m", operation: "create" } });
      },
    };
    const { counts } = await collectResults(createMany(caller, "m", named([true, true, true]), options()));
    expect([counts.failed, calls]).toEqual([3, 1]);
  });

  it("wait for a server that comes back, as long as it asks for", async () => {
    const odoo = new MemoryOdoo();
    const clock = leapingClock();
    const call = async (...args: Parameters<MemoryOdoo["call"]>) => {
      if (clock.now() < 9_000)
        throw new OdoorwayError("circuit_open", { evidence: { url: "http://odoo", seconds: 5 }, retryAfter: 5 });
      return odoo.call(...args);
    };
    const { counts } = await collectResults(createMany({ call }, "m", named([true, true]), { clock }));
    expect([counts.created, clock.now()]).toEqual([2, 10_000]);
    const never = {
      call: () => Promise.reject(new OdoorwayError("connection_refused", { evidence: { url: "http://odoo" } })),
    };
    const gone = await collectResults(createMany(never, "m", named([true, true]), options()));
    expect(gone.results.map(({ status, error }) => [status, error?.code])).toEqual([
      ["failed", "connection_refused"],
      ["failed", "connection_refused"],
    ]);
  });

  it("stop by the signal: what was taken is accounted for, then it throws cancelled", async () => {
    const odoo = new MemoryOdoo();
    const stop = new AbortController();
    const seen: string[] = [];
    const iterate = async () => {
      for await (const { status } of createMany(odoo, "m", named(indexes(100).map(() => true)), {
        ...options(),
        signal: stop.signal,
      })) {
        seen.push(status);
        stop.abort();
      }
    };
    await expect(iterate()).rejects.toMatchObject({ code: "cancelled" });
    expect(seen).toEqual(indexes(20).map(() => "created"));
  });

  it("give the results of what came before an input that fails", async () => {
    const input = function* () {
      yield { name: "one" };
      throw new TypeError("the file ends here");
    };
    const results = createMany(new MemoryOdoo(), "m", input(), options());
    expect((await results.next()).value).toMatchObject({ index: 0, status: "created" });
    await expect(results.next()).rejects.toThrow("the file ends here");
  });

  it("refuse options and records that are none, and defects are thrown", async () => {
    const odoo = new MemoryOdoo();
    for (const wrong of [{ batchSize: 0 }, { concurrency: 1.5 }, { targetTime: Number.NaN }])
      expect(() => createMany(odoo, "m", [], wrong)).toThrow("whole number");
    const { results } = await collectResults(
      createMany(odoo, "m", [{ name: "a" }, null as never, [] as never], options()),
    );
    expect(results.map(({ status, error }) => error?.code ?? status)).toEqual([
      "created",
      "bad_arguments",
      "bad_arguments",
    ]);
    const broken = { call: () => Promise.reject(new RangeError("a defect")) };
    await expect(collectResults(createMany(broken, "m", [{}], options()))).rejects.toThrow("a defect");
  });
});

describe("createMany with a key", () => {
  it("claims neither a record that was there before nor one whose key stands twice", async () => {
    const odoo = fated(["lost after"]);
    odoo.rows.set(odoo.add("old"), { id: 1, name: "old", ref: "r0", write_date: "" });
    const records = [{ name: "a", ref: "r0" }, { name: "b", ref: "r1" }, { name: "c", ref: "r1" }, { name: "d" }];
    const { results } = await collectResults(createMany(odoo, "m", records, { ...options(), key: "ref" }));
    expect(results.map(({ status, id }) => [status, id])).toEqual([
      ["created", 2],
      ["unknown", undefined],
      ["unknown", undefined],
      ["unknown", undefined],
    ]);
    const before = fated(["lost before"]);
    before.rows.set(before.add("old"), { id: 1, name: "old", ref: "r0", write_date: "" });
    const lost = await collectResults(createMany(before, "m", records.slice(0, 1), { ...options(), key: "ref" }));
    expect(lost.results).toMatchObject([{ status: "unknown", error: { code: "connection_lost" } }]);
    expect(before.rows.size).toBe(1);
  });

  it("looks again for a while, since the lost call may still be at work", async () => {
    const odoo = new MemoryOdoo();
    const clock = leapingClock();
    const call = async (...args: Parameters<MemoryOdoo["call"]>) => {
      if (args[1] === "create") throw new OdoorwayError("timeout", { evidence: { seconds: 1 } });
      if (clock.now() > 5_000 && odoo.rows.size === 0) await odoo.call("m", "create", [[{ name: "a", ref: "r0" }]]);
      return odoo.call(...args);
    };
    const records = [{ name: "a", ref: "r0" }];
    const found = await collectResults(createMany({ call }, "m", records, { clock, key: "ref" }));
    expect(found.results).toEqual([{ index: 0, status: "created", id: 1 }]);
  });
});

describe("writeMany", () => {
  it("sends equal values together, and two changes of one record in their order", async () => {
    const odoo = new MemoryOdoo();
    const [one, two, three] = [odoo.add("1"), odoo.add("2"), odoo.add("3")];
    const changes = [
      { id: one, values: { name: "a", ref: "r" } },
      { id: two, values: { name: "b" } },
      { id: three, values: { ref: "r", name: "a" } },
      { id: one, values: { name: "last" } },
    ];
    const { counts } = await collectResults(writeMany(odoo, "m", changes, { ...options(), concurrency: 4 }));
    expect(counts.updated).toBe(4);
    expect(odoo.calls.map(({ count }) => count)).toEqual([2, 1, 1]);
    expect([...odoo.rows.values()].map(({ name }) => name)).toEqual(["last", "b", "a"]);
  });

  it("does not repeat what would create lines twice", async () => {
    const odoo = fated(["lost before"]);
    const id = odoo.add("1");
    const lines = [{ id, values: { name: "x", line_ids: [[0, 0, { name: "line" }]] } }];
    const { results } = await collectResults(writeMany(odoo, "m", lines, options()));
    expect(results).toMatchObject([{ index: 0, status: "unknown", id, error: { code: "connection_lost" } }]);
    expect(odoo.calls).toHaveLength(1);
  });

  it("keeps bytes and big numbers apart, which JSON would not", async () => {
    const odoo = new MemoryOdoo();
    const ids = [odoo.add("1"), odoo.add("2")];
    const changes = ids.map((id, at) => ({ id, values: { image: new Uint8Array([at]) } }));
    await collectResults(writeMany(odoo, "m", changes, options()));
    expect(odoo.calls).toHaveLength(2);
  });
});

describe("loadMany", () => {
  it("tells created from updated, and rows without external id are unknown after a lost reply", async () => {
    const odoo = fated([undefined, "lost after"]);
    const load = (rows: string[][]) =>
      collectResults(loadMany(odoo, "m", ["id", "name"], rows, { ...options(), externalIds: external(odoo) }));
    expect((await load([["x.1", "a"]])).counts.created).toBe(1);
    const { results } = await load([
      ["x.1", "again"],
      ["", "nameless"],
      ["x.2", "b"],
    ]);
    expect(results.map(({ status }) => status)).toEqual(["updated", "unknown", "created"]);
    expect(odoo.rows.size).toBe(3);
  });

  it("keeps the lines of a record together, with one result for each row", async () => {
    const sent: unknown[] = [];
    const caller = {
      call: async (_model: string, method: string, args: readonly unknown[]) => {
        if (method === "fields_get") return { child_ids: { type: "one2many" }, country_id: { type: "many2one" } };
        if (method === "search") return [10];
        sent.push(args[1]);
        return { ids: (args[1] as string[][]).flatMap(([name], at) => (name ? [11 + at] : [])), messages: [] };
      },
    };
    const fields = ["name", "country_id/id", "child_ids/name"];
    const rows = [
      ["a", "base.be", "a1"],
      ["", "", "a2"],
      ["b", "", ""],
      ["", "base.be", "c1"],
    ];
    const { results } = await collectResults(loadMany(caller, "m", fields, rows.slice(0, 3), options()));
    expect(results).toEqual([
      { index: 0, status: "created", id: 11 },
      { index: 1, status: "created", id: 11 },
      { index: 2, status: "created", id: 13 },
    ]);
    expect(sent).toEqual([rows.slice(0, 3)]);
  });

  it("takes a conflict that load reports as a message for what it is", async () => {
    let calls = 0;
    const caller = {
      call: async (_model: string, method: string) => {
        if (method === "search") return [];
        const message = "could not serialize access due to concurrent update\n";
        return calls++ === 0
          ? { ids: false, messages: [{ type: "error", message, record: 0, rows: { from: 0, to: 0 } }] }
          : { ids: [5], messages: [] };
      },
    };
    const { results } = await collectResults(loadMany(caller, "m", ["name"], [["a"]], options()));
    expect(results).toEqual([{ index: 0, status: "created", id: 5 }]);
  });

  it("refuses rows of another length alone, and columns that stand twice", async () => {
    const odoo = new MemoryOdoo();
    const { results } = await collectResults(
      loadMany(odoo, "m", ["id", "name"], [["x.1", "a"], ["x.2"]], { ...options(), externalIds: external(odoo) }),
    );
    expect(results.map(({ status, error }) => error?.code ?? status)).toEqual(["created", "bad_arguments"]);
    await expect(collectResults(loadMany(odoo, "m", ["name", "name"], [], options()))).rejects.toThrow("each once");
  });
});
