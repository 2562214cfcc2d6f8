import { PassThrough } from "node:stream";
import type { ImportStatus } from "@odoorway/imports";
import { expect, it } from "vitest";
import { createProgress } from "./progress.js";

const tally = { created: 0, updated: 0, unchanged: 0, failed: 0, unprocessed: 0 };
const running: ImportStatus = {
  id: "imp_1",
  group: null,
  state: "running",
  model: "sale.order",
  mapping: "online-retail",
  file_name: "orders.csv",
  created_at: "2026-11-21T05:00:00Z",
  started_at: "2026-11-21T05:00:00Z",
  finished_at: null,
  counts: { read: 541_909, created: 200_000, updated: 4, unchanged: 3, failed: 1234, unprocessed: 340_668 },
  records: {
    "res.partner": { ...tally, created: 4372 },
    "sale.order": { ...tally, created: 9000, failed: 2, unprocessed: 16_898 },
  },
  rate: 1499.6,
  progress: 0.3714,
  eta_seconds: 227,
  batch_size: 500,
  nodes: 1,
  paused_by: null,
  priority: "normal",
  not_before: null,
  dry_run: false,
  on_existing: "update-changed",
  last_error: null,
};

/** What is on a screen of so many columns; undefined: it is no terminal. */
function screen(columns?: number) {
  let drawn = "";
  const stream = Object.assign(new PassThrough(), columns === undefined ? {} : { isTTY: true, columns });
  stream.on("data", (chunk) => {
    drawn += chunk;
  });
  const terminal = {
    env: {},
    cwd: "/",
    out: () => {
      throw new Error("progress is no result");
    },
    say: (text: string) => stream.write(`${text}\n`),
    screen: stream,
    input: process.stdin,
    interrupted: new AbortController().signal,
  };
  return { terminal, drawn: () => drawn };
}

it("draws rows, rate, time left and failures, whatever the width", () => {
  for (const [columns, bar] of [
    [160, "Importing "],
    [80, ""],
    [0, ""],
  ] as const) {
    const { terminal, drawn } = screen(columns);
    const progress = createProgress(terminal, () => 0);
    progress.running(running);
    progress.stop();
    expect(drawn()).toContain("37%  201,241 of 541,909 rows  1,500/s  3 min 47 s left  1,234 failed");
    expect(drawn().includes("Importing")).toBe(bar !== "");
  }
});

it("says a line now and then where nothing can be drawn over", () => {
  const { terminal, drawn } = screen();
  let now = 0;
  const progress = createProgress(terminal, () => now);
  for (; now < 4500; now += 250) progress.running(running);
  progress.note("the gateway does not answer, waiting for it");
  progress.note("");
  progress.stop();
  const line =
    "running: 201,241 of 541,909 rows, 1,500/s, 3 min 47 s left, 1,234 failed  (sale.order: 9,002 of 25,900)\n";
  expect(drawn()).toBe(`${line.repeat(3)}the gateway does not answer, waiting for it\n`);
});

it("says that the time left is not known, and nothing of it at the end", () => {
  for (const [change, word] of [
    [{ eta_seconds: null }, "time left unknown"],
    [{ state: "done", eta_seconds: 0 }, "done, 1,234 failed\n"],
    [{ state: "failed", eta_seconds: null }, "failed, 1,234 failed\n"],
  ] as const) {
    const { terminal, drawn } = screen();
    createProgress(terminal, () => 0).running({ ...running, ...change });
    expect(drawn()).toContain(word);
  }
});
