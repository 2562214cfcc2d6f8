/** The guide to imports is one story: its commands run in order, in one folder, and print what it shows. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, command, type Program, serveGateway, serveSandbox } from "./programs.js";

const guide = readFileSync(fileURLToPath(new URL("../../docs/guides/imports.md", import.meta.url)), "utf8");
const shell = promisify(execFile);

describe("the guide to imports", () => {
  const folder = mkdtempSync(join(tmpdir(), "odoorway-guide-"));
  const running: Program[] = [];
  let env: Record<string, string>;

  beforeAll(async () => {
    const odoo = await serveSandbox();
    running.push(odoo);
    const gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: join(folder, "data") });
    running.push(gateway);
    const { PATH = "", HOME = "" } = process.env;
    env = { PATH, HOME, ODOORWAY_URL: gateway.url, ODOORWAY_TOKEN: adminToken };
    // npx finds the command in the folder's own packages.
    mkdirSync(join(folder, "node_modules", ".bin"), { recursive: true });
    symlinkSync(command, join(folder, "node_modules", ".bin", "odoorway"));
  });
  afterAll(async () => {
    await Promise.all(running.map((program) => program.end()));
    rmSync(folder, { recursive: true, force: true });
  });

  const blocks = [...guide.matchAll(/```(sh|)\n(.*?)```/gs)].map(([, language, text = ""]) => ({ language, text }));

  it("runs as it is written", async () => {
    let printed = "";
    const all: string[] = [];
    for (const { language, text } of blocks) {
      if (language === "sh") {
        const ran = shell("bash", ["-c", text], { cwd: folder, env });
        const { stdout, stderr } = await ran.catch((error: { stdout: string; stderr: string }) => error);
        printed = stdout;
        all.push(stdout + stderr);
        expect(stderr, text).not.toMatch(/^Error|error:/m);
      } else for (const line of text.trim().split("\n")) expect(printed).toContain(line);
    }
    const said = all.join("\n");
    expect(said).toContain("Nothing was written. odoorway imports run imp_");
    expect(said).toContain("1 row failed; it is in done/partners.failed.csv");
    expect(said).toContain("is at work again.");
    expect(said).toMatch(/The import imp_\w+ waits until/);
    expect(JSON.parse(all.at(-1) ?? "")).toMatchObject({ on_existing: "skip", priority: "high" });
    expect(readFileSync(join(folder, "done/partners.successful.csv"), "utf8")).toContain(
      "C1,Ada Lovelace,GB,3,created",
    );
  }, 120_000);
});
