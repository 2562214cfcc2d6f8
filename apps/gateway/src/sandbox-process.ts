/**
 * The gateway's own sandbox Odoo, in a process of its own: what it holds does not count as the gateway's
 * memory, and a crash of the one is not one of the other. It ends when the gateway ends, however that
 * ends, since it notices the channel between them closing. It keeps everything in memory: what was written
 * to it is gone with it.
 */
import { fork } from "node:child_process";
import { OdoorwayError } from "@odoorway/core";

export interface SandboxProcess {
  readonly url: string;
  close(): Promise<void>;
}

/** How long the sandbox may take to start, and to end. */
const startMs = 30_000;
const stopMs = 5_000;

/** @throws OdoorwayError configuration_error when it does not start */
export async function startSandboxProcess(): Promise<SandboxProcess> {
  const child = fork(new URL("./sandbox-entry.js", import.meta.url), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    const failed = () =>
      reject(
        new OdoorwayError("configuration_error", {
          evidence: { detail: "The sandbox Odoo did not start.", expected: "Set ODOO_URL to use an Odoo of your own." },
        }),
      );
    const timer = setTimeout(failed, startMs);
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve(String(message));
    });
    child.once("exit", failed);
    child.once("error", failed);
  });
  return {
    url,
    async close() {
      const cut = setTimeout(() => child.kill("SIGKILL"), stopMs);
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(cut);
    },
  };
}
