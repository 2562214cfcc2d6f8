/** The catalogue, its pages and the types say the same, and no code disappears. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { catalogue, type ErrorCode, errorIndex, errorPage, isErrorCode } from "@odoorway/core";
import { describe, expect, it } from "vitest";

const folder = fileURLToPath(new URL("../../docs/reference/errors/", import.meta.url));
const codes = Object.keys(catalogue) as ErrorCode[];

describe("docs/reference/errors", () => {
  it.each(codes)("has the page of %s as the catalogue says it (npm run docs writes it)", (code) => {
    expect(readFileSync(`${folder}${code}.md`, "utf8").trimEnd()).toBe(errorPage(code));
  });

  it("lists every error", () => {
    expect(readFileSync(`${folder}README.md`, "utf8").trimEnd()).toBe(errorIndex());
  });

  it("has no page of a code that is gone, unless the page says that it was given up", () => {
    const pages = readdirSync(folder).map((name) => name.replace(/\.md$/, ""));
    const gone = pages.filter((code) => code !== "README" && !isErrorCode(code));
    for (const code of gone) expect(readFileSync(`${folder}${code}.md`, "utf8")).toContain("This code was given up");
  });
});
