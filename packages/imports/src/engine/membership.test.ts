/** A node among others: in, out, and what must not be done when it is out. */
import { type Clock, type OdooCaller, OdoorwayError } from "@odoorway/core";
import type { Store } from "@odoorway/store";
import { beforeEach, describe, expect, it } from "vitest";
import { guard, Membership } from "./membership.js";

const leaseMs = 1000;
const never = new AbortController().signal;

describe("a node", () => {
  let now: number;
  let nodes: Set<string>;
  let store: Pick<Store, "registerNode" | "heartbeat" | "leaveNode">;
  let membership: Membership;
  let sleeping: { at: number; wake: () => void }[];

  const clock: Clock = {
    now: () => now,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleeping.push({ at: now + ms, wake: resolve });
      }),
  };
  const pass = (ms: number) => {
    now += ms;
    for (const { at, wake } of sleeping) if (at <= now) wake();
  };

  beforeEach(() => {
    now = 1_000_000;
    nodes = new Set();
    sleeping = [];
    store = {
      registerNode: async (id) => {
        nodes.add(id);
      },
      heartbeat: async (id) => nodes.has(id),
      leaveNode: async (id) => {
        nodes.delete(id);
      },
    };
    let ids = 0;
    membership = new Membership(store as Store, clock, leaseMs, () => `n${++ids}`);
  });

  it("joins once, however many ask, and stays in while it is seen", async () => {
    const [one, two] = await Promise.all([membership.session(), membership.session()]);
    expect(one).toBe(two);
    expect(nodes).toEqual(new Set([one.id]));
    for (let turn = 0; turn < 5; turn += 1) {
      pass(700);
      await membership.beat(never);
      expect(one.alive()).toBe(true);
    }
    await membership.leave();
    expect([nodes.size, one.alive(), one.signal.aborted]).toEqual([0, false, true]);
  });

  it("answers a session to whoever joined beside it, also when that one ends meanwhile", async () => {
    const leave = store.leaveNode;
    store.leaveNode = async (id) => {
      membership.lost();
      await leave(id);
    };
    const both = await Promise.all([membership.session(), membership.session()]);
    expect(both.map((one) => typeof one.id)).toEqual(["string", "string"]);
    expect(both.map((one) => one.alive())).toEqual([false, false]);
    expect((await membership.session()).alive()).toBe(true);
  });

  it("is out when its heartbeats did not get through for a lease, and comes in under a new id", async () => {
    const first = await membership.session();
    store.heartbeat = () => Promise.reject(new OdoorwayError("store_unavailable"));
    pass(600);
    await expect(membership.beat(never)).rejects.toMatchObject({ code: "store_unavailable" });
    expect(first.alive()).toBe(true);
    pass(500);
    expect(first.alive()).toBe(false);
    await expect(membership.beat(never)).rejects.toMatchObject({ code: "store_unavailable" });
    expect(first.signal.aborted).toBe(true);
    const second = await membership.session();
    expect(second.id).not.toBe(first.id);
    // What ended in the old name does not end the new one.
    membership.lost(first);
    expect(second.alive()).toBe(true);
  });

  it("is out when the store does not answer at all", async () => {
    const session = await membership.session();
    store.heartbeat = () => new Promise(() => {});
    const beating = membership.beat(never);
    pass(leaseMs + 1);
    await beating;
    expect([session.alive(), session.signal.aborted]).toEqual([false, true]);
  });

  it("is out when the store says so", async () => {
    const session = await membership.session();
    nodes.clear();
    await membership.beat(never);
    expect(session.signal.aborted).toBe(true);
  });

  it("does not take a clock that is set back for time, nor for a lapse", async () => {
    const session = await membership.session();
    pass(500);
    expect(session.alive()).toBe(true);
    now -= 3_600_000;
    expect(session.alive()).toBe(true);
    pass(499);
    expect(session.alive()).toBe(true);
    pass(2);
    expect(session.alive()).toBe(false);
  });

  it("lets nothing through to Odoo when it is out, and breaks off what is under way", async () => {
    const session = await membership.session();
    const signals: (AbortSignal | undefined)[] = [];
    const caller: OdooCaller = {
      call: async (_model, _method, _args, _kwargs, options) => {
        signals.push(options?.signal);
        return 1;
      },
    };
    const guarded = guard(caller, session);
    const own = new AbortController();
    expect(await guarded.call("res.partner", "load", [])).toBe(1);
    await guarded.call("res.partner", "load", [], {}, { signal: own.signal });
    own.abort();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, true]);
    pass(leaseMs + 1);
    await expect(guarded.call("res.partner", "load", [])).rejects.toMatchObject({
      code: "node_lapsed",
      happened: "no",
    });
    membership.lost(session);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals).toHaveLength(2);
  });
});
