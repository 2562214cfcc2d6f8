/** Time that does not go back. */
import { expect, it } from "vitest";
import { steady, systemClock } from "./clock.js";

it("goes on by what passed, whatever the clock is set to", () => {
  let now = 5000;
  const time = steady({ now: () => now });
  const start = time();
  now += 100;
  expect(time() - start).toBe(100);
  now -= 3_600_000;
  expect(time() - start).toBe(100);
  now += 50;
  expect(time() - start).toBe(150);
});

it("is the clock's own where it has one", () => {
  let elapsed = 1;
  const time = steady({ now: () => 0, elapsed: () => elapsed });
  elapsed = 8;
  expect(time()).toBe(8);
  const real = steady(systemClock);
  const before = real();
  expect(real()).toBeGreaterThanOrEqual(before);
});
