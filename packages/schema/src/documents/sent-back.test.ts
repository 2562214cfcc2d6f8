import { describe, expect, it } from "vitest";
import { checkRecord, planLookups, resolve } from "../index.js";
import { known, partner } from "../models.fixture.js";

const held = {
  id: 7,
  name: "Ann",
  color: 3,
  rank: 1.5,
  active: true,
  comment: false,
  image_1920: false,
  create_date: "2026-11-21 10:00:00",
};

/** What a write of the record would carry. */
function carried(values: Record<string, unknown>) {
  const checked = checkRecord(partner, values, { mode: "write", id: 7, metadata: known });
  const lookups = planLookups([checked]);
  const [resolved] = resolve(
    [checked],
    lookups,
    lookups.map(() => [held]),
  );
  return { problems: resolved?.problems.map(({ pointer, code }) => `${pointer} ${code}`), values: resolved?.values };
}

describe("a record that is sent back", () => {
  const whole = { ...held, comment: null, image_1920: null, create_date: "2026-11-21T10:00:00Z" };

  it("is no call at all when nothing changed", () => {
    expect(carried(whole)).toEqual({ problems: [], values: {} });
  });

  it("carries what changed and nothing else", () => {
    expect(carried({ ...whole, color: 4, comment: "<p>x</p>" })).toEqual({
      problems: [],
      values: { color: 4, comment: "<p>x</p>" },
    });
  });

  it("is refused where a read-only value changed", () => {
    expect(carried({ ...whole, create_date: "2020-01-01T00:00:00Z" }).problems).toEqual([
      "/create_date readonly_field",
    ]);
  });

  it("may lack a required value that it lacks already, and no other", () => {
    const checked = checkRecord(partner, { name: null, color: 4 }, { mode: "write", id: 7, metadata: known });
    const lookups = planLookups([checked]);
    const settle = (name: unknown) => resolve([checked], lookups, [[{ ...held, name }]])[0];
    expect(settle(false)).toMatchObject({ problems: [], values: { color: 4 }, unchanged: ["/name"] });
    expect(settle("")).toMatchObject({ problems: [], values: { color: 4 } });
    expect(settle("Ann")?.problems).toMatchObject([{ pointer: "/name", code: "missing_required_field" }]);
    expect(carried({ name: "  " }).problems).toEqual(["/name missing_required_field"]);
  });

  it("is not looked at when nothing read-only shows that it was read", () => {
    expect(carried({ name: "Ann", color: 3 })).toEqual({ problems: [], values: { name: "Ann", color: 3 } });
  });
});
