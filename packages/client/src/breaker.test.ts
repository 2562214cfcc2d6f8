import { type Observation, OdoorwayError } from "@odoorway/core";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../test-support/fake-clock.js";
import { fakeOdoo, raised } from "../test-support/fake-odoo.js";
import { clientFor, failure, objectCalls, serve } from "../test-support/harness.js";
import { Breaker } from "./breaker.js";

const url = "http://odoo.example";
const lost = () => Promise.reject(new OdoorwayError("connection_lost"));
const proxy = (status: number) => () =>
  Promise.reject(new OdoorwayError("bad_gateway_or_proxy", { evidence: { status } }));
const refusedByOdoo = () => Promise.reject(new OdoorwayError("missing_record"));

function breaker(failures = 3) {
  const clock = new FakeClock();
  const seen: string[] = [];
  return { clock, seen, it: new Breaker(clock, url, { failures, pause: 5_000 }, (state) => seen.push(state)) };
}

describe("the circuit breaker", () => {
  it("opens after so many failures in a row, fails at once during the pause, and says for how long", async () => {
    const { clock, it: way, seen } = breaker();
    for (const fail of [lost, proxy(502), proxy(504)]) await failure(way.run(fail));
    expect(seen).toEqual(["open"]);
    clock.pass(1_500);
    let ran = false;
    const error = await failure(
      way.run(async () => {
        ran = true;
      }),
    );
    expect(ran).toBe(false);
    expect(error).toMatchObject({ code: "circuit_open", happened: "no", retryable: true, status: 503, retryAfter: 4 });
    expect(error.evidence).toEqual({ url, seconds: 4 });
    expect(() => way.check()).toThrow(OdoorwayError);
  });

  it("counts failures in a row, whichever began first: a call under way that succeeds begins the count anew", async () => {
    const { it: way, seen } = breaker(2);
    let answer = (_value: string) => {};
    const underWay = way.run(() => new Promise<string>((resolve) => (answer = resolve)));
    await failure(way.run(lost));
    answer("late");
    expect(await underWay).toBe("late");
    await failure(way.run(lost));
    expect(seen).toEqual([]);
    await failure(way.run(lost));
    expect(seen).toEqual(["open"]);
  });

  it("counts calls that fail together", async () => {
    const { it: way, seen } = breaker(3);
    await Promise.all([lost, lost, lost].map((fail) => failure(way.run(fail))));
    expect(seen).toEqual(["open"]);
  });

  it("lets one call through after the pause: its success closes it, the others waited", async () => {
    const { clock, it: way, seen } = breaker(1);
    await failure(way.run(lost));
    clock.pass(5_000);
    expect(() => way.check()).not.toThrow();
    let underWay = 0;
    let most = 0;
    const call = async () => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay--;
      return most;
    };
    const first = way.run(call);
    const others = [1, 2].map(() => way.run(call));
    expect(await first).toBe(1);
    expect(await Promise.all(others)).toEqual([2, 2]);
    expect(seen).toEqual(["open", "closed"]);
  });

  it("opens again when that call fails too", async () => {
    const { clock, it: way, seen } = breaker(1);
    await failure(way.run(lost));
    clock.pass(5_000);
    expect((await failure(way.run(lost))).code).toBe("connection_lost");
    expect((await failure(way.run(lost))).code).toBe("circuit_open");
    clock.pass(4_999);
    expect((await failure(way.run(lost))).code).toBe("circuit_open");
    clock.pass(1);
    expect(await way.run(async () => 5)).toBe(5);
    expect(seen).toEqual(["open", "open", "closed"]);
  });

  it("never counts what Odoo or a firewall answers, and starts anew after it", async () => {
    const { it: way } = breaker(2);
    for (const refusal of [refusedByOdoo, proxy(403), refusedByOdoo]) {
      await failure(way.run(lost));
      expect((await failure(way.run(refusal))).code).not.toBe("circuit_open");
    }
    expect(await way.run(async () => 5)).toBe(5);
  });

  it.each(["timeout", "cancelled"] as const)("learns nothing from %s", async (code) => {
    const { it: way } = breaker(2);
    await failure(way.run(lost));
    for (let times = 0; times < 3; times++) await failure(way.run(() => Promise.reject(new OdoorwayError(code))));
    await failure(way.run(lost));
    expect((await failure(way.run(lost))).code).toBe("circuit_open");
  });

  it("passes on what is no error of ours", async () => {
    const { it: way } = breaker(1);
    const defect = new TypeError("a defect");
    await expect(way.run(() => Promise.reject(defect))).rejects.toBe(defect);
    expect(await way.run(async () => 5)).toBe(5);
  });
});

describe("a client's circuit", () => {
  it("opens for all calls while nothing answers, and is observed", async () => {
    const server = await fakeOdoo(() => 1);
    await server.close();
    const seen: Observation[] = [];
    const client = clientFor(server.url, {
      breaker: { failures: 2, pause: 60_000 },
      observe: (one) => seen.push(one),
    });
    // Tried twice, then the circuit is open, and that is not tried again.
    expect((await failure(client.version())).code).toBe("circuit_open");
    expect((await failure(client.call("m", "create", []))).code).toBe("circuit_open");
    const circuit = seen.filter(({ name }) => name === "odoo.circuit").map(({ facts }) => facts.state);
    expect(circuit).toEqual(["open"]);
    expect(seen.filter(({ name }) => name === "odoo.call")).toHaveLength(2);
  });

  it("stays closed however often Odoo refuses", async () => {
    const server = await serve(() =>
      raised("odoo.exceptions.MissingError", "Record does not exist or has been deleted."),
    );
    const client = clientFor(server.url, { breaker: { failures: 1 } });
    for (let times = 0; times < 5; times++)
      expect((await failure(client.call("m", "create", []))).code).toBe("missing_record");
    expect(objectCalls(server)).toHaveLength(5);
  });
});
