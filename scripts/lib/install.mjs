/** Installs the dependencies when what is in node_modules is not what package-lock.json says. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "./run.mjs";
import { requireWritable, root, Trouble } from "./workspace.mjs";

export async function ensureInstalled(folder = root) {
  if (isInstalled(folder)) return;
  requireWritable(folder, "install its dependencies");
  console.error("Installing dependencies (npm ci) ...");
  const code = await runNpm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder });
  if (code !== 0) {
    throw new Trouble(
      `npm ci ended with ${code}; what it said stands above. Usual causes: no way to the package registry (proxy, offline),\n` +
        "or no space left. Mend it and run the same command again.",
    );
  }
}

/**
 * Compares npm's own record of what it installed (node_modules/.package-lock.json, written last) with
 * package-lock.json: every package of one must be in the other in the same version. Packages for other
 * platforms are optional and may be absent.
 */
function isInstalled(folder) {
  const wanted = packagesOf(join(folder, "package-lock.json"));
  const found = packagesOf(join(folder, "node_modules", ".package-lock.json"));
  if (wanted === undefined || found === undefined) return false;
  const missing = Object.entries(wanted).filter(
    ([path, entry]) =>
      path.includes("node_modules/") && !entry.optional && !entry.peer && found[path]?.version !== entry.version,
  );
  const changed = Object.entries(found).filter(([path, entry]) => wanted[path]?.version !== entry.version);
  return missing.length === 0 && changed.length === 0;
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}
