/**
 * How many pasted errors get the code that a person gave them. Without a file the project's own texts are scored;
 * EXPLAIN_CASES names a file of others, one JSON object a line: {"id", "raw", "category", "alt_categories"}.
 */
import { readFileSync } from "node:fs";
import { explainText } from "@odoorway/diagnose";
import { expect, it } from "vitest";
import { texts } from "../../packages/diagnose/test-support/texts.js";

interface Case {
  readonly id: string;
  readonly raw: string;
  readonly category: string;
  readonly alt_categories?: readonly string[];
}

/** Codes that split a category, since their fixes differ. */
const categories: Readonly<Record<string, string>> = {
  tls_failure: "tls_or_dns_network",
  dns_failure: "tls_or_dns_network",
  not_recognised: "other",
};

const file = process.env.EXPLAIN_CASES ?? "";
const own = texts.map(({ what, text, code }) => ({ id: what, raw: text, category: code }));
const cases: readonly Case[] =
  file === ""
    ? own
    : readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));

it(`explains at least 95 % of ${cases.length} texts as people did`, () => {
  const misses: string[] = [];
  for (const { id, raw, category, alt_categories = [] } of cases) {
    const { code, confidence } = explainText(raw);
    const wanted = [category, ...alt_categories];
    if (wanted.includes(code) || wanted.includes(categories[code] ?? code)) continue;
    misses.push(`${id}: ${code} (${confidence}) instead of ${wanted.join(" or ")}`);
  }
  const right = cases.length - misses.length;
  console.log(`${right} of ${cases.length}: ${((100 * right) / cases.length).toFixed(1)} %`);
  for (const miss of misses) console.log(`  ${miss}`);
  expect(right / cases.length).toBeGreaterThanOrEqual(0.95);
});
