import { describe, expect, it } from "vitest";
import { FakeClock } from "../test-support/fake-clock.js";
import { clientFor, failure, objectCalls, serve } from "../test-support/harness.js";
import { RetryBudget } from "./retry-budget.js";

function budget(share: number, least: number) {
  const clock = new FakeClock();
  const it = new RetryBudget(clock, { share, least, window: 10_000 });
  const calls = (count: number) => {
    for (let made = 0; made < count; made++) it.call();
  };
  const spent = (asked: number) => Array.from({ length: asked }, () => it.spend()).filter(Boolean).length;
  return { clock, calls, spent };
}

describe("the retry budget", () => {
  it("is a share of the calls of the last while", () => {
    const { calls, spent } = budget(0.2, 0);
    expect(spent(1)).toBe(0);
    calls(100);
    expect(spent(100)).toBe(20);
    calls(50);
    expect(spent(100)).toBe(10);
  });

  it("is some retries for a client of few calls", () => {
    const { calls, spent } = budget(0.2, 5);
    calls(1);
    expect(spent(10)).toBe(5);
  });

  it("forgets what is older than its window, in halves", () => {
    const { calls, clock, spent } = budget(0.5, 2);
    calls(10);
    expect(spent(10)).toBe(5);
    clock.pass(5_000);
    expect(spent(10)).toBe(0);
    calls(4);
    expect(spent(10)).toBe(2);
    clock.pass(5_000);
    // Of the newer half are left: four calls, two retries.
    expect(spent(10)).toBe(0);
    clock.pass(10_000);
    expect(spent(10)).toBe(2);
    clock.pass(-60_000);
    expect(spent(10)).toBe(2);
  });
});

it("a client that is out of budget answers with the first failure", async () => {
  const server = await serve((_call, response) => void response.destroy());
  const client = clientFor(server.url, { retryBudget: { share: 0, least: 2 }, breaker: { failures: 100 } });
  for (const tries of [3, 4, 5]) {
    expect((await failure(client.call("m", "search", [[]]))).code).toBe("connection_lost");
    expect(objectCalls(server)).toHaveLength(tries);
  }
});
