import type { ImportStatus } from "@odoorway/imports";
import { describe, expect, it } from "vitest";
import { summary } from "./summary.js";

const status: ImportStatus = {
  id: "imp_1",
  group: null,
  state: "done",
  model: "res.partner",
  mapping: null,
  file_name: "partners.csv",
  created_at: "2026-01-01T00:00:00.000Z",
  started_at: "2026-01-01T00:00:00.000Z",
  finished_at: "2026-01-01T00:03:20.000Z",
  counts: { read: 2048, created: 1800, updated: 40, unchanged: 11, failed: 190, unprocessed: 7 },
  records: { "res.partner": { created: 100, updated: 20, unchanged: 3, failed: 4, unprocessed: 5 } },
  progress: 1,
  rate: 1178.4,
  eta_seconds: null,
  batch_size: 100,
  nodes: 1,
  paused_by: null,
  priority: "normal",
  not_before: null,
  dry_run: false,
  on_existing: "update-changed",
  last_error: null,
};

/** The cells of the line that begins with a label. */
function cells(text: string, label: string): string[] {
  const line = text.split("\n").find((one) => one.startsWith(`│ ${label} `));
  return (line ?? "")
    .split("│")
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe("summary", () => {
  it("says how it ended, how long it took, and how fast it was", () => {
    expect(summary(status)).toMatch(/^Import imp_1: done in 3 min 20 s, 1,178 rows a second\n/);
    expect(summary({ ...status, state: "cancelled", started_at: null, rate: 0 })).toMatch(/^Import imp_1: cancelled\n/);
  });

  it("shows rows and records in lines that add up", () => {
    const text = summary(status);
    expect(cells(text, "rows of the file").slice(1)).toEqual(["1,800", "40", "11", "190", "7", "2,048"]);
    expect(cells(text, "res.partner").slice(1)).toEqual(["100", "20", "3", "4", "5", "132"]);
  });
});
