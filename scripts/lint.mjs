/** npm run lint: formatting and lint, types, the arrows between rooms, unused code, the rules of the house. */
import { ensureInstalled } from "./lib/install.mjs";
import { runTool } from "./lib/run.mjs";
import { requireNode, root, runScript } from "./lib/workspace.mjs";

/** Each step says what to do when it fails; `check` resolves with true when all is well. */
const steps = [
  {
    name: "format and lint (biome)",
    remedy: "npm run format mends most of it; the rest is named above.",
    check: async () => (await runTool("@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."])) === 0,
  },
  {
    name: "types (tsc)",
    remedy: "Each line above names file, line and what does not fit.",
    check: async () =>
      (await runTool("typescript/bin/tsc", ["-p", "tsconfig.check.json"])) === 0 &&
      (await runTool("typescript/bin/tsc", ["-p", "apps/console/tsconfig.json"])) === 0,
  },
  {
    name: "arrows between rooms",
    remedy: "ARCHITECTURE.md shows the allowed arrows; scripts/lib/imports.mjs holds them.",
    check: async () => none((await import("./lib/imports.mjs")).importProblems(root)),
  },
  {
    name: "rules of the house",
    remedy: "Each line above says what to do.",
    check: async () => none((await import("./lib/house-rules.mjs")).houseProblems(root)),
  },
  {
    name: "unused code and dependencies (knip)",
    remedy: "Remove what is unused; what only looks unused is named in knip.json, with the reason in the commit.",
    check: async () => (await runTool("knip/bin/knip.js", ["--no-progress"])) === 0,
  },
];

function none(problems) {
  for (const problem of problems) console.error(`  ${problem}`);
  return problems.length === 0;
}

await runScript(async () => {
  requireNode();
  await ensureInstalled();
  const failed = [];
  for (const step of steps) {
    const well = await step.check();
    console.error(`${well ? "ok    " : "FAILED"}  ${step.name}${well ? "" : `: ${step.remedy}`}`);
    if (!well) failed.push(step.name);
  }
  console.log(`lint: ${steps.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) process.exitCode = 1;
});
