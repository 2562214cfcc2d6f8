/** More decimals than a field has: refused, or rounded where the request says so. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { places, type RecordsServer } from "./records-server.fixture.js";

let server: RecordsServer;
beforeAll(async () => {
  const [place] = places;
  if (place === undefined) throw new Error("there is no Odoo to try");
  server = await place.open();
});
afterAll(() => server.close());

const product = { name: "Rounded", weight: 1.005 };

it("are refused, with the ways out", async () => {
  const { status, body } = await server.ask("POST", "/v1/records/product.product", product);
  expect([status, body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)]).toEqual([
    422,
    ["/weight too_many_decimals"],
  ]);
  expect(body.errors[0].fix).toContain("Send 1.01");
  expect(body.errors[0].fix).toContain("?decimals=round");
  expect((await server.ask("POST", "/v1/validate/product.product?decimals=refuse", product)).status).toBe(422);
});

it("are rounded in every way of writing", async () => {
  const path = "/v1/records/product.product";
  const dry = await server.ask("POST", "/v1/validate/product.product?decimals=round", product);
  expect(dry.body.calls[0].args[0][0].weight).toBe(1.01);
  const made = await server.ask("POST", `${path}?decimals=round`, product);
  expect([made.status, made.body.weight]).toEqual([201, 1.01]);
  const changed = await server.ask("PATCH", `${path}/${made.body.id}?decimals=round`, { weight: 2.004 });
  expect([changed.status, changed.body.weight]).toEqual([200, 2]);
  for (const status of [201, 200]) {
    const put = await server.ask("PUT", `${path}/by-key/decimals.one?decimals=round`, { ...product, weight: -0.125 });
    expect([put.status, put.body.weight]).toEqual([status, -0.13]);
  }
  expect((await server.ask("POST", `${path}?decimals=cut`, product)).body.code).toBe("invalid_parameter");
});
