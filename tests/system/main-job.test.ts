/**
 * The main job, end to end, with the built programs: a shop's file through validation and batching into
 * Odoo. Again without doubling; killed in the middle without a loss; broken files without a trace.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@odoorway/client";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createDatabase } from "./databases.js";
import { adminToken, freePort, type Program, serveGateway, serveSandbox } from "./programs.js";

const sample = readFileSync(new URL("../../examples/data/online-retail-sample.csv", import.meta.url));
const headers = { Authorization: `Bearer ${adminToken}`, "Content-Type": "text/csv" };
const running: Program[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.end("SIGKILL")));
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function started<P extends Program>(program: Promise<P>): Promise<P> {
  const up = await program;
  running.push(up);
  return up;
}

interface Status {
  id: string;
  state: string;
  counts: Record<"read" | "created" | "updated" | "unchanged" | "failed" | "unprocessed", number>;
  records: Record<string, Record<string, number>>;
}

async function upload(gateway: string, body: BodyInit, query = "flow=online-retail"): Promise<Response> {
  return fetch(`${gateway}/v1/imports?${query}`, { method: "POST", headers, body });
}

async function status(gateway: string, id: string): Promise<Status> {
  const seen = (await (await fetch(`${gateway}/v1/imports/${id}`, { headers })).json()) as Status;
  const { read, created, updated, unchanged, failed, unprocessed } = seen.counts;
  expect(created + updated + unchanged + failed + unprocessed).toBe(read);
  return seen;
}

async function finished(gateway: string, id: string): Promise<Status> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const seen = await status(gateway, id).catch(() => undefined);
    if (seen && !["receiving", "queued", "running"].includes(seen.state)) return seen;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the import did not finish within a minute");
}

async function imported(gateway: string): Promise<Status> {
  const answer = await upload(gateway, sample);
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as Status;
  expect(answer.headers.get("location")).toBe(`/v1/imports/${id}`);
  return finished(gateway, id);
}

/** Everything that the import wrote, by its content: ids and numbers of two runs may differ. */
async function contents(odooUrl: string) {
  const client = createClient({ url: odooUrl, database: "demo", login: "demo", apiKey: "demo-key" });
  const rows = (model: string, fields: string[], domain: unknown[] = []) =>
    client.call(model, "search_read", [domain], { fields, order: "id" }) as Promise<Record<string, unknown>[]>;
  const label = (value: unknown) => (Array.isArray(value) ? value[1] : value);
  const orders = new Map<unknown, string>();
  for (const order of await rows("sale.order", ["client_order_ref", "partner_id", "date_order", "amount_untaxed"])) {
    orders.set(
      order.id,
      [order.client_order_ref, label(order.partner_id), order.date_order, order.amount_untaxed].join("|"),
    );
  }
  const lines = (
    await rows("sale.order.line", ["order_id", "product_id", "name", "product_uom_qty", "price_unit"])
  ).map((line) =>
    [
      orders.get((line.order_id as unknown[])[0]),
      label(line.product_id),
      line.name,
      line.product_uom_qty,
      line.price_unit,
    ].join("|"),
  );
  const partners = (await rows("res.partner", ["name", "country_id"])).map(
    (partner) => `${partner.name}|${label(partner.country_id)}`,
  );
  const products = (await rows("product.product", ["name", "default_code"])).map(
    (product) => `${product.name}|${product.default_code}`,
  );
  await client.close();
  return {
    orders: [...orders.values()].sort(),
    lines: lines.sort(),
    partners: partners.sort(),
    products: products.sort(),
  };
}

const stores = [
  ["SQLite", () => ({})],
  ["PostgreSQL", async () => ({ DATABASE_URL: await createDatabase() })],
] as const;

describe.each(stores)("the main job on %s", (_name, storeOf) => {
  async function place() {
    const folder = mkdtempSync(join(tmpdir(), "odoorway-main-"));
    folders.push(folder);
    return { ODOORWAY_DATA: folder, ...(await storeOf()) };
  }

  it("imports the example, and a second time changes nothing", async () => {
    const odoo = await started(serveSandbox());
    const gateway = await started(serveGateway(odoo.url, await place()));
    const first = await imported(gateway.url);
    expect(first.state).toBe("done");
    expect(first.counts.read).toBe(2048);
    expect(first.counts.unprocessed).toBe(0);
    expect(first.counts.created).toBeGreaterThan(1700);
    const before = await contents(odoo.url);

    const failed = await fetch(`${gateway.url}/v1/imports/${first.id}/rows?status=failed`, { headers });
    const lines = (await failed.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(first.counts.failed);
    for (const line of lines) {
      expect(line.line).toBeGreaterThan(1);
      expect(line.diagnosis.cause).not.toBe("");
      expect(Object.keys(line.data)).toContain("InvoiceNo");
    }

    const second = await imported(gateway.url);
    expect(second.counts).toMatchObject({ created: 0, updated: 0, failed: first.counts.failed, unprocessed: 0 });
    expect(await contents(odoo.url)).toEqual(before);
  });

  it("finishes by itself after kill -9, with the records and counts of an undisturbed run", async () => {
    const calm = await started(serveSandbox());
    const calmGateway = await started(serveGateway(calm.url, await place()));
    const undisturbed = await imported(calmGateway.url);

    const odoo = await started(serveSandbox());
    const env = { ...(await place()), ODOORWAY_PORT: String(await freePort()) };
    let gateway = await started(serveGateway(odoo.url, env));
    const { id } = (await (await upload(gateway.url, sample)).json()) as Status;
    let kills = 0;
    for (let last = 2048; kills < 5; ) {
      const seen = await status(gateway.url, id);
      if (seen.state === "done") break;
      if (seen.counts.unprocessed >= last && kills > 0) continue;
      last = seen.counts.unprocessed;
      await gateway.end("SIGKILL");
      kills += 1;
      gateway = await started(serveGateway(odoo.url, env));
    }
    expect(kills).toBeGreaterThan(0);
    const end = await finished(gateway.url, id);
    expect(end.counts).toEqual(undisturbed.counts);
    expect(end.records).toEqual(undisturbed.records);
    expect(await contents(odoo.url)).toEqual(await contents(calm.url));
  }, 120_000);
});

describe("a Shopify product export", () => {
  it("becomes product templates, and a second time nothing more", async () => {
    const odoo = await started(serveSandbox(19));
    const folder = mkdtempSync(join(tmpdir(), "odoorway-main-"));
    folders.push(folder);
    const gateway = await started(serveGateway(odoo.url, { ODOORWAY_DATA: folder }));
    const shop = readFileSync(new URL("../../examples/data/shopify-products.csv", import.meta.url));
    const take = async () => {
      const { id } = (await (await upload(gateway.url, shop, "flow=shopify-products")).json()) as Status;
      return finished(gateway.url, id);
    };
    expect(await take()).toMatchObject({ state: "done", counts: { read: 21, created: 21, failed: 0 } });
    expect(await take()).toMatchObject({ state: "done", counts: { read: 21, created: 0, updated: 0, unchanged: 21 } });

    const client = createClient({ url: odoo.url, database: "demo", login: "demo", apiKey: "demo-key" });
    const read = (model: string, domain: unknown[], fields: string[]) =>
      client.call(model, "search_read", [domain], { fields }) as Promise<Record<string, unknown>[]>;
    const lamps = await read(
      "product.template",
      [["name", "=", "Floor Lamp"]],
      ["list_price", "description", "categ_id", "product_tag_ids", "default_code", "weight"],
    );
    expect(lamps).toEqual([
      expect.objectContaining({
        list_price: 69.99,
        description: "<p>Black floor lamp</p>",
        default_code: false,
        weight: 0,
      }),
    ]);
    expect(lamps[0]?.categ_id).toEqual([expect.any(Number), "Indoor"]);
    const tags = await read("product.tag", [["id", "in", lamps[0]?.product_tag_ids]], ["name"]);
    expect(tags.map((tag) => tag.name).sort()).toEqual(["Black", "Lamp"]);
    await client.close();
  });
});

describe("files that are wrong", () => {
  const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n";
  const row = "536365,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom\n";
  const huge = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(header));
      const mebibyte = new Uint8Array(1 << 20).fill(0x61);
      for (let sent = 0; sent < 200; sent += 1) controller.enqueue(mebibyte);
      controller.close();
    },
  });
  const cases: [string, string, BodyInit, string, number, number?][] = [
    ["a picture", "", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), "import_", 1, 1],
    ["another delimiter", "", (header + row).replaceAll(",", ";"), "import_wrong_delimiter", 1],
    ["a missing column", "", (header + row).replace("StockCode", "Stock"), "import_missing_column", 1],
    ["a column twice", "", header.replace("Country", "InvoiceNo") + row, "import_duplicate_column", 1],
    ["the header twice", "", header + row + header, "import_repeated_header", 3],
    [
      "broken UTF-8",
      "",
      new Uint8Array(Buffer.concat([Buffer.from(header + row), Buffer.from([0x41, 0xff, 0x41])])),
      "import_invalid_utf8",
      3,
      2,
    ],
    ["NUL bytes", "", `${header}${row}a\0b`, "import_nul_byte", 3, 2],
    ["an empty file", "", "", "import_empty", 1],
    ["a header alone", "", header, "import_empty", 1],
    ["an open quote", "", `${header}"536365,85123A\n`, "import_not_csv", 2],
    ["too few cells", "", `${header}${row}1,2\n`, "import_wrong_cell_count", 3],
    ["a line of 200 MB", "", huge, "import_line_too_long", 2],
  ];

  it("refuses each with its code, line and column, keeps nothing, and lives on", async () => {
    const odoo = await started(serveSandbox());
    const folder = mkdtempSync(join(tmpdir(), "odoorway-main-"));
    folders.push(folder);
    const gateway = await started(serveGateway(odoo.url, { ODOORWAY_DATA: folder }));
    for (const [what, _query, body, code, line, column] of cases) {
      const answer = await fetch(`${gateway.url}/v1/imports?flow=online-retail`, {
        method: "POST",
        headers,
        body,
        ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
      } as RequestInit);
      const problem = (await answer.json()) as { code: string; cause: string; fix: string };
      expect([what, answer.status, answer.headers.get("content-type")]).toEqual([
        what,
        422,
        "application/problem+json",
      ]);
      expect(problem.code, what).toContain(code);
      expect(problem.fix, what).not.toBe("");
      if (code !== "import_empty") expect(problem.cause, what).toMatch(new RegExp(`line ${line}\\b`, "i"));
      if (column) expect(problem.cause, what).toMatch(new RegExp(`column ${column}\\b`, "i"));
    }
    const ndjson = await fetch(`${gateway.url}/v1/imports?model=res.partner&key=ref`, {
      method: "POST",
      headers: { ...headers, "Content-Type": "application/x-ndjson" },
      body: '{"ref":"a","name":"A"}\n{"ref":"b",}\n',
    });
    const problem = (await ndjson.json()) as { code: string; cause: string };
    expect([ndjson.status, problem.code]).toEqual([422, "import_not_json_line"]);
    expect(problem.cause).toMatch(/Line 2, column 12/);
    const list = (await (await fetch(`${gateway.url}/v1/imports`, { headers })).json()) as { imports?: unknown[] };
    expect(JSON.stringify(list)).not.toContain('"id"');
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    expect((await contents(odoo.url)).orders).toEqual([]);
  });
});
