import { describe, expect, it } from "vitest";
import { AdaptiveSize } from "./adaptive-size.js";

const sizes = () => new AdaptiveSize({ start: 20, max: 100, targetTime: 1000 });

describe("AdaptiveSize", () => {
  it("doubles while full calls take less than half of the target, up to the most", () => {
    const size = sizes();
    const seen = [size.current];
    for (let call = 0; call < 4; call++) {
      size.took(size.current, 499);
      seen.push(size.current);
    }
    expect(seen).toEqual([20, 40, 80, 100, 100]);
  });

  it("learns nothing from a call that was not full, or that took about what it should", () => {
    const size = sizes();
    size.took(19, 1);
    size.took(20, 500);
    size.took(20, 1000);
    expect(size.current).toBe(20);
  });

  it("shrinks in proportion, never below one and never by a small call's word above what it is", () => {
    const size = sizes();
    size.took(20, 4000);
    expect(size.current).toBe(5);
    size.took(20, 1001);
    expect(size.current).toBe(5);
    size.took(1, 60_000);
    expect(size.current).toBe(1);
  });

  it("is cut to a quarter of what was too much", () => {
    const size = sizes();
    size.tooMuch(16);
    expect(size.current).toBe(4);
    size.tooMuch(1);
    expect(size.current).toBe(1);
  });
});
