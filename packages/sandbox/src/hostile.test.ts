/**
 * Methods of every model called with whatever a client may send: the answer is Odoo's or one of Odoo's
 * exceptions, never a defect of ours, and the data stay whole. Seeded: a failure names the call, and the same
 * seed makes the same calls. SANDBOX_FUZZ_SEED and SANDBOX_FUZZ_CALLS ask for others and for more.
 */
import { systemClock } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { behaviours } from "./models/index.js";
import { openDatabase } from "./orm/database.js";
import type { Database } from "./orm/env.js";
import { OdooException } from "./orm/exceptions.js";
import { type Field, isX2many } from "./orm/fields.js";
import { isColumn } from "./orm/match.js";
import type { Model, Values } from "./orm/model.js";
import { callAs } from "./services/object.js";
import { factsOf } from "./versions/facts.js";
import { profileOf } from "./versions/profile.js";

const seed = Number(process.env.SANDBOX_FUZZ_SEED ?? 1);
const calls = Number(process.env.SANDBOX_FUZZ_CALLS ?? 4000);

/** Numbers from a seed (mulberry32), and what is drawn with them. */
function drawnFrom(start: number) {
  let state = start;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (most: number) => Math.floor(next() * most);
  const one = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const some = <T>(list: readonly T[], most: number): T[] => Array.from({ length: below(most + 1) }, () => one(list));
  return { next, below, one, some };
}
type Draw = ReturnType<typeof drawnFrom>;

const odd: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 2147483648, 1e308, "", "x", "1", "a\u0000b", "ä€😀", "'; drop table"],
  ...[[], [[]], [1], [null], ["x"], {}, { a: 1 }, [[6, 0, [1]]], [[0, 0, {}]], [[5]], [[4, 99999]], [[1, 1, {}]]],
  ...["2026-01-01", "2026-01-01 10:00:00", "2026-13-01", "id desc", "name,", [["id", "=", 1]], ["|"], "__proto__"],
];
const common = [
  ...["create", "write", "unlink", "read", "search", "search_count", "search_read", "name_search", "name_create"],
  ...["default_get", "fields_get", "copy", "load", "export_data", "read_group", "formatted_read_group", "web_read"],
  ...["web_save", "web_search_read", "has_access", "check_access_rights", "action_archive", "get_metadata", "exists"],
];
const operators = [
  "=",
  "!=",
  "in",
  "not in",
  "<",
  ">=",
  "like",
  "not ilike",
  "=ilike",
  "child_of",
  "any",
  "=?",
  "nope",
];

/** A value for a field: three in four sensible, so that calls get far enough to do harm. */
function valueFor(draw: Draw, db: Database, field: Field, depth: number): unknown {
  if (draw.below(4) === 0) return draw.one(odd);
  const id = () => idOf(draw, db.models.get(field.relation ?? ""));
  switch (field.type) {
    case "many2one":
      return id();
    case "one2many":
    case "many2many":
      return draw.some([0, 1, 2, 3, 4, 5, 6], 2).map((code) => {
        if (code === 6) return [6, 0, [id(), id()]];
        return [
          code,
          code === 0 || code === 5 ? 0 : id(),
          valuesFor(draw, db, db.models.get(field.relation ?? ""), depth),
        ];
      });
    case "selection":
      return draw.one(field.selection?.map(([key]) => key) ?? ["x"]);
    case "boolean":
      return draw.below(2) === 0;
    case "integer":
    case "many2one_reference":
      return draw.below(20) - 2;
    case "float":
    case "monetary":
      return (draw.below(2000) - 500) / 10;
    case "date":
      return `20${10 + draw.below(30)}-0${1 + draw.below(9)}-1${draw.below(10)}`;
    case "datetime":
      return `20${10 + draw.below(30)}-0${1 + draw.below(9)}-1${draw.below(10)} 1${draw.below(10)}:00:00`;
    default:
      return `text ${draw.below(30)}`;
  }
}

function valuesFor(draw: Draw, db: Database, model: Model | undefined, depth: number): Values {
  if (!model || depth > 2) return {};
  const fields = [...model.fields.values()].filter((field) => field.name !== "id");
  const chosen = new Set([...draw.some(fields, 5), ...(draw.below(4) > 0 ? model.mandatory : [])]);
  return Object.fromEntries([...chosen].map((field) => [field.name, valueFor(draw, db, field, depth + 1)]));
}

function idOf(draw: Draw, model: Model | undefined): unknown {
  const ids = model ? [...model.table.rows.keys()] : [];
  if (ids.length === 0 || draw.below(12) === 0) return draw.one([0, -1, 99999, false, "x", null]);
  return draw.below(2) === 0 ? ids[ids.length - 1 - draw.below(Math.min(ids.length, 5))] : draw.one(ids);
}

function domainFor(draw: Draw, db: Database, model: Model): unknown {
  if (draw.below(8) === 0) return draw.one(odd);
  const fields = [...model.fields.values()];
  return draw.some(["term", "term", "term", "&", "|", "!", "odd"], 4).map((kind) => {
    if (kind === "odd") return draw.one(odd);
    if (kind !== "term") return kind;
    const field = draw.one(fields);
    const dotted = field.relation && draw.below(3) === 0 ? `.${draw.one(["name", "id", "nope", "parent_id"])}` : "";
    return [
      field.name + dotted,
      draw.one(operators),
      draw.below(2) === 0 ? valueFor(draw, db, field, 3) : draw.one(odd),
    ];
  });
}

/** A call of a method with arguments that mostly fit it. */
function callFor(draw: Draw, db: Database) {
  const model = draw.one([...db.models.values()]);
  const own = Object.keys(model.behaviour.methods ?? {});
  const method = own.length > 0 && draw.below(3) === 0 ? draw.one(own) : draw.one(common);
  const ids = draw.below(6) === 0 ? draw.one(odd) : draw.some([0, 1, 2], 3).map(() => idOf(draw, model));
  const names = [...model.fields.keys(), "nope", "id", ".id"];
  const fields = draw.some(names, 5).map((name) => (draw.below(4) === 0 ? `${name}/id` : name));
  const shapes: Readonly<Record<string, () => unknown[]>> = {
    create: () => [draw.below(4) === 0 ? [valuesFor(draw, db, model, 0)] : valuesFor(draw, db, model, 0)],
    write: () => [ids, valuesFor(draw, db, model, 0)],
    web_save: () => [ids, valuesFor(draw, db, model, 0), Object.fromEntries(fields.map((name) => [name, {}]))],
    web_read: () => [
      ids,
      Object.fromEntries(fields.map((name) => [name, draw.one([{}, { fields: { name: {} } }, 1])])),
    ],
    read: () => [ids, fields],
    copy: () => [ids, valuesFor(draw, db, model, 1)],
    load: () => [
      fields,
      draw.some([0, 1, 2], 3).map(() => fields.map(() => draw.one(["", "x", "1", "base.be", ...odd]))),
    ],
    export_data: () => [ids, fields],
    default_get: () => [fields],
    name_create: () => [draw.one(["A name", ...odd])],
    name_search: () => [draw.one(["a", ...odd]), domainFor(draw, db, model)],
    read_group: () => [domainFor(draw, db, model), fields, draw.some(names, 2)],
    formatted_read_group: () => [domainFor(draw, db, model), draw.some(names, 2), ["__count", ...draw.some(names, 1)]],
    has_access: () => [ids, draw.one(["read", "nope"])],
    check_access_rights: () => [draw.one(["write", "nope"])],
    fields_get: () => [fields, ["type"]],
  };
  const isSearch = method.includes("search") && method !== "name_search";
  const fitting = shapes[method]?.() ?? (isSearch ? [domainFor(draw, db, model)] : [ids]);
  const args = draw.below(15) === 0 ? draw.some(odd, 3) : fitting;
  const paging = {
    limit: draw.one([1, 5, ...odd]),
    offset: draw.one([0, 2, ...odd]),
    order: draw.one(["id desc", ...odd]),
  };
  const context = draw.one<unknown>([
    {},
    { active_test: false },
    { lang: "xx" },
    { tz: "Nope/Zone" },
    { default_name: 1 },
    5,
  ]);
  const named: Values = {
    ...(isSearch && draw.below(2) === 0 ? paging : {}),
    ...(draw.below(4) === 0 ? { context } : {}),
  };
  return { model: model.name, method, args, named };
}

/** What is wrong with the data: references that lead nowhere, NULL where none may be, what is there twice. */
function problemsOf(db: Database): string[] {
  const problems: string[] = [];
  for (const model of db.models.values()) {
    const { rows } = model.table;
    const columns = [...model.fields.values()].filter((field) => isColumn(model, field) && field.name !== "id");
    const say = (id: number, field: string, what: string) => problems.push(`${model.name}(${id}).${field} ${what}`);
    for (const [id, row] of rows) {
      for (const name of Object.keys(row)) if (!model.fields.has(name)) say(id, name, "is no field");
      for (const field of columns) {
        const value = row[field.name];
        const comodel = field.relation ? db.models.get(field.relation) : undefined;
        if (value === undefined) continue;
        const ids = isX2many(field) ? (value as readonly number[]) : field.type === "many2one" ? [Number(value)] : [];
        if (isX2many(field) !== Array.isArray(value)) say(id, field.name, `holds ${JSON.stringify(value)}`);
        else if (new Set(ids).size !== ids.length) say(id, field.name, "holds an id twice");
        else if (comodel)
          for (const other of ids) if (!comodel.table.rows.has(other)) say(id, field.name, `refers to ${other}`);
      }
      for (const field of model.mandatory) if (row[field.name] === undefined) say(id, field.name, "is NULL");
    }
    for (const { unique, check } of model.behaviour.sql ?? []) {
      const seen = new Set<string>();
      for (const [id, row] of rows) {
        if (check && !check(row)) say(id, "", "fails a check");
        if (!unique || unique.some((name) => row[name] === undefined)) continue;
        const key = JSON.stringify(unique.map((name) => row[name]));
        if (seen.has(key)) say(id, unique.join(), `is there twice: ${key}`);
        seen.add(key);
      }
    }
    problems.push(...indexProblems(model, columns));
  }
  return problems;
}

/** Where an index of a table knows something else than the rows. */
function indexProblems(model: Model, columns: readonly Field[]): string[] {
  const { table } = model;
  const problems: string[] = [];
  const ids = [...table.rows.keys()].sort((a, b) => a - b);
  if (JSON.stringify(table.ids()) !== JSON.stringify(ids))
    problems.push(`${model.name}: ids are not those of the rows`);
  for (const field of columns) {
    const expected = new Map<string | number | boolean, number[]>();
    for (const id of ids) {
      const value = table.rows.get(id)?.[field.name];
      for (const key of value === undefined ? [] : typeof value === "object" ? value : [value])
        expected.set(key, [...(expected.get(key) ?? []), id]);
    }
    for (const [key, found] of expected)
      if (JSON.stringify(table.find(field.name, key)) !== JSON.stringify(found))
        problems.push(`${model.name}.${field.name}: the index of ${key} is wrong`);
  }
  return problems;
}

/** Texts of JavaScript's own errors, which must not come in the clothes of one of Odoo's. */
const ours =
  /is not a function|Cannot (read|set|convert)|undefined|\[object |is not iterable \(|Invalid time value|NaN/;

describe.each([18, 19] as const)("hostile input to %i", (version) => {
  it.each([
    ["the administrator", 2],
    ["superuser mode", 1],
  ])(
    "gets answers of Odoo's kind and leaves the data whole: as %s",
    (_name, uid) => {
      const draw = drawnFrom(seed * 1000 + version * 10 + uid);
      const db = openDatabase("demo", factsOf(version), profileOf(version), behaviours, systemClock);
      // The recorded master data refer to records of models that are not served; nothing may be added to that.
      const before = new Set(problemsOf(db));
      const defects = new Set<string>();
      let answered = 0;
      const users = db.models.get("res.users")?.table.rows;
      for (let n = 0; n < calls && users?.has(uid); n += 1) {
        const { model, method, args, named } = callFor(draw, db);
        const { context, ...others } = named;
        const shown = () => `${model}.${method}(${JSON.stringify(args).slice(0, 400)}, ${JSON.stringify(named)})`;
        try {
          const env = { db, uid, su: uid === 1, context: (typeof context === "object" ? context : {}) as Values };
          JSON.stringify(callAs(env, model, method, args, others));
          answered += 1;
        } catch (error) {
          const isOdoos = error instanceof OdooException && !ours.test(error.message);
          if (!isOdoos)
            defects.add(
              `${error instanceof Error ? (error.stack ?? "").split("\n").slice(0, 4).join(" ") : error}\n    in ${shown()}`,
            );
        }
      }
      expect.soft([...defects]).toEqual([]);
      expect.soft(problemsOf(db).filter((problem) => !before.has(problem))).toEqual([]);
      expect(answered).toBeGreaterThan(calls / 8);
    },
    30_000 + calls * 10,
  );
});
