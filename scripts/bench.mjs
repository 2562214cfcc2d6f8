/** npm run bench [name] [arguments]: lists the benchmarks, or builds and runs one. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { run } from "./lib/run.mjs";
import { requireNode, root, runScript, Trouble } from "./lib/workspace.mjs";

await runScript(async () => {
  requireNode();
  const [name, ...args] = process.argv.slice(2);
  const known = readdirSync(join(root, "bench")).filter((folder) => existsSync(join(root, "bench", folder, "run.mjs")));
  if (name === undefined) {
    console.log(`Benchmarks (npm run bench NAME):\n${known.map((one) => `  ${one}`).join("\n")}`);
    return;
  }
  if (!known.includes(name)) throw new Trouble(`There is no benchmark ${name}. Known: ${known.join(", ")}.`);
  await ensureInstalled();
  await ensureBuilt();
  process.exitCode = await run(process.execPath, [join("bench", name, "run.mjs"), ...args]);
});
