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
    modulesChanged: "2026-11-20 10:00:00",
    modulesDenied: false,
    call: (async (model, method, args): Promise<unknown> => {
      asked.push(`${model} ${method}`);
      if (fake.down) throw new OdoorwayError("connection_refused", { evidence: { url: "http://odoo.test" } });
      if (method === "get_available_models") {
        if (fake.listDenied) throw new OdoorwayError("access_model_denied");
        return [{ model: "res.partner", display_name: "Contact" }];
      }
      if (model === "ir.module.module") {
        if (fake.modulesDenied) throw new OdoorwayError("access_model_denied", { evidence: { model } });
        return [{ id: 1, write_date: fake.modulesChanged }];
      }
      if (model !== "res.partner") throw new OdoorwayError("model_not_found", { evidence: { model } });
      if (method === "fields_get") return { name };
      if (fake.defaultGetTakesIds && args.length === 1) throw new OdoorwayError("bad_arguments");
      return { name: "x" };
    }) satisfies OdooCaller["call"],
  };
  return fake;
}

function metadataOf(odoo: ReturnType<typeof fakeOdoo>, ttl = 1000) {
  const clock = { time: 0, now: () => clock.time, sleep: async () => {} };
  return { clock, metadata: createMetadata({ caller: odoo, clock, ttl }) };
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

it("says that an answer is kept from before, and asks again after a pause only", async () => {
  const odoo = fakeOdoo();
  const { clock, metadata } = metadataOf(odoo);
  expect(metadata.freshness("res.partner")).toBeUndefined();
  await metadata.model("res.partner");
  expect(metadata.freshness("res.partner")).toEqual({ readAt: 0 });
  odoo.down = true;
  clock.time = 2000;
  await metadata.model("res.partner");
  expect(metadata.freshness("res.partner")).toMatchObject({ readAt: 0, held: { code: "connection_refused" } });
  const asked = odoo.asked.length;
  await metadata.model("res.partner");
  expect(odoo.asked).toHaveLength(asked);
  expect(metadata.doubt("res.partner")).toBe(false);
  odoo.down = false;
  clock.time = 8000;
  await metadata.model("res.partner");
  expect(metadata.freshness("res.partner")).toEqual({ readAt: 8000 });
});

it("asks anew when it is doubted, but not for every wrong request", async () => {
  const odoo = fakeOdoo();
  const { clock, metadata } = metadataOf(odoo, 1e9);
  await metadata.model("res.partner");
  expect(metadata.doubt("res.partner")).toBe(false);
  clock.time = 10_000;
  expect(metadata.doubt("res.partner")).toBe(true);
  await metadata.model("res.partner");
  expect(odoo.asked.filter((call) => call.endsWith("fields_get"))).toHaveLength(2);
  expect(metadata.doubt("res.partner")).toBe(false);
});

it("asks anew when a module was changed, as every internal user can see", async () => {
  const odoo = fakeOdoo();
  const { clock, metadata } = metadataOf(odoo, 1e9);
  const read = async (time: number) => {
    clock.time = time;
    await metadata.model("res.partner");
    await new Promise(setImmediate);
    return odoo.asked.filter((call) => call.endsWith("fields_get")).length;
  };
  expect(await read(0)).toBe(1);
  expect(await read(30_000)).toBe(1);
  odoo.modulesChanged = "2026-11-21 10:00:00";
  expect(await read(45_000)).toBe(1);
  expect(await read(60_000)).toBe(1);
  expect(await read(60_001)).toBe(2);
  expect(odoo.asked.filter((call) => call === "ir.module.module search_read")).toHaveLength(3);
});

it("does not look at the modules again where they are denied", async () => {
  const odoo = fakeOdoo();
  odoo.modulesDenied = true;
  const { clock, metadata } = metadataOf(odoo, 1e9);
  for (clock.time = 0; clock.time < 200_000; clock.time += 40_000) {
    await metadata.model("res.partner");
    await new Promise(setImmediate);
  }
  expect(odoo.asked.filter((call) => call === "ir.module.module search_read")).toHaveLength(1);
});
