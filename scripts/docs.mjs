/** npm run docs: writes docs/reference/errors from the catalogue; a test compares. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { requireNode, root, runScript } from "./lib/workspace.mjs";

await runScript(async () => {
  requireNode();
  await ensureInstalled();
  await ensureBuilt();
  const { catalogue, errorIndex, errorPage } = await import(join(root, "packages/core/dist/index.js"));
  const folder = join(root, "docs/reference/errors");
  mkdirSync(folder, { recursive: true });
  for (const code of Object.keys(catalogue)) writeFileSync(join(folder, `${code}.md`), `${errorPage(code)}\n`);
  writeFileSync(join(folder, "README.md"), `${errorIndex()}\n`);
  console.log(`docs/reference/errors: ${Object.keys(catalogue).length} pages.`);
});
