/** Builds what changed since the last build, and nothing else: each part keeps a hash of its inputs. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runTool } from "./run.mjs";
import { requireWritable, root, Trouble } from "./workspace.mjs";

const libraries = workspacesWith("tsconfig.json");

/** The parts: what each is made of, what it makes, and how. */
const parts = [
  {
    name: "programs",
    inputs: ["tsconfig.json", "tsconfig.base.json", "package-lock.json", ...libraries.flatMap(sourcesOf)],
    outputs: libraries.map((folder) => join(folder, "dist", "index.js")),
    clean: () => {
      // tsc -b trusts its own record of what it wrote, so outputs that vanished need that record gone.
      for (const folder of libraries) rmSync(join(root, folder, "dist"), { recursive: true, force: true });
    },
    make: () => runTool("typescript/bin/tsc", ["-b"]),
  },
  {
    name: "console",
    inputs: ["package-lock.json", "apps/console/package.json", "apps/console/index.html", "apps/console/vite.config.ts"]
      .concat(filesBelow("apps/console/src"))
      .concat(filesBelow("apps/console/public")),
    outputs: ["apps/console/dist/index.html"],
    clean: () => {},
    make: () => runTool("vite/bin/vite.js", ["build", "--logLevel", "warn"], { cwd: join(root, "apps/console") }),
  },
];

/** Builds every part whose inputs changed or whose outputs are gone. `say` is told which. */
export async function ensureBuilt(say = (line) => console.error(line)) {
  for (const part of parts) {
    const stamp = join(root, "node_modules", ".odoorway", `${part.name}.built`);
    const now = hashOf(part.inputs);
    const gone = part.outputs.some((file) => !existsSync(join(root, file)));
    if (!gone && readOr(stamp) === now) continue;
    requireWritable(root, "build");
    say(`Building the ${part.name} ...`);
    if (gone) part.clean();
    rmSync(stamp, { force: true });
    if ((await part.make()) !== 0)
      throw new Trouble(`The build of the ${part.name} failed; what is wrong stands above.`);
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, now);
  }
}

function hashOf(files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of [...files].sort()) {
    const content = readOr(join(root, file));
    if (content !== undefined) hash.update(`\0${file}\0`).update(content);
  }
  return hash.digest("hex");
}

function readOr(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function workspacesWith(file) {
  return ["packages", "apps"].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => folder !== "apps/console" && existsSync(join(root, folder, file))),
  );
}

function sourcesOf(folder) {
  return [`${folder}/package.json`, `${folder}/tsconfig.json`, ...filesBelow(`${folder}/src`)];
}

/** Files below a folder, tests left out; none when the folder does not exist. */
function filesBelow(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
