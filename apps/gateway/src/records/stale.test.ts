/** Writes that are judged by what Odoo said before, because it cannot be asked for its models: they are made, and it is told. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { places, type RecordsServer } from "./records-server.fixture.js";

const header = "odoorway-metadata";

let server: RecordsServer;
let path: string;
beforeAll(async () => {
  const [place] = places;
  if (place === undefined) throw new Error("there is no Odoo to try");
  server = await place.open();
  const made = await server.ask("POST", "/v1/records/res.partner", { name: "Stale" });
  path = made.headers.get("location") ?? "";
  expect([made.status, made.headers.get(header)]).toEqual([201, null]);
  expect((await server.ask("GET", "/readyz")).body).toEqual({ status: "ready", checks: {} });
  server.loseMetadata();
});
afterAll(() => server.close());

type Case = readonly [what: string, method: string, at: () => string, body: unknown, status: number];

const cases: readonly Case[] = [
  ["a create", "POST", () => "/v1/records/res.partner", { name: "Stale too" }, 201],
  ["creates", "POST", () => "/v1/records/res.partner", [{ name: "Stale too" }, { name: "Stale three" }], 201],
  ["an upsert that makes", "PUT", () => "/v1/records/res.partner/by-key/stale.one", { name: "Stale too" }, 201],
  ["an upsert that changes", "PUT", () => "/v1/records/res.partner/by-key/stale.one", { name: "Stale 2" }, 200],
  ["a change", "PATCH", () => path, { name: "Stale still" }, 200],
  ["a button", "POST", () => `${path}/actions/action_archive`, undefined, 200],
  ["a dry run", "POST", () => "/v1/validate/res.partner", { name: "Stale too" }, 200],
  ["a deletion", "DELETE", () => path, undefined, 204],
];

it.each(cases)("%s is made, and says so", async (_, method, at, body, status) => {
  const answer = await server.ask(method, at(), body);
  expect(answer.status).toBe(status);
  expect(answer.headers.get(header)).toMatch(/^stale;read-at=@\d{10};reason=connection_refused$/);
});

it("the dry run has it in its body too, readyz without names, and what is wrong is still refused", async () => {
  const { body } = await server.ask("POST", "/v1/validate/res.partner", { name: "Stale too" });
  expect(body.metadata).toEqual({ stale: true, read_at: expect.any(String), reason: "connection_refused" });
  expect((await server.ask("GET", "/readyz")).body).toEqual({
    status: "ready",
    checks: {},
    metadata: { stale: expect.any(Number), read_at: body.metadata.read_at, reason: "connection_refused" },
  });
  expect((await server.ask("POST", "/v1/records/res.partner", { naem: "x" })).status).toBe(422);
});
