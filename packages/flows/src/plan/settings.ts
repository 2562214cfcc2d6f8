/** The settings of a flow: its own defaults, and what the configuration says otherwise. */
import { nearest, OdoorwayError } from "@odoorway/core";
import { describeReceived } from "@odoorway/schema";
import type { Flow } from "../language.js";

/** All settings with their values. Throws `flow_invalid` for one that the flow lacks, of another type, or no choice. */
export function settingsOf(flow: Flow, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(flow.settings)) settings[name] = setting.default;
  for (const [name, value] of Object.entries(given)) {
    const setting = Object.hasOwn(flow.settings, name) ? flow.settings[name] : undefined;
    if (setting === undefined) {
      const known = Object.keys(flow.settings);
      throw invalid(flow, name, `The flow ${flow.name} has no setting ${name}`, nearest(name, known));
    }
    if (setting.default !== null && kindOf(value) !== kindOf(setting.default))
      throw invalid(
        flow,
        name,
        `The setting ${name} takes a ${kindOf(setting.default)}, but received ${describeReceived(value)}`,
      );
    if (setting.choices !== undefined && !setting.choices.includes(value as string))
      throw invalid(
        flow,
        name,
        `${describeReceived(value)} is no choice of the setting ${name}: ${setting.choices.join(", ")}`,
      );
    settings[name] = value;
  }
  return settings;
}

function invalid(flow: Flow, name: string, detail: string, near?: string): OdoorwayError {
  return new OdoorwayError("flow_invalid", {
    evidence: { detail, at: `flows.${flow.name}.settings.${name}`, nearest: near },
  });
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "list";
  return typeof value === "string" ? "text" : typeof value;
}
