/** The causes behind "Odoo Server Error", each made, named and mended. */
import { collectResults, writeMany } from "@odoorway/client";
import { expect } from "vitest";
import { holdToPage } from "./guide.js";
import { moduleFailed, workerKilled } from "./logs.js";
import { madePartner, quotation } from "./records.js";
import type { World } from "./world.js";

async function explained(world: World, answer: string): Promise<string> {
  expect(answer).toContain('"error"');
  world.file("answer.json", answer);
  const { out } = await world.odoorway("odoorway explain answer.json");
  return out;
}

holdToPage("rpc-errors.md", {
  "A Python exception in a module": async (world) => {
    const partner = await madePartner(world);
    const exception = { name: "builtins.TypeError", message: "unsupported operand type(s) for +: 'int' and 'str'" };
    world.odoo.fault({ model: "res.partner", method: "write", exception });
    const write = () => world.rpc("api", "res.partner", "write", [[partner], { name: "B" }]);
    expect(await explained(world, await write())).toContain("TypeError");
    world.file("odoo-server.log", moduleFailed);
    const { out } = await world.odoorway("odoorway logs odoo-server.log");
    expect(out).toContain("2 x ");
    expect(out).toContain("shop.py in write");
    expect(out).toContain("POST /jsonrpc");
    const followed = world.odoorway("odoorway logs -f odoo-server.log", {}, "", AbortSignal.timeout(1_500));
    expect((await followed).said).toContain("server_exception");
    expect(JSON.parse(await write()).result).toBe(true);
  },

  "Access rights on a button": async (world) => {
    const order = await quotation(world);
    const press = (login: "small" | "api") => world.rpc(login, "sale.order", "action_confirm", [[order]]);
    expect(await explained(world, await press("small"))).toMatch(/model sale\.order, groups \w+/);
    const refused = await world.problem("POST", `/v1/records/sale.order/${order}/actions/write`);
    expect(refused.status).toBe(403);
    expect(JSON.parse(await press("api"))).not.toHaveProperty("error");
  },

  "A method that does not exist, is private, or takes other parameters": async (world) => {
    const partner = await madePartner(world);
    for (const [method, args, code] of [
      ["serch", [[]], "method_not_found"],
      ["_compute_display_name", [[partner]], "method_private"],
      ["search", [[], { fieldz: 1 }, 2, 3, 4, 5, 6], "bad_arguments"],
    ] as const)
      expect(await explained(world, await world.rpc("api", "res.partner", method, [...args]))).toContain(code);
    expect((await world.odoorway("odoorway types")).code).toBe(0);
    // Gone in 18, where the client asks for the name that took its place.
    expect(await world.client().call("res.partner", "name_get", [[partner]])).toEqual([[partner, "Azure Interior"]]);
  },

  "A constraint": async (world) => {
    const again = await world.rpc("admin", "res.country", "create", [{ name: "Once more", code: "BE" }]);
    expect(await explained(world, again)).toContain("unique_violation");
    const nameless = await world.rpc("api", "res.partner", "create", [{ email: "a@azure.test" }]);
    expect(await explained(world, nameless)).toContain("check_violation");
    const checked = await world.ask("POST", "/v1/validate/product.template", { name: null });
    expect([checked.status, checked.body.errors?.[0]?.code]).toEqual([422, "missing_required_field"]);
    const made = await world.value("api", "res.partner", "create", [{ name: "Azure", email: "a@azure.test" }]);
    expect(Number(made)).toBeGreaterThan(0);
  },

  "An external trigger with a bad payload or credential": async (world) => {
    const ended = await world.odoorway("odoorway doctor", { ODOO_API_KEY: "api-old-key" });
    expect(ended.out).toContain("the key has ended");
    const calls = world.odoo.calls().filter(({ method }) => method === "create").length;
    const payload = { name: "Ada", nmae: "Ada", is_company: "yes", country_id: 999_999 };
    const { status, body } = await world.problem("POST", "/v1/records/res.partner", payload);
    expect([status, body.errors?.map(({ pointer }) => pointer).sort()]).toEqual([
      422,
      ["/country_id", "/is_company", "/nmae"],
    ]);
    expect(world.odoo.calls().filter(({ method }) => method === "create")).toHaveLength(calls);
    const mended = { name: "Ada", is_company: true, country_id: { external_id: "base.be" } };
    expect((await world.ask("POST", "/v1/records/res.partner", mended)).status).toBe(201);
  },

  "A time-out in bulk work": async (world) => {
    const ids = (await world.value("api", "res.partner", "create", [
      Array.from({ length: 120 }, (_, at) => ({ name: `Bulk ${at}`, ref: `bulk-${at}` })),
    ])) as number[];
    const tooMuch = { model: "res.partner", method: "write", exception: { name: "builtins.MemoryError", message: "" } };
    world.odoo.fault(tooMuch);
    const all = () => world.rpc("api", "res.partner", "write", [ids, { city: "Ghent" }]);
    expect(await explained(world, await all())).toContain("memory_limit");
    world.file("odoo-server.log", workerKilled);
    expect((await world.odoorway("odoorway logs odoo-server.log")).out).toContain("WorkerHTTP (41) timeout after 120s");
    world.explain("HTTP/1.1 504 Gateway Time-out\r\n\r\n");

    const changes = ids.map((id, at) => ({ id, values: { city: `City ${at}` } }));
    const { counts } = await collectResults(writeMany(world.client(), "res.partner", changes));
    expect(counts).toMatchObject({ updated: 120, failed: 0, unknown: 0 });
    const csv = `ref,name\n${ids.map((_, at) => `bulk-${at},Again ${at}`).join("\n")}\n`;
    const sent = await world.ask("POST", "/v1/imports?model=res.partner&key=ref", csv, { "content-type": "text/csv" });
    expect(sent.status).toBe(202);
    await expect
      .poll(async () => (await world.ask("GET", sent.headers.get("location") ?? "")).body, { timeout: 20_000 })
      .toMatchObject({ state: "done", counts: { failed: 0 } });
    expect(world.odoo.records("res.partner", [["name", "like", "Again "]], { fields: ["id"] })).toHaveLength(120);
  },
});
