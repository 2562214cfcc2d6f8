/** Several files in one import, by the command: the rest is done whatever dies, in the order of what refers to what. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { adminToken, freePort, type Program, run, serveGateway, serveSandbox } from "./programs.js";

const folder = mkdtempSync(join(tmpdir(), "odoorway-group-"));
const running: Program[] = [];
afterAll(async () => {
  await Promise.all(running.map((program) => program.end()));
  rmSync(folder, { recursive: true, force: true });
});

interface Status {
  id: string;
  state: string;
  counts: Record<string, number>;
  parts?: Status[];
  file_name: string;
  [more: string]: unknown;
}

const contacts = 400;
const file = (name: string, lines: readonly string[]) => {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return join(folder, name);
};
const numbers = Array.from({ length: contacts }, (_none, index) => index + 1);
const orders = file("sale.order.csv", [
  "id,partner_id/id,client_order_ref,order_line/product_id/default_code,order_line/name,order_line/product_uom_qty",
  ...numbers
    .slice(0, 60)
    .flatMap((n) => [`shop.order_${n},odoorway.res_partner_K${n},SO-${n},DESK,Desk,${n}`, ",,,CHAIR,Chair,2"]),
  "shop.order_bad,odoorway.res_partner_K9999,SO-9999,DESK,Desk,1",
]);
// Contacts come before the companies that they belong to: the order of these is not known by their model.
const people = file("contacts.csv", [
  "ref,name,parent_id/id",
  ...numbers.map((n) => `K${n},Contact ${n},shop.company_${(n % 5) + 1}`),
]);
const companies = file("res.partner.csv", [
  "id,name,is_company",
  ...[1, 2, 3, 4, 5].map((n) => `shop.company_${n},Company ${n},true`),
]);
const products = file("product.template.csv", [
  "id,name,default_code,list_price",
  "shop.desk,Desk,DESK,120.5",
  "shop.chair,Chair,CHAIR,40",
]);

it("goes on without the command and after a kill, and every row ends once", async () => {
  const odoo = await serveSandbox();
  running.push(odoo);
  const port = String(await freePort());
  const start = async () => {
    const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data"), ODOORWAY_PORT: port });
    running.push(gateway);
    return gateway;
  };
  let gateway = await start();
  const access = { ODOORWAY_URL: gateway.url, ODOORWAY_TOKEN: adminToken };
  const ask = async (path: string) => {
    const answer = await fetch(`${gateway.url}${path}`, { headers: { Authorization: `Bearer ${adminToken}` } });
    return (await answer.json()) as { data: Status[] } & Status;
  };
  const status = async () => (await ask("/v1/imports")).data[0];
  /** Resolves with the status that was waited for. */
  const when = async (condition: (status: Status) => boolean): Promise<Status> => {
    for (let tries = 0; tries < 3000; tries += 1) {
      const now = await status();
      if (now && condition(now)) return now;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`it did not come to it: ${JSON.stringify(await status())}`);
  };

  const sender = run(["import", orders, `${people}=res.partner:ref`, companies, products], access);
  running.push(sender);
  await when(({ counts }) => counts.read === contacts + 5 + 2 + 121);
  await sender.end("SIGKILL");
  await when(({ state, parts = [] }) => state === "running" && parts.some((part) => part.state === "done"));
  await gateway.end("SIGKILL");
  gateway = await start();
  const done = await when(({ state }) => state === "done");

  expect(done.counts).toEqual({ read: 528, created: 527, updated: 0, unchanged: 0, failed: 1, unprocessed: 0 });
  expect(done.records).toMatchObject({ "res.partner": { created: contacts + 5 }, "sale.order": { created: 60 } });
  const of = async (path: string) => (await ask(`/v1/records/${path}`)).data as unknown as Record<string, unknown>[];
  const like = (field: string, text: string) =>
    `domain=${encodeURIComponent(JSON.stringify([[field, "=like", text]]))}`;
  const found = await of(`res.partner?${like("ref", "K%")}&fields=ref,parent_id&limit=1000`);
  expect(found).toHaveLength(contacts);
  expect(found.every(({ parent_id: parent }) => (parent as { name: string } | null)?.name.startsWith("Company"))).toBe(
    true,
  );
  const sold = await of(`sale.order?${like("client_order_ref", "SO-%")}&fields=client_order_ref,order_line&limit=1000`);
  expect(sold.map(({ order_line: lines }) => (lines as unknown[]).length)).toEqual(sold.map(() => 2));
  expect(sold).toHaveLength(60);
  expect((await ask("/v1/imports")).data).toHaveLength(1);

  // Again, and to its end: everything is known, and what failed is kept beside the file that it is of.
  mkdirSync(join(folder, "results"));
  const again = run(
    ["import", orders, `${people}=res.partner:ref`, companies, products, "--results", join(folder, "results")],
    access,
  );
  expect(await again.done(), again.said()).toBe(1);
  expect(again.said()).toContain("rows of all files");
  expect(readFileSync(join(folder, "results", "sale.order.failed.csv"), "utf8")).toContain("shop.order_bad");
  const twice = await status();
  expect(twice?.counts, again.said()).toMatchObject({ read: 528, created: 0, failed: 1, unprocessed: 0 });
  expect(await of(`res.partner?${like("ref", "K%")}&fields=id&limit=1000`)).toHaveLength(contacts);

  const list = run(["imports", "list"], access);
  expect(await list.done()).toBe(0);
  expect(list.said()).toContain("res.partner.csv");
  expect(list.said()).toContain("sale.order.csv");
}, 120_000);
