/** Where the project lies, and the words in which its scripts speak. No dependency: runs before any install. */
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

/** Absolute path of the project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");

/** A failure that the reader can mend: said in its own words, without a stack. */
export class Trouble extends Error {
  name = "Trouble";
}

/** Ends with a clear word when this Node.js is older than package.json's engines ask for. */
export function requireNode(version = process.versions.node, wanted = [20, 18, 1]) {
  const found = version.split(".").map(Number);
  const at = wanted.findIndex((part, index) => part !== (found[index] ?? 0));
  if (at !== -1 && (found[at] ?? 0) < wanted[at]) {
    throw new Trouble(
      `Odoorway needs Node.js ${wanted.join(".")} or newer, and this is ${version}.\n` +
        "Install the current LTS from https://nodejs.org (or with your version manager: nvm install --lts) and try again.",
    );
  }
}

/** Ends with a clear word when nothing can be written to `folder` (another user's, or a read-only disk). */
export function requireWritable(folder, what) {
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new Trouble(
      `Odoorway cannot ${what}: this user may not write to ${folder}.\n` +
        "Run it as the folder's owner, give this user write access (chown, chmod), or clone the project elsewhere.",
    );
  }
}

/** Runs `main` as a script: a Trouble is printed as its sentences alone, and the exit code is 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
