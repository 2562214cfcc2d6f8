import { describe, expect, it } from "vitest";
import { x2many } from "../values/commands.js";
import { isRepeatable, isStored } from "./written.js";

describe("isStored", () => {
  it.each([
    ["a text", "a", "a", true],
    ["another text", "a", "b", false],
    ["an empty text", "", false, true],
    ["nothing", null, false, true],
    ["false where there is a value", false, "a", false],
    ["true", true, true, true],
    ["a many2one by its id", 3, [3, "Azure"], true],
    ["another many2one", 3, [4, "Azure"], false],
    ["a many2one that was emptied", false, false, true],
    ["a float", 0.1 + 0.2, 0.3, true],
    ["a float that was rounded", 1.239, 1.24, false],
    ["a set of ids", x2many.set([2, 1]), [1, 2], true],
    ["a set with another id", x2many.set([1]), [1, 2], false],
    ["an added id, which says nothing of the rest", x2many.add(1), [1], false],
    ["bytes", new Uint8Array([1]), "AQ==", false],
  ])("%s", (_what, value, stored, expected) => {
    expect(isStored({ field: value }, { id: 1, field: stored })).toBe(expected);
  });
});

describe("isRepeatable", () => {
  it("is anything but a command that creates or takes away, in lines of lines too", () => {
    const { set, add, update, clear, create, remove } = x2many;
    expect(isRepeatable({ name: "a", tags: set([1]), lines: [...add(2), ...update(3, { name: "l" })] })).toBe(true);
    expect(isRepeatable({ tags: clear(), notes: ["a", 1], ratios: [0, 2] })).toBe(true);
    for (const once of [create({ name: "l" }), remove(2), x2many.delete(2)]) {
      expect(isRepeatable({ lines: [...add(1), ...once] })).toBe(false);
      expect(isRepeatable({ lines: update(3, { parts: update(4, { more: once }) }) })).toBe(false);
    }
  });
});
