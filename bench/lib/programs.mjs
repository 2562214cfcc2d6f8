/** Starts the built programs as their users do, and reads what the kernel says of them. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const command = fileURLToPath(new URL("../../apps/cli/bin/odoorway.mjs", import.meta.url));

/** A port of 127.0.0.1 that is free now. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Runs `odoorway ...args` and waits until `url` answers. */
export async function startProgram(args, env, url) {
  const child = spawn(process.execPath, [command, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const listen = (chunk) => {
    said = (said + chunk).slice(-4000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`odoorway ${args[0]} ended with ${child.exitCode}: ${said}`);
    const up = await fetch(url)
      .then((answer) => answer.ok)
      .catch(() => false);
    if (up) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill("SIGKILL");
  throw new Error(`odoorway ${args[0]} did not answer at ${url} within 30 s: ${said}`);
}

export async function stopProgram(child) {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

/** Highest resident size that the kernel has seen of a process, in MiB (Linux). */
export function peakResident(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

const ticksPerSecond = 100; // USER_HZ, the same on every Linux that Node.js runs on

/** Seconds of processor time that a process and its children, ended ones too, have used (Linux). */
export function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  const own = [11, 12, 13, 14].reduce((sum, place) => sum + Number(fields[place]), 0) / ticksPerSecond;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + processorSeconds(child), own);
}
