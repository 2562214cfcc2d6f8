/** Files whose rows are payloads of a flow, through the built programs: counted, repeated, and as a dry run. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type OdooClient } from "@odoorway/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, serveGateway, serveSandbox } from "./programs.js";

const payloads = new URL("../../packages/flows/presets/payloads/", import.meta.url);
const headers = { Authorization: `Bearer ${adminToken}` };
const contacts = `Name;E-Mail;City;Country
Ada Lovelace;ada@example.com;London;UK
Grace Hopper;grace@example.com;New York;USA
Nobody;nobody@example.com;Nowhere;Atlantis
Ada Lovelace;ada@example.com;London;UK
`;

let odoo: Program & { url: string };
let gateway: Program & { url: string };
let client: OdooClient;
const folder = mkdtempSync(join(tmpdir(), "odoorway-flows-"));

beforeAll(async () => {
  odoo = await serveSandbox();
  gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: folder });
  client = createClient({ url: odoo.url, database: "demo", login: "demo", apiKey: "demo-key" });
});
afterAll(async () => {
  await client.close();
  await gateway.end();
  await odoo.end();
  rmSync(folder, { recursive: true, force: true });
});

interface Status {
  readonly id: string;
  readonly state: string;
  readonly counts: Record<"read" | "created" | "updated" | "unchanged" | "failed" | "unprocessed", number>;
}

async function take(query: string, type: string, body: string): Promise<Status> {
  const answer = await fetch(`${gateway.url}/v1/imports?${query}`, {
    method: "POST",
    headers: { ...headers, "Content-Type": type },
    body,
  });
  expect(answer.status, await answer.clone().text()).toBe(202);
  const { id } = (await answer.json()) as Status;
  for (let tries = 0; tries < 600; tries += 1) {
    const status = (await (await fetch(`${gateway.url}/v1/imports/${id}`, { headers })).json()) as Status;
    if (["done", "failed", "cancelled"].includes(status.state)) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the import did not finish within half a minute");
}

describe("an import through a flow", () => {
  it("makes contacts of a table, and none twice", async () => {
    const before = await client.call("res.partner", "search_count", [[]]);
    const dry = await take("flow=csv-contacts&dry_run=true", "text/csv", contacts);
    expect(dry.counts).toMatchObject({ read: 4, failed: 0, unprocessed: 0 });
    expect(await client.call("res.partner", "search_count", [[]])).toBe(before);

    const first = await take("flow=csv-contacts", "text/csv", contacts);
    expect(first.counts).toEqual({ read: 4, created: 3, updated: 0, unchanged: 1, failed: 0, unprocessed: 0 });
    const made = (await client.call(
      "res.partner",
      "search_read",
      [[["city", "in", ["London", "New York", "Nowhere"]]]],
      {
        fields: ["name", "city", "country_id"],
        order: "id",
      },
    )) as { name: string; city: string; country_id: [number, string] | false }[];
    expect(made.map(({ name, country_id: country }) => [name, country ? country[1] : null])).toEqual([
      ["Ada Lovelace", "United Kingdom"],
      ["Grace Hopper", "United States"],
      ["Nobody", null],
    ]);
    const second = await take("flow=csv-contacts", "text/csv", contacts);
    expect(second.counts).toMatchObject({ created: 0, updated: 0, unchanged: 4, failed: 0 });
  });

  it("makes orders of a shop's payloads, one a line", async () => {
    const files = readdirSync(payloads, { recursive: true }).map(String);
    const orders = files.filter((file) => /shopify[^/]*[/-]order.*\.json$/.test(file));
    expect(orders.length).toBeGreaterThan(1);
    const lines = orders.map((file) => JSON.stringify(JSON.parse(readFileSync(new URL(file, payloads), "utf8"))));
    const first = await take("flow=shopify-order", "application/x-ndjson", lines.join("\n"));
    expect(first.counts).toMatchObject({ read: orders.length, failed: 0, unprocessed: 0 });
    expect(first.counts.created).toBeGreaterThan(0);
    const sold = await client.call("sale.order", "search_count", [[]]);
    const second = await take("flow=shopify-order", "application/x-ndjson", lines.join("\n"));
    expect(second.counts).toMatchObject({ created: 0, failed: 0 });
    expect(await client.call("sale.order", "search_count", [[]])).toBe(sold);
  });
});
