/** The examples of the page about the client's data: each is run against the sandbox and prints what the page shows. */
import { readFileSync } from "node:fs";
import * as client from "@odoorway/client";
import { createSandbox, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, expect, it } from "vitest";

const page = readFileSync(new URL("../../docs/reference/client-data.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```ts\n(.*?)```\n\n```text\n(.*?)```/gs)].map(([, code = "", output = ""]) => ({
  code,
  output,
}));

let sandbox: Sandbox;
let odoo: client.OdooClient;

beforeAll(async () => {
  sandbox = await createSandbox();
  odoo = client.createClient({ url: sandbox.url, database: sandbox.database, login: "demo", apiKey: "demo-key" });
});
afterAll(async () => {
  await odoo.close();
  await sandbox.close();
});

it("has no example without its output", () => {
  expect(examples.length).toBeGreaterThan(6);
  expect([...page.matchAll(/```ts\n/g)]).toHaveLength(examples.length);
});

it.each(examples)("prints what the page shows: $output", async ({ code, output }) => {
  const lines: string[] = [];
  const console = { log: (...values: unknown[]) => lines.push(values.join(" ")) };
  const names = Object.keys(client);
  const body = `return (async () => {${code}})();`;
  const run = new Function("odoo", "console", ...names, body) as (...values: unknown[]) => Promise<void>;
  await run(odoo, console, ...Object.values(client));
  expect(`${lines.join("\n")}\n`).toBe(output);
});
