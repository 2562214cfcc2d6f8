/** Look-ups that create, by several batches at once. */
import type { OdooCaller } from "@odoorway/core";
import { expect, it } from "vitest";
import { rowFault } from "../diagnosis.js";
import type { LookupSpec } from "../mapping/values.js";
import { Lookups, lookupKey } from "./lookups.js";

const spec: LookupSpec = { model: "res.partner.category", by: ["name"], create: true };
const explain = ({ message = "" }: { message?: string }) =>
  rowFault(message.startsWith("could not") ? "serialization_failure" : "python_constraint", { detail: message });

it("creates a text once, when two batches want it at once", async () => {
  const loads: unknown[][] = [];
  const caller: OdooCaller = {
    call: async (_model, method, args, kwargs) => {
      if (method === "search_read") return [];
      // Otherwise what somebody renamed in Odoo would get its old name back.
      expect(kwargs?.context).toMatchObject({ mode: "update", noupdate: true });
      const rows = args[1] as unknown[][];
      loads.push(rows.map((row) => row[1]));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { ids: rows.map((_row, index) => 100 * loads.length + index), messages: [] };
    },
  };
  const lookups = new Lookups(caller, explain);
  const want = (texts: string[]) => lookups.find(texts.map((text) => ({ spec, text, column: "tag" })));
  const [one, two] = await Promise.all([want(["red", "blue"]), want(["blue", "green"])]);
  expect(loads).toEqual([["red", "blue"], ["green"]]);
  expect(two.get(lookupKey(spec, "blue"))).toEqual(one.get(lookupKey(spec, "blue")));
  expect(two.get(lookupKey(spec, "green"))).toMatchObject({ id: 200 });
});

it("asks for the batch again when another node creates the same at this moment, and goes on after a failure", async () => {
  let conflicts = 1;
  const caller: OdooCaller = {
    call: async (_model, method) => {
      if (method === "search_read") return [];
      const message = "could not serialize access due to concurrent update";
      return conflicts-- > 0
        ? { ids: false, messages: [{ type: "error", message, record: 0 }] }
        : { ids: [7], messages: [] };
    },
  };
  const lookups = new Lookups(caller, explain);
  const want = () => lookups.find([{ spec, text: "red", column: "tag" }]);
  await expect(want()).rejects.toMatchObject({ code: "serialization_failure", retryable: true });
  expect((await want()).get(lookupKey(spec, "red"))).toMatchObject({ id: 7 });
});
