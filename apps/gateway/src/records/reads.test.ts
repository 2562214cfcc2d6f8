/** Reads that Odoo answers in silence with something else than was asked, and models that change behind the gateway's back. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { places, type RecordsServer } from "./records-server.fixture.js";

describe.each(places)("$name", ({ open }) => {
  let server: RecordsServer;
  let first: number;
  let second: number;
  const ask: RecordsServer["ask"] = (...request) => server.ask(...request);

  beforeAll(async () => {
    server = await open();
    first = (await ask("POST", "/v1/records/res.partner", { name: "Read by id", active: false })).body.id;
    second = (await ask("POST", "/v1/records/res.partner", { name: "Read by id too" })).body.id;
  });
  afterAll(() => server.close());

  it("tells which of the ids are missing, and keeps the order, archived ones too", async () => {
    const path = `/v1/records/res.partner?ids=${second},2000000000,${first},${second}&fields=name`;
    expect(await ask("GET", path)).toMatchObject({
      status: 200,
      body: {
        data: [
          { id: second, name: "Read by id too" },
          { id: first, name: "Read by id" },
        ],
        next_cursor: null,
        missing: [2_000_000_000],
      },
    });
  });

  it.each([
    ["ids=0", "invalid_parameter"],
    ["ids=", "invalid_parameter"],
    ["ids=1,-2", "invalid_parameter"],
    ["ids=1.5", "invalid_parameter"],
    ["ids=1&name=x", "invalid_parameter"],
    ["ids=1&limit=5", "invalid_parameter"],
    [`ids=${Array.from({ length: 1001 }, (_, index) => index + 1).join(",")}`, "invalid_parameter"],
    ["limit=-1", "invalid_parameter"],
    ["limit=0", "invalid_parameter"],
    ["offset=-1", "unknown_parameter"],
    ["offset=10", "unknown_parameter"],
    ["order=nmae", "invalid_parameter"],
    ["order=category_id", "invalid_parameter"],
    ["fields=name,emial", "invalid_parameter"],
    ['domain=["name","=","x"]', "invalid_domain"],
    ['domain=[["nmae","=","x"]]', "invalid_domain"],
    ["domain=[('name','=','x')]", "invalid_domain"],
    ["context=%7B%22tz%22:%22Nowhere/X%22%7D", "unknown_parameter"],
    ["nmae=x", "unknown_parameter"],
  ])("refuses %s", async (query, code) => {
    server.calls();
    expect(await ask("GET", `/v1/records/res.partner?${query}`)).toMatchObject({ status: 400, body: { code } });
    expect(server.calls().filter((call) => call.endsWith("search_read") && !call.startsWith("ir.module"))).toEqual([]);
  });

  it.each([["0"], ["-1"], ["1.5"], ["abc"], ["99999999999"]])("refuses the id %s", async (id) => {
    expect(await ask("GET", `/v1/records/res.partner/${id}`)).toMatchObject({
      status: 400,
      body: { code: "invalid_parameter" },
    });
  });

  it("says when Odoo described the model", async () => {
    const { body } = await ask("GET", "/v1/models/res.partner");
    expect(body.metadata).toEqual({ read_at: expect.stringMatching(/^\d{4}-.*Z$/), stale: false, reason: null });
  });
});
