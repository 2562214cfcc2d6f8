/** What the tests need beside Node and npm: a browser, a database, clients of Odoo in other languages. Installed when they may be. */
import { spawnSync } from "node:child_process";
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

/** A Python that has OdooRPC: PYTHON_PATH, Debian's own or the first on the PATH; else undefined. */
export function pythonPath() {
  const given = process.env.PYTHON_PATH;
  return [...(given ? [given] : []), "/usr/bin/python3", "python3"].find((path) =>
    runs(path, ["-c", "import odoorpc"]),
  );
}

/** A PHP that speaks XML-RPC: PHP_PATH or the one on the PATH; else undefined. */
export function phpPath() {
  const given = process.env.PHP_PATH;
  const check = 'exit(function_exists("xmlrpc_encode_request") ? 0 : 1);';
  return [...(given ? [given] : []), "php"].find((path) => runs(path, ["-r", check]));
}

function runs(path, args) {
  return spawnSync(path, args, { stdio: "ignore", timeout: 20_000 }).status === 0;
}

/** What the tests use, whether it is there, and the packages of Debian that bring it. */
const needs = [
  { there: () => chromiumPath() !== undefined, packages: ["chromium"] },
  { there: () => postgresFolder() !== undefined, packages: ["postgresql"] },
  { there: () => pythonPath() !== undefined, packages: ["python3-odoorpc"] },
  { there: () => phpPath() !== undefined, packages: ["php-cli", "php-xmlrpc"] },
];

/** Installs what is missing (root on Debian or Ubuntu), or ends with a word that names what to install. */
export async function ensureSystemPackages() {
  const missing = () => needs.flatMap(({ there, packages }) => (there() ? [] : packages));
  const packages = missing();
  if (packages.length === 0) return;
  const list = new Intl.ListFormat("en").format(packages);
  const advice =
    `The tests need ${list}. Install with\n  sudo apt-get install -y ${packages.join(" ")}\n` +
    "or another way, so that they are on the PATH (CHROMIUM_PATH, PYTHON_PATH and PHP_PATH may name the programs: " +
    "a Python with OdooRPC, a PHP with the extension xmlrpc), and run npm test again.";
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw new Trouble(advice);
  console.error(`Installing ${list} (apt-get) ...`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  const updated = await capture("apt-get", ["update", "-qq"], options);
  const installed = await capture("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], options);
  if (missing().length > 0) {
    throw new Trouble(
      `${updated.said.slice(-1000)}${installed.said.slice(-2000)}\napt-get could not install it. ${advice}`,
    );
  }
}
