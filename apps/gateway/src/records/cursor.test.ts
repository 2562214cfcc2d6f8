import { describe, expect, it } from "vitest";
import { nextCursor, planPage } from "./cursor.js";

const question = { model: "res.partner", domain: [["is_company", "=", true]], order: "id" };

describe("pages", () => {
  it("go on behind the last id when ordered by id", () => {
    const first = planPage(question, undefined);
    expect(first).toEqual({ domain: question.domain, order: "id", offset: 0 });
    const next = planPage(question, nextCursor(question, first, [3, 9]));
    expect(next).toEqual({ domain: ["&", ["is_company", "=", true], ["id", ">", 9]], order: "id", offset: 0 });
    const down = { ...question, order: "id desc" };
    expect(planPage(down, nextCursor(down, planPage(down, undefined), [9])).domain).toContainEqual(["id", "<", 9]);
  });

  it("go on at an offset otherwise, with the id as tiebreak", () => {
    const byName = { ...question, order: "name desc" };
    const first = planPage(byName, undefined);
    expect(first.order).toBe("name desc, id");
    const second = planPage(byName, nextCursor(byName, first, [7, 3]));
    expect(second.offset).toBe(2);
    expect(planPage(byName, nextCursor(byName, second, [1])).offset).toBe(3);
  });

  it("keep the meaning of any domain", () => {
    const several = { ...question, domain: [["a", "=", 1], "|", ["b", "=", 2], "!", ["c", "=", 3], ["d", "=", 4]] };
    const page = planPage(several, nextCursor(several, planPage(several, undefined), [5]));
    expect(page.domain).toEqual([
      "&",
      "&",
      "&",
      ["a", "=", 1],
      "|",
      ["b", "=", 2],
      "!",
      ["c", "=", 3],
      ["d", "=", 4],
      ["id", ">", 5],
    ]);
    const empty = { ...question, domain: [] };
    expect(planPage(empty, nextCursor(empty, planPage(empty, undefined), [5])).domain).toEqual([["id", ">", 5]]);
  });

  it("refuse a cursor of another list, and what is no cursor", () => {
    const cursor = nextCursor(question, planPage(question, undefined), [3]);
    expect(() => planPage({ ...question, domain: [] }, cursor)).toThrow(/invalid_parameter/);
    expect(() => planPage({ ...question, model: "res.users" }, cursor)).toThrow(/invalid_parameter/);
    for (const bad of ["", "x", "W10", "eyJhIjoxfQ"])
      expect(() => planPage(question, bad)).toThrow(/invalid_parameter/);
  });
});
