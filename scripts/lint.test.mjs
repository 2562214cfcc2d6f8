/** The checks of the house fail on what they are there for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { houseProblems } from "./lib/house-rules.mjs";
import { importProblems } from "./lib/imports.mjs";
import { root } from "./lib/workspace.mjs";

const folders = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function house(files) {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-house-"));
  folders.push(folder);
  const packages = { "packages/core": "@odoorway/core", "packages/wire": "@odoorway/wire", "apps/cli": "odoorway" };
  const manifests = Object.entries(packages).map(([path, name]) => [`${path}/package.json`, JSON.stringify({ name })]);
  for (const [path, text] of [...manifests, ...Object.entries(files)]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

describe("arrows between rooms", () => {
  it("are kept by the project itself", () => expect(importProblems(root)).toEqual([]));

  it.each([
    [
      "an arrow that is not allowed",
      { "packages/core/src/a.ts": 'import "@odoorway/wire";' },
      /a\.ts:1.*may not import packages\/wire/,
    ],
    [
      "a type over such an arrow",
      { "packages/core/src/a.ts": 'export type { X } from "@odoorway/wire";' },
      /may not import/,
    ],
    ["a deep import", { "packages/wire/src/a.ts": 'import "@odoorway/core/src/b.js";' }, /only the index/],
    [
      "a path into another room",
      { "packages/core/src/b.ts": "", "packages/wire/src/a.ts": 'import("../../core/src/b.js");' },
      /by its package name/,
    ],
    [
      "a cycle",
      { "packages/core/src/a.ts": 'import "./b.js";', "packages/core/src/b.ts": 'import "./a.js";' },
      /Cycle: .*a\.ts -> .*b\.ts -> .*a\.ts/,
    ],
  ])("fails on %s", (_name, files, words) => expect(importProblems(house(files)).join("\n")).toMatch(words));
});

describe("rules of the house", () => {
  it("fails on a long file and on a library that reads the environment", () => {
    const files = { "packages/core/src/long.ts": "\n".repeat(401), "packages/core/src/env.ts": "process.env.X;" };
    expect(houseProblems(house(files))).toEqual([
      expect.stringContaining("env.ts uses the process"),
      expect.stringContaining("long.ts has 401 lines"),
    ]);
  });
});
