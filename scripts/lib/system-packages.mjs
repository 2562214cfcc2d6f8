/** What the tests need beside Node and npm: Chromium and PostgreSQL, installed when they may be. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { postgresFolder } from "./postgres.mjs";
import { capture } from "./run.mjs";
import { Trouble } from "./workspace.mjs";

/** Path of a Chromium: CHROMIUM_PATH, or the first of the usual names on the PATH; else undefined. */
export function chromiumPath() {
  const given = process.env.CHROMIUM_PATH;
  if (given !== undefined && given !== "") return existsSync(given) ? given : undefined;
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return (process.env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** Installs what is missing (root on Debian or Ubuntu), or ends with a word that names what to install. */
export async function ensureSystemPackages() {
  const missing = () => [
    ...(chromiumPath() === undefined ? ["chromium"] : []),
    ...(postgresFolder() === undefined ? ["postgresql"] : []),
  ];
  const packages = missing();
  if (packages.length === 0) return;
  const advice =
    `The tests need ${packages.join(" and ")}. Install with\n  sudo apt-get install -y ${packages.join(" ")}\n` +
    "or another way, so that they are on the PATH (CHROMIUM_PATH may name the browser), and run npm test again.";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Trouble(advice);
  console.error(`Installing ${packages.join(" and ")} (apt-get) ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const updated = await capture("apt-get", ["update", "-qq"], options);
  const installed = await capture("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
  if (missing().length > 0) {
    throw new Trouble(
      `${updated.said.slice(-1000)}${installed.said.slice(-2000)}\napt-get could not install it. ${advice}`,
    );
  }
}
