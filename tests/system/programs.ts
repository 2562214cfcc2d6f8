/** The built programs as black boxes: started on free ports, watched, stopped or killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

export const command = fileURLToPath(new URL("../../apps/cli/bin/odoorway.mjs", import.meta.url));

export const adminToken = "odw_test-token-of-enough-length-0123456789";

export interface Program {
  readonly child: ChildProcess;
  /** What it has printed so far, both streams. */
  said(): string;
  /** What it has printed so far to standard output alone. */
  out(): string;
  /** Resolves with its exit code once it has gone by itself and everything it printed is here. */
  done(): Promise<number | null>;
  /** Ends it with a signal and waits until it has gone; resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

/** Runs `odoorway ...args` without waiting for anything. Only PATH and HOME come from this process; `input` is its standard input. */
export function run(args: readonly string[], env: Record<string, string> = {}, input?: string | Uint8Array): Program {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...(PATH ? { PATH } : {}), ...(HOME ? { HOME } : {}), ...env },
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  // A program that has heard enough closes its end.
  child.stdin?.on("error", () => undefined).end(input);
  const closed = once(child, "close");
  let text = "";
  let out = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
    out += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return {
    child,
    said: () => text,
    out: () => out,
    done: async () => {
      await closed;
      return child.exitCode;
    },
    async end(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, "exit");
        child.kill(signal);
        await gone;
      }
      return child.exitCode;
    },
  };
}

/** Runs a server and waits until `url` answers with 200. */
export async function serve(args: readonly string[], env: Record<string, string>, url: string): Promise<Program> {
  const program = run(args, env);
  for (let tries = 0; tries < 400; tries += 1) {
    if (program.child.exitCode !== null) throw new Error(`odoorway ${args[0]} ended: ${program.said()}`);
    const up = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (up) return program;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await program.end("SIGKILL");
  throw new Error(`odoorway ${args[0]} did not answer at ${url}: ${program.said()}`);
}

/** A sandbox Odoo in a process of its own. */
export async function serveSandbox(version: 18 | 19 = 18): Promise<Program & { url: string }> {
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = await serve(
    ["sandbox", "--port", new URL(url).port, "--odoo", String(version)],
    {},
    `${url}/web/health`,
  );
  return { ...program, url };
}

/** A gateway in a process of its own, connected to the Odoo at `odooUrl`. */
export async function serveGateway(odooUrl: string, env: Record<string, string>): Promise<Program & { url: string }> {
  const url = `http://127.0.0.1:${env.ODOORWAY_PORT ?? (await freePort())}`;
  const program = await serve(
    ["start"],
    {
      ODOO_URL: odooUrl,
      ODOO_DB: "demo",
      ODOO_LOGIN: "demo",
      ODOO_API_KEY: "demo-key",
      ODOORWAY_ADMIN_TOKEN: adminToken,
      ODOORWAY_PORT: new URL(url).port,
      ...env,
    },
    `${url}/readyz`,
  );
  return { ...program, url };
}

/** Waits up to ten seconds; `what` tells how far it came. */
export async function until(condition: () => boolean, what: () => string): Promise<void> {
  for (let tries = 0; tries < 400 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
  if (!condition()) throw new Error(`it did not come to it: ${what()}`);
}

/** Process ids of the programs that a process has started (Linux). */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
