/** What the documentation shows is what the programs do: its commands are run, its tables compared. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadConfig } from "@odoorway/gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, serveGateway, serveSandbox } from "./programs.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string) => readFileSync(join(root, path), "utf8");
const shell = promisify(execFile);

describe("the README", () => {
  const readme = read("README.md");
  const commands = [...readme.matchAll(/```sh\n(.*?)```/gs)].map((match) => match[1] ?? "");
  const folder = mkdtempSync(join(tmpdir(), "odoorway-docs-"));
  const running: Program[] = [];
  let env: Record<string, string>;

  beforeAll(async () => {
    const odoo = await serveSandbox();
    running.push(odoo);
    const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: folder });
    running.push(gateway);
    const { PATH = "", HOME = "" } = process.env;
    env = { PATH, HOME, ODOORWAY_URL: gateway.url, ODOORWAY_TOKEN: adminToken };
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.end()));
    rmSync(folder, { recursive: true, force: true });
  });

  const paste = (command: string) =>
    shell("bash", ["-c", command], { cwd: root, env }).catch((error: { stdout: string; stderr: string }) => error);

  it("creates a partner", async () => {
    const { stdout } = await paste(commands[0] ?? "");
    expect(stdout).toMatch(/^HTTP\/1.1 201 Created\r\n/);
    expect(stdout).toMatch(/\r\nlocation: \/v1\/records\/res.partner\/\d+\r\n/);
  });

  it("shows the errors of a bad one as they are", async () => {
    const { stdout } = await paste(commands[1] ?? "");
    const shown = /```json\n(.*?)```/s.exec(readme)?.[1] ?? "";
    expect(JSON.parse(`{${shown}}`).errors).toEqual(JSON.parse(stdout).errors);
  });

  it("shows the summary of the example's import as it is", async () => {
    const example = join(folder, "online-retail-sample.csv");
    copyFileSync(join(root, "examples/data/online-retail-sample.csv"), example);
    const { stdout } = await paste((commands[2] ?? "").replace("examples/data/online-retail-sample.csv", example));
    const shown = /```\n(┌.*?┘)\n```/s.exec(readme)?.[1] ?? "no table";
    expect(stdout).toContain(shown);
  });
});

describe("the reference of the configuration", () => {
  const rows = [...read("docs/reference/configuration.md").matchAll(/^\| `([A-Z_]+)` \| `([a-z_.]+)` \| ([^|]*)\|/gm)];

  it("names every variable and no other", () => {
    let known = "";
    try {
      loadConfig({ ODOORWAY_QQQQQQQQQQQQQ: "1" });
    } catch (error) {
      known = (error as { fix: string }).fix;
    }
    const names = known.match(/[A-Z]+(_[A-Z]+)*/g)?.filter((name) => name.length > 1) ?? [];
    const readElsewhere = ["ODOORWAY_CONFIG", "ODOORWAY_URL", "ODOORWAY_TOKEN"];
    expect(rows.map((row) => row[1]).sort()).toEqual(names.filter((name) => !readElsewhere.includes(name)).sort());
  });

  it("gives the defaults as they are", () => {
    const { host, port, data, logLevel, limits, imports } = loadConfig({});
    const shown = Object.fromEntries(rows.map((row) => [row[2], row[3]?.trim()]));
    expect([shown.host, shown.port, shown.data, shown.log_level]).toEqual([host, String(port), data, logLevel]);
    const number = (name: string) =>
      Number(new RegExp(`\`${name}\` \\| (\\d+)`).exec(read("docs/reference/configuration.md"))?.[1]);
    expect(number("limits.json_mib") * 2 ** 20).toBe(limits.json);
    expect(number("limits.upload_mib") * 2 ** 20).toBe(limits.upload);
    expect(number("limits.idle_seconds") * 1000).toBe(limits.idle);
    expect(shown["imports.workers"]).toBe(String(imports.workers));
    expect(number("imports.batch_rows")).toBe(imports.batchRows);
    expect(number("imports.target_seconds") * 1000).toBe(imports.targetMs);
    expect(number("imports.lease_seconds") * 1000).toBe(imports.leaseMs);
    expect(number("imports.retention_days") * 86_400_000).toBe(imports.retentionMs);
  });
});

describe("links", () => {
  const pages = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/decisions/README.md",
    "docs/guides/client-in-five-minutes.md",
    "docs/guides/imports.md",
    "docs/guides/real-odoo.md",
    "docs/guides/webhooks.md",
    "docs/reference/client.md",
    "docs/reference/controllers.md",
    "docs/reference/types.md",
    "docs/reference/mappings.md",
    "docs/reference/configuration.md",
  ];

  it.each(pages)("of %s lead somewhere", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? "");
    for (const link of links) expect(() => readFileSync(join(root, page, "..", link)), link).not.toThrow();
  });
});
