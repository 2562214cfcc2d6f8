import fc from "fast-check";
import { expect, it } from "vitest";
import { parseWithLongIntegers } from "./long-integers.js";

it.each([
  ['{"id":820982911946154508}', { id: "820982911946154508" }],
  [
    "[9007199254740991,9007199254740993,-9007199254740993]",
    [9007199254740991, "9007199254740993", "-9007199254740993"],
  ],
  ['["820982911946154508","a\\"820982911946154508"]', ["820982911946154508", 'a"820982911946154508']],
  [
    "[0.12345678901234567,1e20,12345678901234567.5]",
    ["0.12345678901234567", "1e20", "12345678901234567.5"].map(Number),
  ],
])("reads %s", (text, value) => {
  expect(parseWithLongIntegers(text)).toEqual(value);
});

it("reads everything else as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const isLong = (one: unknown): boolean =>
        typeof one === "number"
          ? Number.isInteger(one) && !Number.isSafeInteger(one)
          : typeof one === "object" && one !== null && Object.values(one).some(isLong);
      fc.pre(!isLong(value));
      expect(parseWithLongIntegers(text)).toEqual(JSON.parse(text));
    }),
  );
});

it("reads texts of many megabytes", () => {
  const long = "x".repeat(30_000_000);
  expect(parseWithLongIntegers(`["\\"${long}",9007199254740993]`)).toEqual([`"${long}`, "9007199254740993"]);
});
