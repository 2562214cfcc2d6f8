/** odoorway sandbox as a program: its records from one run to the next, and its words when it cannot start. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@odoorway/client";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort, type Program, run, serve } from "./programs.js";

const folder = mkdtempSync(join(tmpdir(), "odoorway-sandbox-"));
const running: Program[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((program) => program.end("SIGKILL")));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function sandbox(port: number, state: string): Promise<Program> {
  const program = await serve(
    ["sandbox", "--port", String(port), "--state", state],
    {},
    `http://127.0.0.1:${port}/web/health`,
  );
  running.push(program);
  return program;
}

/** Refused: code 2, words on standard error alone, no stack. */
async function refused(args: readonly string[]): Promise<string> {
  const program = run(["sandbox", ...args]);
  running.push(program);
  expect(await program.done()).toBe(2);
  expect(program.out()).toBe("");
  expect(program.said()).toMatch(/^Error: .+\n {2}Cause: .+\n {2}Fix: .+\n$/);
  return program.said();
}

describe("odoorway sandbox --state", () => {
  it("keeps records over a restart, and over a kill what was in the file by then", async () => {
    const state = join(folder, "odoo.state");
    const port = await freePort();
    const odoo = createClient({
      url: `http://127.0.0.1:${port}`,
      database: "demo",
      login: "demo",
      apiKey: "demo-key",
    });
    const create = (name: string) => odoo.call("res.partner", "create", [{ name }]);
    const named = (name: string) => odoo.call("res.partner", "search", [[["name", "=", name]]]);

    const first = await sandbox(port, state);
    expect(first.out()).toContain(state);
    const stays = await create("Stays");
    expect(await first.end("SIGTERM")).toBe(0);

    const second = await sandbox(port, state);
    expect(await named("Stays")).toEqual([stays]);
    const written = await create("Written");
    await expect.poll(() => readFileSync(state, "utf8").includes('"Written"'), { timeout: 10_000 }).toBe(true);
    await second.end("SIGKILL");

    await sandbox(port, state);
    expect(await named("Written")).toEqual([written]);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    await odoo.close();
  });

  it("refuses a file that does not fit, and names it", async () => {
    const state = join(folder, "18.state");
    const first = await sandbox(await freePort(), state);
    await first.end();
    const kept = readFileSync(state, "utf8");
    const other = await refused(["--port", "0", "--odoo", "19", "--state", state]);
    expect(other).toMatch(/18\.state is of version 18, not 19/);
    expect(other).toContain("--odoo");
    expect(readFileSync(state, "utf8")).toBe(kept);
    writeFileSync(state, "{");
    expect(await refused(["--port", "0", "--state", state])).toMatch(/18\.state is damaged/);
    expect(await refused(["--port", "0", "--state", join(folder, "gone", "x.state")])).toMatch(/x\.state cannot be/);
  });
});

describe("odoorway sandbox", () => {
  it("says of a taken port which one is free", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const said = await refused(["--port", String(port)]);
    taken.close();
    expect(said).toContain(`Port ${port} is taken`);
    expect(Number(/odoorway sandbox --port (\d+)/.exec(said)?.[1])).toBeGreaterThan(port);
  });

  it("refuses a seed that it cannot read", async () => {
    const seed = join(folder, "seed.json");
    writeFileSync(seed, "{");
    expect(await refused(["--port", "0", "--seed", seed])).toContain("seed.json");
  });
});

describe("odoorway sandbox --order-api", () => {
  const order = async (port: number) =>
    fetch(`http://127.0.0.1:${port}/api/order`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"params": {}}',
    });
  it("serves the example of a controller, which a real Odoo has not", async () => {
    const [plain, shop] = [await freePort(), await freePort()];
    const health = (port: number) => `http://127.0.0.1:${port}/web/health`;
    running.push(await serve(["sandbox", "--port", String(plain)], {}, health(plain)));
    const program = await serve(["sandbox", "--port", String(shop), "--order-api"], {}, health(shop));
    running.push(program);
    expect((await order(plain)).status).toBe(404);
    expect(await (await order(shop)).json()).toMatchObject({ error: { code: 100, message: "Odoo Session Expired" } });
    expect(program.out()).toContain(`POST http://127.0.0.1:${shop}/api/order`);
  });
});
