/** What `npm start` keeps between starts: the demo's token, and a note that it runs. */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireWritable, Trouble } from "./workspace.mjs";

/** Makes the folder, for its owner alone. */
export function openDataFolder(folder) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch {
    throw new Trouble(
      `The data folder ${folder} cannot be made: this user may not write there.\nSet ODOORWAY_DATA to a folder that you own, or run as the owner.`,
    );
  }
  requireWritable(folder, "keep its data");
}

/** The demo's token: made at the first start, kept in a file that its owner alone can read. */
export function demoToken(folder) {
  const file = join(folder, "token");
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (/^[A-Za-z0-9._~+/-]{16,}=*$/.test(kept)) {
      chmodSync(file, 0o600);
      return kept;
    }
  } catch (error) {
    if (error.code !== "ENOENT")
      throw new Trouble(`The token in ${file} cannot be read by this user. Run as its owner, or remove it.`);
  }
  const token = `odw_${randomBytes(32).toString("base64url")}`;
  rmSync(file, { force: true });
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}

/** Refuses when another start runs on the folder: two would fight over one store. */
export function refuseSecondStart(folder) {
  const other = readNote(join(folder, "running.json"));
  if (other === undefined || !isAlive(other.pid)) return;
  throw new Trouble(
    `Odoorway already runs from this folder (process ${other.pid}): ${other.url}\n` +
      "Stop it first (Ctrl-C where it runs), or start a second one on other data: ODOORWAY_DATA=/another/folder npm start",
  );
}

/** Notes that this process runs on the folder; returns the function that takes the note back. */
export function claim(folder, note) {
  const file = join(folder, "running.json");
  writeFileSync(file, JSON.stringify({ pid: process.pid, ...note }), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether the process lives and is a start of ours: numbers of processes are used again. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
  try {
    return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.mjs");
  } catch {
    return true;
  }
}
