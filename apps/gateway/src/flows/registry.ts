/**
 * The flows that the gateway knows, read and compiled once at start: the presets, and those of a folder, which
 * join them or take their place. Settings come from the configuration.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { nearest, OdoorwayError } from "@odoorway/core";
import { type CompiledFlow, compileFlow, type Flow, parseFlow } from "@odoorway/flows";

/** The presets, in the package beside this one. */
export const presetsFolder = fileURLToPath(new URL("../../../../packages/flows/presets", import.meta.url));

export interface FlowRegistry {
  readonly flows: ReadonlyMap<string, Flow>;
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
  const own = folder === undefined ? [] : flowsOf(folder);
  const flows = new Map([...flowsOf(presetsFolder), ...own]);
  for (const name of Object.keys(settings)) {
    if (flows.has(name)) continue;
    const known = [...flows.keys()];
    throw new OdoorwayError("configuration_error", {
      evidence: {
        detail: `flows.${name}: there is no flow ${name}.`,
        nearest: nearest(name, known),
        expected: `Known: ${known.join(", ")}.`,
      },
    });
  }
  const compiled = new Map(
    [...flows].map(([name, flow]) => [name, compileFlow(flow, { ...settings[name]?.settings })] as const),
  );
  return {
    flows,
    get(name) {
      const found = compiled.get(name);
      if (found !== undefined) return found;
      const known = [...flows.keys()];
      throw new OdoorwayError("flow_not_found", {
        evidence: { name: name.slice(0, 100), nearest: nearest(name, known), known: known.join(", ") },
      });
    },
  };
}

/** The flows of a folder by their names; one file each. */
function flowsOf(folder: string): [string, Flow][] {
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
      return [flow.name, flow];
    });
}

/**
 * Reads one file; the flow's name is the file's unless it says another.
 * @throws OdoorwayError flow_invalid, naming the file
 */
export function readFlow(path: string): Flow {
  const file = basename(path);
  try {
    return parseFlow(readFileSync(path, "utf8"), basename(path, extname(path)));
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
