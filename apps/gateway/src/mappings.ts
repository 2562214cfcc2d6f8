/** Mappings that `flow=` may name: the files of a folder, each under its file's name. Read once at start. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OdoorwayError } from "@odoorway/core";
import { type Mapping, parseMapping } from "@odoorway/imports";

/** The mappings that come with the project, when it runs from its own tree. */
const builtIn = fileURLToPath(new URL("../../../examples/mappings", import.meta.url));

/** @throws OdoorwayError configuration_error for a folder that cannot be read; mapping_invalid names the file */
export function readMappings(folder: string | undefined): ReadonlyMap<string, Mapping> {
  const mappings = new Map<string, Mapping>();
  if (folder === undefined && !existsSync(builtIn)) return mappings;
  for (const name of filesOf(folder ?? builtIn)) {
    if (![".yaml", ".yml", ".json"].includes(extname(name))) continue;
    const flow = basename(name, extname(name));
    mappings.set(flow, parseMapping(readFileSync(join(folder ?? builtIn, name), "utf8"), flow));
  }
  return mappings;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new OdoorwayError("configuration_error", {
      evidence: { detail: "The folder of mappings cannot be read.", expected: "Check ODOORWAY_MAPPINGS." },
      cause: error,
    });
  }
}
