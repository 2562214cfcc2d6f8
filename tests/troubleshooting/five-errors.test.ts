/** The five most frequent errors, made for real, named, and mended as the guide says. */
import { once } from "node:events";
import { createServer } from "node:http";
import { collectResults, createMany } from "@odoorway/client";
import { expect } from "vitest";
import { holdToPage } from "./guide.js";
import { workerKilled } from "./logs.js";
import { idOf, lockedOrder, madePartner } from "./records.js";

holdToPage("five-errors.md", {
  "Access Denied, though the password is right": async (world) => {
    const fault = await world.xmlRpc("careful", "s3cret-word", "res.partner", "search", [[]]);
    expect(fault).toContain("Access Denied");
    expect(world.explain(fault).code).toBe("auth_invalid_credentials");
    for (const text of ["<Fault 3: 'Access Denied'>", "<Fault 1: 'Access Denied'>"])
      expect(world.explain(text).code).toBe("auth_invalid_credentials");
    const { code, out } = await world.odoorway("odoorway doctor", {
      ODOO_LOGIN: "careful",
      ODOO_API_KEY: "s3cret-word",
    });
    expect([code, out]).toEqual([2, expect.stringContaining("auth_2fa_requires_api_key")]);

    const mended = await world.xmlRpc("careful", "careful-key", "res.partner", "search", [[]]);
    expect(mended).toMatch(/<array>/);
    expect((await world.odoorway("odoorway doctor", { ODOO_API_KEY: "s3cret-word" })).code).toBe(1);
    const admin = await world.odoorway("odoorway doctor", { ODOO_LOGIN: "admin", ODOO_API_KEY: "admin-key" });
    expect(admin.out).toContain("an administrator");
  },

  "Wrong value for relation field": async (world) => {
    const partner = await madePartner(world);
    const tags = (await world.value("admin", "res.partner.category", "create", [
      [{ name: "A" }, { name: "B" }, { name: "C" }],
    ])) as number[];
    const [a = 0, b = 0, c = 0] = tags;
    const fault = await world.rpc("api", "res.partner", "write", [[partner], { category_id: a }]);
    expect(fault).toContain(`Wrong value for res.partner.category_id: ${a}`);
    world.file("fault.txt", fault);
    expect((await world.odoorway("odoorway explain fault.txt")).out).toMatch(/wrong_type[\s\S]+field category_id/);
    const bare = world.explain("ValueError: Wrong value for relation field");
    expect([bare.code, bare.fix]).toEqual(["x2many_command_syntax", expect.stringContaining("a list of ids")]);
    expect(await world.rpc("api", "res.partner", "write", [[partner], { category_id: [999_999] }])).toContain(
      "The operation cannot be completed",
    );

    const path = `/v1/records/res.partner/${partner}`;
    for (const value of [a, [999_999]])
      expect((await world.problem("PATCH", path, { category_id: value })).status).toBe(422);
    const tagsAfter = async (value: unknown) => {
      const { status } = await world.ask("PATCH", path, { category_id: value });
      expect(status).toBe(200);
      const [record] = world.odoo.records("res.partner", [["id", "=", partner]], { fields: ["category_id"] });
      return [...((record?.category_id ?? []) as number[])].sort((left, right) => left - right);
    };
    expect(await tagsAfter([a])).toEqual([a]);
    expect(await tagsAfter({ add: [c] })).toEqual([a, c]);
    expect(await tagsAfter({ remove: [a] })).toEqual([c]);
    expect(await tagsAfter({ set: [a, b] })).toEqual([a, b]);
    for (const command of [
      [4, c],
      [3, a],
      [6, 0, [b]],
    ])
      await world.rpc("api", "res.partner", "write", [[partner], { category_id: [command] }]);
    const [record] = world.odoo.records("res.partner", [["id", "=", partner]], { fields: ["category_id"] });
    expect(record?.category_id).toEqual([b]);
  },

  "404, a redirect, or no such database": async (world) => {
    const server = createServer((request, response) => {
      const away = request.headers.host?.startsWith("127.0.0.1");
      if (away) response.writeHead(301, { location: `${world.odoo.url}${request.url}` }).end();
      else response.writeHead(404, { "content-type": "text/html" }).end("<title>Welcome</title>");
      request.resume();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    try {
      const redirected = await world.odoorway("odoorway doctor", { ODOO_URL: `http://127.0.0.1:${port}` });
      expect(redirected).toMatchObject({ code: 2, out: expect.stringContaining(world.odoo.url) });
      const elsewhere = await world.odoorway("odoorway doctor", { ODOO_URL: `http://localhost:${port}` });
      expect(elsewhere).toMatchObject({ code: 2, out: expect.stringContaining("http_404_endpoint") });
      const nowhere = world.client("api", { url: `http://127.0.0.1:${port}` });
      expect((await world.failure(nowhere.call("res.partner", "search", [[]]))).code).toBe("http_redirect");
    } finally {
      server.closeAllConnections();
      server.close();
    }
    for (const [text, code] of [
      [
        "xmlrpc.client.ProtocolError: <ProtocolError for company.test/xmlrpc/2/common: 404 NOT FOUND>",
        "http_404_endpoint",
      ],
      ["<ProtocolError for company.test/xmlrpc/2/common: 301 Moved Permanently>", "http_redirect"],
      ['FATAL:  database "company-main" does not exist', "db_not_found"],
    ])
      expect(world.explain(text ?? "").code).toBe(code);
    const near = await world.odoorway("odoorway doctor", { ODOO_DB: "company-main-123456" });
    expect(near).toMatchObject({ code: 2, out: expect.stringContaining("Did you mean company?") });

    expect((await world.odoorway("odoorway doctor")).code).toBe(0);
  },

  "Nothing for a minute, then nothing is saved": async (world) => {
    const rows = Array.from({ length: 5_000 }, (_, at) => ({ name: `Bulk ${at}`, ref: `bulk-${at}` }));
    const counted = () => world.odoo.records("res.partner", [["ref", "like", "bulk-"]], { fields: ["id"] }).length;
    // What a server does at its limit: the connection closes without an answer, the work is rolled back.
    world.odoo.fault({ model: "res.partner", method: "create", drop: "before" });
    const lost = await world.failure(world.client().call("res.partner", "create", [rows]));
    expect([lost.code, lost.happened, counted()]).toEqual(["connection_lost", "unknown", 0]);
    world.file("fault.txt", "xmlrpc: http.client.RemoteDisconnected: Remote end closed connection without response");
    expect((await world.odoorway("odoorway explain fault.txt")).out).toContain("connection_lost");
    world.file("odoo-server.log", workerKilled);
    await world.odoorway("odoorway logs odoo-server.log");

    world.file(
      "partners.csv",
      ["name,ref", ...rows.slice(0, 2_500).map(({ name, ref }) => `${name},${ref}`)].join("\n"),
    );
    world.odoo.fault({ model: "res.partner", method: "load", nth: 2, drop: "after" });
    const imported = await world.odoorway("odoorway import partners.csv --model res.partner --key ref");
    expect([imported.code, counted()]).toEqual([0, 2_500]);
    const created = await collectResults(createMany(world.client(), "res.partner", rows.slice(2_500)));
    expect([created.counts.created, counted()]).toEqual([2_500, 5_000]);
    const many = await world.problem("POST", "/v1/records/res.partner", rows.slice(0, 1_001));
    expect(many.status).toBeGreaterThanOrEqual(400);
  },

  "The operation cannot be completed": async (world) => {
    const order = await lockedOrder(world);
    const fault = await world.rpc("api", "sale.order", "action_cancel", [[order]]);
    world.file("fault.txt", fault);
    const { out } = await world.odoorway("odoorway explain fault.txt");
    expect(out).toContain("action_unlock");
    expect(world.explain(await world.rpc("api", "sale.order", "unlink", [[order]])).code).toBe("record_locked_state");
    const path = `/v1/records/sale.order/${order}`;
    expect((await world.ask("GET", path)).body).toMatchObject({ state: "sale", locked: true });
    expect((await world.problem("POST", `${path}/actions/action_cancel`)).status).toBe(409);

    expect((await world.ask("POST", `${path}/actions/action_unlock`)).status).toBe(200);
    expect((await world.ask("POST", `${path}/actions/action_cancel`)).status).toBe(200);
    expect((await world.ask("GET", path)).body.state).toBe("cancel");
    expect((await world.ask("DELETE", path)).status).toBe(204);
  },

  "XML-RPC or JSON-RPC?": async (world) => {
    const { out } = await world.odoorway("odoorway doctor");
    expect(out).toMatch(world.version === 19 ? /on: .*json2/ : /off: .*json2/);
    const counts = await Promise.all(
      (["jsonrpc", "xmlrpc", "auto", ...(world.version === 19 ? (["json2"] as const) : [])] as const).map((transport) =>
        world.client("api", { transport }).call("res.partner", "search_count", [[]]),
      ),
    );
    expect(new Set(counts).size).toBe(1);
  },

  "Can the connection be tested without code?": async (world) => {
    expect((await world.odoorway("odoorway doctor")).out).toContain("The connection is sound.");
    expect((await world.ask("GET", "/v1/doctor")).body.state).toBe("ok");
    expect(world.odoo.calls().filter(({ method }) => /^(create|write|unlink)$/.test(method ?? ""))).toEqual([]);
  },

  "The user is logged out again and again": async (world) => {
    const route = world.client("api", { apiKey: "s3cret-word" }).controller("/web/session/get_session_info");
    expect(await route.rpc()).toMatchObject({ username: "api" });
    world.odoo.endSessions();
    const bare = await fetch(`${world.odoo.url}/web/session/get_session_info`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"params":{}}',
    });
    expect(world.explain(await bare.text()).code).toBe("auth_session_expired");
    expect(await route.rpc()).toMatchObject({ username: "api" });
    const keyed = world.client();
    await keyed.call("res.partner", "search_count", [[]]);
    world.odoo.endSessions();
    expect(await keyed.call("res.partner", "search_count", [[]])).toBeGreaterThan(0);
  },

  "How many records in one call?": async (world) => {
    expect((await world.odoorway("odoorway doctor")).out).toMatch(/begin with \d+ records a batch/);
  },

  "How is a many2one set, and cleared?": async (world) => {
    const path = `/v1/records/res.partner/${await madePartner(world)}`;
    const belgium = idOf(world, "res.country", [["code", "=", "BE"]]);
    const country = async (value: unknown) => {
      const { status, text } = await world.ask("PATCH", path, { country_id: value });
      return [status, JSON.parse(text).country_id?.id ?? null];
    };
    for (const value of [belgium, { id: belgium }, { external_id: "base.be" }]) {
      expect(await country(value)).toEqual([200, belgium]);
      expect(await country(null)).toEqual([200, null]);
    }
  },
});
