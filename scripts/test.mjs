/** npm test [arguments for vitest]: installs what is missing, builds what changed, runs every test on a PostgreSQL of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { chromiumPath, ensureSystemPackages, phpPath, pythonPath } from "./lib/system-packages.mjs";
import { requireNode, root, runScript } from "./lib/workspace.mjs";

await runScript(async () => {
  requireNode();
  await ensureInstalled();
  await ensureSystemPackages();
  await ensureBuilt();
  const postgres = await startPostgres();
  try {
    process.exitCode = await vitest({
      TEST_DATABASE_URL: postgres.url,
      CHROMIUM_PATH: chromiumPath(),
      PYTHON_PATH: pythonPath(),
      PHP_PATH: phpPath(),
    });
  } finally {
    await postgres.stop();
  }
});

/** Runs vitest to its end; resolves with its exit code. Ctrl-C reaches it too, so this only waits, to stop PostgreSQL after it. */
function vitest(env) {
  const child = spawn(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", ...process.argv.slice(2)],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    },
  );
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
