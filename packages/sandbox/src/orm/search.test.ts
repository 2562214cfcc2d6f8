/** The short ways of search (kept orders, bounds, indexes) find what the long way finds. */
import { systemClock } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { behaviours } from "../models/index.js";
import { factsOf } from "../versions/facts.js";
import { profileOf } from "../versions/profile.js";
import { openDatabase } from "./database.js";
import { modelOf } from "./env.js";
import type { Row } from "./fields.js";
import { Table } from "./table.js";

const db = openDatabase("demo", factsOf(18), profileOf(18), behaviours, systemClock);
const env = { db, uid: 1, su: true, context: {} };
const tags = modelOf(env, "crm.tag");
const partners = modelOf(env, "res.partner");

describe("search on a table of some size", () => {
  const { create, write, unlink, search } = db.operations;
  const made = create(
    env,
    partners,
    Array.from({ length: 600 }, (_, n) => ({
      name: `P${(n * 37) % 600}`,
      color: n % 7,
      ref: n % 3 === 0 ? false : `R${n % 50}`,
      calendar_last_notif_ack: n % 2 === 0 ? false : `20${10 + (n % 80)}-01-01 00:00:00`,
    })),
  );
  const text = new Intl.Collator("en");
  const of = (id: number) => partners.table.rows.get(id) ?? {};
  const byText = (field: string, a: number, b: number, down = false, nullsFirst = down) => {
    const [x, y] = [of(a)[field], of(b)[field]];
    if (x === undefined || y === undefined) return (x === y ? 0 : x === undefined ? -1 : 1) * (nullsFirst ? 1 : -1);
    return text.compare(String(x), String(y)) * (down ? -1 : 1);
  };
  const color = (id: number) => Number(of(id).color ?? 0);
  /** Each order, and how one would say it in so many words. */
  const orders: Readonly<Record<string, (a: number, b: number) => number>> = {
    id: (a, b) => a - b,
    "id desc": (a, b) => b - a,
    name: (a, b) => byText("name", a, b) || a - b,
    "name desc, id desc": (a, b) => byText("name", a, b, true) || b - a,
    "color desc, ref, id": (a, b) => color(b) - color(a) || byText("ref", a, b) || a - b,
    "ref desc nulls last, name": (a, b) => byText("ref", a, b, true, false) || byText("name", a, b) || a - b,
    "create_date, id": (a, b) => byText("create_date", a, b) || a - b,
    calendar_last_notif_ack: (a, b) => byText("calendar_last_notif_ack", a, b) || a - b,
    "calendar_last_notif_ack desc": (a, b) => byText("calendar_last_notif_ack", a, b, true) || a - b,
  };
  const term = fc.oneof(
    fc.tuple(fc.constant("id"), fc.constantFrom(">", ">=", "<", "<="), fc.constantFrom(...made)),
    fc.tuple(fc.constant("color"), fc.constantFrom(">", "<=", "=", "!="), fc.integer({ min: -1, max: 8 })),
    fc.tuple(fc.constant("ref"), fc.constantFrom("=", "=like", "ilike"), fc.constantFrom("R1", "r%", false)),
    fc.tuple(
      fc.constantFrom("create_date", "calendar_last_notif_ack"),
      fc.constantFrom(">", "<", ">=", "<="),
      fc.constantFrom("2001-01-01", "2040-01-01 00:00:00", "2999-01-01"),
    ),
  );
  const change = fc.record({ kind: fc.constantFrom("create", "write", "unlink"), at: fc.nat(599), color: fc.nat(7) });

  it("gives the same ids in the same order as sorting everything does", () => {
    fc.assert(
      fc.property(
        fc.array(term, { maxLength: 2 }),
        fc.constantFrom(...Object.keys(orders)),
        fc.option(fc.integer({ min: 1, max: 700 }), { nil: undefined }),
        fc.nat(20),
        fc.array(change, { maxLength: 60 }),
        (domain, order, limit, offset, changes) => {
          for (const { kind, at, color } of changes) {
            const id = made[at] ?? 0;
            if (kind === "create") made.push(...create(env, partners, [{ name: `N${at}`, color }]));
            else if (partners.table.rows.has(id) && kind === "write")
              write(env, partners, [id], { color, name: `W${at}` });
            else if (partners.table.rows.has(id) && changes.length > 50) unlink(env, partners, [id]);
          }
          // A term that is always true, but neither index nor bound, has every row tested and sorted.
          const all = search(env, partners, ["|", ["name", "!=", "-"], ["name", "=", "-"], ...domain], { order: "id" });
          expect(all).toEqual(all.toSorted((a, b) => a - b));
          const whole = all.toSorted(orders[order]);
          const end = limit === undefined ? undefined : offset + limit;
          expect(search(env, partners, domain, { order, limit, offset })).toEqual(whole.slice(offset, end));
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(["", " desc", " nulls first", " desc nulls last"])(
    "leaves NULLs out of bounds in a kept order (%j)",
    (way) => {
      const field = "calendar_last_notif_ack";
      for (const [operator, bound, holds] of [
        [">", "2040-01-01 00:00:00", (value: string) => value > "2040-01-01 00:00:00"],
        [">=", "2040-01-01 00:00:00", (value: string) => value >= "2040-01-01 00:00:00"],
        ["<", "2030-01-01 00:00:00", (value: string) => value < "2030-01-01 00:00:00"],
        ["<=", "2030-01-01 00:00:00", (value: string) => value <= "2030-01-01 00:00:00"],
      ] as const) {
        const expected = [...partners.table.rows].filter(
          ([, row]) => row[field] !== undefined && holds(String(row[field])),
        );
        const found = search(env, partners, [[field, operator, bound]], { order: `${field}${way}`, limit: 9999 });
        expect(expected.length).toBeGreaterThan(50);
        expect(found.toSorted((a, b) => a - b)).toEqual(expected.map(([id]) => id).toSorted((a, b) => a - b));
      }
    },
  );

  it("takes a change back out of a kept order", () => {
    const order = "name, id";
    for (let n = 0; n < 300; n += 1) create(env, tags, [{ name: `T${n}` }]);
    const before = search(env, tags, [], { order, limit: 1000 });
    expect(() =>
      db.transaction(() => {
        create(env, tags, [{ name: "T000" }]);
        write(env, tags, [before[0] ?? 0], { name: "Z" });
        expect(search(env, tags, [], { order, limit: 1000 })).not.toEqual(before);
        throw new Error("back");
      }),
    ).toThrow("back");
    expect(search(env, tags, [], { order, limit: 1000 })).toEqual(before);
  });
});

describe("a table", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.option(fc.nat(5), { nil: undefined })), {
    maxLength: 120,
  });

  it("keeps indexes and orders as a new one would have them", () => {
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 4 }), (rounds) => {
        const table = new Table();
        const compare = (a: number, b: number) =>
          Number(table.rows.get(a)?.n ?? -1) - Number(table.rows.get(b)?.n ?? -1) || a - b;
        for (const round of rounds) {
          for (const [id, n] of round) table.put(id, n === undefined ? undefined : { n });
          const ids = [...table.rows.keys()].sort((a, b) => a - b);
          expect(table.ids()).toEqual(ids);
          expect(table.ordered("n", ["n"], compare)).toEqual([...ids].sort(compare));
          for (let n = 0; n <= 5; n += 1) {
            expect(table.find("n", n)).toEqual(ids.filter((id) => table.rows.get(id)?.n === n));
            expect(table.count("n", n)).toBe(table.find("n", n).length);
          }
        }
      }),
    );
  });

  it("puts what comes with a version at the first look, before what comes after", () => {
    const table = new Table();
    const put: number[] = [];
    const row = (n: number): Row => ({ n });
    table.fillLater(() => {
      put.push(1);
      table.put(table.nextId(), row(1));
    });
    table.fillLater(() => table.put(7, row(7)));
    expect(put).toEqual([]);
    expect(table.nextId()).toBe(8);
    expect([...table.rows.keys()]).toEqual([1, 7]);
    expect(table.find("n", 7)).toEqual([7]);
  });
});
