import { describe, expect, it } from "vitest";
import { catalogue, isErrorCode } from "./catalogue.js";
import type { CatalogueEntry } from "./entry.js";

const entries = Object.entries(catalogue) as [string, CatalogueEntry][];

describe("the error catalogue", () => {
  it.each(entries)("%s is complete and well-formed", (code, entry) => {
    expect(code).toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/);
    expect(entry.status).toBeGreaterThanOrEqual(400);
    expect(entry.status).toBeLessThan(600);
    expect(entry.title).not.toBe("");
    expect(entry.cause).not.toBe("");
    expect(entry.fix).not.toBe("");
  });

  it.each(entries)("%s leaves out only what a name decides on", (_code, { cause, fix }) => {
    for (const [, part = ""] of `${cause} ${fix}`.matchAll(/\[\[([\s\S]*?)\]\]/g))
      expect(part, "or the example of a domain").toMatch(/\{\w+\}|^"/);
  });

  it("answers 500 only for our own defects", () => {
    const others = entries.filter(([, entry]) => entry.status === 500 && entry.family !== "internal");
    expect(others).toEqual([]);
  });

  it("never invites a retry of what may have happened, except where a proxy answered", () => {
    const risky = entries.filter(([, entry]) => entry.retryable && entry.happened === "yes");
    expect(risky).toEqual([]);
  });

  it("knows its codes and nothing from Object.prototype", () => {
    expect(isErrorCode("unknown_field")).toBe(true);
    expect(isErrorCode("toString")).toBe(false);
    expect(isErrorCode("__proto__")).toBe(false);
  });
});
