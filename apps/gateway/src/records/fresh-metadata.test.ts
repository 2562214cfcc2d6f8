import { fieldProblem, type OdooCaller, OdoorwayError } from "@odoorway/core";
import { expect, it } from "vitest";
import { createMetadata } from "../metadata.js";
import { doubtAfter, withFreshMetadata } from "./fresh-metadata.js";

/** An Odoo with one model, to which a module adds a field. */
function changingOdoo() {
  const name = { type: "char", string: "Name", required: false, readonly: false, store: true };
  const odoo = { fields: { name } as Record<string, unknown>, asked: 0 };
  const call: OdooCaller["call"] = async (_, method) => {
    if (method !== "fields_get") return [];
    odoo.asked += 1;
    return odoo.fields;
  };
  const clock = { time: 0, now: () => clock.time, sleep: async () => {} };
  const metadata = createMetadata({ caller: { call }, clock, ttl: 1e9 });
  const work = (field: string) =>
    withFreshMetadata({ metadata }, "x.model", async (model) => {
      if (field in model.fields) return "known";
      const errors = [fieldProblem(`/${field}`, "unknown_field", { model: "x.model", field })];
      throw new OdoorwayError("validation_failed", { evidence: { model: "x.model", count: 1 }, errors });
    });
  return { odoo, name, clock, metadata, work };
}

it("finds a field that a module has just added, and asks Odoo once for many wrong requests", async () => {
  const { odoo, name, clock, work } = changingOdoo();
  expect(await work("name")).toBe("known");
  clock.time = 20_000;
  odoo.fields = { name, added: name };
  expect(await work("added")).toBe("known");
  expect(odoo.asked).toBe(2);
  for (let time = 0; time < 50; time += 1)
    await expect(work("nope")).rejects.toMatchObject({ code: "validation_failed" });
  expect(odoo.asked).toBe(2);
});

it("asks anew after Odoo has contradicted, and not after another failure", async () => {
  const { odoo, clock, metadata, work } = changingOdoo();
  await work("name");
  clock.time = 20_000;
  doubtAfter({ metadata }, "x.model", new OdoorwayError("timeout"));
  doubtAfter({ metadata }, "x.model", new Error("not ours"));
  await work("name");
  expect(odoo.asked).toBe(1);
  doubtAfter({ metadata }, "x.model", new OdoorwayError("invalid_field_name", { evidence: { field: "name" } }));
  await work("name");
  expect(odoo.asked).toBe(2);
});

it("does other work once only", async () => {
  const { clock, metadata } = changingOdoo();
  let tries = 0;
  const failing = () =>
    withFreshMetadata({ metadata }, "x.model", async () => {
      tries += 1;
      throw new OdoorwayError("connection_refused", { evidence: { url: "http://odoo.test" } });
    });
  await expect(failing()).rejects.toMatchObject({ code: "connection_refused" });
  clock.time = 20_000;
  await expect(failing()).rejects.toMatchObject({ code: "connection_refused" });
  expect(tries).toBe(2);
});
