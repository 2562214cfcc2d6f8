/**
 * The flows that the gateway knows: the presets, and those of a folder, which join them or take their place. Flows of
 * the folder are read and checked at start; a preset, whose tests have read it, when it is first asked for: reading
 * all of them takes a second. Expressions are compiled at first use. Settings come from the configuration.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest, OdoorwayError } from "@odoorway/core";
import { type CompiledFlow, compileFlow, type Flow, type ParseOptions, parseFlow } from "@odoorway/flows";

/** The presets, in the package beside this one. */
export const presetsFolder = fileURLToPath(new URL("../../../../packages/flows/presets", import.meta.url));

/** Flows by their names; a Map is one. */
export interface Flows {
  keys(): Iterable<string>;
  get(name: string): Flow | undefined;
}

export interface FlowRegistry {
  readonly flows: Flows;
  /** @throws OdoorwayError flow_not_found, with the nearest name */
  get(name: string): CompiledFlow;
}

/**
 * @param folder undefined: the presets alone
 * @throws OdoorwayError configuration_error, flow_invalid naming the flow
 */
export function readFlows(
  folder: string | undefined,
  settings: Readonly<Record<string, { readonly settings: Readonly<Record<string, unknown>> }>>,
): FlowRegistry {
  const readers = new Map([...presets(), ...(folder === undefined ? [] : flowsOf(folder))]);
  const flows: Flows = { keys: () => readers.keys(), get: (name) => readers.get(name)?.() };
  const known = [...readers.keys()];
  const compiled = new Map<string, CompiledFlow>();
  const registry: FlowRegistry = {
    flows,
    get(name) {
      const made = compiled.get(name);
      if (made !== undefined) return made;
      const flow = flows.get(name);
      if (flow === undefined)
        throw new OdoorwayError("flow_not_found", {
          evidence: { name: name.slice(0, 100), nearest: nearest(name, known), known: known.join(", ") },
        });
      const fresh = compileFlow(flow, { ...settings[name]?.settings }, { expressions: "when used" });
      compiled.set(name, fresh);
      return fresh;
    },
  };
  for (const name of Object.keys(settings)) {
    if (!readers.has(name))
      throw new OdoorwayError("configuration_error", {
        evidence: {
          detail: `flows.${name}: there is no flow ${name}.`,
          nearest: nearest(name, known),
          expected: `Known: ${known.join(", ")}.`,
        },
      });
    // Settings that do not fit their flow are told at start.
    registry.get(name);
  }
  return registry;
}

type Reader = () => Flow;

/** A preset is called as its file is. */
function presets(): [string, Reader][] {
  return filesOf(presetsFolder)
    .filter(isFlowFile)
    .map((file) => {
      let flow: Flow | undefined;
      const path = join(presetsFolder, file);
      return [
        basename(file, extname(file)),
        () => {
          flow ??= readFlow(path, { expressions: "when used" });
          return flow;
        },
      ];
    });
}

/** The flows of a folder by their names; one file each. */
function flowsOf(folder: string): [string, Reader][] {
  const files = new Map<string, string>();
  return filesOf(folder)
    .filter(isFlowFile)
    .map((file) => {
      const flow = readFlow(join(folder, file));
      const twin = files.get(flow.name);
      if (twin !== undefined)
        throw new OdoorwayError("configuration_error", {
          evidence: { detail: `The flow ${flow.name} stands in ${twin} and in ${file}.`, expected: "Rename one." },
        });
      files.set(flow.name, file);
      return [flow.name, () => flow];
    });
}

/**
 * Reads one file; the flow's name is the file's unless it says another.
 * @throws OdoorwayError flow_invalid, naming the file
 */
export function readFlow(path: string, options?: ParseOptions): Flow {
  const file = basename(path);
  try {
    return parseFlow(readFileSync(path, "utf8"), basename(path, extname(path)), options);
  } catch (error) {
    if (!(error instanceof OdoorwayError) || error.code !== "flow_invalid") throw error;
    const { at, ...evidence } = error.evidence;
    throw new OdoorwayError("flow_invalid", {
      evidence: { ...evidence, at: at === undefined ? file : `${file}: ${String(at)}` },
      cause: error,
    });
  }
}

/** odoorway.yaml may stand in the same folder. */
export function isFlowFile(file: string): boolean {
  return [".yaml", ".yml"].includes(extname(file)) && basename(file) !== "odoorway.yaml";
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new OdoorwayError("configuration_error", {
      evidence: { detail: "The folder of flows cannot be read.", expected: "Check flows_folder (ODOORWAY_FLOWS)." },
      cause: error,
    });
  }
}
