import type { FieldMetadata } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isHumanSize, Refusal, roundedTo, scalarCheck } from "./scalar.js";

const field = (type: FieldMetadata["type"], more: Partial<FieldMetadata> = {}): FieldMetadata => ({
  name: "f",
  type,
  label: "F",
  required: false,
  readonly: false,
  stored: true,
  depends: [],
  ...more,
});

describe("decimals", () => {
  const price = scalarCheck(field("float", { digits: [16, 2] }));

  it.each([
    [1.234, 1.23],
    [1.005, 1.01],
    [-0.005, -0.01],
    [-1.234, -1.23],
    [1e-7, 0],
    [99.999, 100],
    [1234567890.125, 1234567890.13],
  ])("%d is refused, and %d offered", (value, rounded) => {
    expect(price(value)).toMatchObject({
      code: "too_many_decimals",
      candidate: String(rounded),
      evidence: { decimals: 2, received: value },
      rounded,
    });
  });

  it("are rounded half away from zero, to no more than they have", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.integer({ min: 0, max: 5 }), (thousandths, decimals) => {
        const value = thousandths / 1000;
        const rounded = roundedTo(decimals, value);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + Math.abs(value) * 1e-15);
        expect(roundedTo(decimals, rounded)).toBe(rounded);
        expect(roundedTo(decimals, -value)).toBe(-rounded + 0);
      }),
    );
  });

  it("lets every amount of two decimals pass as it is, however it was calculated", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (cents) => {
        expect(price(cents / 100)).toBe(cents / 100 + 0);
        expect(price(cents * 0.01)).toBeCloseTo(cents / 100, 6);
      }),
    );
    expect(price(0.1 + 0.2)).toBe(0.3);
    expect(price(1.1 * 3)).toBe(3.3);
  });

  it("rounds coordinates and factors, and leaves what has no digits alone", () => {
    expect(scalarCheck(field("float", { digits: [10, 7] }))(50.850_339_61)).toBe(50.850_339_61);
    expect(scalarCheck(field("float"))(1.234_567_89)).toBe(1.234_567_89);
    expect(scalarCheck(field("monetary"))(1.239)).toBe(1.239);
  });
});

describe("HTML that Odoo cleans", () => {
  const html = scalarCheck(field("html", { sanitized: true }));

  it.each([
    ["<p>a</p><script>x()</script>", "<script>"],
    ["<SCRIPT src=x>", "<SCRIPT>"],
    ["<iframe src='https://a.example'></iframe>", "<iframe>"],
    ['<p class="a" onclick="x()">', "onclick"],
    ['<a href="javascript:x">', "javascript:"],
    ["<a\nhref = ' JavaScript:x'>", "JavaScript:"],
  ])("%s is refused for its %s", (value, received) => {
    expect(html(value)).toMatchObject({ code: "unsafe_html", evidence: { received } });
  });

  it.each([
    "<p>on call = yes</p>",
    "a < b and on x = y",
    "<p style='color: red'>javascript: the book</p>",
    "<description>",
    "<p>a < b online = 3</p>",
    '<a href="/x" title="the one = two">x</a>',
    "<img alt='a only = b'>",
  ])("%s passes", (value) => expect(html(value)).toBe(value));

  it("is not looked into where Odoo does not clean it, and never takes long", () => {
    expect(scalarCheck(field("html"))("<script>")).toBe("<script>");
    const started = performance.now();
    html(`${"<a ".repeat(200_000)}${"on ".repeat(200_000)}`);
    html(`<${" onx".repeat(100_000)}`);
    html(`<a href=${" ".repeat(200_000)}`);
    html('<a "'.repeat(100_000));
    html(`<a x='"${" '\"".repeat(100_000)}`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

it("a percentage of accounts is an object of ids and numbers", () => {
  const check = scalarCheck(field("json", { name: "analytic_distribution" }));
  expect(check({ "7": 60, "8,9": 40 })).toEqual({ "7": 60, "8,9": 40 });
  for (const wrong of [{ a: 1 }, { "7": "60" }, [1], "x", 5, { "0": 1 }]) expect(check(wrong)).toBeInstanceOf(Refusal);
});

it("knows the size that Odoo reads in place of a file", () => {
  for (const size of ["0.00 bytes", "12.50 Kb", "3.1 Mb", "1 Gb"]) expect(isHumanSize(size)).toBe(true);
  for (const other of ["", "12.5", "aGVsbG8=", "12.50 Kbx", 12]) expect(isHumanSize(other)).toBe(false);
});
