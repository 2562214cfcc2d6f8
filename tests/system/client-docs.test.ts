/** The pages about the client: their examples compile as they stand, run, and print what the pages show. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSandbox, orderApi, type Sandbox } from "@odoorway/sandbox";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "./programs.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const shell = promisify(execFile);
const options = {
  target: "ES2023",
  lib: ["ES2023", "DOM"],
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  outDir: "out",
  types: [],
};

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox({ modules: [orderApi] });
  folder = mkdtempSync(join(tmpdir(), "odoorway-client-docs-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"type": "module"}');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  const env = { ODOO_URL: sandbox.url, ODOO_DB: "demo", ODOO_LOGIN: "demo", ODOO_API_KEY: "demo-key" };
  const types = run(["types", "--out", join(folder, "odoo-models.ts")], env);
  expect(await types.done(), types.said()).toBe(0);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the examples", () => {
  it.each(["guides/client-in-five-minutes", "reference/types", "reference/controllers"])("of %s", async (page) => {
    const text = readFileSync(join(root, "docs", `${page}.md`), "utf8");
    const blocks = (kind: string) =>
      [...text.matchAll(new RegExp(`\`\`\`${kind}\n(.*?)\`\`\``, "gs"))].map((match) => match[1]);
    const name = page.replaceAll("/", "-");
    const source = blocks("ts").join("").replaceAll("http://127.0.0.1:8069", sandbox.url);
    writeFileSync(join(folder, `${name}.ts`), source);
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const compiled = await shell(process.execPath, [tsc, "-p", folder]).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe("");
    const { stdout } = await shell(process.execPath, [join(folder, "out", `${name}.js`)], { timeout: 60_000 });
    expect(stdout).toBe(blocks("text").join(""));
  });
});
