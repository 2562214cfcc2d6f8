import { describe, expect, it } from "vitest";
import { idsOfCommands, loadCell, loadColumn } from "./load-cells.js";
import { partner } from "./models.fixture.js";

describe("cells of load()", () => {
  it.each<[unknown, string]>([
    [true, "True"],
    [false, ""],
    [null, ""],
    [undefined, ""],
    ["", ""],
    ["a", "a"],
    [0, "0"],
    [0.5, "0.5"],
    [[], ""],
    [[[6, 0, [1, 2]]], "1,2"],
    [{ a: 1 }, '{"a":1}'],
  ])("%j is %j", (value, cell) => {
    expect(loadCell(value)).toBe(cell);
  });

  it("have a column by database id for relations to existing records", () => {
    expect(loadColumn(partner.fields.country_id, "country_id")).toBe("country_id/.id");
    expect(loadColumn(partner.fields.category_id, "category_id")).toBe("category_id/.id");
    expect(loadColumn(partner.fields.child_ids, "child_ids")).toBe("child_ids");
    expect(loadColumn(undefined, "x_new")).toBe("x_new");
  });

  it("take from commands the ids that are set or added, each once", () => {
    expect(idsOfCommands([[5, 0, 0], [6, 0, [1, 2, "x"]], [4, 2, 0], [4, 3], [3, 9], "4", 7])).toEqual([1, 2, 3, 7]);
    expect(
      idsOfCommands([
        [4, 1],
        [6, 0, [2]],
      ]),
    ).toEqual([2]);
    expect(idsOfCommands([[4, 1], [5]])).toEqual([]);
  });
});
