/** The registry: presets cost nothing before they are asked for, flows of a folder are checked at start. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OdoorwayError } from "@odoorway/core";
import { compileFlow } from "@odoorway/flows";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isFlowFile, presetsFolder, readFlows } from "./registry.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "odoorway-flows-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const flow = (more = "") => `source: { kind: api }
records: [{ name: partner, model: res.partner, key: id, values: { name: title } }]
${more}`;

function failure(run: () => unknown): OdoorwayError {
  try {
    run();
  } catch (error) {
    if (error instanceof OdoorwayError) return error;
  }
  throw new Error("nothing failed");
}

describe("presets", () => {
  test("each is called as its file is, and its expressions can be read", () => {
    const registry = readFlows(undefined, {});
    expect([...registry.flows.keys()]).toHaveLength(readdirSync(presetsFolder).filter(isFlowFile).length);
    for (const name of registry.flows.keys()) {
      const read = registry.flows.get(name);
      if (read === undefined) throw new Error(`${name} is not there`);
      expect(read.name).toBe(name);
      expect(() => compileFlow(read)).not.toThrow();
    }
  });

  test("one that was asked for is read once", () => {
    const registry = readFlows(undefined, {});
    expect(registry.flows.get("csv-contacts")).toBe(registry.flows.get("csv-contacts"));
    expect(registry.get("csv-contacts")).toBe(registry.get("csv-contacts"));
    expect(failure(() => registry.get("csv-contact"))).toMatchObject({
      code: "flow_not_found",
      evidence: { nearest: "csv-contacts" },
    });
  });

  test("a flow of the folder takes the place of the preset of its name", () => {
    writeFileSync(join(folder, "csv-contacts.yaml"), flow());
    const registry = readFlows(folder, {});
    expect(registry.get("csv-contacts").flow.source.kind).toBe("api");
  });
});

describe("what is wrong is told at start", () => {
  test("an expression of a flow of the folder, with its file and line", () => {
    writeFileSync(join(folder, "mine.yaml"), flow('let: { a: "$trimm(x)" }'));
    expect(failure(() => readFlows(folder, {}))).toMatchObject({
      code: "flow_invalid",
      evidence: { at: "mine.yaml: let.a", line: 3, nearest: "$trim" },
    });
  });

  test("two files of one name", () => {
    writeFileSync(join(folder, "a.yaml"), flow("name: same"));
    writeFileSync(join(folder, "b.yaml"), flow("name: same"));
    expect(failure(() => readFlows(folder, {})).why).toContain("stands in a.yaml and in b.yaml");
  });

  test("settings of a flow that is not there, and settings that the flow lacks", () => {
    expect(failure(() => readFlows(undefined, { "shopify-orders": { settings: {} } }))).toMatchObject({
      code: "configuration_error",
      evidence: { nearest: "shopify-order" },
    });
    expect(failure(() => readFlows(undefined, { "shopify-order": { settings: { confrim: true } } }))).toMatchObject({
      code: "flow_invalid",
      evidence: { nearest: "confirm" },
    });
  });
});
