import { describe, expect, it } from "vitest";
import { readTime } from "./time.js";

describe("a time on the command line", () => {
  const now = new Date(2026, 0, 31, 18, 0, 5);

  it.each([
    ["22:30", new Date(2026, 0, 31, 22, 30)],
    ["9:05", new Date(2026, 1, 1, 9, 5)],
    ["18:00", new Date(2026, 1, 1, 18, 0)],
    ["+90m", new Date(2026, 0, 31, 19, 30, 5)],
    ["+2d", new Date(2026, 1, 2, 18, 0, 5)],
    ["2026-02-01T00:00:00Z", new Date(Date.UTC(2026, 1, 1))],
    ["2026-02-01 01:00+01:00", new Date(Date.UTC(2026, 1, 1))],
  ])("may be %s", (text, time) => {
    expect(readTime(text, now)).toEqual(time);
  });

  it.each([
    ...["", "soon", "25:00", "+2", "+2w", "2026-02-01", "2026-02-01T00:00:00", "2026-99-01T00:00:00Z"],
    ...["2026-02-31T00:00:00Z", "2025-02-29 10:00+01:00"],
  ])("is not %j", (text) => {
    expect(readTime(text, now)).toBeUndefined();
  });
});
