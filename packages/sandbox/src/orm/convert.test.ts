/** Rounding of what a column stores. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rounded } from "./convert.js";

describe("rounded", () => {
  it.each([
    [2.675, 2, 2.68],
    [-2.675, 2, -2.68],
    [1.005, 2, 1.01],
    [0.1 + 0.2, 2, 0.3],
    [1.1 + 2.2 - 3.3, 2, 0],
    [2.7e-17, 2, 0],
    [-2.7e-17, 2, 0],
    [5e-7, 6, 0.000001],
    [1e21, 2, 1e21],
    [1.5e300, 2, 1.5e300],
    [1234.5, 0, 1235],
  ])("%d to %d decimals is %d", (value, decimals, expected) => {
    expect(rounded(value, decimals)).toBe(expected);
  });

  it("leaves alone what has no decimals to be rounded to, and what is no number", () => {
    expect(rounded(2.7e-17, undefined)).toBe(2.7e-17);
    expect(rounded(Number.NaN, 2)).toBeNaN();
    expect(rounded(Number.POSITIVE_INFINITY, 2)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is as near as half a unit, and rounds what is round no further", () => {
    const amount = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 6 }), (value, decimals) => {
        const once = rounded(value, decimals);
        expect(Math.abs(once - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + Math.abs(value) * 1e-15);
        expect(rounded(once, decimals)).toBe(once);
      }),
    );
  });
});
