/** What a file's beginning says of its dialect, where it is cut in the middle of things. */
import { expect, it } from "vitest";
import { findDialect } from "./dialect.js";

it.each([
  ["quoted", (at: number) => `"column, number ${at}"`],
  ["plain", (at: number) => `column${at}`],
])("is found by a header longer than the beginning, of cells that are %s", (_name, cell) => {
  for (const delimiter of [";", ",", "\t", "|"]) {
    const header = Array.from({ length: 6000 }, (_none, at) => cell(at)).join(delimiter);
    for (let cut = 40_000; cut < 40_030; cut += 1)
      expect(findDialect(header.slice(0, cut), undefined)).toEqual({ delimiter, quote: '"', skip: 0 });
  }
});

it.each(["ref;name", '"ref";"name"', "ref;name\n1;a"])("is found by a file without a last line break: %j", (text) => {
  expect(findDialect(text, undefined).delimiter).toBe(";");
});
