import { type MetadataSource, OdoorwayError } from "@odoorway/core";
import type { FlowOutcome } from "@odoorway/flows";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fakeFlow, fakeOdoo } from "../hooks/testing.js";
import { buildServer, type HttpServer } from "../http/server.js";
import { flowRoutes } from "./flows.js";

const adminToken = "odw_0123456789abcdef";
let app: HttpServer;
let outcome: FlowOutcome;

beforeEach(() => {
  const odoo = fakeOdoo();
  odoo.before = async () => outcome;
  const registry = { flows: new Map(), get: () => fakeFlow() };
  app = buildServer({
    routes: flowRoutes({ registry, runner: odoo.runner, metadata: {} as MetadataSource }),
    logger: pino({ level: "silent" }),
    tokens: { findTokenByHash: async () => undefined },
    adminToken,
    limits: { json: 1000, upload: 1000, idle: 1000 },
    stopping: () => false,
  });
});
afterEach(() => app.close());

const run = (query = "") =>
  app.inject({
    method: "POST",
    url: `/v1/flows/orders${query}`,
    headers: { authorization: `Bearer ${adminToken}` },
    payload: { key: "a" },
  });
const customer = { name: "customer", model: "res.partner", id: 7, outcome: "created" } as const;
const refused = () => new OdoorwayError("unknown_field", { evidence: { field: "emial" } });

it("tells what was written before a failure, and that something happened", async () => {
  outcome = { error: refused(), records: [customer], warnings: ["no country"] };
  const answer = await run();
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect([answer.statusCode, answer.json()]).toMatchObject([
    422,
    { code: "unknown_field", instance: "/v1/flows/orders", request_id: answer.headers["x-request-id"] },
  ]);
  expect(answer.json()).toMatchObject({ happened: "yes", records: [customer], warnings: ["no country"] });
});

it("says that nothing happened where nothing was written", async () => {
  outcome = { error: refused(), records: [{ ...customer, outcome: "unchanged" }], warnings: [] };
  expect((await run()).json()).toMatchObject({ happened: "no" });
  outcome = { error: refused(), records: [customer], warnings: [] };
  expect((await run("?dry_run=true")).json()).toMatchObject({ happened: "no", records: [customer] });
});

it("hides a defect of ours", async () => {
  outcome = { error: new OdoorwayError("internal_error"), records: [customer], warnings: [] };
  const answer = await run();
  expect([answer.statusCode, answer.json().code, answer.json().records]).toEqual([500, "internal_error", undefined]);
});
