/** A call's time and its signal hold from the first moment on: for logins, tokens, turns and pauses too. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { server as controllerServer, login, page, werkzeug } from "../test-support/controller-server.js";
import { FakeClock } from "../test-support/fake-clock.js";
import { fakeOdoo } from "../test-support/fake-odoo.js";
import { clientFor, failure, keep, objectCalls, serve } from "../test-support/harness.js";
import { within } from "./deadline.js";

const soon = (milliseconds = 0) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("the time of a call", () => {
  it("holds while the client logs in for it, and others go on waiting for the same login", async () => {
    let answer = (_uid: number) => {};
    const odoo = await serve(
      () => [4],
      (_call, response) => {
        answer = (uid) => response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: uid }));
      },
    );
    const client = clientFor(odoo.url);
    const patient = client.call("m", "search", [[]]);
    const error = await failure(client.call("m", "create", [[]], {}, { timeout: 100 }));
    expect(error).toMatchObject({ code: "timeout", happened: "no", retryable: true, evidence: { seconds: 0.1 } });
    answer(7);
    await patient.catch(() => undefined);
    expect(odoo.calls.map(({ method }) => method).filter((method) => method === "authenticate")).toHaveLength(1);
    expect(objectCalls(odoo).map(({ args }) => args[4])).not.toContain("create");
  });

  it("holds while it waits for the version, and for the login of a route", async () => {
    const silent = await serve(
      () => 1,
      () => undefined,
    );
    const client = clientFor(silent.url);
    expect((await failure(client.call("m", "exists", [[1]], {}, { timeout: 50 }))).code).toBe("timeout");
    const { client: other } = await controllerServer({ [login]: () => undefined });
    const error = await failure(other.controller("/api/order").rpc({}, { timeout: 50 }));
    expect([error.code, error.happened, error.evidence.seconds]).toEqual(["timeout", "no", 0.05]);
  });

  it("is not spent on a pause that would outlast it", async () => {
    const odoo = await serve((_call, response) => void response.writeHead(429, { "retry-after": "2" }).end());
    const started = Date.now();
    const error = await failure(clientFor(odoo.url).call("m", "create", [[]], {}, { timeout: 1_500 }));
    expect([error.code, error.retryAfter]).toEqual(["rate_limited", 2]);
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(objectCalls(odoo)).toHaveLength(1);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
    "is refused where it is none: %s",
    async (timeout) => {
      const odoo = await serve(() => 1);
      const client = clientFor(odoo.url);
      for (const call of [
        client.call("m", "create", [[]], {}, { timeout }),
        client.model("m").create({}, { timeout }),
        client.controller("/x").get({ timeout }),
      ]) {
        const error = await failure(call);
        expect([error.code, error.happened]).toEqual(["bad_arguments", "no"]);
        expect(error.why).toContain("timeout");
      }
      expect(odoo.calls).toEqual([]);
    },
  );
});

describe("the signal of a call", () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  beforeEach(() => void process.on("unhandledRejection", note));
  afterEach(() => void process.off("unhandledRejection", note));

  it("that has aborted before sends nothing at all", async () => {
    const odoo = await serve(() => 1);
    const signal = AbortSignal.abort();
    const client = clientFor(odoo.url, { transport: "auto" });
    for (const method of ["create", "exists"])
      expect(await failure(client.call("m", method, [[1]], {}, { signal }))).toMatchObject({
        code: "cancelled",
        happened: "no",
      });
    expect((await failure(client.controller("/x").rpc({}, { signal }))).code).toBe("cancelled");
    expect(odoo.calls).toEqual([]);
  });

  it("leaves no rejection behind that nobody handles, when what it no longer waits for fails", async () => {
    const odoo = await fakeOdoo(() => 1);
    await odoo.close();
    const client = clientFor(odoo.url);
    for (const call of [
      (signal: AbortSignal) => client.call("m", "exists", [[1]], {}, { signal }),
      (signal: AbortSignal) => client.call("m", "create", [[1]], {}, { signal }),
      (signal: AbortSignal) => client.controller("/x").rpc({}, { signal }),
    ]) {
      const stop = new AbortController();
      const error = failure(call(stop.signal));
      stop.abort();
      expect((await error).code).toBe("cancelled");
    }
    const gone = { clock: new FakeClock(), end: 0, whole: 1, signal: AbortSignal.abort() };
    expect((await failure(within(gone, new Promise(() => {})))).code).toBe("cancelled");
    await within(gone, Promise.reject(new Error("late"))).catch(() => undefined);
    await soon(1_500);
    expect(unhandled).toEqual([]);
  });

  it("ends the wait for a turn by the rate, and the pause before another try", async () => {
    const odoo = await serve((_call, response, count) =>
      count === 1 ? 1 : void response.writeHead(429, { "retry-after": "3" }).end(),
    );
    const client = clientFor(odoo.url, { rate: 0.5 });
    const stop = new AbortController();
    const started = Date.now();
    const waiting = failure(client.call("m", "create", [[]], {}, { signal: stop.signal }));
    await soon(50);
    stop.abort();
    expect(await waiting).toMatchObject({ code: "cancelled", happened: "no" });

    const refusing = await serve((_call, response) => void response.writeHead(429, { "retry-after": "3" }).end());
    const again = new AbortController();
    const paused = failure(clientFor(refusing.url).call("m", "create", [[]], {}, { signal: again.signal }));
    await soon(200);
    again.abort();
    expect((await paused).happened).toBe("no");
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(objectCalls(refusing)).toHaveLength(1);
    expect(objectCalls(odoo)).toHaveLength(0);
  });

  it("of one route does not take the token from the others that wait for it", async () => {
    let show = () => {};
    const { client, requestsTo } = await controllerServer({
      "/web/login": (_request, response) => {
        show = () => page(response, 200, '<input name="csrf_token" value="t0ken-of-page"/>');
      },
      "/up": ({ body }, response) =>
        body.includes("csrf_token=")
          ? { done: 1 }
          : page(response, 400, werkzeug("400 Bad Request", "Session expired (invalid CSRF token)")),
    });
    const stop = new AbortController();
    const first = failure(client.controller("/up").post({ form: {}, signal: stop.signal }));
    const second = client.controller("/up").post({ form: {} });
    while (requestsTo("/web/login").length === 0 || requestsTo("/up").length < 2) await soon(5);
    await soon(20);
    stop.abort();
    expect((await first).code).toBe("cancelled");
    show();
    expect((await second).json()).toEqual({ done: 1 });
    expect(requestsTo("/web/login")).toHaveLength(1);
  });
});

describe("closing", () => {
  it("lets calls under way finish, refuses those that wait and those that come, and may be asked twice", async () => {
    const odoo = await serve((_call, response, count) => {
      const { id } = { id: 0 };
      setTimeout(
        () => response.end(JSON.stringify({ jsonrpc: "2.0", id, result: count, error: { message: "x" } })),
        100,
      );
    });
    const client = clientFor(odoo.url, { concurrency: 1 });
    await client.authenticate();
    const underWay = failure(client.call("m", "create", [[]]));
    const waiting = failure(client.call("m", "create", [[]]));
    await soon(30);
    await Promise.all([client.close(), client.close()]);
    expect((await underWay).code).not.toBe("cancelled");
    expect(await waiting).toMatchObject({ code: "cancelled", happened: "no" });
    expect(await failure(client.call("m", "create", [[]]))).toMatchObject({ code: "cancelled", happened: "no" });
    expect(objectCalls(odoo)).toHaveLength(1);
    keep(client);
  });
});
