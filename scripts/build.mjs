/** npm run build: installs if needed, then builds what changed. */
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { requireNode, runScript } from "./lib/workspace.mjs";

await runScript(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
});
