/** The gateway in front of a sandbox Odoo, over HTTP: the contract of records, models, imports and tokens. */
import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, loadConfig, startGateway } from "@odoorway/gateway";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const token = "a-token-of-the-system-tests";
const folder = mkdtempSync(join(tmpdir(), "odoorway-gateway-"));
let sandbox: Sandbox;
let gateway: Gateway;

const configOf = (port = "0") =>
  loadConfig({
    ODOO_URL: sandbox.url,
    ODOO_DB: "demo",
    ODOO_LOGIN: "demo",
    ODOO_API_KEY: "demo-key",
    ODOORWAY_PORT: port,
    ODOORWAY_DATA: folder,
    ODOORWAY_ADMIN_TOKEN: token,
    ODOORWAY_LOG_LEVEL: "error",
  });

beforeAll(async () => {
  sandbox = await createSandbox();
  gateway = await startGateway(configOf());
});

afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the tests look at in answers of every kind. */
interface Body {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly state: string;
  readonly code: string;
  readonly cause: string;
  readonly fix: string;
  readonly happened: string;
  readonly errors?: readonly { pointer: string; code: string; nearest?: string; fix: string }[];
  readonly data: readonly { id: number; name: string; model: string }[];
  readonly next_cursor: string | null;
  readonly token: string;
  readonly calls: readonly { args: readonly (readonly Record<string, unknown>[])[] }[];
  readonly fields: readonly { name: string }[];
  readonly counts: Readonly<Record<string, number>>;
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Record<string, { responses: Record<string, unknown> }>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Of an answer in JSON; else without anything. */
  readonly body: Body;
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${gateway.url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json|ndjson/.test(response.headers.get("content-type") ?? "");
  const shown = (isJson && text !== "" ? JSON.parse(text) : {}) as Body;
  return { status: response.status, headers: response.headers, text, body: shown };
}

/** An address of loopback where nothing listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 1}`;
}

describe("records", () => {
  it("are created, read, changed and deleted", async () => {
    const made = await ask("POST", "/v1/records/res.partner", { name: "Azure Interior", is_company: true });
    expect(made.status).toBe(201);
    const path = made.headers.get("location") ?? "";
    expect(path).toBe(`/v1/records/res.partner/${made.body.id}`);
    expect(made.body).toMatchObject({ name: "Azure Interior", is_company: true, email: null });

    const read = await ask("GET", path);
    expect(read.headers.get("etag")).toBe(made.headers.get("etag"));
    const etag = read.headers.get("etag") ?? "";
    expect((await ask("GET", path, undefined, { "if-none-match": etag })).status).toBe(304);
    const head = await ask("HEAD", path);
    expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", etag]);

    const changed = await ask("PATCH", path, { email: "a@azure.test" }, { "if-match": etag });
    expect([changed.status, changed.body.email]).toEqual([200, "a@azure.test"]);
    const stale = await ask("PATCH", path, { email: "b@azure.test" }, { "if-match": etag });
    expect([stale.status, stale.body.code]).toEqual([412, "precondition_failed"]);

    expect((await ask("DELETE", path)).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await ask(method, path)).body.code).toBe("missing_record");
    const late = await ask("PATCH", path, { email: "c@azure.test" });
    expect([late.status, late.body.code]).toEqual([404, "missing_record"]);
  });

  it("that are wrong are refused with every error at once, and nothing is saved", async () => {
    const before = sandbox.calls().filter((call) => JSON.stringify(call).includes('"create"')).length;
    const wrong = await ask("POST", "/v1/records/res.partner", {
      nmae: "Typo",
      is_company: "yes",
      country_id: 999_999,
      category_id: "x",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    const errors = wrong.body.errors ?? [];
    const codes = Object.fromEntries(errors.map((error) => [error.pointer, error.code]));
    expect(codes).toMatchObject({
      "/nmae": "unknown_field",
      "/is_company": "wrong_type",
      "/country_id": "invalid_relation_id",
    });
    expect(errors.find((error) => error.pointer === "/nmae")?.nearest).toBe("name");
    expect(errors.every((error) => error.fix !== "")).toBe(true);
    expect(sandbox.calls().filter((call) => JSON.stringify(call).includes('"create"')).length).toBe(before);
  });

  it("come in pages, filtered and ordered", async () => {
    const names = ["Page A", "Page B", "Page C", "Page D", "Page E"];
    const made = await ask(
      "POST",
      "/v1/records/res.partner",
      names.map((name) => ({ name, ref: "paged" })),
    );
    expect([made.status, made.body.data.length]).toEqual([201, 5]);
    for (const order of ["id", "name desc"]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const next: string = cursor === null ? "" : `&cursor=${cursor}`;
        const page = await ask("GET", `/v1/records/res.partner?ref=paged&fields=name&limit=2&order=${order}${next}`);
        expect(page.status).toBe(200);
        seen.push(...page.body.data.map((record) => record.name));
        cursor = page.body.next_cursor;
      } while (cursor !== null);
      expect(seen).toEqual(order === "id" ? names : [...names].reverse());
    }
    const domain = encodeURIComponent('["|",["name","=","Page A"],["name","=","Page B"]]');
    const both = await ask("GET", `/v1/records/res.partner?domain=${domain}&ref=paged&fields=name`);
    expect(both.body.data).toHaveLength(2);
    expect((await ask("GET", "/v1/records/res.partner?limt=2")).body.fix).toContain("limit");
    expect((await ask("GET", "/v1/records/res.partner?domain=x")).body.code).toBe("invalid_domain");
    expect((await ask("GET", "/v1/records/res.partner?limit=1001")).body.code).toBe("invalid_parameter");
    expect((await ask("GET", "/v1/records/res.partner?cursor=x")).body.code).toBe("invalid_parameter");
  });

  it("are upserted by external id, never doubled", async () => {
    const path = "/v1/records/res.partner/by-key/shop.customer_17";
    const first = await ask("PUT", path, { name: "Seventeen", category_id: [], customer_rank: 1 });
    expect(first.body.errors ?? first.status).toBe(201);
    const again = await ask("PUT", path, { name: "Seventeen, renamed" });
    expect([again.status, again.body.id, again.body.name]).toEqual([200, first.body.id, "Seventeen, renamed"]);
    const other = await ask("PUT", "/v1/records/product.template/by-key/shop.customer_17", { name: "x" });
    expect([other.status, other.body.code]).toEqual([409, "key_of_other_model"]);
    expect((await ask("PUT", "/v1/records/res.partner/by-key/no-module", {})).body.code).toBe("invalid_parameter");
    expect((await ask("PUT", path, { name: "x" }, { "if-none-match": "*" })).status).toBe(412);
  });

  it("whose creation's reply is lost are not created again, and the answer says so", async () => {
    sandbox.fault({ model: "res.partner", method: "create", drop: "after" });
    const lost = await ask("POST", "/v1/records/res.partner", { name: "Lost reply" });
    expect([lost.status, lost.body.code, lost.body.happened]).toEqual([502, "connection_lost", "unknown"]);
    expect((await ask("GET", "/v1/records/res.partner?name=Lost reply&fields=id")).body.data).toHaveLength(1);
  });

  it("put twice at once are one record", async () => {
    const put = () => ask("PUT", "/v1/records/res.partner/by-key/shop.twice", { name: "Twice" });
    const answers = await Promise.all([put(), put(), put(), put()]);
    const good = answers.filter(({ status }) => status === 200 || status === 201);
    expect(new Set(good.map(({ body }) => body.id)).size).toBe(1);
    expect((await ask("GET", "/v1/records/res.partner?name=Twice&fields=id")).body.data).toHaveLength(1);
  });

  it("press allow-listed buttons and no others", async () => {
    const partner = await ask("POST", "/v1/records/res.partner", { name: "Buyer" });
    const product = await ask("POST", "/v1/records/product.product", { name: "Chair", list_price: 10 });
    const order = await ask("POST", "/v1/records/sale.order", {
      partner_id: partner.body.id,
      order_line: { create: [{ product_id: product.body.id, product_uom_qty: 2 }] },
    });
    expect(order.body.errors ?? order.status).toBe(201);
    const path = `/v1/records/sale.order/${order.body.id}`;
    expect((await ask("POST", `${path}/actions/action_confirm`)).status).toBe(200);
    expect((await ask("GET", path)).body.state).toBe("sale");
    const refused = await ask("POST", `${path}/actions/unlink`);
    expect([refused.status, refused.body.code]).toEqual([403, "action_not_allowed"]);
    expect((await ask("POST", "/v1/records/sale.order/999999/actions/action_confirm")).status).toBe(404);
  });

  it("are checked without being written", async () => {
    const good = await ask("POST", "/v1/validate/res.partner", { name: "Dry", country_id: { external_id: "base.be" } });
    expect(good.body).toMatchObject({ valid: true, calls: [{ model: "res.partner", method: "create" }] });
    expect(typeof good.body.calls[0]?.args[0]?.[0]?.country_id).toBe("number");
    expect(
      (await ask("POST", "/v1/validate/res.partner", [{ name: "a" }, { name: 1 }])).body.errors?.[0]?.pointer,
    ).toBe("/1/name");
    expect((await ask("GET", "/v1/records/res.partner?name=Dry")).body.data).toEqual([]);
  });
});

describe("models", () => {
  it("are listed and described", async () => {
    const models = (await ask("GET", "/v1/models")).body.data;
    expect(models.map(({ model }) => model)).toContain("res.partner");
    const partner = (await ask("GET", "/v1/models/res.partner")).body;
    const country = partner.fields.find((field) => field.name === "country_id");
    expect(country).toMatchObject({ type: "many2one", relation: "res.country" });
    const unknown = await ask("GET", "/v1/records/res.partnr");
    expect([unknown.status, unknown.body.code]).toEqual([404, "model_not_found"]);
    expect(unknown.body.fix).toContain("res.partner");
  });
});

describe("imports", () => {
  const settled = async (path: string) => {
    for (let tries = 0; tries < 200; tries++) {
      const { body } = await ask("GET", path);
      if (["done", "failed", "cancelled"].includes(body.state)) return body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the import does not end");
  };

  it("take CSV in, count every row, and give back what failed", async () => {
    const csv = "ref,name,is_company\nc1,One,yes\nc2,Two,no\nc3,,no\n";
    for (const expected of [{ created: 2 }, { unchanged: 2 }]) {
      const sent = await ask("POST", "/v1/imports?model=res.partner&key=ref", csv, { "content-type": "text/csv" });
      expect(sent.body.cause ?? sent.status).toBe(202);
      const status = await settled(sent.headers.get("location") ?? "");
      expect(status.counts).toMatchObject({ read: 3, failed: 1, unprocessed: 0, ...expected });
      const rows = await ask("GET", `/v1/imports/${status.id}/rows?status=failed`);
      expect(rows.headers.get("content-type")).toContain("ndjson");
      expect(rows.body).toMatchObject({ line: 4, status: "failed", data: { ref: "c3" } });
      const asCsv = await ask("GET", `/v1/imports/${status.id}/rows?status=failed`, undefined, { accept: "text/csv" });
      expect(asCsv.text).toContain("c3");
      const events = await ask("GET", `/v1/imports/${status.id}/events`);
      expect(events.text).toMatch(/^event: status\ndata: \{/);
    }
    expect((await ask("GET", "/v1/imports")).body.data).toHaveLength(2);
  });

  it("take a mapping with the file as a form", async () => {
    const form = new FormData();
    form.append("mapping", "not a mapping");
    form.append("file", new Blob(["a\n1\n"], { type: "text/csv" }), "rows.csv");
    const response = await fetch(`${gateway.url}/v1/imports`, {
      method: "POST",
      body: form,
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([422, "mapping_invalid"]);
    const plain = new FormData();
    plain.append("file", new Blob(["ref;name\nf1;Form\n"]), "rows.csv");
    const taken = await fetch(`${gateway.url}/v1/imports?model=res.partner&key=ref&delimiter=;`, {
      method: "POST",
      body: plain,
      headers: { authorization: `Bearer ${token}` },
    });
    expect([taken.status, ((await taken.json()) as { file_name: string }).file_name]).toEqual([202, "rows.csv"]);
    expect((await settled(taken.headers.get("location") ?? "")).counts).toMatchObject({ read: 1, created: 1 });
  });

  it("broken off in the upload leave nothing", async () => {
    const before = (await ask("GET", "/v1/imports?limit=200")).body.data.length;
    const { hostname, port } = new URL(gateway.url);
    const request = httpRequest({
      hostname,
      port,
      method: "POST",
      path: "/v1/imports?model=res.partner&key=ref",
      headers: { authorization: `Bearer ${token}`, "content-type": "text/csv", "content-length": 1_000_000 },
    });
    request.on("error", () => {});
    request.write(`ref,name\n${"x,y\n".repeat(5_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    request.destroy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await ask("GET", "/v1/imports?limit=200")).body.data).toHaveLength(before);
    expect((await ask("GET", "/v1/records/res.partner?ref=x&fields=id")).body.data).toEqual([]);
  });

  it("refuse what is none", async () => {
    const csv = { "content-type": "text/csv" };
    expect((await ask("POST", "/v1/imports", "a\n1\n", csv)).body.code).toBe("invalid_parameter");
    expect((await ask("POST", "/v1/imports?flow=nope", "a\n1\n", csv)).body.code).toBe("mapping_not_found");
    expect((await ask("POST", "/v1/imports?model=res.partner&key=ref", "", csv)).body.code).toBe("import_empty");
    expect((await ask("GET", "/v1/imports/nope")).body.code).toBe("import_not_found");
    expect((await ask("GET", "/v1/imports/nope/rows")).body.code).toBe("import_not_found");
    expect((await ask("GET", "/v1/imports/nope/events")).body.code).toBe("import_not_found");
    expect((await ask("POST", "/v1/imports?model=res.partner", "x", { "content-type": "image/png" })).status).toBe(415);
  });
});

describe("tokens", () => {
  it("open what their scopes name, until they are revoked", async () => {
    const made = await ask("POST", "/v1/tokens", { name: "reader", scopes: ["records:read"] });
    expect(made.status).toBe(201);
    const bearer = { authorization: `Bearer ${made.body.token}` };
    expect((await ask("GET", "/v1/records/res.partner?limit=1", undefined, bearer)).status).toBe(200);
    const denied = await ask("POST", "/v1/records/res.partner", { name: "x" }, bearer);
    expect([denied.status, denied.body.cause]).toEqual([403, "The token lacks the scope records:write."]);
    const listed = await ask("GET", "/v1/tokens");
    expect(JSON.stringify(listed.body)).not.toContain(made.body.token);
    expect((await ask("DELETE", `/v1/tokens/${made.body.id}`)).status).toBe(204);
    expect((await ask("GET", "/v1/records/res.partner", undefined, bearer)).status).toBe(401);
    expect((await ask("POST", "/v1/tokens", { name: "x", scopes: ["records:raed"] })).body.fix).toContain(
      "records:read",
    );
  });
});

describe("the service", () => {
  it("says how it is and what it takes", async () => {
    expect((await ask("GET", "/healthz")).body).toEqual({ status: "ok" });
    expect((await ask("GET", "/readyz")).body).toMatchObject({ status: "ready" });
    const document = (await ask("GET", "/openapi.json")).body;
    expect(document.openapi).toBe("3.1.0");
    expect(document.paths["/v1/records/{model}"]?.post?.responses["201"]).toBeDefined();
    const described = (await ask("GET", "/v1/openapi.json?models=res.partner")).body;
    expect(Object.keys(described.components.schemas)).toContain("res.partner");
    expect((await ask("GET", "/errors/validation_failed")).body.code).toBe("validation_failed");
    const page = await ask("GET", "/errors/validation_failed", undefined, { accept: "text/html" });
    expect(page.text).toContain("<h1>");
    expect((await ask("GET", "/")).headers.get("location")).toBe("/console/");
  });

  it("is not ready, and says why, while Odoo cannot be reached; then goes on", async () => {
    const url = await deadAddress();
    const other = mkdtempSync(join(tmpdir(), "odoorway-alone-"));
    const config = configOf();
    const alone = await startGateway({ ...config, data: other, ...(config.odoo && { odoo: { ...config.odoo, url } }) });
    try {
      const answer = await fetch(`${alone.url}/readyz`);
      const problem = (await answer.json()) as { code: string; cause: string };
      expect([answer.status, problem.code]).toEqual([503, "not_ready"]);
      expect(problem.cause).toContain("odoo:");
      const headers = { authorization: `Bearer ${token}` };
      const records = await fetch(`${alone.url}/v1/records/res.partner`, { headers });
      expect([records.status, records.headers.get("retry-after") !== null]).toEqual([503, true]);
      expect((await fetch(`${alone.url}/healthz`)).status).toBe(200);
    } finally {
      await alone.close();
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("offers the next free port for one that is taken", async () => {
    const other = mkdtempSync(join(tmpdir(), "odoorway-port-"));
    await expect(startGateway({ ...configOf(String(gateway.port)), data: other })).rejects.toMatchObject({
      code: "configuration_error",
      fix: expect.stringMatching(/ODOORWAY_PORT=\d+/),
    });
    rmSync(other, { recursive: true, force: true });
  });
});
