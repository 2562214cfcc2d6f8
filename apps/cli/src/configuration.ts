/** The gateway's configuration as the commands find it: the environment, and odoorway.yaml when there is one. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type GatewayConfig, loadConfig } from "@odoorway/gateway";
import { CommandError } from "./explain.js";
import type { Terminal } from "./terminal.js";

/**
 * @param file path given by --config; without it ODOORWAY_CONFIG, else odoorway.yaml of the current folder
 * @throws OdoorwayError configuration_error
 */
export function readConfiguration({ env, cwd }: Terminal, file?: string): GatewayConfig {
  const named = file ?? env.ODOORWAY_CONFIG;
  const path = resolve(cwd, named ?? "odoorway.yaml");
  if (named !== undefined && !existsSync(path)) {
    throw new CommandError("No such configuration", `There is no file ${path}.`, "Check --config and ODOORWAY_CONFIG.");
  }
  return loadConfig(env, existsSync(path) ? readFileSync(path, "utf8") : undefined);
}
