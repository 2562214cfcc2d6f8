import { expect, it } from "vitest";
import { bytes, count, duration } from "./numbers.js";

it("writes numbers, bytes and durations as people read them", () => {
  expect([0, 999, 541_909].map(count)).toEqual(["0", "999", "541,909"]);
  expect([0, 1, 1023, 1024, 47_815_066, 2 ** 40].map(bytes)).toEqual([
    "0 B",
    "1 B",
    "1023 B",
    "1.0 KiB",
    "45.6 MiB",
    "1024.0 GiB",
  ]);
  expect([-1, 0.4, 59.4, 59.6, 3599.4, 3599.6, 7500].map(duration)).toEqual([
    "0 s",
    "0 s",
    "59 s",
    "1 min 0 s",
    "59 min 59 s",
    "1 h 0 min",
    "2 h 5 min",
  ]);
});
