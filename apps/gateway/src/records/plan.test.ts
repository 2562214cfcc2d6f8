import { fieldProblem, type ModelMetadata } from "@odoorway/core";
import { type Resolved, readFieldsGet } from "@odoorway/schema";
import { describe, expect, it } from "vitest";
import { planWrite, type WriteIntent } from "./plan.js";

const partner: ModelMetadata = readFieldsGet(
  "res.partner",
  "Contact",
  { name: { type: "char", string: "Name", store: true } },
  [],
);
const good = (values: Record<string, unknown>): Resolved => ({
  problems: [],
  values,
  conflicts: [],
  unchanged: [],
  missing: false,
});
const plan = (intent: WriteIntent, ...resolved: Resolved[]) => planWrite(partner, intent, resolved, () => undefined);
const conflict = { model: "res.partner", id: 7, state: "locked", detail: "it is locked", remedy: "Unlock it." };
const locked: Resolved = {
  ...good({}),
  problems: [fieldProblem("/name", "record_state_conflict", conflict)],
  conflicts: [conflict],
};
const wrong: Resolved = {
  ...good({}),
  problems: [fieldProblem("/x", "unknown_field", { model: "res.partner", field: "x" })],
};

describe("planWrite", () => {
  it.each<[WriteIntent, Resolved[], object[]]>([
    [
      { operation: "create" },
      [good({ name: "a" }), good({ name: "b" })],
      [{ method: "create", args: [[{ name: "a" }, { name: "b" }]] }],
    ],
    [{ operation: "update", id: 7 }, [good({ name: "a" })], [{ method: "write", args: [[7], { name: "a" }] }]],
    [{ operation: "update", id: 7 }, [good({})], []],
    [
      { operation: "update" },
      [good({ name: "a" }), good({ name: "b" })],
      [
        { method: "write", args: [["{id}"], { name: "a" }] },
        { method: "write", args: [["{id}"], { name: "b" }] },
      ],
    ],
    [{ operation: "delete", id: 7 }, [good({})], [{ method: "unlink", args: [[7]] }]],
    [
      { operation: "action", id: 7, method: "action_archive" },
      [good({})],
      [{ method: "action_archive", args: [[7]], kwargs: { context: { disable_cancel_warning: true } } }],
    ],
    [
      { operation: "load", key: "shop.a" },
      [good({ name: "a" })],
      [{ method: "load", args: [["id", "name"], [["shop.a", "a"]]], kwargs: { context: { tz: "UTC" } } }],
    ],
  ])("%j", (intent, resolved, calls) => {
    expect(plan(intent, ...resolved).calls).toEqual(calls.map((call) => ({ model: "res.partner", ...call })));
  });

  it("throws a state alone as 409 with what helps, with other problems as 422 and all of them", () => {
    expect(() => plan({ operation: "update", id: 7 }, locked)).toThrow(
      expect.objectContaining({ code: "record_state_conflict", status: 409, fix: "Unlock it." }),
    );
    expect(() => plan({ operation: "create" }, locked, wrong)).toThrow(
      expect.objectContaining({
        code: "validation_failed",
        status: 422,
        errors: [...locked.problems, ...wrong.problems],
      }),
    );
  });

  it("says of a record that is missing only that", () => {
    const missing = { ...wrong, missing: true };
    expect(() => plan({ operation: "update", id: 7 }, missing)).toThrow(
      expect.objectContaining({ code: "missing_record", evidence: { model: "res.partner", id: 7 } }),
    );
  });

  it("refuses what load() has no form for", () => {
    expect(() => plan({ operation: "load", key: "shop.a" }, good({ name: [[2, 1, 0]] }))).toThrow(
      expect.objectContaining({ code: "validation_failed" }),
    );
  });
});
