/** Where the rows of an import go. */
import { join } from "node:path";
import type { ImportStatus } from "@odoorway/imports";
import { expect, it } from "vitest";
import { resultFiles } from "./results.js";

const status = { counts: { failed: 2 } } as ImportStatus;

it.each([
  ["partners.csv", "partners.failed.csv"],
  ["partners.xlsx", "partners.failed.csv"],
  ["partners.csv.gz", "partners.failed.csv"],
  ["partners.ndjson", "partners.failed.ndjson"],
  ["partners.jsonl.zst", "partners.failed.ndjson"],
  ["orders.json", "orders.failed.ndjson"],
])("what failed of %s is in %s: lists and nulls have no place in CSV", (source, failed) => {
  const path = join("/data", source);
  expect(resultFiles("/data", path, {}, status)).toEqual([{ status: "failed", path: join("/data", failed) }]);
  const all = resultFiles("/data", path, { results: "done" }, status);
  expect(all.map((file) => file.path)).toContain(join("/data/done", failed));
  expect(resultFiles("/data", path, { result: "x.csv" }, status)[0]?.path).toBe("/data/x.csv");
});
