/** How long a batch goes on when Odoo never answers: not for ever, and what nobody knows is called so. */
import { OdoorwayError } from "@odoorway/core";
import { expect, it } from "vitest";
import { leapingClock } from "../../test-support/memory-odoo.js";
import { collectResults } from "./summary.js";
import { writeMany } from "./write-many.js";

/** Loses every answer to a write; answers questions with the record as it was. */
function deaf() {
  const calls: string[] = [];
  const call = async (_model: string, method: string): Promise<unknown> => {
    calls.push(method);
    if (method === "write") throw new OdoorwayError("connection_lost");
    return [{ id: 1, name: "before" }];
  };
  return { call, calls };
}

const change = { id: 1, values: { name: "after" } };

it("writes again at most five times, asking each time what is there, and ends as unknown", async () => {
  const odoo = deaf();
  const { results } = await collectResults(writeMany(odoo, "m", [change], { clock: leapingClock() }));
  expect(results).toMatchObject([{ index: 0, status: "unknown", error: { code: "connection_lost" } }]);
  expect(odoo.calls.filter((method) => method === "write")).toHaveLength(5);
  expect(odoo.calls.filter((method) => method === "search_read")).toHaveLength(5);
});

it("stops when it is told to: what was under way is unknown, and nothing is written again", async () => {
  const stop = new AbortController();
  const odoo = deaf();
  const call = async (model: string, method: string): Promise<unknown> => {
    if (method === "write") stop.abort();
    return await odoo.call(model, method);
  };
  const results = writeMany({ call }, "m", [change], { clock: leapingClock(), signal: stop.signal });
  expect((await results.next()).value).toMatchObject({ status: "unknown" });
  await expect(results.next()).rejects.toMatchObject({ code: "cancelled" });
  expect(odoo.calls.filter((method) => method === "write")).toHaveLength(1);
});
