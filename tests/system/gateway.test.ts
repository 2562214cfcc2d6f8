/** The contract of records, models, imports, tokens and the service over HTTP, before every Odoo and on both stores. */
import { createClient } from "@odoorway/client";
import type { Gateway } from "@odoorway/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targets } from "../conformance/targets.js";
import { createDatabase } from "./databases.js";
import { type Access, type Ask, type Body, openGateway } from "./gateway-client.js";
import { adminToken } from "./programs.js";
import { converse } from "./raw-socket.js";

type Row = Body["data"][number];

/** Every Odoo once, and each store at least once. */
const cases = targets.map((target, index) => ({
  name: `${target.name}, ${index === 1 ? "PostgreSQL" : "embedded store"}`,
  target,
  store: async () => (index === 1 ? { DATABASE_URL: await createDatabase() } : {}),
}));

describe.each(cases)("$name:", ({ target, store }) => {
  /** In a field of every record made here, so that runs do not meet and the end can clear them away. */
  const mark = `gw${Date.now().toString(36)}`;
  let opened: Awaited<ReturnType<typeof target.open>>;
  let gateway: Gateway & { readonly ask: Ask };
  let ask: Ask;

  beforeAll(async () => {
    opened = await target.open();
    gateway = await openGateway(opened.access, await store());
    ask = gateway.ask;
  });

  afterAll(async () => {
    await gateway?.close();
    await clear(opened.access, mark);
    await opened.close();
  });

  describe("records", () => {
    it("are created at once when good, and refused at once when bad", async () => {
      const made = await ask("POST", "/v1/records/res.partner", { name: "Made", ref: mark });
      expect([made.status, (await ask("GET", made.headers.get("location") ?? "")).body]).toEqual([201, made.body]);
      const bad = await ask("POST", "/v1/records/res.partner", { naem: "Bad", is_company: "no" });
      expect([bad.status, bad.body.errors?.map(({ pointer }) => pointer)]).toEqual([
        422,
        ["/naem", "/is_company", "/name"],
      ]);
      expect(bad.body.errors?.every(({ cause, fix }) => cause !== "" && fix !== "")).toBe(true);
    });

    it("are created, read, changed and deleted", async () => {
      const made = await ask("POST", "/v1/records/res.partner", {
        name: "Azure Interior",
        is_company: true,
        ref: mark,
      });
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
      const wrong = await ask("POST", "/v1/records/res.partner", {
        nmae: "Typo",
        is_company: "yes",
        country_id: 999_999,
        category_id: "x",
        ref: `${mark} wrong`,
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
      expect((await ask("GET", `/v1/records/res.partner?ref=${mark} wrong&fields=id`)).body.data).toEqual([]);
    });

    it("come in pages, filtered and ordered", async () => {
      const names = ["Page A", "Page B", "Page C", "Page D", "Page E"];
      const made = await ask(
        "POST",
        "/v1/records/res.partner",
        names.map((name) => ({ name, ref: `${mark} paged` })),
      );
      expect([made.status, made.body.data.length]).toEqual([201, 5]);
      for (const order of ["id", "name desc"]) {
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const next: string = cursor === null ? "" : `&cursor=${cursor}`;
          const page = await ask(
            "GET",
            `/v1/records/res.partner?ref=${mark} paged&fields=name&limit=2&order=${order}${next}`,
          );
          expect(page.status).toBe(200);
          seen.push(...page.body.data.map((record) => record.name));
          cursor = page.body.next_cursor;
        } while (cursor !== null);
        expect(seen).toEqual(order === "id" ? names : [...names].reverse());
      }
      const domain = encodeURIComponent('["|",["name","=","Page A"],["name","=","Page B"]]');
      const both = await ask("GET", `/v1/records/res.partner?domain=${domain}&ref=${mark} paged&fields=name`);
      expect(both.body.data).toHaveLength(2);
      expect((await ask("GET", "/v1/records/res.partner?limt=2")).body.fix).toContain("limit");
      expect((await ask("GET", "/v1/records/res.partner?domain=x")).body.code).toBe("invalid_domain");
      expect((await ask("GET", "/v1/records/res.partner?limit=1001")).body.code).toBe("invalid_parameter");
      expect((await ask("GET", "/v1/records/res.partner?cursor=x")).body.code).toBe("invalid_parameter");
    });

    it("come in pages that neither repeat nor skip, ordered by what many share", { timeout: 120_000 }, async () => {
      const tags = Array.from({ length: 3_000 }, (_, index) => ({ name: `${mark} ${index}`, color: index % 7 }));
      for (let at = 0; at < tags.length; at += 1_000)
        expect((await ask("POST", "/v1/records/res.partner.category", tags.slice(at, at + 1_000))).status).toBe(201);
      const list = `/v1/records/res.partner.category?name[like]=${mark} %25&fields=name,color`;
      for (const [order, limit] of [
        ["color desc", 333],
        ["id desc", 1_000],
        ["color,name desc", 700],
      ]) {
        const seen: Row[] = [];
        let cursor: string | null = "";
        while (cursor !== null) {
          const page = await ask("GET", `${list}&order=${order}&limit=${limit}${cursor && `&cursor=${cursor}`}`);
          expect(page.body.cause ?? page.status).toBe(200);
          seen.push(...page.body.data);
          cursor = page.body.next_cursor;
        }
        expect([order, seen.length, new Set(seen.map(({ id }) => id)).size]).toEqual([order, 3_000, 3_000]);
        const colors = seen.map(({ color }) => color);
        if (order === "color desc") expect(colors).toEqual([...colors].sort((left, right) => right - left));
      }
      const other = (await ask("GET", `${list}&order=color&limit=10`)).body.next_cursor;
      expect((await ask("GET", `${list}&order=color desc&limit=10&cursor=${other}`)).body.code).toBe(
        "invalid_parameter",
      );
    });

    it("are not listed for a question that is wrong, and the answer says how it is right", async () => {
      const refused = async (query: string) => {
        const { status, body } = await ask("GET", `/v1/records/res.partner?${query}`);
        return [status, body.code, body.fix];
      };
      const domain = (text: string) => `domain=${encodeURIComponent(text)}`;
      for (const limit of ["0", "1001", "-1", "1e2", "1.0", "", "9".repeat(30)])
        expect((await refused(`limit=${limit}`)).slice(0, 2)).toEqual([400, "invalid_parameter"]);
      expect((await ask("GET", "/v1/records/res.partner?limit=1000&fields=id")).status).toBe(200);
      for (const query of ["fields=nmae", "order=nmae", "nmae=x", domain('[["nmae","=","x"]]')])
        expect((await refused(query))[2]).toMatch(/\bname\b/);
      for (const text of [
        "",
        "{}",
        "[[]]",
        '["&"]',
        '["|",["name","=","x"]]',
        '[["name","==","x"]]',
        '[["name","in","x"]]',
      ])
        expect([text, ...(await refused(domain(text))).slice(0, 2)]).toEqual([text, 400, "invalid_domain"]);
      for (const text of ["a\\u0000b", "a\\ud800b"])
        expect((await refused(domain(`[["name","=","${text}"]]`)))[0]).toBe(400);
      expect((await refused("name=a%00b"))[0]).toBe(400);
    });

    it("are upserted by external id, never doubled", async () => {
      const path = `/v1/records/res.partner/by-key/${mark}.customer_17`;
      const first = await ask("PUT", path, { name: "Seventeen", category_id: [], customer_rank: 1, ref: mark });
      expect(first.body.errors ?? first.status).toBe(201);
      const again = await ask("PUT", path, { name: "Seventeen, renamed" });
      expect([again.status, again.body.id, again.body.name]).toEqual([200, first.body.id, "Seventeen, renamed"]);
      await ask("PATCH", `/v1/records/res.partner/${first.body.id}`, { active: false });
      const archived = await ask("PUT", path, { comment: "of an archived one" });
      expect([archived.body.errors ?? archived.status, archived.body.id]).toEqual([200, first.body.id]);
      const other = await ask("PUT", path.replace("res.partner", "product.template"), { name: "x" });
      expect([other.status, other.body.code]).toEqual([409, "key_of_other_model"]);
      expect((await ask("PUT", "/v1/records/res.partner/by-key/no-module", {})).body.code).toBe("invalid_parameter");
      expect((await ask("PUT", path, { name: "x" }, { "if-none-match": "*" })).status).toBe(412);
    });

    it("put twice at once are one record", async () => {
      const put = () =>
        ask("PUT", `/v1/records/res.partner/by-key/${mark}.twice`, { name: "Twice", ref: `${mark} twice` });
      const answers = await Promise.all([put(), put(), put(), put()]);
      expect(answers.map(({ status, body }) => body.cause ?? (status === 200 || status === 201))).toEqual(
        answers.map(() => true),
      );
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect((await ask("GET", `/v1/records/res.partner?ref=${mark} twice&fields=id`)).body.data).toHaveLength(1);
    });

    it("press allow-listed buttons and no others", async () => {
      const partner = await ask("POST", "/v1/records/res.partner", { name: "Buyer", ref: mark });
      const product = await ask("POST", "/v1/records/product.product", { name: `Chair ${mark}`, list_price: 10 });
      const order = await ask("POST", "/v1/records/sale.order", {
        partner_id: partner.body.id,
        client_order_ref: mark,
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
      const good = await ask("POST", "/v1/validate/res.partner", {
        name: `Dry ${mark}`,
        country_id: { external_id: "base.be" },
      });
      expect(good.body).toMatchObject({ valid: true, calls: [{ model: "res.partner", method: "create" }] });
      expect(typeof good.body.calls[0]?.args[0]?.[0]?.country_id).toBe("number");
      expect(
        (await ask("POST", "/v1/validate/res.partner", [{ name: "a" }, { name: 1 }])).body.errors?.[0]?.pointer,
      ).toBe("/1/name");
      expect((await ask("GET", `/v1/records/res.partner?name=Dry ${mark}`)).body.data).toEqual([]);
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
      const csv = `ref,name,is_company\n${mark}1,One,yes\n${mark}2,Two,no\n${mark}3,,no\n`;
      for (const expected of [{ created: 2 }, { unchanged: 2 }]) {
        const sent = await ask("POST", "/v1/imports?model=res.partner&key=ref", csv, { "content-type": "text/csv" });
        expect(sent.body.cause ?? sent.status).toBe(202);
        const status = await settled(sent.headers.get("location") ?? "");
        expect(status.counts).toMatchObject({ read: 3, failed: 1, unprocessed: 0, ...expected });
        const rows = await ask("GET", `/v1/imports/${status.id}/rows?status=failed`);
        expect(rows.headers.get("content-type")).toContain("ndjson");
        expect(rows.body).toMatchObject({ line: 4, status: "failed", data: { ref: `${mark}3` } });
        const csvRows = `/v1/imports/${status.id}/rows?status=failed`;
        const asCsv = await ask("GET", csvRows, undefined, { accept: "text/csv" });
        expect(asCsv.text).toContain(`${mark}3`);
        const chosen = await ask("GET", `${csvRows}&format=csv`, undefined, { accept: "application/json" });
        expect([chosen.headers.get("content-type"), chosen.text]).toEqual([
          "text/csv; charset=utf-8; header=present",
          asCsv.text,
        ]);
        const events = await ask("GET", `/v1/imports/${status.id}/events`);
        expect(events.text).toMatch(/^event: status\nid: \S+\ndata: \{/);
      }
      expect((await ask("GET", "/v1/imports")).body.data).toHaveLength(2);
    });

    it("take a mapping with the file as a form", async () => {
      const form = new FormData();
      form.append("mapping", "not a mapping");
      form.append("file", new Blob(["a\n1\n"], { type: "text/csv" }), "rows.csv");
      const refused = await ask("POST", "/v1/imports", form);
      expect([refused.status, refused.body.code]).toEqual([422, "mapping_invalid"]);
      const plain = new FormData();
      plain.append("file", new Blob([`ref;name\n${mark}f;Form\n`]), "rows.csv");
      const taken = await ask("POST", "/v1/imports?model=res.partner&key=ref&delimiter=;", plain);
      expect([taken.status, taken.body.file_name]).toEqual([202, "rows.csv"]);
      expect((await settled(taken.headers.get("location") ?? "")).counts).toMatchObject({ read: 1, created: 1 });
    });

    it("broken off in the upload leave nothing", async () => {
      const before = (await ask("GET", "/v1/imports?limit=200")).body.data.length;
      const start =
        "POST /v1/imports?model=res.partner&key=ref HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n" +
        `Authorization: Bearer ${adminToken}\r\nContent-Length: 1000000\r\n\r\n`;
      const rows = `ref,name\n${`${mark} cut,y\n`.repeat(5_000)}`;
      await converse(gateway.port, [start, rows], { pause: 200, hangUp: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await ask("GET", "/v1/imports?limit=200")).body.data).toHaveLength(before);
      expect((await ask("GET", `/v1/records/res.partner?ref=${mark} cut&fields=id`)).body.data).toEqual([]);
    });

    it("refuse what is none", async () => {
      const csv = { "content-type": "text/csv" };
      expect((await ask("POST", "/v1/imports", "a\n1\n", csv)).body.code).toBe("invalid_parameter");
      expect((await ask("POST", "/v1/imports?flow=nope", "a\n1\n", csv)).body.code).toBe("mapping_not_found");
      expect((await ask("POST", "/v1/imports?model=res.partner&key=ref", "", csv)).body.code).toBe("import_empty");
      for (const id of ["nope", "%00", "%F0%9F%92%A5", "a".repeat(900)])
        expect((await ask("GET", `/v1/imports/${id}`)).body.code).toBe("import_not_found");
      expect((await ask("GET", "/v1/imports?cursor=%00")).body.code).toBe("invalid_parameter");
      expect((await ask("DELETE", "/v1/tokens/%00")).body.code).toBe("token_not_found");
      expect((await ask("GET", "/v1/imports/nope/rows")).body.code).toBe("import_not_found");
      expect((await ask("GET", "/v1/imports/nope/events")).body.code).toBe("import_not_found");
      expect((await ask("POST", "/v1/imports?model=res.partner", "x", { "content-type": "image/png" })).status).toBe(
        415,
      );
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
  });
});

/** Takes away what a run has made. */
async function clear(access: Access, mark: string): Promise<void> {
  const odoo = createClient(access);
  const context = { active_test: false, disable_cancel_warning: true };
  const remove = async (model: string, field: string, before?: string) => {
    const ids = await odoo.call(model, "search", [[[field, "ilike", mark]]], { context });
    if (!Array.isArray(ids) || ids.length === 0) return;
    if (before !== undefined) await odoo.call(model, before, [ids], { context });
    // What a confirmed order refers to cannot be deleted, only put away.
    await odoo
      .call(model, "unlink", [ids])
      .catch(() => odoo.call(model, "write", [ids, { active: false }]))
      .catch(() => undefined);
  };
  try {
    await remove("sale.order", "client_order_ref", "action_cancel");
    await remove("product.template", "name");
    await remove("res.partner.category", "name");
    await remove("res.partner", "ref");
  } finally {
    await odoo.close();
  }
}
