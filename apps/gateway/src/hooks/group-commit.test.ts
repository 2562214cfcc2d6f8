import { systemClock } from "@odoorway/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGroupCommit } from "./group-commit.js";

describe("group commit", () => {
  it("writes what comes together together, and what comes meanwhile next", async () => {
    const groups: number[][] = [];
    let open: () => void = () => {};
    const write = async (items: readonly number[]) => {
      groups.push([...items]);
      if (groups.length === 1)
        await new Promise<void>((resolve) => {
          open = resolve;
        });
      return items.map((item) => item * 10);
    };
    const keep = createGroupCommit(write, systemClock);
    const first = [keep(1), keep(2), keep(3)];
    await expect.poll(() => groups.length).toBe(1);
    const second = [keep(4), keep(5)];
    open();
    expect(await Promise.all([...first, ...second])).toEqual([10, 20, 30, 40, 50]);
    expect(groups).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(await keep(6)).toBe(60);
  });

  it("fails every write of a group that fails, and no other", async () => {
    let calls = 0;
    const write = async (items: readonly number[]) => {
      calls += 1;
      if (calls === 1) throw new Error("the disk is full");
      return items;
    };
    const keep = createGroupCommit(write, systemClock);
    const results = await Promise.allSettled([keep(1), keep(2)]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await keep(3)).toBe(3);
  });

  it("gives every write its own answer, in groups no larger than allowed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 9 }), async (all, most) => {
        let largest = 0;
        const write = async (items: readonly number[]) => {
          largest = Math.max(largest, items.length);
          return items.map((item) => `${item}`);
        };
        const keep = createGroupCommit(write, systemClock, { most, lingerMs: 0 });
        expect(await Promise.all(all.map(keep))).toEqual(all.map(String));
        expect(largest).toBeLessThanOrEqual(most);
      }),
      { numRuns: 30 },
    );
  });
});
