import { describe, expect, it } from "vitest";
import { FakeClock } from "../test-support/fake-clock.js";
import { clientFor, failure, objectCalls, serve } from "../test-support/harness.js";
import { createLimits, type Limits } from "./limits.js";

const soon = () => new Promise((resolve) => setTimeout(resolve, 0));

function patience(clock: FakeClock, whole = 60_000, signal = new AbortController().signal) {
  return { clock, end: clock.now() + whole, whole, signal };
}

/** Enters, and notes the moment at which it was let in. */
function entering(limits: Limits, clock: FakeClock, moments: number[]): Promise<void> {
  return limits.enter(patience(clock)).then(() => void moments.push(clock.now()));
}

describe("limits", () => {
  it("lets so many in at once, the others in the order of asking", async () => {
    const clock = new FakeClock();
    const limits = createLimits({ concurrency: 2 });
    const entered: number[] = [];
    for (const one of [1, 2, 3, 4]) void limits.enter(patience(clock)).then(() => entered.push(one));
    await soon();
    expect(entered).toEqual([1, 2]);
    limits.leave();
    await soon();
    expect(entered).toEqual([1, 2, 3]);
    limits.leave();
    limits.leave();
    await soon();
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it("keeps calls apart by the rate", async () => {
    const clock = new FakeClock();
    const start = clock.now();
    const limits = createLimits({ rate: 2, concurrency: 3 });
    const moments: number[] = [];
    for (let times = 0; times < 3; times++) void entering(limits, clock, moments);
    for (let times = 0; times < 4; times++) {
      await soon();
      clock.pass(250);
    }
    await soon();
    expect(moments.map((moment) => moment - start)).toEqual([0, 500, 1000]);
  });

  it("a wait that ends in vain gives nothing away: late, cancelled, or too late from the start", async () => {
    const clock = new FakeClock();
    const limits = createLimits({ rate: 1, concurrency: 1 });
    await limits.enter(patience(clock));
    const late = failure(limits.enter(patience(clock, 500)));
    const abort = new AbortController();
    const cancelled = failure(limits.enter(patience(clock, 500, abort.signal)));
    await soon();
    abort.abort();
    clock.pass(500);
    expect(await late).toMatchObject({ code: "timeout", happened: "no", retryable: true, evidence: { seconds: 0.5 } });
    expect(await cancelled).toMatchObject({ code: "cancelled", happened: "no" });
    limits.leave();
    expect((await failure(limits.enter(patience(clock, 100)))).code).toBe("timeout");
    clock.pass(500);
    await limits.enter(patience(clock, 100));
    expect((await failure(limits.enter(patience(clock, 100, AbortSignal.abort())))).code).toBe("cancelled");
  });

  it("are shared by the clients that are given the same object", async () => {
    let now = 0;
    let most = 0;
    const server = await serve((_call, response) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 0, error: { message: "x" } }));
      }, 10);
    });
    const limits = createLimits({ concurrency: 2 });
    const clients = [1, 2, 3].map(() => clientFor(server.url, { limits }));
    await Promise.allSettled(clients.flatMap((client) => [1, 2, 3].map(() => client.call("m", "create", []))));
    expect(objectCalls(server)).toHaveLength(9);
    expect(most).toBe(2);
  });
});
