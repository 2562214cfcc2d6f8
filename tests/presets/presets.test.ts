/**
 * The presets without an Odoo: every payload beside them is planned, the totals of planned lines are the payload's,
 * their examples hold, and their guides name every setting.
 */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { compileFlow, parseFlow, testFlow } from "@odoorway/flows";
import { describe, expect, it } from "vitest";

const folder = new URL("../../packages/flows/presets/", import.meta.url);
const guides = new URL("../../docs/guides/flows/", import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.slice(0, -5));

const flowOf = (name: string) => parseFlow(readFileSync(new URL(`${name}.yaml`, folder), "utf8"), name);
const withPayloads = names.filter((name) => !name.startsWith("csv-"));

describe.each(names)("%s", (name) => {
  const flow = flowOf(name);

  it("has examples that hold", async () => {
    const results = await testFlow(flow, { readFile: (path) => readFile(new URL(path, folder), "utf8") });
    expect(results.length).toBeGreaterThan(0);
    for (const { error, differences } of results) expect({ error, differences }).toEqual({ differences: [] });
  });

  it("has a guide that names every setting with its default", () => {
    const guide = readFileSync(new URL(`${name}.md`, guides), "utf8");
    for (const [setting, { default: value }] of Object.entries(flow.settings))
      expect(guide).toContain(`| ${setting} | ${value === "" ? "(none)" : String(value)} |`);
  });
});

describe.each(withPayloads)("%s", (name) => {
  const flow = compileFlow(flowOf(name));
  const files = readdirSync(new URL(`payloads/${name}/`, folder)).filter((file) => file.endsWith(".json"));

  it.each(files)("plans %s", async (file) => {
    const payload: unknown = JSON.parse(readFileSync(new URL(`payloads/${name}/${file}`, folder), "utf8"));
    const plans = await flow.plan(payload);
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan.skipped === undefined || plan.records.length === 0).toBe(true);
      const verified = plan.verify.find(({ field }) => field === "amount_total");
      if (verified === undefined) continue;
      const lines = plan.records.at(-1)?.lines?.[0]?.values ?? [];
      const cents = lines.map((line) =>
        Math.round(Number(line.price_unit) * Number(line.product_uom_qty ?? line.quantity) * 100),
      );
      expect(cents.reduce((sum, one) => sum + one, 0) / 100).toBe(verified.equals);
    }
  });
});
