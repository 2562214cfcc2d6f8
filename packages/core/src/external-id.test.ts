import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { externalIdFor, isExternalId } from "./external-id.js";

describe("externalIdFor", () => {
  it("reads well for plain keys", () => {
    expect(externalIdFor("shop", "res.partner", "17850")).toBe("shop.res_partner_17850");
  });

  it("always makes a valid external id with no second dot", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (key) => {
        const id = externalIdFor("shop", "res.partner", key);
        expect(isExternalId(id)).toBe(true);
        expect(id.split(".")).toHaveLength(2);
      }),
    );
  });

  it("never makes two keys one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        fc.pre(a !== b);
        expect(externalIdFor("m", "e", a)).not.toBe(externalIdFor("m", "e", b));
      }),
    );
    expect(externalIdFor("m", "e", "a.b")).not.toBe(externalIdFor("m", "e", "a_b"));
    expect(externalIdFor("m", "e", "~2e~")).not.toBe(externalIdFor("m", "e", "."));
  });
});

describe("isExternalId", () => {
  it.each(["base.be", "__import__.x", "shop.a-b.c"])("%s is one", (text) => expect(isExternalId(text)).toBe(true));
  it.each(["", "be", "base.", ".be", "base.b e", "ba se.be", "base..be"])("%j is none", (text) =>
    expect(isExternalId(text)).toBe(false),
  );
});
