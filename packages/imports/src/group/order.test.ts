/** Which file of a group has its turn first. */
import { describe, expect, it } from "vitest";
import { sortByNeeds } from "./order.js";

describe("the files of a group", () => {
  it("are sorted by what refers to what, circles cut where they may be", () => {
    const needs: Record<string, string[]> = {
      order: ["partner!", "product"],
      partner: ["user"],
      user: ["partner!"],
      product: [],
    };
    const sorted = (items: string[]) =>
      sortByNeeds(items, (item, other, strictly) =>
        (needs[item] ?? []).some((one) => one === `${other}!` || (!strictly && one === other)),
      );
    expect(sorted(["order", "product", "partner"])).toEqual(["product", "partner", "order"]);
    expect(sorted(["order", "user", "partner"])).toEqual(["partner", "order", "user"]);
    needs.partner = ["user!"];
    expect(sorted(["user", "partner"])).toEqual(["user", "partner"]);
  });
});
