/** The programs of the guide about the sandbox run as they are shown, each against a sandbox of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSandbox } from "@odoorway/sandbox";
import { afterAll, describe, expect, it } from "vitest";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const guide = readFileSync(join(root, "docs/guides/testing-with-the-sandbox.md"), "utf8");
const python = process.env.PYTHON_PATH ?? "/usr/bin/python3";
const php = process.env.PHP_PATH ?? "php";
const run = promisify(execFile);
// Inside the workspace, so that the packages are found.
const folder = mkdtempSync(join(here, "guide-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const blocks = (language: string) =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))].map((match) => match[1] ?? "");

/** Runs a program of the guide with the address of a fresh sandbox; resolves with what it prints. */
async function printed(command: string, file: string, text: string): Promise<string> {
  const odoo = await createSandbox();
  const path = join(folder, file);
  writeFileSync(path, text);
  const { stdout } = await run(command, [path], { env: { ...process.env, ODOO_URL: odoo.url } });
  await odoo.close();
  return stdout;
}

describe("the guide to testing with the sandbox", () => {
  it.each(blocks("js node").map((text, at) => ({ at, text })))("has a test $at for node:test", async ({ at, text }) => {
    const path = join(folder, `node-${at}.test.mjs`);
    writeFileSync(path, text);
    const { stdout } = await run(process.execPath, ["--test", "--test-reporter=tap", path], { cwd: root });
    expect(stdout).toMatch(/\n# pass [1-9]/);
    expect(stdout).toContain("\n# fail 0");
  });
  it("has tests for vitest", async () => {
    const [text = ""] = blocks("js vitest");
    writeFileSync(join(folder, "guide.test.mjs"), text);
    writeFileSync(join(folder, "vitest.config.mjs"), 'export default { test: { include: ["guide.test.mjs"] } };\n');
    const vitest = join(root, "node_modules/vitest/vitest.mjs");
    const { stdout } = await run(process.execPath, [vitest, "run", "--root", folder, "--reporter=json"], {
      env: { ...process.env, NO_COLOR: "1" },
    });
    expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).toMatchObject({ success: true, numPassedTests: 3 });
  });
  it("has a program in Python", async () => {
    const [text = ""] = blocks("python");
    expect(await printed(python, "guide.py", text)).toBe("ok\n");
  });
  it("has a program in PHP", async () => {
    const [text = ""] = blocks("php");
    expect(await printed(php, "guide.php", text)).toBe("ok\n");
  });
});
