/** Rules of the house that no ready-made linter checks: how long a file may be, and that libraries read no environment. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const longest = 400;
const folders = ["packages", "apps", "scripts", "tests", "bench"];
const exempt = /(^|\/)(node_modules|dist|generated|data|fixtures)\//;

/** One sentence a violation. */
export function houseProblems(root) {
  return folders
    .flatMap((folder) => filesBelow(root, folder))
    .filter((path) => /\.(ts|tsx|mjs|css)$/.test(path) && !exempt.test(path))
    .flatMap((path) => problemsOf(path, readFileSync(join(root, path), "utf8")));
}

function problemsOf(path, source) {
  const problems = [];
  const lines = source.split("\n").length - 1;
  if (lines > longest)
    problems.push(`${path} has ${lines} lines; more than ${longest} are two files: split it by what it does.`);
  if (/^packages\/[^/]+\/src\/(?!.*\.test\.ts$)/.test(path) && /\bprocess\s*\.\s*(env|argv|exit|on)\b/.test(source)) {
    problems.push(`${path} uses the process: libraries are handed what they need by an app (apps/gateway, apps/cli).`);
  }
  return problems;
}

function filesBelow(root, folder) {
  const found = [];
  const walk = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === "dist") continue;
      const below = `${path}/${entry.name}`;
      if (entry.isDirectory()) walk(below);
      else found.push(below);
    }
  };
  if (existsSync(join(root, folder))) walk(folder);
  return found;
}
