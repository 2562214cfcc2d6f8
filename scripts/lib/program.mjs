/** A program that `npm start` runs: started, waited for, watched, stopped. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "./workspace.mjs";

const command = join(root, "apps", "cli", "bin", "odoorway.mjs");
/** Milliseconds that a program has to answer for the first time, and to end after it was asked to. */
const startMs = 60_000;
const stopMs = 20_000;

/**
 * Starts `odoorway ...args`; resolves once `healthUrl` answers with 200, rejects with what the program
 * said when it ends before. The program leads a process group of its own, so that Ctrl-C at the terminal
 * reaches the launcher alone, which stops the programs in their order; the channel between them tells the
 * program when the launcher was killed.
 */
export async function startProgram(name, args, env, healthUrl, signal) {
  const child = spawn(process.execPath, [command, ...args], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  let said = "";
  let up = false;
  const listen = (stream) => (chunk) => {
    said = (said + chunk).slice(-8000);
    if (up) stream.write(chunk);
  };
  child.stdout.on("data", listen(process.stdout));
  child.stderr.on("data", listen(process.stderr));
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`could not be started (${error.code})`));
    child.once("close", (code, by) => resolve(by === null ? `ended with ${code}` : `was killed (${by})`));
  });
  const program = {
    name,
    pid: child.pid,
    /** Resolves with how it ended. */
    ended,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const patience = setTimeout(() => {
        console.error(`The ${name} does not end; killing it.`);
        child.kill("SIGKILL");
      }, stopMs);
      await ended;
      clearTimeout(patience);
    },
  };
  const outcome = await Promise.race([
    ended,
    answers(healthUrl, signal).then((well) => (well ? "up" : "does not answer")),
    ...(signal.aborted ? ["stopped"] : [once(signal, "abort").then(() => "stopped")]),
  ]);
  if (outcome !== "up") {
    await program.stop();
    throw Object.assign(new Error(`The ${name} ${outcome}.`), { said, stopped: outcome === "stopped" });
  }
  up = true;
  return program;
}

async function answers(url, signal) {
  const until = Date.now() + startMs;
  while (Date.now() < until && !signal.aborted) {
    const well = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (well) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
