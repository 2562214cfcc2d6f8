/** How batches grow and shrink. */
import { describe, expect, it } from "vitest";
import { nextBatchSize, nextClaimSize } from "./batch-size.js";

const limits = { batchRows: 1000, targetMs: 5000 };

describe("the size of calls", () => {
  it.each([
    [50, [{ rows: 50, ms: 100, end: "saved" }], 200],
    [100, [{ rows: 100, ms: 2000, end: "saved" }], 200],
    [100, [{ rows: 100, ms: 2400, end: "saved" }], 166],
    [800, [{ rows: 800, ms: 100, end: "saved" }], 1000],
    [400, [{ rows: 12, ms: 100, end: "saved" }], 400],
    [400, [{ rows: 400, ms: 4000, end: "saved" }], 400],
    [400, [{ rows: 400, ms: 10_000, end: "saved" }], 200],
    [400, [{ rows: 400, ms: 100, end: "lost" }], 100],
    [400, [{ rows: 3, ms: 100, end: "lost" }], 100],
    [400, [{ rows: 200, ms: 100, end: "too-large" }], 50],
    [400, [{ rows: 400, ms: 100, end: "conflict" }], 400],
    [400, [{ rows: 400, ms: 100, end: "refused" }], 400],
    [2, [{ rows: 2, ms: 900_000, end: "saved" }], 1],
    [400, [], 400],
  ] as const)("goes from %i after %j to %i", (size, calls, expected) => {
    expect(nextBatchSize(size, calls, limits)).toBe(expected);
  });

  it("grows when a batch went in several quick calls, and shrinks when one of them was too long", () => {
    const call = (rows: number, ms: number) => ({ rows, ms, end: "saved" as const });
    expect(nextBatchSize(100, [call(40, 50), call(40, 50), call(20, 50)], limits)).toBe(400);
    expect(nextBatchSize(100, [call(40, 50), call(40, 10_000)], limits)).toBe(20);
  });

  it("does not lay a lost reply to the size where a larger call got through", () => {
    const calls = [
      { rows: 5, ms: 100, end: "lost" },
      { rows: 300, ms: 3000, end: "saved" },
    ] as const;
    expect(nextBatchSize(400, calls, limits)).toBe(400);
  });
});

describe("the size of claims", () => {
  it("grows while what is sent does not fill a call, and is that of a call when it is more than one", () => {
    expect(nextClaimSize({ rows: 50, ms: 20, sent: 0 }, 50, limits)).toBe(100);
    expect(nextClaimSize({ rows: 800, ms: 20, sent: 0 }, 50, limits)).toBe(1000);
    expect(nextClaimSize({ rows: 800, ms: 20_000, sent: 0 }, 50, limits)).toBe(800);
    expect(nextClaimSize({ rows: 48, ms: 20, sent: 8 }, 64, limits)).toBe(96);
    expect(nextClaimSize({ rows: 300, ms: 20, sent: 50 }, 64, limits)).toBe(300);
    expect(nextClaimSize({ rows: 800, ms: 20, sent: 51 }, 50, limits)).toBe(50);
  });

  it("lets calls grow from one row, where a record's many rows make one row to send", () => {
    let size = 1;
    let claim = 1;
    for (let batch = 0; batch < 14; batch += 1) {
      // Orders of six rows; each gets one line more, at a millisecond a line.
      const records = Math.max(1, Math.floor(Math.max(size, claim) / 6));
      size = nextBatchSize(size, [{ rows: records, ms: 20 + records, end: "saved" }], limits);
      claim = nextClaimSize({ rows: records * 6, ms: 30 + records, sent: records }, size, limits);
    }
    expect(claim).toBeGreaterThan(500);
  });
});
