/** npm start as a newcomer meets it: what it prints works as printed, and Ctrl-C leaves nothing behind. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { freePort } from "./programs.js";

const script = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "odoorway-start-"));
const started: ChildProcess[] = [];

afterEach(async () => {
  for (const child of started.splice(0)) await end(child);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Launcher {
  readonly child: ChildProcess;
  readonly said: () => string;
  until(text: string): Promise<void>;
}

function launch(env: Record<string, string>): Launcher {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), ODOORWAY_DATA: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  }
  return {
    child,
    said: () => text,
    async until(wanted) {
      for (let tries = 0; tries < 600 && !text.includes(wanted); tries += 1) {
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(text).toContain(wanted);
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}

/** Runs a line in a shell of another folder, as somebody who pastes it. */
function paste(line: string): Promise<{ code: number; out: string; said: string }> {
  return new Promise((resolve) => {
    execFile("sh", ["-c", line], { cwd: tmpdir() }, (error, out, said) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, said });
    });
  });
}

async function refuses(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    () => true,
  );
}

describe("npm start", () => {
  it("prints three commands that work; Ctrl-C leaves nothing but the data", { timeout: 120_000 }, async () => {
    const [port, sandboxPort] = [await freePort(), await freePort()];
    const env = { ODOORWAY_PORT: String(port), ODOORWAY_SANDBOX_PORT: String(sandboxPort) };
    const launcher = launch(env);
    await launcher.until("Ctrl-C stops everything.");
    const commands = launcher
      .said()
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => /^(curl|node) /.test(line));
    expect(commands).toHaveLength(3);
    const [create = "", refuse = "", importing = ""] = commands;

    const created = await paste(create);
    expect(created.out).toMatch(/^HTTP\/1\.1 201 /);
    const location = /^location: (\S+)/im.exec(created.out)?.[1] ?? "";
    const token = /Bearer (\S+?)'/.exec(create)?.[1] ?? "";
    const headers = { Authorization: `Bearer ${token}` };
    const readBack = async () => (await fetch(new URL(location, `http://127.0.0.1:${port}`), { headers })).json();
    expect(await readBack()).toMatchObject({ name: "Azure Interior" });

    const refused = await paste(refuse);
    expect(refused.out).toMatch(/^HTTP\/1\.1 422 /);
    const problem = JSON.parse(refused.out.slice(refused.out.indexOf("{")));
    expect(problem.errors.map((one: { pointer: string }) => one.pointer).sort()).toEqual(["/emial", "/type"]);
    for (const one of problem.errors) expect(`${one.cause}${one.fix}`).toMatch(/\w+/);

    const result = join(folder, "failed.csv");
    const imported = await paste(`${importing} --json --result '${result}'`);
    expect(imported.code, imported.said).toBe(1);
    const { counts } = JSON.parse(imported.out);
    expect(counts.created + counts.updated + counts.unchanged + counts.failed + counts.unprocessed).toBe(counts.read);
    expect(counts.read).toBe(2048);
    expect(counts.unprocessed).toBe(0);
    expect(statSync(result).size).toBeGreaterThan(0);
    expect(statSync(join(folder, "token")).mode & 0o777).toBe(0o600);

    launcher.child.kill("SIGINT");
    expect(await end(launcher.child, "SIGINT")).toBe(0);
    expect(await refuses(port)).toBe(true);
    expect(await refuses(sandboxPort)).toBe(true);

    const next = launch(env);
    await next.until("Ctrl-C stops everything.");
    expect(await readBack()).toMatchObject({ name: "Azure Interior" });
  });

  it("says of a port that is taken which one is free", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const launcher = launch({ ODOORWAY_PORT: String(port) });
    const [code] = await once(launcher.child, "exit");
    taken.close();
    expect(code).toBe(1);
    expect(launcher.said()).toMatch(
      new RegExp(`Port ${port}, meant for the gateway, is taken .* \\d+ is free: ODOORWAY_PORT=\\d+`),
    );
  });
});
