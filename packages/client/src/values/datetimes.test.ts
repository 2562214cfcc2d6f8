import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromOdooDatetime, inTimeZone, toOdooDate, toOdooDatetime } from "./datetimes.js";

const bad = (detail: string) =>
  expect.objectContaining({ code: "bad_arguments", why: expect.stringContaining(detail) });

describe("toOdooDatetime", () => {
  it.each([
    ["2026-01-31T09:00:00Z", "2026-01-31 09:00:00"],
    ["2026-01-31T09:00:00.999999z", "2026-01-31 09:00:00"],
    ["2026-01-31 09:00+01:00", "2026-01-31 08:00:00"],
    ["2026-01-01T00:30:00-0530", "2026-01-01 06:00:00"],
    ["2024-02-29T23:59:59+00:00", "2024-02-29 23:59:59"],
    ["0001-01-01T00:00:00Z", "0001-01-01 00:00:00"],
    ["9999-12-31T23:59:59Z", "9999-12-31 23:59:59"],
  ])("%s is %s", (text, expected) => {
    expect(toOdooDatetime(text)).toBe(expected);
  });

  it.each([
    ["2026-07-01T12:00", "Europe/Brussels", "2026-07-01 10:00:00"],
    ["2026-01-01T12:00", "Europe/Brussels", "2026-01-01 11:00:00"],
    ["2026-01-01T12:00", "Asia/Kolkata", "2026-01-01 06:30:00"],
    ["2026-01-01T00:15", "Pacific/Kiritimati", "2025-12-31 10:15:00"],
    ["1900-01-01T00:00", "UTC", "1900-01-01 00:00:00"],
  ])("%s in %s is %s", (text, timeZone, expected) => {
    expect(toOdooDatetime(text, { timeZone })).toBe(expected);
  });

  it("asks what an hour means that does not exist or exists twice", () => {
    const timeZone = "Europe/Brussels";
    const gap = "2026-03-29T02:30:00";
    const twice = "2026-10-25T02:30:00";
    expect(() => toOdooDatetime(gap, { timeZone })).toThrow(bad("never shows 2026-03-29T02:30:00"));
    expect(() => toOdooDatetime(twice, { timeZone })).toThrow(bad("shows twice 2026-10-25T02:30:00"));
    const as = (text: string, disambiguation: "compatible" | "earlier" | "later") =>
      toOdooDatetime(text, { timeZone, disambiguation });
    expect([as(gap, "earlier"), as(gap, "later"), as(gap, "compatible")]).toEqual([
      "2026-03-29 00:30:00",
      "2026-03-29 01:30:00",
      "2026-03-29 01:30:00",
    ]);
    expect([as(twice, "earlier"), as(twice, "later"), as(twice, "compatible")]).toEqual([
      "2026-10-25 00:30:00",
      "2026-10-25 01:30:00",
      "2026-10-25 00:30:00",
    ]);
  });

  it.each([
    ["2026-01-31T09:00:00", "names no time zone"],
    ["2026-01-31", "reads 2026-01-31T09:00:00Z"],
    ["31/01/2026 09:00", "reads 2026-01-31T09:00:00Z"],
    ["2026-02-29T09:00:00Z", "no such day"],
    ["2026-13-01T09:00:00Z", "no such day"],
    ["2026-01-31T24:00:00Z", "no such day"],
    ["2026-01-31T23:59:60Z", "no such day"],
    ["2026-01-31T09:00:00+25:00", "offset"],
    ["0000-01-01T00:00:00Z", "no such day"],
    ["9999-12-31T23:59:59-01:00", "years 1 to 9999"],
  ])("refuses %s", (text, detail) => {
    expect(() => toOdooDatetime(text)).toThrow(bad(detail));
  });

  it("refuses an invalid Date and a zone that is none", () => {
    expect(() => toOdooDatetime(new Date(Number.NaN))).toThrow(bad("invalid"));
    expect(() => toOdooDatetime("2026-01-31T09:00:00", { timeZone: "Europe/Atlantis" })).toThrow(bad("no time zone"));
  });

  it("goes there and back, for every instant", () => {
    const zones = fc.constantFrom(
      "Europe/Brussels",
      "America/St_Johns",
      "Australia/Lord_Howe",
      "Africa/Monrovia",
      "UTC",
    );
    const instants = fc.integer({ min: Date.UTC(1980, 0, 1) / 1000, max: Date.UTC(2037, 11, 31) / 1000 });
    fc.assert(
      fc.property(instants, zones, (seconds, timeZone) => {
        const text = toOdooDatetime(new Date(seconds * 1000));
        expect(fromOdooDatetime(text).getTime()).toBe(seconds * 1000);
        expect(toOdooDatetime(inTimeZone(text, timeZone))).toBe(text);
        const wall = inTimeZone(text, timeZone).slice(0, 19);
        const both = (["earlier", "later"] as const).map((disambiguation) =>
          toOdooDatetime(wall, { timeZone, disambiguation }),
        );
        expect(both).toContain(text);
      }),
    );
  });
});

describe("dates and clocks", () => {
  it("shows a datetime as a clock of the zone does", () => {
    expect(inTimeZone("2026-07-01 10:00:00", "Europe/Brussels")).toBe("2026-07-01T12:00:00+02:00");
    expect(inTimeZone("2026-01-01 02:00:00", "America/St_Johns")).toBe("2025-12-31T22:30:00-03:30");
    expect(fromOdooDatetime("2026-01-31 09:00:00.123456").toISOString()).toBe("2026-01-31T09:00:00.000Z");
    for (const text of ["2026-01-31", "2026-01-31T09:00:00", "2026-01-31 09:00:00Z", "2026-01-31 09:00", ""])
      expect(() => fromOdooDatetime(text)).toThrow(bad("reads"));
  });

  it("makes a day of an instant only in a zone", () => {
    const late = new Date("2026-01-31T23:30:00Z");
    expect(toOdooDate("2026-01-31")).toBe("2026-01-31");
    expect(toOdooDate(late, { timeZone: "UTC" })).toBe("2026-01-31");
    expect(toOdooDate(late, { timeZone: "Europe/Brussels" })).toBe("2026-02-01");
    expect(toOdooDate("2026-01-31T23:30:00Z", { timeZone: "Europe/Brussels" })).toBe("2026-02-01");
    expect(() => toOdooDate(late)).toThrow(bad("say timeZone"));
    expect(() => toOdooDate("2026-02-30")).toThrow(bad("no such day"));
    expect(() => toOdooDate(new Date(Number.NaN), { timeZone: "UTC" })).toThrow(bad("invalid"));
  });
});
