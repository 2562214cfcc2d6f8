import { describe, expect, it } from "vitest";
import { catalogue, type ErrorCode } from "./catalogue.js";
import { errorPage, exampleProblem } from "./page.js";

describe("the page of an error", () => {
  it.each(Object.keys(catalogue) as ErrorCode[])("%s has an example without a hole", (code) => {
    const { title, cause, fix } = exampleProblem(code);
    for (const words of [title, cause, fix]) {
      expect(words).not.toMatch(/(?:^|\s)\?(?:\W|$)|\{\w+\}|undefined/);
      expect(words).not.toMatch(/(?<!\.)\.\.(?!\.)/);
    }
    expect(errorPage(code)).toContain(`# ${code}\n`);
  });
});
