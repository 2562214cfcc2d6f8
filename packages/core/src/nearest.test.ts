import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "./nearest.js";

const fields = ["name", "email", "country_id", "is_company", "street", "street2"];

describe("nearest", () => {
  it.each([
    ["nmae", "name"],
    ["e-mail", "email"],
    ["Country ID", "country_id"],
    ["iscompany", "is_company"],
    ["country", "country_id"],
  ])("%s is near %s", (wrong, right) => {
    expect(nearest(wrong, fields)).toBe(right);
  });

  it.each(["zzzzzz", "", "   ", "q"])("nothing is near %j", (wrong) => {
    expect(nearest(wrong, fields)).toBeUndefined();
  });

  it("finds a name itself, whatever stands around it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z][a-z_]{2,20}[a-z]$/), { minLength: 1 }),
        fc.nat(),
        (names, pick) => {
          const name = names[pick % names.length] as string;
          expect(nearest(name, names)?.replaceAll(/_+/g, "_")).toBe(name.replaceAll(/_+/g, "_"));
        },
      ),
    );
  });
});
