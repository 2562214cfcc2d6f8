/** The console in a real Chromium, on a gateway and a sandbox of its own. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminToken, type Program, serveGateway, serveSandbox } from "../system/programs.js";

const sample = readFileSync(new URL("../../examples/data/online-retail-sample.csv", import.meta.url));
const headers = { Authorization: `Bearer ${adminToken}` };
const folder = mkdtempSync(join(tmpdir(), "odoorway-console-"));
let odoo: Program & { url: string };
let gateway: Program & { url: string };
let browser: Browser;
let page: Page;

beforeAll(async () => {
  odoo = await serveSandbox();
  gateway = await serveGateway(odoo.url, { ODOORWAY_DATA: folder });
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  page = await browser.newPage();
});

afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await odoo?.end();
  rmSync(folder, { recursive: true, force: true });
});

describe("the console", () => {
  it("explains a token that is not known, and keeps a good one in the tab alone", async () => {
    await page.goto(`${gateway.url}/console/`);
    await page.getByLabel("Token").fill("odw_wrong-token-0123456789");
    await page.getByRole("button", { name: "Open the console" }).click();
    await page.getByRole("alert").filter({ hasText: "odoorway token create" }).waitFor();
    await page.getByLabel("Token").fill(adminToken);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Imports" }).waitFor();
    await page.getByText("Odoo connected").waitFor();
    expect(await page.evaluate("localStorage.length + document.cookie.length")).toBe(0);
  });

  it("shows a partner that was just created", async () => {
    const body = JSON.stringify({ name: "Azure <b>Interior</b>", email: "info@azure.example" });
    const init = { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body };
    expect((await fetch(`${gateway.url}/v1/records/res.partner`, init)).status).toBe(201);
    await page.getByRole("cell", { name: "Azure <b>Interior</b>" }).waitFor();
  });

  it("shows an import with counts that add up, and its failed rows with cause and fix", {
    timeout: 60_000,
  }, async () => {
    const type = { "Content-Type": "text/csv" };
    const init = { method: "POST", headers: { ...headers, ...type }, body: sample };
    expect((await fetch(`${gateway.url}/v1/imports?flow=online-retail`, init)).status).toBe(202);
    const card = page.getByRole("article", { name: "Import of online-retail" });
    await card.getByText("done", { exact: true }).waitFor({ timeout: 45_000 });
    const shown = (await card.locator("dd").allTextContents()).map((text) => Number(text.replaceAll(",", "")));
    const [read, ...rest] = shown;
    expect(read).toBe(2048);
    expect(rest.reduce((sum, value) => sum + value, 0)).toBe(read);
    await card.getByRole("button", { name: "Show failed rows" }).click();
    const first = card.getByRole("row").nth(1);
    await first.waitFor();
    expect(Number(await first.getByRole("cell").first().textContent())).toBeGreaterThan(1);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      card.getByRole("button", { name: "Download CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/-failed\.csv$/);
  });

  it("pauses, resumes, starts and retries an import", { timeout: 60_000 }, async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const init = {
      method: "POST",
      headers: { ...headers, "Content-Type": "text/csv" },
      body: "ref,name\nb1,One\nb2,\n",
    };
    const query = `model=res.partner&key=ref&not_before=${later}`;
    expect((await fetch(`${gateway.url}/v1/imports?${query}`, init)).status).toBe(202);
    const card = page.getByRole("article", { name: "Import of res.partner" });
    await card.getByText("waits until").waitFor();
    const press = (name: string) => card.getByRole("button", { name, exact: true }).click();
    await press("Pause");
    await card.getByText("until it is resumed").waitFor();
    await press("Resume");
    await press("Run");
    await card.getByText("done", { exact: true }).waitFor({ timeout: 15_000 });
    await press("Retry failed rows");
    await card.getByText("done", { exact: true }).waitFor({ timeout: 15_000 });
    expect(await card.locator(".bad dd").textContent()).toBe("1");
  });

  it("says when the gateway goes away", async () => {
    await gateway.end();
    await page.getByText("Gateway away").waitFor({ timeout: 15_000 });
    expect(await page.getByRole("alert").first().textContent()).toContain("does not answer");
  });
});
