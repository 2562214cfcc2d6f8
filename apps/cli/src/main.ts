/** The composition root: hands the process to the commands, and turns what they throw into words and an exit code. */
import { CommanderError } from "commander";
import { explain } from "./explain.js";
import { createProgram } from "./program.js";
import type { Terminal } from "./terminal.js";

/** Exit code of a command that was refused or misused. */
const refused = 2;
/** A second signal this long after the first ends the process at once: by then it is no echo of the same Ctrl-C. */
const echoMs = 1500;

/** Runs the command that the arguments name; sets the exit code and ends the process. */
export async function main(process: NodeJS.Process): Promise<void> {
  const code = await runCommand(process.argv.slice(2), terminalOf(process));
  // What is still open (keep-alive sockets, a paused upload) must not keep a finished command alive.
  process.exitCode = code;
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit();
}

/** @returns the exit code */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = createProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : refused;
    terminal.say(explain(error, terminal.env.NODE_DEBUG?.includes("odoorway") === true));
    return refused;
  }
}

function terminalOf(process: NodeJS.Process): Terminal {
  const interrupted = new AbortController();
  let first = 0;
  const stop = () => {
    if (first === 0) first = Date.now();
    else if (Date.now() - first > echoMs) process.exit(130);
    interrupted.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  // Started with a channel (as `npm start` does): its end means that the parent is gone, killed perhaps.
  if (process.send) process.on("disconnect", stop);
  // A reader that goes away (`odoorway ... | head`) is no defect.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return {
    env: process.env,
    cwd: process.cwd(),
    out: (text) => process.stdout.write(`${text}\n`),
    say: (text) => process.stderr.write(`${text}\n`),
    // Opened by the command that reads it, and by no other.
    get input() {
      return process.stdin;
    },
    screen: process.stderr,
    interrupted: interrupted.signal,
  };
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write("", () => resolve());
  });
}
