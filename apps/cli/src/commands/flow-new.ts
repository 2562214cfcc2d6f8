/** odoorway flow new NAME: a flow to start from, with a word on every part, or a copy of a preset with its payloads. */
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { readFlow } from "@odoorway/gateway/flows";
import { readConfiguration } from "../configuration.js";
import { CommandError } from "../explain.js";
import { findPreset } from "../flow/find.js";
import { flowTemplate } from "../flow/template.js";
import type { Terminal } from "../terminal.js";

export interface FlowNewOptions {
  /** Name of a preset. */
  readonly from?: string;
  readonly config?: string;
}

/** Never writes over a file. @returns the exit code */
export async function newFlow(terminal: Terminal, name: string, options: FlowNewOptions): Promise<number> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))
    throw new CommandError(
      "That is no name of a flow",
      `${name} has something else than small letters, digits and dashes.`,
      "Name it like shop-order.",
    );
  const folder = resolve(terminal.cwd, readConfiguration(terminal, options.config).flowsFolder ?? ".");
  const path = join(folder, `${name}.yaml`);
  const preset = options.from === undefined ? undefined : findPreset(options.from);
  const text = preset === undefined ? flowTemplate(name) : renamed(await readFile(preset, "utf8"), name);
  await mkdir(folder, { recursive: true });
  await writeNew(path, text);
  if (preset !== undefined) await copyPayloads(preset, folder);
  const shown = relative(terminal.cwd, path) || path;
  terminal.say(`${shown} is written. Try it: odoorway flow test ${shown}`);
  if (folder === resolve(terminal.cwd, "."))
    terminal.say("The gateway finds it when flows_folder (ODOORWAY_FLOWS) names its folder.");
  return 0;
}

function renamed(text: string, name: string): string {
  return /^name:.*$/m.test(text) ? text.replace(/^name:.*$/m, `name: ${name}`) : `name: ${name}\n${text}`;
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "EEXIST")
      throw new CommandError("The flow is there already", `${path} exists.`, "Choose another name, or remove it.");
    throw new CommandError(
      "The flow cannot be written",
      `${path}: ${code}.`,
      "Check that this user may write to the folder.",
    );
  }
}

/** Payloads that the preset's examples name, to the same place beside the copy; what is there stays. */
async function copyPayloads(preset: string, folder: string): Promise<void> {
  for (const { file } of readFlow(preset).examples) {
    if (file === undefined) continue;
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(dirname(preset), file), target);
  }
}
