/** docs/reference/flows.md: its tables are the language's own, and its example holds. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { testFlow } from "./examples/test-flow.js";
import { flowFunctions } from "./expressions/functions.js";
import { limits } from "./expressions/limits.js";
import { shapes } from "./keys.js";
import { parseFlow } from "./parse.js";

const page = readFileSync(new URL("../../../docs/reference/flows.md", import.meta.url), "utf8");

const titles: Readonly<Record<keyof typeof shapes, string>> = {
  flow: "The whole",
  source: "`source`",
  settings: "Each of `settings`",
  skip: "Each of `skip`",
  records: "Each of `records`",
  find: "A look-up as a value",
  record: "A record of the flow as a value",
  lines: "`lines`, one or a list",
  // biome-ignore lint/suspicious/noThenProperty: a key of the language; titles are never awaited.
  then: "Each of `then`",
  verify: "Each of `verify`",
  report: "Each of `report`",
  examples: "Each of `examples`",
};

/** What stands between two marks of the page. */
function section(name: string): string {
  return new RegExp(`<!-- ${name} -->\\n\\n([\\s\\S]*?)\\n\\n<!-- /${name} -->`).exec(page)?.[1] ?? "";
}

function table(title: string, shape: Readonly<Record<string, z.ZodType>>): string {
  const rows = Object.entries(shape).map(
    ([key, type]) => `| \`${key}\` | ${type.description}${choices(type)}${need(type)} |`,
  );
  return [`### ${title}`, "", "| key | meaning |", "|---|---|", ...rows].join("\n");
}

/** The words that a key takes, where these are all. */
function choices(type: z.ZodType): string {
  let inner: unknown = type;
  while (typeof inner === "object" && inner !== null && "unwrap" in inner && typeof inner.unwrap === "function")
    inner = inner.unwrap();
  const options: unknown = (inner as { options?: unknown }).options;
  const words = Array.isArray(options) && options.every((one) => typeof one === "string") ? options : [];
  return words.length === 0 ? "" : ` One of ${words.map((word) => `\`${word}\``).join(", ")}.`;
}

function need(type: z.ZodType): string {
  const absent = type.safeParse(undefined);
  if (!absent.success) return " Required.";
  const value: unknown = absent.data;
  return typeof value === "string" ? ` Default \`${value}\`.` : "";
}

describe("the reference of flows", () => {
  test("has every key of the language", () => {
    const expected = Object.entries(shapes).map(([name, shape]) => table(titles[name as keyof typeof shapes], shape));
    expect(section("shapes")).toBe(expected.join("\n\n"));
  });

  test("has every function", () => {
    const rows = Object.values(flowFunctions).map(({ use, says }) => `| \`${use}\` | ${says} |`);
    expect(section("functions")).toBe(["| function | gives |", "|---|---|", ...rows].join("\n"));
  });

  test("has every bound", () => {
    const number = (value: number) => value.toLocaleString("en-US");
    const rows = [
      ["one expression", `${number(limits.expressionTime)} ms, ${limits.calls} levels of calls`],
      ["all expressions of a payload", `${number(limits.planTime)} ms`],
      ["a list that an expression makes", `${number(limits.items)} items`],
      ["a text that an expression makes", `${number(limits.text)} characters`],
      ["one search for a pattern in a long text", `${limits.regexTime} ms`],
      [
        "a payload",
        `${limits.payloadDepth} levels, ${number(limits.payloadValues)} values, ${number(limits.payloadText)} characters`,
      ],
      ["what a payload makes", `${number(limits.records)} records and lines`],
      ["a record's key", `${limits.key} characters`],
    ].map(([what, most]) => `| ${what} | ${most} |`);
    expect(section("bounds")).toBe(["| | at most |", "|---|---|", ...rows].join("\n"));
  });

  test("shows a flow that is read and whose example holds", async () => {
    const shown = page
      .split("\n")
      .filter((line) => line.startsWith("    "))
      .join("\n");
    const flow = parseFlow(shown.replaceAll(/^ {4}/gm, ""), "shown");
    expect(await testFlow(flow)).toMatchObject([{ name: "a paid order", differences: [] }]);
  });
});
