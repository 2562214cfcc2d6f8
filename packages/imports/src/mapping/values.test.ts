/** Cells to values: conditions, templates, types, maps, and what a row that does not fit is told. */
import { describe, expect, it } from "vitest";
import { field } from "../testing/fake-odoo.js";
import { compileCondition } from "./conditions.js";
import { convert, dateReader, type Reading } from "./convert.js";
import type { Cell } from "./language.js";
import { objectRow } from "./row.js";
import { compileTemplate } from "./template.js";
import { draftOfColumn, draftsOfValues } from "./values.js";

const row = objectRow({ A: " x ", N: "12.5", E: "", Z: 0, T: "2010-12-01 08:26:00", deep: { er: "d" }, no: null });

describe("a condition", () => {
  it.each([
    [{ column: "A", equals: "x" }, true],
    [{ column: "Z", equals: 0 }, true],
    [{ column: "A", in: ["y", "x"] }, true],
    [{ column: "A", matches: "^[a-w]" }, false],
    [{ column: "E", empty: true }, true],
    [{ column: "none", empty: true }, true],
    [{ column: "no", empty: false }, false],
    [{ column: "N", gt: 12, lte: 12.5 }, true],
    [{ column: "N", lt: 12.5 }, false],
    [{ column: "A", gt: 0 }, false],
    [{ not: { column: "A", gt: 0 } }, true],
    [{ column: "E", lte: 0 }, false],
    [
      {
        all: [
          { column: "A", equals: "x" },
          { column: "N", gte: 13 },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { column: "A", equals: "y" },
          { column: "deep.er", equals: "d" },
        ],
      },
      true,
    ],
  ])("%j is %s", (condition, expected) => {
    expect(compileCondition(condition)(row)).toBe(expected);
  });
});

describe("a template", () => {
  it("is empty when one of its columns is", () => {
    expect(compileTemplate("{A}/{N} {{x}}")(row)).toBe("x/12.5 {x}");
    expect(compileTemplate("{A}-{E}")(row)).toBe("");
  });
});

describe("a type", () => {
  const reading = (more: Partial<Reading> = {}): Reading => ({
    decimal: ".",
    parseDate: undefined,
    zone: undefined,
    ...more,
  });
  it.each([
    ["1.50", "number", 1.5],
    ["-.5e2", "number", -50],
    ["1,234.5", "number", undefined],
    ["NaN", "number", undefined],
    ["Infinity", "number", undefined],
    ["1e999", "number", undefined],
    ["0x10", "number", undefined],
    ["3.0", "integer", 3],
    ["3.5", "integer", undefined],
    ["9007199254740993", "integer", undefined],
    ["Yes", "boolean", true],
    ["0", "boolean", false],
    ["perhaps", "boolean", undefined],
    ["2024-02-29", "date", "2024-02-29"],
    ["2023-02-29", "date", undefined],
    ["2010-12-01 08:26:00", "datetime", "2010-12-01T08:26:00Z"],
    ["2010-12-01T08:26:00.123+02:00", "datetime", "2010-12-01T06:26:00Z"],
    ["2010-12-01T24:00:00", "datetime", undefined],
  ] as const)("reads %s as %s: %s", (text, type, expected) => {
    expect(convert(text, type, reading())).toBe(expected);
  });

  it("reads decimals with a comma", () => {
    const comma = (text: string) => convert(text, "number", reading({ decimal: "," }));
    expect(["1.234,5", "12,50", "1.234.567", "-1234"].map(comma)).toEqual([1234.5, 12.5, 1_234_567, -1234]);
    expect(["12.50", "1.2.3", "1,234.5", "1234.567"].map(comma)).toEqual(Array(4).fill(undefined));
  });

  it.each([
    ["7/6/2010 8:05", "D/M/YYYY H:mm", "2010-06-07T07:05:00Z"],
    ["12/1/10 12:26 am", "M/D/YY h:mm A", "2010-12-01T00:26:00Z"],
    ["31.02.2010 10:00", "DD.MM.YYYY HH:mm", undefined],
  ])("reads %s by its format %s, in London", (text, format, expected) => {
    expect(convert(text, "datetime", reading({ parseDate: dateReader(format), zone: "Europe/London" }))).toBe(expected);
  });
});

describe("a value", () => {
  const metadata = {
    model: "m",
    label: "m",
    fields: {
      weight: field("weight", "float"),
      price: field("price", "float", { digits: [16, 2] }),
      name: field("name", "char"),
    },
    filled: new Set<string>(),
  };
  const draft = (name: string, cell: string | Partial<Cell>) => {
    const full = typeof cell === "string" ? cell : ({ trim: true, ...cell } as Cell);
    return draftsOfValues({ [name]: full }, metadata, [])[0]?.draft(row);
  };

  it("takes its type from the field, is scaled, mapped, cleaned, filled in", () => {
    expect(draft("weight", "N")).toEqual({ kind: "value", value: 12.5 });
    expect(draft("weight", { column: "N", scale: 0.001 })).toEqual({ kind: "value", value: 0.0125 });
    expect(draft("name", { column: "A", map: { x: "why" } })).toEqual({ kind: "value", value: "why" });
    expect(draft("name", { column: "A", map: { x: null } })).toEqual({ kind: "omit" });
    expect(draft("name", { column: "E" })).toEqual({ kind: "omit" });
    expect(draft("name", { column: "E", empty: "null" })).toEqual({ kind: "value", value: null });
    expect(draft("name", { column: "E", default: "d" })).toEqual({ kind: "value", value: "d" });
    expect(draft("name", { column: "A", trim: false })).toEqual({ kind: "value", value: " x " });
    expect(draft("name", { template: "<p>{A} &amp; &#8364;</p>", strip_html: true })).toEqual({
      kind: "value",
      value: "x & €",
    });
  });

  it("has the field's decimals where it was calculated, or rounding was asked for", () => {
    const of = (N: string, more: Partial<Cell>) =>
      draftsOfValues({ price: { trim: true, column: "N", ...more } as Cell }, metadata, [])[0]?.draft(objectRow({ N }));
    expect(of("3", { scale: 0.45359237 })).toEqual({ kind: "value", value: 1.36 });
    expect(of("1.005", { round: true })).toEqual({ kind: "value", value: 1.01 });
    expect(of("1.005", {})).toEqual({ kind: "value", value: 1.005 });
    expect(draft("weight", { column: "N", round: true })).toEqual({ kind: "value", value: 12.5 });
  });

  it("that is a number already has a point, whatever texts have", () => {
    const of = (N: unknown, more: Partial<Cell> = {}) =>
      draftsOfValues({ weight: { trim: true, column: "N", decimal: ",", ...more } as Cell }, metadata, [])[0]?.draft(
        objectRow({ N }),
      );
    expect(of(1.234)).toEqual({ kind: "value", value: 1.234 });
    expect(of("1.234")).toEqual({ kind: "value", value: 1234 });
    expect(of("", { default: 12.5 })).toEqual({ kind: "value", value: 12.5 });
    expect(of("x", { map: { x: 12.5 } })).toEqual({ kind: "value", value: 12.5 });
    expect(of("12.5")).toMatchObject({ fault: { cause: expect.stringContaining("1.250,50") } });
  });

  it("of HTML that is never closed is read in time that its length allows", () => {
    const html = (text: string) =>
      draftsOfValues({ name: { trim: true, column: "H", strip_html: true } as Cell }, metadata, [])[0]?.draft(
        objectRow({ H: text }),
      );
    expect(html("a<script>if (1<2) x</script >b<style>c</STYLE>d<script>e")).toEqual({
      kind: "value",
      value: "a b d e",
    });
    const started = performance.now();
    html("<script ".repeat(130_000));
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it("that does not fit says what would", () => {
    expect(draft("weight", "A")).toMatchObject({
      kind: "fault",
      fault: {
        code: "row_value_invalid",
        field: "A",
        cause: 'The column A holds "x", which is not a number such as 12.50.',
      },
    });
  });

  it("of a direct import names records by id, external id or name, and choices by label", () => {
    const many = field("tag", "many2many", { relation: "res.tag" });
    const tags = objectRow({ tag: "1, 2", id: "a.b", name: "Red, Blue", choice: "Company", bad: "x" });
    expect(draftOfColumn("tag", many, "database_id")(tags)).toEqual({ kind: "value", value: [1, 2] });
    expect(draftOfColumn("bad", many, "database_id")(tags)).toMatchObject({ kind: "fault" });
    expect(draftOfColumn("id", many, "external_id")(tags)).toEqual({ kind: "value", value: [{ external_id: "a.b" }] });
    expect(draftOfColumn("name", many, "value")(tags)).toMatchObject({
      kind: "lookup",
      texts: ["Red", "Blue"],
      list: true,
    });
    const choice = field("choice", "selection", { selection: [["company", "Company"]] });
    expect(draftOfColumn("choice", choice, "value")(tags)).toEqual({ kind: "value", value: "company" });
  });
});
