/** The guide of webhooks, done as it says: its configuration loaded, its commands run, its outputs compared. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadConfig } from "@odoorway/gateway";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { adminToken, command, type Program, serveGateway, serveSandbox } from "../system/programs.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/webhooks.md"), "utf8");
/** Fenced blocks come in turn: after the first fence inside, after the second outside. */
const fenced = guide.split(/^```/m).filter((_text, index) => index % 2 === 1);
const blocks = (language: string) =>
  fenced.filter((text) => text.startsWith(`${language}\n`)).map((text) => text.slice(language.length + 1));
const shell = promisify(execFile);
const secrets = { SHOP_SECRET: "a-secret-of-the-shop", SHOP_SECRET_NEW: "its-next-secret" };

const folder = mkdtempSync(join(tmpdir(), "odoorway-guide-"));
const running: Program[] = [];
let env: Record<string, string>;

/** Runs a line of the guide in the folder, where `odoorway` is the built command. */
const paste = async (text: string): Promise<{ code: number; stdout: string; stderr: string }> => {
  const line = text.replaceAll(/^odoorway /gm, `"${process.execPath}" "${command}" `);
  return shell("bash", ["-ec", line], { cwd: folder, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
};

beforeAll(async () => {
  const odoo = await serveSandbox();
  running.push(odoo);
  const config = join(folder, "odoorway.yaml");
  writeFileSync(config, blocks("yaml")[0] ?? "");
  const gateway = await serveGateway(odoo.url, {
    ODOORWAY_DATA: join(folder, "data"),
    ODOORWAY_CONFIG: config,
    ...secrets,
  });
  running.push(gateway);
  const { PATH = "", HOME = "" } = process.env;
  env = { PATH, HOME, ODOORWAY_URL: gateway.url, ODOORWAY_TOKEN: adminToken, ...secrets };
});
// Each command is a process of its own.
vi.setConfig({ testTimeout: 180_000 });

afterAll(async () => {
  await Promise.all(running.map((program) => program.end()));
  rmSync(folder, { recursive: true, force: true });
});

it.each(blocks("yaml").map((text, index) => [index + 1, text] as const))("loads its configuration %i", (_n, text) => {
  expect(Object.keys(loadConfig(secrets, text).hooks)).toHaveLength(1);
});

it("names every setting of a hook in the reference of the configuration", () => {
  const reference = readFileSync(join(root, "docs/reference/configuration.md"), "utf8");
  const named = [...reference.matchAll(/^\| `hooks\.NAME\.(\w+)`/gm)].map(([, name = ""]) => name);
  const sample: Record<string, unknown> = {
    flow: "x",
    provider: "none",
    secrets_env: ["SHOP_SECRET"],
    secret_file: "/secret",
    secrets: ["s"],
    tolerance_seconds: 300,
    topics: ["orders/*"],
    allow_unsigned: true,
    same_body_is_new: true,
  };
  expect(named.sort()).toEqual(Object.keys(sample).sort());
  const yaml = JSON.stringify({ hooks: { NAME: sample } }).replace("NAME", "name");
  expect(loadConfig(secrets, yaml, () => "from-file").hooks.name?.secrets).toEqual([
    "s",
    secrets.SHOP_SECRET,
    "from-file",
  ]);
});

describe("the delivery made by hand", () => {
  it("is taken, and known when it comes again", async () => {
    const [delivery = ""] = blocks("sh");
    const shown = JSON.parse(blocks("json")[0] ?? "");
    const first = JSON.parse((await paste(delivery)).stdout);
    expect(first).toEqual({ ...shown, event: expect.stringMatching(/^evt_/) });
    expect(JSON.parse((await paste(delivery)).stdout)).toMatchObject({ event: first.event, duplicate: true });
  });

  it("is refused when the secret is another", async () => {
    const { stdout } = await paste(`SHOP_SECRET=other\n${blocks("sh")[0]}`);
    expect(JSON.parse(stdout)).toMatchObject({ status: 401, code: "signature_mismatch" });
  });
});

it("looks after dead events by its commands", async () => {
  const commands = (blocks("sh").find((text) => text.includes("hooks list")) ?? "").trim().split("\n");
  // A payload that no flow can map.
  const bad = (blocks("sh")[0] ?? "").replace(/^body=.*$/m, "body='[]'").replace("98880550", "00000000");
  const { event } = JSON.parse((await paste(bad)).stdout) as { event: string };
  const state = async () => JSON.parse((await paste(`odoorway hooks show ${event} --json`)).stdout).state;
  await expect.poll(state, { timeout: 60_000 }).toBe("dead");
  writeFileSync(join(folder, "mended.json"), "[ ]");
  expect(commands).toHaveLength(6);
  for (const line of commands) {
    await expect.poll(state, { timeout: 60_000 }).toBe("dead");
    const { code, stdout, stderr } = await paste(line.replace("EVENT", event));
    expect([line, code, stderr]).toEqual([line, 0, expect.any(String)]);
    if (line.includes("list")) expect(stdout).toContain(event);
    if (line.includes("show")) expect(JSON.parse(stdout)).toMatchObject({ payload: [], state: "dead" });
  }
  expect(await state()).toBe("discarded");
  const unclear = await paste("odoorway hooks replay");
  expect([unclear.code, unclear.stderr]).toEqual([2, expect.stringContaining("--all-dead")]);
});

describe("the flow of one's own", () => {
  it("is written, tested and run as shown", async () => {
    const [made = "", run = ""] = blocks("sh").filter((text) => text.includes("odoorway flow"));
    const { code, stdout } = await paste(made);
    expect([code, stdout]).toEqual([0, blocks("").find((text) => text.startsWith("customers "))]);
    writeFileSync(join(folder, "payload.json"), '{"id": 7, "first_name": "Ada", "last_name": "Lovelace"}');
    // Another gateway, which knows the folder.
    const odoo = await serveSandbox();
    running.push(odoo);
    const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data2"), ODOORWAY_FLOWS: folder });
    running.push(gateway);
    const [dry = "", real = ""] = run.trim().split("\n");
    const here = (line: string) => `export ODOORWAY_URL=${gateway.url}\n${line}`;
    expect((await paste(here(dry))).stdout).toMatch(/^Dry run, nothing is written: created\n.*customer: res\.partner/s);
    expect((await paste(here(real))).stdout).toMatch(/^created\n {2}created +customer: res\.partner \d+\n/);
    expect((await paste(here(real))).stdout).toMatch(/^unchanged\n/);
    expect((await paste(`odoorway flow new customers`)).stderr).toContain("there already");
  });

  it("may be a copy of a preset, whose examples still hold", async () => {
    const made = await paste("odoorway flow new my-orders --from shopify-customer");
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining("my-orders.yaml is written")]);
    const tested = await paste("odoorway flow test my-orders.yaml");
    expect(tested.stdout).toMatch(/^my-orders \(my-orders\.yaml\)\n/);
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringMatching(/, 0 do not\.\n$/)]);
    expect((await paste("odoorway flow new my-orders2 --from shopify-ordr")).stderr).toContain("shopify-order");
  });

  it("is told where an example does not hold, and where a flow cannot be read", async () => {
    const text = readFileSync(join(folder, "customers.yaml"), "utf8");
    writeFileSync(join(folder, "wrong.yaml"), text.replace("name: Ada Lovelace", "name: Ada"));
    writeFileSync(join(folder, "broken.yaml"), text.replace("records:", "recrods:"));
    const differs = await paste("odoorway flow test wrong.yaml");
    expect([differs.code, differs.stdout]).toEqual([1, expect.stringContaining("records[0].values.name")]);
    const broken = await paste("odoorway flow test broken.yaml --json");
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.stdout)).toMatchObject([{ name: null, error: { code: "flow_invalid" } }]);
    rmSync(join(folder, "broken.yaml"));
    rmSync(join(folder, "wrong.yaml"));
  });
});
