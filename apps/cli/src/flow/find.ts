/** The files of flows that a command names: by path, by name, or none named at all. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { nearest } from "@odoorway/core";
import { isFlowFile, presetsFolder } from "@odoorway/gateway/flows";
import { CommandError } from "../explain.js";

const endings = [".yaml", ".yml"];

/**
 * A name is looked up in the own folder first, then among the presets; a folder stands for all flows in it.
 * @param targets paths or names; none means the own folder, or the presets where there is no such folder
 * @param own flows_folder of the configuration
 * @returns absolute paths, in the order asked for
 */
export function findFlows(targets: readonly string[], cwd: string, own: string | undefined): string[] {
  const folder = own === undefined ? undefined : resolve(cwd, own);
  if (targets.length === 0) return flowsIn(folder ?? presetsFolder);
  return targets.flatMap((target) => {
    const path = resolve(cwd, target);
    const isPath = endings.includes(extname(target)) || /[\\/]/.test(target);
    if (isPath || existsSync(path)) return ofPath(path);
    return [ofName(target, folder)];
  });
}

/** The file of a preset, by its name. @throws CommandError with the nearest name */
export function findPreset(name: string): string {
  return ofName(name, undefined);
}

function ofPath(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new CommandError("No such file", `There is no file ${path}.`, "Check the name and the folder you are in.");
  return stat.isDirectory() ? flowsIn(path) : [path];
}

function ofName(name: string, folder: string | undefined): string {
  const files = [...(folder === undefined ? [] : flowsIn(folder)), ...flowsIn(presetsFolder)];
  const found = files.find((file) => nameOf(file) === name);
  if (found !== undefined) return found;
  const known = [...new Set(files.map(nameOf))];
  const close = nearest(name, known);
  throw new CommandError(
    "No such flow",
    `There is no flow ${name}${folder === undefined ? " among the presets" : ` in ${folder} or among the presets`}.`,
    close === undefined ? `Known: ${known.join(", ")}.` : `Did you mean ${close}?`,
  );
}

function flowsIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter(isFlowFile)
      .sort()
      .map((file) => join(folder, file));
  } catch {
    throw new CommandError(
      "The folder of flows cannot be read",
      `There is no folder ${folder}, or this user may not read it.`,
      "Check flows_folder in odoorway.yaml, or ODOORWAY_FLOWS.",
    );
  }
}

function nameOf(file: string): string {
  return basename(file, extname(file));
}
