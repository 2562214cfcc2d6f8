/** `odoorway explain --connect`: mistakes made for real, their texts as a foreign client prints them, and what Odoo then tells. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type OdooClient } from "@odoorway/client";
import { OdoorwayError } from "@odoorway/core";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, run, serveGateway } from "./programs.js";

const page = readFileSync(fileURLToPath(new URL("../../docs/reference/explain.md", import.meta.url)), "utf8");
const folder = mkdtempSync(join(tmpdir(), "odoorway-explain-connect-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const internal = ["base.group_user", "base.group_partner_manager"];
const manager = ["sales_team.group_sale_manager", "product.group_product_manager", "stock.group_stock_manager"];
const seed = {
  db: "shop",
  users: [
    { login: "api", keys: [{ key: "api-key" }], groups: [...internal, ...manager, "purchase.group_purchase_manager"] },
    { login: "limited", keys: [{ key: "limited-key" }], groups: ["base.group_user"] },
    {
      login: "salesman",
      keys: [{ key: "salesman-key" }],
      groups: ["base.group_user", "sales_team.group_sale_salesman"],
    },
    { login: "admin", password: "admin", keys: [{ key: "admin-key" }] },
  ],
};

interface Told {
  readonly code: string;
  readonly fix: string;
  readonly findings: readonly { what: string; evidence: Record<string, unknown> }[];
}

describe.each([18, 19] as const)("with an Odoo %s", (version) => {
  let odoo: Sandbox;
  const clients = new Map<string, OdooClient>();
  beforeAll(async () => {
    odoo = await createSandbox({ seed, version });
    for (const { login } of seed.users) {
      const options = { url: odoo.url, database: "shop", login, apiKey: `${login}-key` };
      clients.set(login, createClient(options));
    }
  });
  afterAll(async () => {
    for (const client of clients.values()) await client.close();
    await odoo.close();
  });

  function as(login: string): OdooClient {
    const client = clients.get(login);
    if (client === undefined) throw new Error(`no user ${login}`);
    return client;
  }

  /** The call made, and its fault as Python prints it. */
  async function mistake(login: string, model: string, method: string, args: readonly unknown[]): Promise<string> {
    const error = await as(login)
      .call(model, method, args)
      .then(
        () => undefined,
        (reason: unknown) => reason,
      );
    if (!(error instanceof OdoorwayError)) throw new Error(`${model}.${method} made no mistake`);
    const { exception = "", message = "" } = error.odoo ?? {};
    const shown = JSON.stringify(args).replaceAll('"', "'");
    const line = `models.execute_kw(db, uid, key, '${model}', '${method}', ${shown})`;
    const number = exception.endsWith("AccessError") ? 4 : 2;
    const fault = /\.exceptions\./.test(exception)
      ? message
      : `Traceback (most recent call last):\n${exception.replace("builtins.", "")}: ${message}`;
    return `Traceback (most recent call last):\n  File "sync.py", line 9, in <module>\n    ${line}\nxmlrpc.client.Fault: <Fault ${number}: ${JSON.stringify(fault)}>`;
  }

  /** Explained over a connection, which is seen to write nothing. */
  async function explained(text: string, login = "api", args: readonly string[] = []): Promise<Told> {
    const before = odoo.calls().length;
    const env = { ODOO_URL: odoo.url, ODOO_DB: "shop", ODOO_LOGIN: login, ODOO_API_KEY: `${login}-key` };
    const program = run(["explain", "--connect", "--json", ...args], env, text);
    await program.done();
    const calls = odoo.calls().slice(before);
    const methods = new Set(calls.map(({ method }) => method));
    const reading =
      /^(?:version|authenticate|login|context_get|list|fields_get|default_get|search_read|read|get_available_models|check_access_rights|has_access|)$/;
    expect([...methods].filter((method) => !reading.test(method))).toEqual([]);
    expect(calls.length).toBeLessThanOrEqual(20);
    expect(program.said()).not.toContain(`${login}-key`);
    return JSON.parse(program.out());
  }

  it("names the id of a relation that does not exist", async () => {
    const told = await explained(await mistake("api", "res.partner", "create", [{ name: "x", country_id: 99999 }]));
    expect(told).toMatchObject({
      code: "foreign_key_violation",
      fix: "Send an id that res.country has for country_id: 99999 is none.",
      findings: [{ evidence: { field: "country_id", relation: "res.country", missing: [99999], hidden: [] } }],
    });
  });

  it("names the record that holds the value, an archived one too", async () => {
    const text = await mistake("admin", "res.users", "create", [{ name: "x", login: "limited" }]);
    const told = await explained(text, "admin");
    expect(told.code).toBe("unique_violation");
    expect(told.findings[0]?.what).toMatch(/^login = limited is held by limited \(\d+\)\.$/);
  });

  it("names the required fields that have no default", async () => {
    const text = await mistake("api", "sale.order", "create", [{}]);
    expect((await explained(text)).findings[0]?.evidence).toEqual({ model: "sale.order", fields: ["partner_id"] });
    const product = await mistake("api", "product.template", "create", [{ list_price: 1 }]);
    expect((await explained(product)).findings[0]?.evidence).toEqual({ model: "product.template", fields: ["name"] });
  });

  it("says what the user may, and who may", async () => {
    const text = await mistake("limited", "sale.order", "create", [{}]);
    const told = await explained(text, "limited");
    expect(told.code).toBe("access_model_denied");
    expect(told.findings.map(({ evidence }) => evidence)).toMatchObject([
      { login: "limited" },
      { model: "sale.order", may: [], may_not: ["read", "write", "create", "unlink"] },
    ]);
    expect(told.fix).toMatch(/^Give limited one of these groups: .*Sales\/Administrator/);
    expect((await explained(text, "api")).fix).toContain("This connection's user may create sale.order");
  });

  it("says which record a rule hides, and tells it from one that is missing", async () => {
    const partner = await as("api").call("res.partner", "create", [{ name: "Ruled" }]);
    const order = await as("api").call("sale.order", "create", [{ partner_id: partner }]);
    const id = Array.isArray(order) ? order[0] : order;
    const text = await mistake("salesman", "sale.order", "write", [[id], { note: "x" }]);
    const told = await explained(text, "salesman");
    expect(told.code).toBe("access_record_rule");
    expect(told.findings.at(-1)?.evidence).toMatchObject({ model: "sale.order", hidden: [id], missing: [] });
    const gone = await explained(await mistake("api", "sale.order", "write", [[99999], { note: "x" }]));
    expect(gone).toMatchObject({ code: "missing_record", findings: [{ evidence: { missing: [99999] } }] });
    expect(gone.findings[0]?.what).toContain(`the last that this user sees is ${id}`);
  });

  it("says the state of a record and what unlocks it", async () => {
    const partner = await as("api").call("res.partner", "create", [{ name: "Locked" }]);
    const order = await as("api").call("sale.order", "create", [{ partner_id: partner }]);
    const ids = Array.isArray(order) ? order : [order];
    await as("api").call("sale.order", "action_confirm", [ids]);
    const confirmed = await explained(await mistake("api", "sale.order", "unlink", [ids]));
    expect(confirmed.findings[0]?.evidence).toMatchObject({ id: ids[0], state: "sale" });
    expect(confirmed.fix).toMatch(/^Call action_cancel/);
    await as("api").call("sale.order", "action_lock", [ids]);
    const locked = await explained(await mistake("api", "sale.order", "action_cancel", [ids]));
    expect(locked).toMatchObject({ code: "record_locked_state", fix: expect.stringMatching(/^Call action_unlock/) });
    expect(locked.findings[0]?.evidence).toMatchObject({ id: ids[0], locked: true });
    await as("api").call("sale.order", "action_unlock", [ids]);
  });

  it("knows the names and keys that this Odoo has", async () => {
    const model = await explained(await mistake("api", "res.partners", "search", [[]]));
    expect(model).toMatchObject({ code: "model_not_found", fix: "Use res.partner." });
    const field = await explained(await mistake("api", "res.partner", "create", [{ name: "x", emial: "a" }]));
    expect(field).toMatchObject({ code: "invalid_field_name", fix: "Use email in place of emial." });
    const key = await explained(await mistake("api", "res.partner", "create", [{ name: "x", type: "office" }]));
    expect(key.findings[0]?.evidence.keys).toEqual(["contact", "invoice", "delivery", "other"]);
    const method = await explained(await mistake("api", "res.partner", "frobnicate", [[1]]));
    expect(method).toMatchObject({ code: "method_not_found", findings: [{ evidence: { method: "frobnicate" } }] });
    // The client itself knows what took this one's place, so that it makes no mistake of it.
    const old = "AttributeError: The method 'name_get' does not exist on the model 'res.partner'";
    expect((await explained(old)).fix).toBe("Use read with the field display_name.");
  });

  it("lists databases without a credential, and tries none for a refused one", async () => {
    const told = await explained('psycopg2.OperationalError: FATAL:  database "shopp" does not exist');
    expect(told).toMatchObject({ code: "db_not_found", findings: [{ evidence: { nearest: "shop" } }] });
    expect(told.fix).toContain("odoorway doctor");
    const before = odoo.calls().length;
    const denied = await explained('<Fault 3: "Access Denied">');
    expect(denied).toMatchObject({ findings: [], fix: expect.stringContaining("odoorway doctor") });
    expect(odoo.calls().length).toBe(before);
  });
});

describe("a connection that does not work", () => {
  const text = "Object res.partners doesn't exist";

  it("is said once, and the explanation is there all the same", async () => {
    const env = { ODOO_URL: "http://127.0.0.1:9", ODOO_DB: "shop", ODOO_LOGIN: "api", ODOO_API_KEY: "k" };
    const program = run(["explain", "--connect", "--json"], env, text);
    expect(await program.done()).toBe(0);
    const { code, findings } = JSON.parse(program.out());
    expect(code).toBe("model_not_found");
    expect(findings).toMatchObject([{ evidence: { why: "connection_refused" } }]);
  });

  it("has to be named, with what a login needs", async () => {
    const half = run(["explain", "--connect"], { ODOO_URL: "http://127.0.0.1:9" }, text);
    expect(await half.done()).toBe(0);
    expect(half.out()).toContain("ODOO_API_KEY");
    const program = run(["explain", "--connect"], {}, text);
    expect(await program.done()).toBe(2);
    expect(program.said()).toContain("ODOO_URL");
  });
});

describe("POST /v1/explain?connect=true", () => {
  it("asks over the gateway's own connection, and shows what the documentation shows", async () => {
    const odoo = await createSandbox();
    const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data") });
    try {
      const ask = async (query: string, body: object) => {
        const headers = { "content-type": "application/json", authorization: `Bearer ${adminToken}` };
        const answer = await fetch(`${gateway.url}/v1/explain${query}`, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        return { status: answer.status, body: await answer.json() };
      };
      const text = "ValueError: Wrong value for res.partner.type: 'office'";
      const told = await ask("?connect=true", { text });
      expect(told.body.findings[0].evidence.keys).toContain("invoice");
      expect((await ask("", { text })).body.findings).toBeUndefined();
      expect((await ask("?connect=maybe", { text })).status).toBe(400);
      expect((await ask("?connect=true", { text, ids: ["7"] })).status).toBe(400);
      const foreign = 'violates foreign key constraint "res_partner_country_id_fkey"';
      const question = {
        text: `psycopg2.errors.ForeignKeyViolation: insert or update on table "res_partner" ${foreign}`,
        field: "country_id",
        ids: [99999],
      };
      expect((await ask("?connect=true", question)).body.findings[0].evidence.missing).toEqual([99999]);

      const env = { ODOO_URL: odoo.url, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };
      const [, input = "", shown = ""] =
        /with the text `([^`]+)`[^`]*```text\n([\s\S]*?)```/.exec(page.slice(page.indexOf("## With a connection"))) ??
        [];
      const program = run(["explain", "--connect"], env, input);
      expect(await program.done()).toBe(0);
      expect(program.out().trim()).toBe(shown.trim());
    } finally {
      await gateway.end();
      await odoo.close();
    }
  });
});
