/** Runs a program to its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root, Trouble } from "./workspace.mjs";

/**
 * Runs a program in the project's folder, its output shown as it comes; resolves with its exit code
 * (a signal counts as 1). Rejects with Trouble when the program does not exist.
 */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options });
  try {
    const [code] = await once(child, "exit");
    return code ?? 1;
  } catch (error) {
    throw new Trouble(`${command} could not be started: ${error.message}`);
  }
}

/** Runs a program quietly; resolves with its exit code and all that it said. */
export async function capture(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], ...options });
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  try {
    const [code] = await once(child, "close");
    return { code: code ?? 1, said };
  } catch (error) {
    throw new Trouble(`${command} could not be started: ${error.message}`);
  }
}

/** Runs a tool of the workspace (a script file below node_modules) with this Node.js. */
export function runTool(file, args, options) {
  return run(process.execPath, [join(root, "node_modules", file), ...args], options);
}

/** Runs npm: the very one that runs this script, when one does. */
export function runNpm(args, options) {
  const npm = process.env.npm_execpath;
  if (npm?.endsWith(".js")) return run(process.execPath, [npm, ...args], options);
  return run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}
