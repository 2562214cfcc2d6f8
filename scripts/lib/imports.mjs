/** The allowed arrows between the rooms of the house (ARCHITECTURE.md), and what breaks them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { parseSync } from "oxc-parser";

/** Which room may import which. A room that is not listed fails the check: its arrows are decided here. */
const arrows = {
  "packages/core": [],
  "packages/wire": ["packages/core"],
  "packages/diagnose": ["packages/core"],
  "packages/schema": ["packages/core"],
  "packages/store": ["packages/core"],
  "packages/client": ["packages/core", "packages/wire", "packages/diagnose"],
  "packages/sandbox": ["packages/core", "packages/wire"],
  "packages/flows": ["packages/core", "packages/schema"],
  "packages/imports": ["packages/core", "packages/schema", "packages/store"],
  "apps/gateway": "packages",
  "apps/cli": ["apps/gateway", "packages"],
  "apps/console": [],
};

/**
 * Checks every source below packages/ and apps/ of `root`. Returns one sentence a violation, with what to
 * do; tests may import any room, by its name.
 */
export function importProblems(root) {
  const rooms = roomsOf(root);
  const byName = new Map(rooms.map((room) => [room.name, room.folder]));
  const problems = rooms
    .filter((room) => arrows[room.folder] === undefined)
    .map((room) => `${room.folder} is a new room: say in scripts/lib/imports.mjs what it may import.`);
  const graph = new Map();
  for (const room of rooms) {
    for (const file of sourcesBelow(join(root, room.folder, "src"))) {
      const path = relative(root, file);
      const targets = [];
      for (const { specifier, line, erased } of importsOf(file)) {
        const at = `${path}:${line}`;
        if (specifier.startsWith(".")) {
          const target = resolveSource(join(dirname(file), specifier));
          if (target === undefined) problems.push(`${at} imports ${specifier}, which does not exist.`);
          else if (!isBelow(join(root, room.folder), target)) {
            problems.push(`${at} reaches into another room by a path: import it by its package name.`);
          } else if (!erased) targets.push(relative(root, target));
          continue;
        }
        const name = byName.has(specifier)
          ? specifier
          : [...byName.keys()].find((known) => specifier.startsWith(`${known}/`));
        if (name === undefined) continue;
        // A further door that its manifest opens is public too, but what it offers to the tests of others is not for programs.
        const door = `.${specifier.slice(name.length)}`;
        const isOpen = doorsOf(root, byName.get(name)).has(door) && (door !== "./testing" || isTest(path));
        if (specifier !== name && !isOpen)
          problems.push(`${at} imports ${specifier}: only the index of ${name} is public.`);
        const to = byName.get(name);
        if (to === room.folder) problems.push(`${at} imports its own package by name: use a relative path.`);
        else if (!isTest(path) && !isAllowed(room.folder, to)) {
          problems.push(
            `${at}: ${room.folder} may not import ${to}. Move the code, or hand what is needed in as a parameter.`,
          );
        }
      }
      graph.set(path, targets);
    }
  }
  return [...problems, ...cyclesIn(graph)];
}

function isAllowed(from, to) {
  const list = [arrows[from] ?? []].flat();
  return list.includes(to) || list.includes(to.split("/")[0]);
}

function isTest(path) {
  return /\.test\.tsx?$/.test(path);
}

function roomsOf(root) {
  return ["packages", "apps"].flatMap((parent) =>
    readdirSync(join(root, parent))
      .map((name) => `${parent}/${name}`)
      .filter((folder) => existsSync(join(root, folder, "package.json")))
      .map((folder) => ({ folder, name: JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).name })),
  );
}

export function sourcesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Every module that a source names: imports, re-exports, dynamic imports of a plain text. */
function importsOf(file) {
  const source = readFileSync(file, "utf8");
  const { module } = parseSync(file, source);
  const lineAt = (offset) => source.slice(0, offset).split("\n").length;
  const named = [
    ...module.staticImports.map((entry) => [entry.moduleRequest, entry.entries]),
    ...module.staticExports.flatMap(({ entries }) => entries.map((one) => [one.moduleRequest, [one]])),
  ]
    .filter(([request]) => request !== null && request !== undefined)
    .map(([request, entries]) => ({
      specifier: request.value,
      line: lineAt(request.start),
      // Types vanish when the source is compiled: an arrow all the same, but no cycle.
      erased: entries.length > 0 && entries.every((entry) => entry.isType),
    }));
  const dynamic = module.dynamicImports
    .map(({ moduleRequest: at }) => ({ text: source.slice(at.start, at.end), line: lineAt(at.start) }))
    .filter(({ text }) => /^["'][^"']*["']$/.test(text))
    .map(({ text, line }) => ({ specifier: text.slice(1, -1), line, erased: false }));
  return [...named, ...dynamic];
}

function resolveSource(target) {
  const path = normalize(target);
  const candidates = [path.replace(/\.js$/, ".ts"), path.replace(/\.js$/, ".tsx"), path];
  return candidates.find((candidate) => existsSync(candidate));
}

function isBelow(folder, file) {
  return file.startsWith(`${folder}/`);
}

/** Walks depth first; an edge back to a module still on the path closes a cycle. */
function cyclesIn(graph) {
  const done = new Set();
  const found = [];
  const walk = (node, path) => {
    const start = path.indexOf(node);
    if (start !== -1) {
      const cycle = [...path.slice(start), node].join(" -> ");
      found.push(`Cycle: ${cycle}. Two modules that need each other are one, or share a third.`);
      return;
    }
    if (done.has(node)) return;
    for (const next of graph.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) walk(node, []);
  return found;
}

/** The doors of a package besides its index: the keys of `exports` in its manifest. */
function doorsOf(root, folder) {
  const { exports = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  return new Set(Object.keys(exports));
}
