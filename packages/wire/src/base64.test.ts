import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64, webFromBase64, webToBase64 } from "./base64.js";

describe("base64", () => {
  it("is the same with Buffer and without, and comes back as it went", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(5), (all, from) => {
        const bytes = all.subarray(Math.min(from, all.length));
        const text = toBase64(bytes);
        expect(webToBase64(bytes)).toBe(text);
        expect(webFromBase64(text)).toEqual(new Uint8Array(bytes));
        expect(fromBase64(`\n${text} `)).toEqual(new Uint8Array(bytes));
      }),
    );
  });

  it("takes more bytes than a function takes arguments", () => {
    const bytes = new Uint8Array(1_000_001).fill(7);
    expect(webToBase64(bytes)).toBe(toBase64(bytes));
  });

  it.each(["a", "ab=", "=", "====", "a===", "ab==cd==", "abc-", "abc_", "ab\u0000="])("refuses %j", (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});
