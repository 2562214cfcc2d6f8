import { type OdooCaller, OdoorwayError } from "@odoorway/core";
import { expect, it } from "vitest";
import { createMetadata } from "./metadata.js";

const name = { type: "char", string: "Name", required: true, readonly: false, store: true };

/** An Odoo of one model that counts what it is asked, and fails as ordered. */
function fakeOdoo() {
  const asked: string[] = [];
  const fake = {
    asked,
    down: false,
    defaultGetTakesIds: false,
    listDenied: false,
    call: (async (model, method, args) => {
      asked.push(`${model} ${method}`);
      if (fake.down) throw new OdoorwayError("connection_refused", { evidence: { url: "http://odoo.test" } });
      if (method === "get_available_models") {
        if (fake.listDenied) throw new OdoorwayError("access_model_denied");
        return [{ model: "res.partner", display_name: "Contact" }];
      }
      if (model !== "res.partner") throw new OdoorwayError("model_not_found", { evidence: { model } });
      if (method === "fields_get") return { name };
      if (fake.defaultGetTakesIds && args.length === 1) throw new OdoorwayError("bad_arguments");
      return { name: "x" };
    }) satisfies OdooCaller["call"],
  };
  return fake;
}

function metadataOf(odoo: ReturnType<typeof fakeOdoo>) {
  const clock = { time: 0, now: () => clock.time, sleep: async () => {} };
  return { clock, metadata: createMetadata({ caller: odoo, clock, ttl: 1000 }) };
}

it("asks once for all who wait, and again when the answer is old", async () => {
  const odoo = fakeOdoo();
  const { clock, metadata } = metadataOf(odoo);
  const [first, second] = await Promise.all([metadata.model("res.partner"), metadata.model("res.partner")]);
  expect(first).toBe(second);
  expect(first).toMatchObject({ model: "res.partner", label: "Contact", filled: new Set(["name"]) });
  expect(odoo.asked.filter((call) => call.endsWith("fields_get"))).toHaveLength(1);
  clock.time = 1001;
  await metadata.model("res.partner");
  expect(odoo.asked.filter((call) => call.endsWith("fields_get"))).toHaveLength(2);
});

it("serves the last good answer while Odoo is down, and no other", async () => {
  const odoo = fakeOdoo();
  const { clock, metadata } = metadataOf(odoo);
  const good = await metadata.model("res.partner");
  clock.time = 5000;
  odoo.down = true;
  expect(await metadata.model("res.partner")).toBe(good);
  await expect(metadata.model("res.users")).rejects.toMatchObject({ code: "connection_refused" });
});

it("names the nearest model, and does without the list where it is denied", async () => {
  const odoo = fakeOdoo();
  const { metadata } = metadataOf(odoo);
  await expect(metadata.model("res.partnr")).rejects.toMatchObject({
    code: "model_not_found",
    evidence: { nearest: "res.partner" },
  });
  expect(await metadata.readable("res.partner")).toBe(true);
  expect(await metadata.readable("ir.rule")).toBe(false);
  const denied = fakeOdoo();
  denied.listDenied = true;
  const without = metadataOf(denied).metadata;
  expect((await without.model("res.partner")).label).toBe("res.partner");
  expect(await without.readable("ir.rule")).toBe(true);
});

it("asks a default_get that takes its first argument for ids in the other way", async () => {
  const odoo = fakeOdoo();
  odoo.defaultGetTakesIds = true;
  expect((await metadataOf(odoo).metadata.model("res.partner")).filled).toEqual(new Set(["name"]));
});
