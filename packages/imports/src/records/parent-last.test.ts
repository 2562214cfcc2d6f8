/** Contacts under others, for a user whom Odoo refuses them in one call. */
import { OdoorwayError } from "@odoorway/core";
import { beforeEach, expect, it } from "vitest";
import { createFakeOdoo, type FakeOdoo } from "../testing/fake-odoo.js";
import { createUpserts } from "../upserts.js";

const denied = 'You do not have enough rights to access the field "credit_limit"';
let odoo: FakeOdoo;
let refusedLoads: number;

beforeEach(() => {
  odoo = createFakeOdoo();
  odoo.tables.get("res.partner")?.set(50, { id: 50, name: "The company" });
  refusedLoads = 0;
  odoo.refuse = (_model, values) => {
    // What is changed by id passes; the scripted Odoo tells creations by their name here.
    if (!values.parent_id || values.name === undefined) return undefined;
    refusedLoads += 1;
    return denied;
  };
});

const upserts = () =>
  createUpserts({
    caller: odoo,
    metadata: odoo,
    externalIds: odoo.externalIds,
    explainLoad: ({ message = "" }, model) =>
      message === denied
        ? new OdoorwayError("access_field_denied", { evidence: { field: "credit_limit", model } })
        : new OdoorwayError("python_constraint", { evidence: { detail: message, model } }),
    clock: { now: () => Date.now(), sleep: () => new Promise((resolve) => setImmediate(resolve)) },
    random: () => 0,
  });

const contact = (n: number, parent?: number) => ({
  externalId: `shop.contact_${n}`,
  values: { name: `Contact ${n}`, ...(parent === undefined ? {} : { parent_id: parent }) },
});

const parents = () =>
  [...(odoo.tables.get("res.partner")?.values() ?? [])].map(({ name, parent_id: parent }) => [name, parent || null]);

it("creates them without their parent, gives it to them after, and learns", async () => {
  const door = upserts();
  const first = await door.put("res.partner", [contact(1, 50), contact(2), contact(3, 50)], { onExisting: "update" });
  expect(first).toMatchObject([{ outcome: "created" }, { outcome: "created" }, { outcome: "created" }]);
  expect(parents()).toEqual([
    ["The company", null],
    ["Contact 2", null],
    ["Contact 1", 50],
    ["Contact 3", 50],
  ]);
  const refused = refusedLoads;
  expect(await door.put("res.partner", [contact(4, 50)], { onExisting: "update" })).toMatchObject([
    { outcome: "created" },
  ]);
  expect(refusedLoads).toBe(refused);
  const again = await door.put("res.partner", [contact(1, 50), contact(4, 50)], { onExisting: "update" });
  expect(again).toMatchObject([{ outcome: "unchanged" }, { outcome: "unchanged" }]);
});

it("leaves the refusal where it is for another reason", async () => {
  odoo.refuse = () => denied;
  const [result] = await upserts().put("res.partner", [contact(1, 50)], { onExisting: "update" });
  expect(result).toMatchObject({ error: { code: "access_field_denied" } });
});

it("knows what it made for its own when Odoo is away before the parents are written", async () => {
  let failures = 0;
  odoo.mishap = ({ method }) =>
    method === "load" && odoo.tables.get("res.partner")?.size === 2 && failures++ === 0 ? "away" : undefined;
  const [result] = await upserts().put("res.partner", [contact(1, 50)], { onExisting: "fail" });
  expect(failures).toBeGreaterThan(0);
  expect(result).toMatchObject({ outcome: "created" });
  expect(parents()).toEqual([
    ["The company", null],
    ["Contact 1", 50],
  ]);
});
