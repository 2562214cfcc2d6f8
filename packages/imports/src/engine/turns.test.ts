/** Shares of imports, by their priority, however long their batches take. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candidate, Turns } from "./turns.js";

/** Time that each import got in so many turns, when a batch of it takes so long. */
function shares(candidates: readonly (Candidate & { readonly ms: number })[], turns: number): Map<string, number> {
  const given = new Map<string, number>();
  const queue = new Turns();
  for (let turn = 0; turn < turns; turn += 1) {
    const id = queue.next(candidates);
    const chosen = candidates.find((one) => one.id === id);
    if (!chosen) throw new Error("nobody's turn");
    queue.ended(chosen.id, chosen.ms);
    given.set(chosen.id, (given.get(chosen.id) ?? 0) + chosen.ms);
  }
  return given;
}

describe("turns", () => {
  it("give each import the same time, whatever its batches take", () => {
    const given = shares(
      [
        { id: "slow", priority: 0, ms: 900 },
        { id: "quick", priority: 0, ms: 30 },
      ],
      2000,
    );
    expect((given.get("slow") ?? 0) / (given.get("quick") ?? 1)).toBeCloseTo(1, 1);
  });

  it("give one of high priority twice the time of a normal one, and that twice the time of a low one", () => {
    const given = shares(
      [
        { id: "high", priority: 1, ms: 100 },
        { id: "normal", priority: 0, ms: 250 },
        { id: "low", priority: -1, ms: 40 },
      ],
      3000,
    );
    expect((given.get("high") ?? 0) / (given.get("normal") ?? 1)).toBeCloseTo(2, 0);
    expect((given.get("normal") ?? 0) / (given.get("low") ?? 1)).toBeCloseTo(2, 0);
  });

  it("give two workers that ask at once two imports", () => {
    const queue = new Turns();
    const both = [
      { id: "a", priority: 0 },
      { id: "b", priority: 0 },
    ];
    expect(new Set([queue.next(both), queue.next(both)])).toEqual(new Set(["a", "b"]));
  });

  it("begin a new import where the others are", () => {
    const queue = new Turns();
    const old = { id: "old", priority: 0 };
    for (let turn = 0; turn < 100; turn += 1) queue.ended(queue.next([old]) ?? "", 1000);
    const chosen = Array.from({ length: 20 }, () => {
      const id = queue.next([old, { id: "new", priority: 0 }]) ?? "";
      queue.ended(id, 1000);
      return id;
    });
    expect(chosen.filter((id) => id === "new").length).toBeGreaterThan(8);
    expect(chosen.filter((id) => id === "old").length).toBeGreaterThan(8);
  });

  it("forget what is over, and choose nobody of nobody", () => {
    const queue = new Turns();
    queue.next([{ id: "a", priority: 0 }]);
    queue.keep(new Set());
    queue.ended("a", 10);
    expect(queue.next([])).toBeUndefined();
  });

  it("keep nobody waiting for ever", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ priority: fc.constantFrom(-1, 0, 1), ms: fc.integer({ min: 1, max: 200 }) }), {
          minLength: 2,
          maxLength: 6,
        }),
        (all) => {
          const given = shares(
            all.map((one, index) => ({ ...one, id: String(index) })),
            // As many turns as the quickest may need to use up what the slowest takes at once.
            all.length * 4 * 200,
          );
          expect(given.size).toBe(all.length);
        },
      ),
      { numRuns: 20 },
    );
  });
});
